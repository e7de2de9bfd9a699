//! What only this store has: ties told, tombstones collected, tables dropped, flushes that fail alone.

use bytes::Bytes;
use kernel::Stamp;

use super::{SqliteStore, SqliteStoreOptions};
use crate::ports::{Flush, Mark, MarkAt, PortError, StampedRow, Store, TableName};

const TABLE: TableName = TableName {
    name: "t",
    generation: 1,
};

async fn store(folder: &tempfile::TempDir) -> SqliteStore {
    let options = SqliteStoreOptions {
        check_ties: true,
        ..SqliteStoreOptions::default()
    };
    let store = SqliteStore::open(folder.path().join("store.db"), &options).expect("opened");
    store.create(&[TABLE]).await.expect("created");
    store
}

fn flush(table: &'static str, key: &str, doc: Option<&str>, stamp: Stamp) -> Flush {
    let copy = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    Flush {
        processor: "p",
        generation: 1,
        rows: vec![StampedRow {
            table,
            partition: copy(key),
            row: copy("r"),
            doc: doc.map(copy),
            stamp,
        }],
        mark: Some(Mark {
            topic: "in".into(),
            partition: 0,
            next: 1,
            last: None,
        }),
        ..Flush::default()
    }
}

#[tokio::test]
async fn two_values_under_one_stamp_are_told_and_the_first_stays() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(&folder).await;
    let put = |doc| store.flush(flush("t", "k", Some(doc), Stamp::write(1)));
    put("one").await.expect("flushed");
    put("one").await.expect("a repetition is fine");
    let error = put("two").await.expect_err("must be refused");
    assert!(error.to_string().contains("row k/r in t_g1"), "{error}");
    let row = store
        .get(&TABLE, b"k", b"r")
        .await
        .expect("read")
        .expect("there");
    assert_eq!(row.doc, "one");
}

#[tokio::test]
async fn one_bad_flush_does_not_fail_its_neighbours() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(&folder).await;
    let good = |key| store.flush(flush("t", key, Some("x"), Stamp::write(1)));
    let bad = store.flush(flush("missing", "k", Some("x"), Stamp::write(1)));
    let (a, bad, b) = tokio::join!(good("a"), bad, good("b"));
    a.expect("flushed");
    b.expect("flushed");
    assert!(matches!(bad, Err(PortError::Refused(_))));
    for key in [b"a", b"b"] {
        assert!(store.get(&TABLE, key, b"r").await.expect("read").is_some());
    }
}

#[tokio::test]
async fn old_tombstones_are_collected_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(&folder).await;
    for (key, doc, stamp) in [
        ("old", None, Stamp::delete(5)),
        ("young", None, Stamp::delete(50)),
        ("live", Some("x"), Stamp::write(5)),
    ] {
        store
            .flush(flush("t", key, doc, stamp))
            .await
            .expect("flushed");
    }
    let collect = async || {
        let collected = store.collect_tombstones(&TABLE, Stamp::delete(10)).await;
        collected.expect("collected")
    };
    assert_eq!(collect().await, 1);
    assert_eq!(collect().await, 0);
    let late = flush("t", "young", Some("late"), Stamp::write(20));
    store.flush(late).await.expect("flushed");
    assert_eq!(store.get(&TABLE, b"young", b"r").await.expect("read"), None);
    assert!(
        store
            .get(&TABLE, b"live", b"r")
            .await
            .expect("read")
            .is_some()
    );
}

#[tokio::test]
async fn a_dropped_table_is_gone_and_its_marks_stay() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(&folder).await;
    store
        .flush(flush("t", "k", Some("x"), Stamp::write(1)))
        .await
        .expect("flushed");
    assert_eq!(store.marks("p", 1).await.expect("read").len(), 1);
    store.drop_tables(&[TABLE]).await.expect("dropped");
    assert!(
        store.get(&TABLE, b"k", b"r").await.is_err(),
        "no such table"
    );
    assert_eq!(store.marks("p", 1).await.expect("read").len(), 1);
    store.create(&[TABLE]).await.expect("created");
    assert_eq!(store.get(&TABLE, b"k", b"r").await.expect("read"), None);
}

/// What the first releases wrote, before a mark knew the last record.
const OLD_MARKS: &str = "
DROP TABLE marks;
CREATE TABLE marks (
    processor TEXT NOT NULL,
    generation INTEGER NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (processor, generation, topic, partition)
) WITHOUT ROWID;
INSERT INTO marks VALUES ('p', 1, 'in', 3, 7);
";

#[tokio::test]
async fn marks_of_an_older_store_are_read_and_go_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("store.db");
    let old = store(&folder).await;
    old.close().await.expect("closed");
    drop(old);
    let conn = rusqlite::Connection::open(&file).expect("opened");
    conn.execute_batch(OLD_MARKS).expect("put back");
    drop(conn);
    let place = ("in".to_owned(), 3);
    let mut wanted = MarkAt {
        next: 7,
        last: None,
    };
    let read_only = SqliteStore::open_read_only(&file).expect("opened");
    let marks = read_only.marks("p", 1).await.expect("read");
    assert_eq!(marks[&place], wanted, "before it is brought up to date");
    drop(read_only);
    for last in [7, 8] {
        let store = store(&folder).await;
        assert_eq!(store.marks("p", 1).await.expect("read")[&place], wanted);
        wanted.next = last + 1;
        wanted.last = Some(uuid::Uuid::from_u128(last.into()));
        let flush = Flush {
            processor: "p",
            generation: 1,
            mark: Some(Mark {
                topic: "in".into(),
                partition: 3,
                next: wanted.next,
                last: wanted.last,
            }),
            ..Flush::default()
        };
        store.flush(flush).await.expect("flushed");
        assert_eq!(store.marks("p", 1).await.expect("read")[&place], wanted);
    }
}

#[tokio::test]
async fn a_foreign_page_token_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = store(&folder).await;
    let page = store
        .page(&TABLE, Some(Bytes::from_static(b"\xff\xff")), 10)
        .await;
    let error = page.expect_err("must be refused");
    assert!(error.to_string().contains("page token"), "{error}");
}
