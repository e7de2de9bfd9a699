//! Faults of the file below the log, which the port's conformance suite cannot cause.

use std::sync::Arc;

use kernel::{Headers, NewRecord, Position};
use rusqlite::Connection;

use super::{SqliteLog, SqliteLogOptions};
use crate::ports::{
    Appended, Log, PortError, ReadLimits, Restore, Retention, SystemClock, TopicSpec,
};

struct Fixture {
    folder: tempfile::TempDir,
    log: Option<SqliteLog>,
}

impl Fixture {
    async fn new(options: SqliteLogOptions) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut fixture = Self { folder, log: None };
        fixture.log = Some(fixture.open(options).expect("opened"));
        let spec = TopicSpec {
            name: "t".into(),
            partitions: 2,
            retention: Retention::FOREVER,
        };
        fixture.log().ensure(&spec).await.expect("created");
        fixture
    }

    fn open(&self, options: SqliteLogOptions) -> Result<SqliteLog, PortError> {
        SqliteLog::open(self.file(), options, Arc::new(SystemClock))
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("log.db")
    }

    fn log(&self) -> &SqliteLog {
        self.log.as_ref().expect("open until a test closes it")
    }

    /// Changes the file behind the log's back.
    fn change(&self, sql: &str) {
        let conn = Connection::open(self.file()).expect("opened");
        conn.execute_batch(sql).expect("changed");
    }

    async fn read(&self, from: u64) -> Result<usize, PortError> {
        let limits = ReadLimits::default();
        let batch = self.log().read("t", 1, from, limits).await?;
        Ok(batch.records.len())
    }
}

fn no_tail() -> SqliteLogOptions {
    SqliteLogOptions {
        tail_bytes: 0,
        ..SqliteLogOptions::default()
    }
}

fn record(bytes: usize) -> NewRecord {
    NewRecord {
        topic: "t".into(),
        partition: Some(1),
        key: None,
        headers: Headers::new(uuid::Uuid::nil(), "k", "s"),
        value: Some(vec![b'x'; bytes].into()),
        timestamp: None,
    }
}

#[tokio::test]
async fn a_full_disk_is_a_retry_and_leaves_no_gap() {
    let fixture = Fixture::new(SqliteLogOptions::default()).await;
    let log = fixture.log();
    let limit = async |pages: i64| {
        log.inner
            .call(move |writer| {
                let limit =
                    writer
                        .conn
                        .query_row(&format!("PRAGMA max_page_count={pages}"), [], |row| {
                            row.get::<_, i64>(0)
                        });
                Ok(limit.expect("a limit"))
            })
            .await
            .expect("the writer answers")
    };
    log.append(vec![record(10)]).await.expect("appended");
    limit(1).await;
    let error = log.append(vec![record(1 << 20)]).await.expect_err("full");
    assert!(
        error.is_retry() && error.to_string().contains("disk is full"),
        "{error}"
    );
    assert_eq!(log.ends("t").await.expect("ends"), [0, 1]);
    limit(1 << 30).await;
    let appended = log.append(vec![record(1 << 20)]).await.expect("room again");
    assert_eq!(appended[0].offset, 1);
    assert_eq!(fixture.read(0).await.expect("read"), 2);
}

#[tokio::test]
async fn a_corrupt_record_is_refused_by_its_place() {
    let fixture = Fixture::new(no_tail()).await;
    fixture
        .log()
        .append(vec![record(1), record(1), record(1)])
        .await
        .expect("appended");
    fixture.change("UPDATE records SET headers = x'63' WHERE id & 0xff = 1");
    let error = fixture.read(0).await.expect_err("must be refused");
    assert!(
        !error.is_retry() && error.to_string().contains("t/1/1"),
        "{error}"
    );
    assert_eq!(fixture.read(2).await.expect("the next one is fine"), 1);
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let mut fixture = Fixture::new(no_tail()).await;
    fixture.log().close().await.expect("closed");
    fixture.log = None;
    fixture.change("UPDATE meta SET value = 99 WHERE name = 'format'");
    let error = fixture.open(no_tail()).err().expect("must be refused");
    assert!(error.to_string().contains("format 99"), "{error}");
    let error = SqliteLog::open_read_only(fixture.file()).err();
    assert!(
        error
            .expect("must be refused")
            .to_string()
            .contains("format 99")
    );
}

