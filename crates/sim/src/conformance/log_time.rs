//! The cases of the port `Log` that are about time: finding an offset by it; retention and compaction, where they can
//! be asked for.

use std::time::Duration;

use kernel::NewRecord;
use runtime::ports::{Log, ReadLimits, Retention};

use super::log::{LogPeer, all, at, record, text, topic, topic_kept};
use super::skipped;

/// Why a case of retention is skipped.
const NO_SWEEP: &str = "retention happens when the log likes";

pub(super) async fn time_to_offset(log: &dyn Log) {
    let t = topic(log, "time", 1).await;
    let start = 1_700_000_000_000;
    let records = (0..50).map(|n| at(record(&t, "k", &n.to_string()), start + n * 10));
    log.append(records.collect()).await.expect("appended");
    let cases = [
        (0, 0),
        (start, 0),
        (start + 1, 1),
        (start + 10, 1),
        (start + 255, 26),
    ];
    for (timestamp, wanted) in cases
        .into_iter()
        .chain([(start + 490, 49), (start + 491, 50)])
    {
        let found = log.offset_at(&t, 0, timestamp).await.expect("offset");
        assert_eq!(found, wanted, "at {timestamp}");
    }
}

pub(super) async fn time_does_not_go_back(peer: &dyn LogPeer) {
    let log = peer.log();
    let t = topic(log, "clock", 1).await;
    let start = 1_700_000_000_000;
    for (n, now) in [start, start + 50, start - 1_000, start + 60]
        .into_iter()
        .enumerate()
    {
        if !peer.set_clock(now) {
            return skipped("time_does_not_go_back", "the log's clock cannot be set");
        }
        log.append(vec![record(&t, "k", &n.to_string())])
            .await
            .expect("appended");
    }
    let records = all(log, &t, 0).await;
    let times: Vec<i64> = records.iter().map(|r| r.timestamp).collect();
    assert_eq!(times, [start, start + 50, start + 50, start + 60]);
}

fn tombstone(record: NewRecord) -> NewRecord {
    NewRecord {
        value: None,
        ..record
    }
}

pub(super) async fn retention_by_time(peer: &dyn LogPeer) {
    let log = peer.log();
    let hour = Duration::from_secs(3600);
    let retention = Retention {
        time: Some(hour),
        ..Retention::FOREVER
    };
    let t = topic_kept(log, "by-time", 1, retention).await;
    let start = 1_700_000_000_000;
    let records = (0..10).map(|n| at(record(&t, "k", &n.to_string()), start + n * 1000));
    log.append(records.collect()).await.expect("appended");
    if !peer.sweep(start + 3_600_000 + 4_500).await {
        return skipped("retention_by_time", NO_SWEEP);
    }
    assert_eq!(log.starts(&t).await.expect("starts"), vec![5]);
    let values: Vec<String> = all(log, &t, 0).await.iter().map(text).collect();
    assert_eq!(
        values,
        ["5", "6", "7", "8", "9"],
        "a read below the start begins at it"
    );
    assert!(peer.sweep(start + 7_200_000).await);
    let next = at(record(&t, "k", "10"), start + 7_200_000);
    let appended = log.append(vec![next]).await.expect("appended");
    assert_eq!(appended[0].offset, 10, "offsets are never used again");
    assert_eq!(log.offset_at(&t, 0, 0).await.expect("offset"), 10);
}

pub(super) async fn retention_by_bytes(peer: &dyn LogPeer) {
    let log = peer.log();
    let retention = Retention {
        bytes: Some(5000),
        ..Retention::FOREVER
    };
    let t = topic_kept(log, "by-bytes", 1, retention).await;
    let records = (0..20).map(|n| record(&t, "k", &format!("{n:03}{}", "x".repeat(1000))));
    log.append(records.collect()).await.expect("appended");
    if !peer.sweep(0).await {
        return skipped("retention_by_bytes", NO_SWEEP);
    }
    let kept = all(log, &t, 0).await;
    assert!(
        (3..=5).contains(&kept.len()),
        "{} records of 1 KB kept",
        kept.len()
    );
    assert_eq!(kept.last().map(|r| r.offset), Some(19), "the newest stay");
    assert_eq!(log.starts(&t).await.expect("starts"), vec![kept[0].offset]);
    let topics = log.topics().await.expect("topics");
    let info = topics
        .iter()
        .find(|info| info.spec.name == *t)
        .expect("there");
    assert_eq!(info.records, kept.len() as u64);
    assert!(info.bytes <= 5000);
}

pub(super) async fn compaction(peer: &dyn LogPeer) {
    let log = peer.log();
    let retention = Retention {
        compact: true,
        ..Retention::FOREVER
    };
    let t = topic_kept(log, "compacted", 1, retention).await;
    let start = 1_700_000_000_000;
    let day = 24 * 3_600_000;
    let put = |key: &str, value: &str| at(record(&t, key, value), start);
    let records = vec![
        put("a", "a1"),
        put("b", "b1"),
        put("a", "a2"),
        put("c", "c1"),
        tombstone(put("b", "")),
        put("a", "a3"),
        tombstone(put("d", "")),
    ];
    log.append(records).await.expect("appended");
    if !peer.sweep(start + 1000).await {
        return skipped("compaction", NO_SWEEP);
    }
    let offsets = async || -> Vec<u64> { all(log, &t, 0).await.iter().map(|r| r.offset).collect() };
    assert_eq!(
        offsets().await,
        [3, 4, 5, 6],
        "the newest of each key, young tombstones"
    );
    assert!(peer.sweep(start + 2 * day).await);
    assert_eq!(
        offsets().await,
        [3, 5, 6],
        "old tombstones go, but not the newest record"
    );
    log.append(vec![put("c", "c2")]).await.expect("appended");
    assert!(peer.sweep(start + 2 * day).await);
    assert_eq!(
        offsets().await,
        [5, 7],
        "the tombstone is not the newest any more"
    );
    assert_eq!(log.ends(&t).await.expect("ends"), vec![8]);
    let batch = log
        .read(&t, 0, 6, ReadLimits::default())
        .await
        .expect("read");
    assert_eq!(
        (batch.records.len(), batch.next),
        (1, 8),
        "a gap is read over"
    );
}
