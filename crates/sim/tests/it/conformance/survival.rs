//! What a SQLite log and store still hold after being dropped, killed or opened twice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, NewRecord, Position, Record, Topic};
use runtime::embedded::{SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions};
use runtime::ports::{Log, ReadLimits, Retention, Store, SystemClock, TopicSpec};

/// Set for the child: the folder it appends in.
const CHILD_FOLDER: &str = "WORLDLOG_TEST_CHILD_FOLDER";
const CHILD_TEST: &str = "conformance::survival::child_that_appends_until_killed";
const PARTITIONS: u32 = 4;

fn open(folder: &Path) -> SqliteLog {
    let options = SqliteLogOptions {
        retention_interval: None,
        ..SqliteLogOptions::default()
    };
    SqliteLog::open(folder.join("log.db"), options, Arc::new(SystemClock)).expect("opened")
}

async fn topic(log: &SqliteLog) -> Topic {
    let spec = TopicSpec {
        name: "survival".into(),
        partitions: PARTITIONS,
        retention: Retention::FOREVER,
    };
    log.ensure(&spec).await.expect("created");
    "survival".into()
}

/// Number `n` of the records appended, with a cause of its own.
fn record(topic: &Topic, n: u64) -> NewRecord {
    let text = n.to_string();
    let mut headers = Headers::new(
        kernel::event_id(text.as_bytes()),
        "sim/tested",
        "processors/survival",
    );
    headers.cause = Some(Position::new("up.stream", 0, n));
    NewRecord {
        partition: Some((n % u64::from(PARTITIONS)) as u32),
        ..NewRecord::keyed(Arc::clone(topic), "k".into(), headers, text.into())
    }
}

async fn records(log: &dyn Log, partition: u32) -> Vec<Record> {
    let (mut records, mut from) = (Vec::new(), 0);
    loop {
        let batch = log
            .read("survival", partition, from, ReadLimits::default())
            .await;
        let batch = batch.expect("read");
        if batch.records.is_empty() {
            return records;
        }
        from = batch.next;
        records.extend(batch.records);
    }
}

fn number(record: &Record) -> u64 {
    let value = record.value.as_ref().expect("no tombstones here");
    std::str::from_utf8(value)
        .expect("text")
        .parse()
        .expect("a number")
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_drop() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let identity = {
        let log = open(folder.path());
        let t = topic(&log).await;
        log.append((0..100).map(|n| record(&t, n)).collect())
            .await
            .expect("appended");
        log.commit("group", &t, 1, 7).await.expect("recorded");
        (log.identity(), log.topic_identity(&t))
    };
    let log = open(folder.path());
    let t = topic(&log).await;
    assert_eq!((log.identity(), log.topic_identity(&t)), identity);
    assert_eq!(log.ends(&t).await.expect("ends"), vec![25; 4]);
    assert_eq!(
        log.committed("group", &t).await.expect("read"),
        BTreeMap::from([(1, 7)])
    );
    let topics = log.topics().await.expect("topics");
    assert_eq!((topics.len(), topics[0].records), (1, 100));
    let again = log
        .append(vec![record(&t, 98), record(&t, 101)])
        .await
        .expect("appended");
    assert!(again[0].repeated, "what was taken of a producer survives");
    assert_eq!((again[0].partition, again[0].offset), (2, 24));
    assert!(!again[1].repeated);
    assert_eq!(
        (again[1].partition, again[1].offset),
        (1, 25),
        "offsets go on"
    );
    log.close().await.expect("closed");
    assert!(!folder.path().join("log.db-wal").exists() || wal_bytes(folder.path()) == 0);
    let closed = log
        .append(vec![record(&t, 200)])
        .await
        .expect_err("must be refused");
    assert!(closed.to_string().contains("is closed"), "{closed}");
}

fn wal_bytes(folder: &Path) -> u64 {
    std::fs::metadata(folder.join("log.db-wal")).map_or(0, |found| found.len())
}

