//! Stamps: what the server really stores, and that a late write loses wherever it comes from.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::future::join_all;
use kernel::Stamp;
use runtime::ports::{
    AggregateWrite, Flush, Head, Mark, StampedRow, Store, StoredAggregate, TableName,
};
use scylla::client::session::Session;
use sim::memory::MemoryStore;

use super::{connect, raw, with_keyspace};

const TABLE: TableName = TableName {
    name: "stamped",
    generation: 1,
};
const PROCESSOR: &str = "stamps";

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

fn row(partition: &str, row: &str, doc: Option<&str>, offset: u64) -> StampedRow {
    StampedRow {
        table: TABLE.name,
        partition: bytes(partition),
        row: bytes(row),
        doc: doc.map(bytes),
        stamp: match doc {
            Some(_) => Stamp::write(offset),
            None => Stamp::delete(offset),
        },
    }
}

fn aggregate(key: &str, doc: &str, offset: u64) -> AggregateWrite {
    AggregateWrite {
        key: bytes(key),
        aggregate: StoredAggregate {
            head: Head {
                pos: Some(offset),
                ..Head::default()
            },
            doc: Some(bytes(doc)),
            parts: Vec::new(),
        },
        stamp: Stamp::write(offset),
    }
}

/// A flush of one position: a row, an aggregate and the mark behind it.
fn flush(rows: Vec<StampedRow>, aggregates: Vec<AggregateWrite>, next: Option<u64>) -> Flush {
    Flush {
        processor: PROCESSOR,
        generation: TABLE.generation,
        rows,
        aggregates_table: TABLE.name,
        aggregates,
        mark: next.map(|next| Mark {
            topic: "in".into(),
            partition: 3,
            next,
            last: None,
        }),
    }
}

/// The one number a query gives.
async fn number(session: &Session, cql: String) -> i64 {
    let rows = Box::pin(session.query_unpaged(cql, ()))
        .await
        .expect("asked");
    let rows = rows.into_rows_result().expect("rows");
    rows.single_row::<(i64,)>().expect("one number").0
}

async fn write_raw(session: &Session, cql: String) {
    Box::pin(session.query_unpaged(cql, ()))
        .await
        .expect("written");
}

