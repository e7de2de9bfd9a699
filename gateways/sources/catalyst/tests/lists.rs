//! What one server lists, denies or serves badly hides nothing of another server's snapshots.

use super::fake::{Fake, Fault, Made, Rig, Running, T0, listed, scene, until};
use serde_json::json;

const LISTS: &str = "/snapshots";

/// An honest server whose list is not shown yet, and another.
struct Pair {
    honest: Fake,
    other: Fake,
    /// What is in the honest server's snapshot, which is all it has.
    all: Vec<Made>,
    hash: String,
}

impl Pair {
    async fn start() -> Self {
        let (honest, other) = (Fake::start().await, Fake::start().await);
        let all: Vec<_> = (0..4).map(scene).collect();
        for made in &all {
            give(&honest, made);
        }
        let lines: Vec<_> = all.iter().map(Made::line).collect();
        let hash = honest.snapshot((T0, T0 + 9000), &lines, all.len());
        // The other one has the same file.
        let file = honest.content().files[&hash].clone();
        other.content().files.insert(hash.clone(), file);
        honest.fault(LISTS, Fault::Status(503));
        Self {
            honest,
            other,
            all,
            hash,
        }
    }

    fn rig(&self) -> Rig {
        Rig::of(&[&self.honest, &self.other])
    }

    /// Waits until the other server has nothing left to read, then lets the honest one show its list.
    async fn show_when_read(&self, running: &Running, snapshots: u64) {
        until("the other's are read", || {
            let other = &running.follower.status()[1];
            other.snapshots_done && other.snapshots >= snapshots
        })
        .await;
        self.honest.heal();
    }

    async fn all_sighted(&self, rig: &Rig) {
        rig.sighted(&self.all.iter().collect::<Vec<_>>()).await;
    }
}

fn give(fake: &Fake, made: &Made) {
    fake.content()
        .files
        .insert(made.id.clone(), made.file.clone());
}

fn done(running: &Running) -> bool {
    let status = &running.follower.status()[0];
    status.snapshots_done && status.snapshots == 1
}

#[tokio::test]
async fn a_forged_range_hides_no_rows() {
    let pair = Pair::start().await;
    let forged = listed(&pair.hash, (T0 + 500_000, T0 + 600_000), 4);
    pair.other.content().snapshots.push(forged);
    let rig = pair.rig();
    let running = rig.run();
    pair.show_when_read(&running, 1).await;
    pair.all_sighted(&rig).await;
    until("read for the honest one", || done(&running)).await;
    // Neither does it to the server itself, once it tells the truth.
    pair.other.content().snapshots = vec![listed(&pair.hash, (T0, T0 + 9000), 4)];
    until("known", || running.follower.status()[1].snapshots == 2).await;
}

#[tokio::test]
async fn rows_outside_of_a_range_are_taken_within_another() {
    let pair = Pair::start().await;
    let forged = listed(&pair.hash, (T0 + 500_000, T0 + 600_000), 4);
    pair.other.content().snapshots.push(forged);
    let rig = pair.rig();
    let running = rig.run();
    rig.rejection("SNAPSHOT_RANGE").await;
    pair.other.content().snapshots = vec![listed(&pair.hash, (T0, T0 + 9000), 4)];
    for made in &pair.all {
        give(&pair.other, made);
    }
    pair.all_sighted(&rig).await;
    pair.show_when_read(&running, 2).await;
}

#[tokio::test]
async fn what_a_server_says_to_be_replaced_is_believed_of_its_own_only() {
    let pair = Pair::start().await;
    let empty = pair.other.snapshot((T0, T0 + 9000), &[], 0);
    let rig = pair.rig();
    let running = rig.run();
    until("the empty one", || {
        running.follower.status()[1].snapshots == 1
    })
    .await;
    let mut item = listed(&pair.hash, (T0, T0 + 9000), 4);
    item["replacedSnapshotHashes"] = json!([empty]);
    pair.other.content().snapshots.push(item);
    pair.show_when_read(&running, 2).await;
    pair.all_sighted(&rig).await;
    assert_eq!(pair.other.asked(&format!("/contents/{}", pair.hash)), 0);
}