#[tokio::test]
async fn a_folder_has_one_writer_and_any_number_of_readers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = open(folder.path());
    let t = topic(&log).await;
    log.append(vec![record(&t, 0)]).await.expect("appended");
    let file = folder.path().join("log.db");
    let second = SqliteLog::open(&file, SqliteLogOptions::default(), Arc::new(SystemClock));
    let error = second.err().expect("must be refused");
    assert!(
        error.to_string().contains(&std::process::id().to_string()),
        "{error}"
    );
    let reader = SqliteLog::open_read_only(&file).expect("opened");
    assert_eq!(records(&reader, 0).await.len(), 1);
    let waiting = reader.wait(&t, 0, 1);
    let appending = async {
        tokio::task::yield_now().await;
        log.append(vec![record(&t, 4)]).await.expect("appended");
    };
    let (woken, ()) = tokio::join!(waiting, appending);
    woken.expect("woken");
    assert_eq!(
        records(&reader, 0).await.len(),
        2,
        "it sees what the writer appends"
    );
    let error = reader
        .append(vec![record(&t, 8)])
        .await
        .expect_err("must be refused");
    assert!(error.to_string().contains("read only"), "{error}");
    log.close().await.expect("closed");
    assert_eq!(
        records(&reader, 0).await.len(),
        2,
        "it goes on without the writer"
    );
    let alone = SqliteLog::open_read_only(&file).expect("opened");
    assert_eq!(records(&alone, 0).await.len(), 2);
}

#[tokio::test]
async fn a_killed_process_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut acknowledged = 0;
    for round in 0..3 {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args([CHILD_TEST, "--exact", "--nocapture"])
            .env(CHILD_FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let counts = output.lines().map_while(Result::ok);
        let mut counts = counts.filter_map(|l| l.strip_prefix("acknowledged ")?.parse().ok());
        for _ in 0..20 + round {
            acknowledged = counts.next().expect("the child appends until it is killed");
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        // What it said before it died, but we had not read.
        acknowledged = counts.last().unwrap_or(acknowledged);
        let log = open(folder.path());
        let mut found: u64 = 0;
        for partition in 0..PARTITIONS {
            let records = records(&log, partition).await;
            for (offset, record) in records.iter().enumerate() {
                let offset = offset as u64;
                assert_eq!(record.offset, offset, "no gaps");
                assert_eq!(
                    number(record),
                    offset * 4 + u64::from(partition),
                    "in order, once"
                );
            }
            found += records.len() as u64;
        }
        assert!(
            found >= acknowledged,
            "{acknowledged} acknowledged, {found} there"
        );
        let topics = log.topics().await.expect("topics");
        assert_eq!(topics[0].records, found, "counts are as exact as records");
    }
}

/// Not a test of its own: the child of the one above. Appends everything again from the start, as a processor that
/// lost its place would, and goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_appends_until_killed() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else {
        return;
    };
    let log = open(Path::new(&folder));
    let t = topic(&log).await;
    let mut n = 0;
    loop {
        let batch = (n..n + 10).map(|n| record(&t, n)).collect();
        log.append(batch).await.expect("appended");
        n += 10;
        println!("acknowledged {n}");
    }
}

#[tokio::test]
async fn a_store_survives_a_drop_and_can_be_read_beside_its_writer() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("store.db");
    let options = SqliteStoreOptions::default();
    {
        let store = SqliteStore::open(&file, &options).expect("opened");
        let set = store
            .compare_and_set("live", None, Bytes::from_static(b"1"))
            .await;
        assert!(set.expect("asked"));
        let second = SqliteStore::open(&file, &options)
            .err()
            .expect("must be refused");
        assert!(second.to_string().contains("in use by process"), "{second}");
    }
    let store = SqliteStore::open(&file, &options).expect("opened");
    let reader = SqliteStore::open_read_only(&file).expect("opened");
    for store in [&store, &reader] {
        let pointer = store.pointer("live").await.expect("read").expect("there");
        assert_eq!((pointer.version, &pointer.value[..]), (1, &b"1"[..]));
    }
    let set = reader
        .compare_and_set("live", Some(1), Bytes::from_static(b"2"))
        .await;
    assert!(
        set.expect_err("must be refused")
            .to_string()
            .contains("read only")
    );
    store.close().await.expect("closed");
}
