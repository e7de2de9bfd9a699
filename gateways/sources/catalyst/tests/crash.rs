//! Crashes between any two steps: nothing is lost, and little is read again.

use super::super::sink::{CURSORS, SIGHTINGS};
use super::fake::{Fake, Fault, Rig, T0, scene, until};

#[tokio::test]
async fn a_crash_between_append_and_cursor_leaves_no_gap() {
    let fake = Fake::start().await;
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    until("begun", || running.follower.status()[0].polled_at.is_some()).await;
    rig.log.refuse(Some(CURSORS));
    for n in 0..5 {
        fake.deploy(&scene(n));
    }
    until("appended", || !rig.ids().is_empty()).await;
    drop(running);
    rig.log.refuse(None);
    fake.deploy(&scene(5));
    let running = rig.run();
    let all: Vec<_> = (0..6).map(scene).collect();
    rig.sighted(&all.iter().collect::<Vec<_>>()).await;
    until("cursor", || {
        running.follower.status()[0].cursor == Some(T0 + 5500)
    })
    .await;
}

#[tokio::test]
async fn the_cursor_waits_for_the_log() {
    let fake = Fake::start().await;
    let rig = Rig::of(&[&fake]);
    rig.log.refuse(Some(SIGHTINGS));
    fake.deploy(&scene(0));
    let running = rig.run();
    until("blocked", || {
        running.follower.status()[0].blocked == Some("log")
    })
    .await;
    let cursor = running.follower.status()[0].cursor;
    assert!(cursor.is_none_or(|cursor| cursor < T0), "{cursor:?}");
    drop(running);
    let running = rig.run();
    rig.log.refuse(None);
    rig.sighted(&[&scene(0)]).await;
    until("cursor", || {
        running.follower.status()[0].cursor == Some(T0 + 500)
    })
    .await;
}

#[tokio::test]
async fn a_restart_reads_only_the_overlap_again() {
    let fake = Fake::start().await;
    // An hour apart from each other.
    let all: Vec<_> = (0..10).map(|n| scene(n * 3600)).collect();
    all.iter().for_each(|made| fake.deploy(made));
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    let last = T0 + 9 * 3_600_000 + 500;
    until("cursor", || {
        running.follower.status()[0].cursor == Some(last)
    })
    .await;
    drop(running);
    fake.content().requests.clear();
    let new = scene(36_000);
    fake.deploy(&new);
    let running = rig.run();
    until("the new one", || rig.ids().contains(&new.id)).await;
    until("cursor", || {
        running.follower.status()[0].cursor == Some(T0 + 36_000_500)
    })
    .await;
    assert_eq!(fake.asked("/contents/"), 2, "the last and the new one");
    assert_eq!(rig.sightings().len(), 12, "the last one twice");
}

#[tokio::test]
async fn a_snapshot_goes_on_where_it_stood() {
    let fake = Fake::start().await;
    let all: Vec<_> = (0..20).map(scene).collect();
    for made in &all {
        fake.content()
            .files
            .insert(made.id.clone(), made.file.clone());
    }
    let lines: Vec<_> = all.iter().map(|made| made.line()).collect();
    fake.snapshot((T0, T0 + 99_000), &lines, 20);
    fake.fault(&format!("/contents/{}", all[15].id), Fault::Hang);
    let mut rig = Rig::of(&[&fake]);
    rig.outbound.inactivity_timeout = runtime::settings::Span::secs(15);
    let running = rig.run();
    until("the rest", || rig.ids().len() == 19).await;
    let saved = || {
        let cursors: Vec<model::events::catalyst::Cursor> = rig.log.values(CURSORS);
        let mut lines = cursors.iter().filter(|c| c.kind == "snapshot");
        lines.any(|c| c.position.text().contains("\"lines\":15"))
    };
    until("fifteen lines saved", saved).await;
    drop(running);
    fake.content().requests.clear();
    fake.heal();
    let running = rig.run();
    rig.sighted(&all.iter().collect::<Vec<_>>()).await;
    until("done", || running.follower.status()[0].snapshots_done).await;
    assert_eq!(
        fake.asked("/contents/baf"),
        6,
        "the snapshot and five entities"
    );
}