#[tokio::test]
async fn a_record_beyond_the_limit_is_refused_and_its_neighbours_are_taken() {
    let options = SqliteLogOptions {
        record_bytes_max: 10_000,
        ..no_tail()
    };
    let fixture = Fixture::new(options).await;
    let error = fixture.log().append(vec![record(10_000)]).await;
    assert!(
        error
            .expect_err("must be refused")
            .to_string()
            .contains("t/1")
    );
    fixture
        .log()
        .append(vec![record(9000)])
        .await
        .expect("appended");
}

/// Appends that wait for the disk are one transaction; the one that is refused must be the only one.
#[tokio::test]
async fn an_append_that_is_refused_does_not_fail_those_written_with_it() {
    let fixture = Fixture::new(SqliteLogOptions::default()).await;
    let log = fixture.log();
    log.append(vec![record(1), record(1)]).await.expect("taken");
    let derived = |offset| {
        let mut record = record(2);
        record.headers.source = "processors/p".into();
        record.headers.cause = Some(Position::new("in", 0, offset));
        record
    };
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let held = log.inner.call(move |_| {
        gate.recv().expect("the test opens it");
        Ok(())
    });
    let (held, a, bad, b, ()) = tokio::join!(
        held,
        log.append(vec![derived(1), derived(2)]),
        // Offset 1 is taken.
        log.restore(vec![(1, record(3))]),
        log.append(vec![derived(2), derived(3)]),
        async { open.send(()).expect("the writer waits") },
    );
    held.expect("held");
    let error = bad.expect_err("must be refused");
    assert!(!error.is_retry(), "{error}");
    let places = |appended: Vec<Appended>| -> Vec<_> {
        appended.iter().map(|a| (a.offset, a.repeated)).collect()
    };
    assert_eq!(places(a.expect("taken")), [(2, false), (3, false)]);
    assert_eq!(places(b.expect("taken")), [(3, true), (4, false)]);
    assert_eq!(fixture.read(0).await.expect("read"), 5);
}

