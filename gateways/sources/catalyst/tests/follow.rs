//! The happy path: snapshots, rows, several servers.

use super::fake::{Fake, Rig, T0, listed, made, scene, until};
use crate::sources::catalyst::Phase;
use serde_json::json;

#[tokio::test]
async fn snapshots_and_new_rows_become_sightings() {
    let fake = Fake::start().await;
    let old: Vec<_> = (0..5).map(scene).collect();
    for made in &old {
        fake.deploy(made);
    }
    let lines: Vec<_> = old.iter().map(|made| made.line()).collect();
    fake.snapshot((T0 - 1, T0 + 4000), &lines, 5);
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    rig.sighted(&old.iter().collect::<Vec<_>>()).await;
    let new = scene(9);
    fake.deploy(&new);
    until("the new one", || rig.ids().contains(&new.id)).await;
    until("syncing", || {
        running.follower.status()[0].phase == Phase::Syncing
    })
    .await;
    let sighting = rig
        .sightings()
        .into_iter()
        .find(|s| s.entity_id == new.id)
        .expect("there");
    assert_eq!(sighting.servers, std::slice::from_ref(&fake.url));
    assert_eq!(sighting.origin, "pointer-changes");
    assert_eq!(sighting.local_timestamp, Some(T0 + 9500));
    assert_eq!(sighting.entity_timestamp, T0 + 9000);
    let entity = sighting.entity.value().expect("json");
    assert_eq!(entity["id"], json!(new.id));
    assert_eq!(entity["metadata"], json!({"n": 9}));
    assert!(
        sighting
            .extra
            .expect("kept")
            .text()
            .contains("deployerAddress")
    );
    assert!(rig.rejected().is_empty());
    let status = &running.follower.status()[0];
    assert_eq!(
        (status.server.as_str(), status.blocked),
        (fake.url.as_str(), None)
    );
    assert!(status.snapshots_done && status.snapshots == 1);
}

#[tokio::test]
async fn pages_are_followed_with_our_own_cursor() {
    for ignores_last_id in [false, true] {
        let fake = Fake::start().await;
        fake.content().ignores_last_id = ignores_last_id;
        let mut all: Vec<_> = (0..40).map(scene).collect();
        // Seven of one instant: a page ends among them.
        for n in 0..7 {
            let file = json!({"type": "profile", "pointers": [format!("0xA{n}")], "timestamp": T0,
                "metadata": {"avatars": []}});
            all.push(made(&file, T0 + 20_500));
        }
        all.iter().for_each(|made| fake.deploy(made));
        let mut rig = Rig::of(&[&fake]);
        rig.follow.page_size = 5;
        let running = rig.run();
        rig.sighted(&all.iter().collect::<Vec<_>>()).await;
        let last = T0 + 39_500;
        until("the cursor", || {
            running.follower.status()[0].cursor == Some(last)
        })
        .await;
        assert_eq!(rig.sightings().len(), all.len(), "each once");
        let late = scene(12);
        assert!(
            rig.ids().contains(&late.id),
            "late commits are found by the overlap"
        );
    }
}

#[tokio::test]
async fn a_row_that_appears_behind_the_cursor_is_found() {
    let fake = Fake::start().await;
    fake.deploy(&scene(100));
    let rig = Rig::of(&[&fake]);
    let _running = rig.run();
    rig.sighted(&[&scene(100)]).await;
    fake.deploy(&scene(50));
    rig.sighted(&[&scene(50), &scene(100)]).await;
    assert_eq!(rig.sightings().len(), 2);
}

#[tokio::test]
async fn three_servers_with_the_same_entities_in_other_orders_agree() {
    let fakes = [
        Fake::start().await,
        Fake::start().await,
        Fake::start().await,
    ];
    let all: Vec<_> = (0..30).map(scene).collect();
    let lines: Vec<_> = all.iter().take(10).map(|made| made.line()).collect();
    for (k, fake) in fakes.iter().enumerate() {
        for i in 0..all.len() {
            let mut made = all[(i * 7 + k * 11) % all.len()].clone();
            made.row["localTimestamp"] = json!(T0 + 100_000 + i as i64);
            fake.deploy(&made);
        }
        fake.snapshot((T0, T0 + 9000), &lines, 10);
    }
    let rig = Rig::of(&fakes.each_ref());
    let running = rig.run();
    rig.sighted(&all.iter().collect::<Vec<_>>()).await;
    let syncing = || {
        running
            .follower
            .status()
            .iter()
            .all(|s| s.phase == Phase::Syncing)
    };
    until("all sync", syncing).await;
    until("each server's rows", || {
        let of = |url: &String| {
            rig.sightings()
                .iter()
                .filter(|s| s.servers.contains(url))
                .count()
        };
        fakes.iter().all(|fake| of(&fake.url) >= 30)
    })
    .await;
    let from_snapshot = rig
        .sightings()
        .into_iter()
        .filter(|s| s.origin == "snapshot");
    let read: Vec<_> = from_snapshot.collect();
    assert!(read.len() <= 10, "one snapshot, read once");
    assert!(read.iter().all(|s| s.servers.len() == 3), "all who list it");
    assert!(rig.rejected().is_empty());
}

#[tokio::test]
async fn a_finished_or_covered_snapshot_is_not_read_again() {
    let fake = Fake::start().await;
    let made = scene(0);
    fake.deploy(&made);
    let first = fake.snapshot((T0, T0 + 1000), &[made.line()], 1);
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    until("first", || running.follower.status()[0].snapshots == 1).await;
    // One that replaces it, and one of the time since we follow: neither file exists.
    let replacing = identity::hash::hash_v1("replacing");
    let later = identity::hash::hash_v1("later");
    {
        let mut content = fake.content();
        let mut item = listed(&replacing, (T0 - 5000, T0 + 1000), 1);
        item["replacedSnapshotHashes"] = json!([first]);
        content.snapshots = vec![item, listed(&later, (T0 + 1000, T0 + 9000), 3)];
    }
    until("both known", || running.follower.status()[0].snapshots == 3).await;
    drop(running);
    let again = rig.run();
    until("synced", || {
        again.follower.status()[0].phase == Phase::Syncing
    })
    .await;
    assert_eq!(fake.asked(&format!("/contents/{first}")), 1);
    assert_eq!(fake.asked(&format!("/contents/{replacing}")), 0);
    assert_eq!(fake.asked(&format!("/contents/{later}")), 0);
}

#[tokio::test]
async fn entities_beyond_the_age_limit_are_passed_over() {
    let fake = Fake::start().await;
    let now = crate::sources::catalyst::real_now_ms();
    let young = made(
        &json!({"type": "store", "pointers": ["urn:x"], "timestamp": now - 1000}),
        now - 500,
    );
    fake.deploy(&scene(0));
    fake.deploy(&young);
    let mut rig = Rig::of(&[&fake]);
    rig.follow.entity_max_age_in_seconds = 3600;
    let running = rig.run();
    let old_is_old = now - T0 > 3_600_000;
    assert!(old_is_old, "the test's instant lies in the past");
    rig.sighted(&[&young]).await;
    assert!(running.follower.status()[0].skipped >= 1);
}