#[tokio::test]
async fn the_server_stores_the_stamps_of_the_log() {
    with_keyspace(|address, keyspace| async move {
        let store = connect(&address, &keyspace).await;
        store.create(&[TABLE]).await.expect("created");
        let rows = vec![
            row("p", "single", Some("x"), 41),
            row("q", "batched", Some("y"), 42),
            row("q", "batched too", Some("z"), 43),
            row("q", "gone", None, 50),
        ];
        let all = flush(rows, vec![aggregate("a", "state", 44)], Some(45));
        store.flush(all).await.expect("flushed");
        let session = raw(&address).await;
        let at = async |cell: &str, partition: &str, row: &str| {
            let cql = format!(
                "SELECT WRITETIME({cell}) FROM {keyspace}.stamped_g1 WHERE \
                 \"partition\" = textAsBlob('{partition}') AND \"row\" = textAsBlob('{row}')"
            );
            number(&session, cql).await
        };
        assert_eq!(at("doc", "p", "single").await, Stamp::write(41).value());
        assert_eq!(at("doc", "q", "batched").await, Stamp::write(42).value());
        let too = at("doc", "q", "batched too").await;
        assert_eq!(too, Stamp::write(43).value(), "each its own, in one batch");
        assert_eq!(at("aggregate", "a", "").await, Stamp::write(44).value());
        let mark = format!("SELECT WRITETIME(mark) FROM {keyspace}.marks LIMIT 1");
        assert_eq!(number(&session, mark).await, Stamp::write(45).value());
        // A deletion's stamp cannot be asked for: it hides what is written at it, and nothing above.
        let deleted = Stamp::delete(50).value();
        for (stamp, there) in [(deleted, false), (deleted + 1, true)] {
            let cql = format!(
                "INSERT INTO {keyspace}.stamped_g1 (\"partition\", \"row\", doc) VALUES \
                 (textAsBlob('q'), textAsBlob('gone'), 0x01) USING TIMESTAMP {stamp}"
            );
            write_raw(&session, cql).await;
            let found = store.get(&TABLE, b"q", b"gone").await.expect("read");
            assert_eq!(found.is_some(), there, "written at {stamp}");
        }
        assert_eq!(store.unstamped_writes(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_zombies_late_writes_lose() {
    with_keyspace(|address, keyspace| async move {
        let owner = connect(&address, &keyspace).await;
        owner.create(&[TABLE]).await.expect("created");
        let zombie = connect(&address, &keyspace).await;
        // Both know the first ten records; the owner goes on to the twentieth, then the zombie wakes up.
        let at = |offset: u64, text: &str| {
            let rows = vec![
                row("p", "written", Some(text), offset),
                row("p", "deleted", Some(text), offset),
                row("p", "revived", None, offset),
            ];
            flush(rows, vec![aggregate("a", text, offset)], Some(offset + 1))
        };
        zombie.flush(at(10, "old")).await.expect("flushed");
        let mut newest = at(20, "new");
        newest.rows[1] = row("p", "deleted", None, 20);
        newest.rows[2] = row("p", "revived", Some("new"), 20);
        owner.flush(newest).await.expect("flushed");
        for offset in [10, 15, 19] {
            zombie.flush(at(offset, "late")).await.expect("flushed");
            for store in [&owner, &zombie] {
                let doc = async |key: &[u8]| {
                    let found = store.get(&TABLE, b"p", key).await.expect("read");
                    found.map(|row| (row.doc, row.stamp))
                };
                let new = Some((bytes("new"), Stamp::write(20)));
                assert_eq!(doc(b"written").await, new, "a late write");
                assert_eq!(
                    doc(b"deleted").await,
                    None,
                    "a late write of what is deleted"
                );
                assert_eq!(doc(b"revived").await, new, "a late deletion");
                let loaded = store.load(&TABLE, &[bytes("a")]).await.expect("loaded");
                assert_eq!(loaded, [aggregate("a", "new", 20).aggregate]);
                let marks = store.marks(PROCESSOR, 1).await.expect("read");
                assert_eq!(marks[&("in".to_owned(), 3)].next, 21);
            }
        }
    })
    .await;
}

/// A generator of small numbers, the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        // Knuth's constants.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Writes of a deterministic step: what is written at an offset depends on the offset alone.
fn history(dice: &mut Dice, count: u64) -> Vec<Flush> {
    let mut flushes = Vec::new();
    for offset in 0..count {
        let mut rows = Vec::new();
        for n in 0..dice.below(4) {
            let partition = format!("p{}", dice.below(3));
            let doc = (dice.below(3) > 0).then(|| format!("{offset}.{n}"));
            rows.push(row(&partition, &format!("r{n}"), doc.as_deref(), offset));
        }
        let key = format!("a{}", dice.below(4));
        let aggregates = vec![aggregate(&key, &offset.to_string(), offset)];
        flushes.push(flush(rows, aggregates, Some(offset + 1)));
    }
    flushes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_any_order_the_end_is_that_of_the_model() {
    with_keyspace(|address, keyspace| async move {
        let stores = [
            connect(&address, &keyspace).await,
            connect(&address, &keyspace).await,
        ];
        stores[0].create(&[TABLE]).await.expect("created");
        let model = MemoryStore::default();
        model.create_now(&[TABLE]);
        let mut dice = Dice(7);
        let mut writes = history(&mut dice, 150);
        for flush in &writes {
            model.flush_now(flush.clone()).expect("flushed");
        }
        // Some arrive twice, all in an order that is not theirs, from two stores, many at once.
        for _ in 0..50 {
            let again = writes[dice.below(150) as usize].clone();
            writes.push(again);
        }
        for n in (1..writes.len()).rev() {
            writes.swap(n, dice.below(n as u64 + 1) as usize);
        }
        let flushes = writes.into_iter().zip(stores.iter().cycle());
        let flushes = join_all(flushes.map(|(flush, store)| store.flush(flush))).await;
        flushes.into_iter().for_each(|f| f.expect("flushed"));
        let everything = async |store: &dyn Store| {
            let page = store.page(&TABLE, None, 1000).await.expect("read");
            assert!(page.next.is_none());
            let rows = page.rows.into_iter();
            rows.map(|r| ((r.partition, r.row), (r.doc, r.stamp)))
                .collect::<BTreeMap<_, _>>()
        };
        let wanted = everything(&model).await;
        assert!(wanted.len() > 8, "there is something to compare");
        assert_eq!(everything(&stores[0]).await, wanted);
        let marks = stores[1].marks(PROCESSOR, 1).await.expect("read");
        assert_eq!(marks, model.marks(PROCESSOR, 1).await.expect("read"));
        assert_eq!(model.ties(), Vec::<String>::new());
    })
    .await;
}