#[tokio::test]
async fn an_outcome_that_comes_late_is_no_repetition() {
    let fixture = Fixture::new(SqliteLogOptions::default()).await;
    let derived = |source: &str, offset| {
        let mut record = record(2);
        record.headers.source = source.into();
        record.headers.cause = Some(Position::new("effects.mail", 0, offset));
        record
    };
    let sources = [
        ("runners/mail", true),
        ("gateways/operator", true),
        ("processors/mails", false),
    ];
    for (source, late_is_taken) in sources {
        let both = vec![derived(source, 9), derived(source, 8)];
        let appended = fixture.log().append(both).await.expect("taken");
        assert_eq!(appended[1].repeated, !late_is_taken, "{source}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wal_starts_over_under_load_and_is_gone_when_quiet() {
    let options = SqliteLogOptions {
        wal_bytes: 256 << 10,
        ..no_tail()
    };
    let fixture = Fixture::new(options).await;
    for _ in 0..400 {
        fixture
            .log()
            .append(vec![record(20_000), record(20_000)])
            .await
            .expect("appended");
    }
    let wal_bytes = || {
        let wal = fixture.folder.path().join("log.db-wal");
        std::fs::metadata(wal).map_or(0, |found| found.len())
    };
    assert!(wal_bytes() < 8 << 20, "{} bytes after 16 MB", wal_bytes());
    fixture.log().close().await.expect("closed");
    assert_eq!(wal_bytes(), 0);
}

#[tokio::test]
async fn what_waits_when_the_log_closes_is_told() {
    let fixture = Fixture::new(no_tail()).await;
    let log = fixture.log();
    let waiting = log.wait("t", 0, 0);
    let closing = async {
        tokio::task::yield_now().await;
        log.close().await.expect("closed");
    };
    let (waited, ()) = tokio::join!(waiting, closing);
    let error = waited.expect_err("it will never come");
    assert!(error.to_string().contains("is closed"), "{error}");
    let mut member = log.join("g", &"t".into()).await.expect("joined");
    assert!(member.next().await.is_none(), "a closed log has no groups");
}

/// Counts are written late; a process that dies before that must not give an offset twice.
#[tokio::test]
async fn the_end_is_found_again_when_the_counts_were_not_written() {
    let mut fixture = Fixture::new(SqliteLogOptions::default()).await;
    for _ in 0..5 {
        fixture.log().append(vec![record(10)]).await.expect("taken");
    }
    let before = fixture.log().topics().await.expect("told");
    fixture.log = None;
    // As if the process had died right after the first append.
    fixture.change("UPDATE partitions SET \"end\" = 1, records = 1, bytes = 12, timestamp = 0");
    fixture.change("UPDATE partitions SET \"end\" = 0, records = 0, bytes = 0 WHERE partition = 0");
    fixture.log = Some(fixture.open(SqliteLogOptions::default()).expect("opened"));
    let after = fixture.log().topics().await.expect("told");
    assert_eq!(before[0].records, after[0].records);
    let placed = fixture.log().append(vec![record(10)]).await.expect("taken");
    assert_eq!(placed[0].offset, 5);
    assert_eq!(fixture.read(0).await.expect("read"), 6);
}

/// A tombstone may go only once the value it hides has gone.
#[tokio::test]
async fn a_tombstone_outlives_the_value_it_hides() {
    let options = SqliteLogOptions {
        compact_dirty_percent: 50,
        tombstone_delay: std::time::Duration::ZERO,
        ..SqliteLogOptions::default()
    };
    let fixture = Fixture::new(options).await;
    let log = fixture.log();
    let retention = Retention {
        compact: true,
        ..Retention::FOREVER
    };
    log.ensure(&TopicSpec {
        name: "t".into(),
        partitions: 2,
        retention,
    })
    .await
    .expect("altered");
    let keyed = |key: u8| NewRecord {
        key: Some(vec![key].into()),
        ..record(10)
    };
    log.append((0..8).map(keyed).collect())
        .await
        .expect("taken");
    let far = i64::MAX / 2;
    log.run_retention(far)
        .await
        .expect("all of it is clean now");
    let tombstone = NewRecord {
        value: None,
        ..keyed(0)
    };
    log.append(vec![tombstone, keyed(9)]).await.expect("taken");
    log.run_retention(far)
        .await
        .expect("not worth a compaction");
    let batch = log
        .read("t", 1, 0, ReadLimits::default())
        .await
        .expect("read");
    let of_key: Vec<_> = batch
        .records
        .iter()
        .filter(|r| r.key.as_deref() == Some(&[0]))
        .collect();
    let last = of_key.last().expect("the value or its tombstone");
    assert!(
        last.value.is_none(),
        "the value came back: {} records",
        of_key.len()
    );
}

#[tokio::test]
async fn a_topic_created_while_a_read_only_log_looks_has_all_its_partitions_or_is_not_there() {
    let fixture = Fixture::new(no_tail()).await;
    let writer = Connection::open(fixture.file()).expect("opened");
    let mut reader = Connection::open(fixture.file()).expect("opened");
    let mut created = 0;
    // Between any two of the reader's steps another process creates a topic.
    let create = move || {
        created += 1;
        if created <= 100 {
            let sql = format!(
                "BEGIN; INSERT INTO topics (name, identity, compact) VALUES ('late-{created}', zeroblob(16), 0);
                 INSERT INTO partitions (topic, partition, start, \"end\", records, bytes, clean, timestamp, ordered)
                 VALUES (last_insert_rowid(), 0, 0, 0, 0, 0, 0, 0, 1); COMMIT"
            );
            writer.execute_batch(&sql).expect("created");
        }
        false
    };
    reader.progress_handler(1, Some(create)).expect("watched");
    let catalogue = super::catalogue::Catalogue::default();
    super::schema::load_topics(&reader, &catalogue).expect("loaded");
    let topics = catalogue.all();
    assert!(!topics.is_empty());
    for topic in topics {
        assert!(!topic.partitions.is_empty(), "{} is hollow", topic.name);
    }
    let no_handler: Option<fn() -> bool> = None;
    reader.progress_handler(1, no_handler).expect("left alone");
    super::schema::load_topics(&reader, &catalogue).expect("loaded");
    assert_eq!(catalogue.all().len(), 101, "and the next look finds it");
}