#[tokio::test]
async fn what_a_servers_rows_cover_is_covered_for_itself_only() {
    let pair = Pair::start().await;
    pair.other.snapshot((0, T0), &[], 0);
    let rig = pair.rig();
    let running = rig.run();
    until("the empty one", || {
        running.follower.status()[1].snapshots == 1
    })
    .await;
    // From T0 on it is followed, so it seems to need no reading.
    let item = listed(&pair.hash, (T0, T0 + 9000), 4);
    pair.other.content().snapshots.push(item);
    pair.show_when_read(&running, 2).await;
    pair.all_sighted(&rig).await;
    assert_eq!(pair.other.asked(&format!("/contents/{}", pair.hash)), 0);
}

#[tokio::test]
async fn rows_whose_files_a_server_denies_are_read_again_of_the_next() {
    let pair = Pair::start().await;
    let lost = &pair.all[2].id;
    pair.honest
        .fault(&format!("/contents/{lost}"), Fault::Status(404));
    let item = listed(&pair.hash, (T0, T0 + 9000), 4);
    pair.other.content().snapshots.push(item);
    let rig = pair.rig();
    let running = rig.run();
    assert_eq!(rig.rejection("ENTITY_FILE_REFUSED").await.entity_id, *lost);
    pair.show_when_read(&running, 1).await;
    pair.all_sighted(&rig).await;
    until("read for the honest one", || done(&running)).await;
}

#[tokio::test]
async fn rows_that_a_server_remembers_as_denied_are_read_again_of_the_next() {
    let pair = Pair::start().await;
    let lost = &pair.all[2];
    pair.honest
        .fault(&format!("/contents/{}", lost.id), Fault::Status(404));
    // The same line in a snapshot of its own, which nobody else has.
    pair.other.snapshot((T0, T0 + 5000), &[lost.line()], 1);
    let rig = pair.rig();
    let running = rig.run();
    rig.rejection("ENTITY_FILE_REFUSED").await;
    let item = listed(&pair.hash, (T0, T0 + 9000), 4);
    pair.other.content().snapshots.push(item);
    pair.show_when_read(&running, 2).await;
    pair.all_sighted(&rig).await;
    until("read for the honest one", || done(&running)).await;
}

#[tokio::test]
async fn what_was_really_read_is_read_once_even_for_a_server_that_comes_later() {
    let pair = Pair::start().await;
    let item = listed(&pair.hash, (T0, T0 + 9000), 4);
    pair.other.content().snapshots.push(item);
    let rig = pair.rig();
    let running = rig.run();
    pair.all_sighted(&rig).await;
    pair.show_when_read(&running, 1).await;
    until("known for the honest one", || done(&running)).await;
    let file = format!("/contents/{}", pair.hash);
    assert_eq!((pair.honest.asked(&file), pair.other.asked(&file)), (0, 1));
    // And that is remembered, for both of them.
    drop(running);
    let running = rig.run();
    until("known again", || {
        running.follower.status().iter().all(|s| s.snapshots_done)
    })
    .await;
    assert_eq!((pair.honest.asked(&file), pair.other.asked(&file)), (0, 1));
    let status = running.follower.status();
    assert!(status.iter().all(|s| s.snapshots == 0), "{status:?}");
}

#[tokio::test]
async fn a_file_that_all_who_list_the_snapshot_deny_is_asked_of_each_once() {
    let pair = Pair::start().await;
    let lost = format!("/contents/{}", pair.all[2].id);
    let item = listed(&pair.hash, (T0, T0 + 9000), 4);
    pair.other.content().snapshots.push(item);
    pair.honest.heal();
    for fake in [&pair.honest, &pair.other] {
        fake.fault(&lost, Fault::Status(404));
    }
    let mut rig = pair.rig();
    rig.follow.snapshots_gather = runtime::settings::Span::secs(20);
    let running = rig.run();
    until("done for both", || {
        let status = running.follower.status();
        status.iter().all(|s| s.snapshots == 1 && s.snapshots_done)
    })
    .await;
    let file = format!("/contents/{}", pair.hash);
    assert_eq!(pair.honest.asked(&file) + pair.other.asked(&file), 1);
    let tries = rig.follow.max_retries as usize;
    assert_eq!(
        (pair.honest.asked(&lost), pair.other.asked(&lost)),
        (tries, tries)
    );
    assert_eq!(rig.ids().len(), 3);
}
