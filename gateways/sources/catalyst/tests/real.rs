//! Real entities with real and synthetic chains, where the data set is at hand.

use std::io::Write as _;
use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;

use super::fake::{Fake, Rig, until};

/// The recorded content server, where the data set is.
fn folder() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var_os("WORLDLOG_DATA").map_or_else(|| beside.into(), PathBuf::from);
    data.join("spine/catalyst-offline")
}

#[tokio::test]
async fn real_entities_are_sighted() {
    let folder = folder();
    if !folder.is_dir() {
        // Not by a macro: what those write is shown only when a test fails.
        let line = format!(
            "skipped: {} is not there (set WORLDLOG_DATA)\n",
            folder.display()
        );
        let written = std::io::stderr().write_all(line.as_bytes());
        return written.expect("standard error is open");
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the set");
    let fake = Fake::start().await;
    {
        let mut content = fake.content();
        for entry in std::fs::read_dir(folder.join("contents"))
            .expect("a folder")
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = std::fs::read(entry.path()).expect("a file");
            content.files.insert(name, Bytes::from(bytes));
        }
        content.snapshots = serde_json::from_str(&read("snapshots.json")).expect("a list");
        let rows = read("pointer-changes.ndjson");
        content.rows = rows
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("a row"))
            .collect();
        assert_eq!(content.rows.len(), 30);
    }
    let rig = Rig::of(&[&fake]);
    let running = rig.run();
    until("the snapshot", || {
        running.follower.status()[0].snapshots == 1
    })
    .await;
    assert_eq!(rig.ids().len(), 28, "{:?}", rig.rejected());
    assert!(rig.rejected().is_empty(), "{:?}", rig.rejected());
    // Without the snapshot every row comes from /pointer-changes, the overwritten ones as well.
    fake.content().snapshots.clear();
    let rig = Rig::of(&[&fake]);
    let _running = rig.run();
    until("all rows", || rig.ids().len() == 30).await;
    assert!(rig.rejected().is_empty(), "{:?}", rig.rejected());
}
