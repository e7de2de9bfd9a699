//! How fast the store is beside the driver alone: prints figures, for a person to read, when asked to.
//!
//! `WORLDLOG_CQL_SPEED=20000 cargo test -p adapters --test it cql::speed -- --nocapture`

use std::future::Future;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use kernel::Stamp;
use runtime::ports::{AggregateWrite, Flush, Head, StampedRow, Store, StoredAggregate, TableName};
use scylla::client::session::Session;

use super::{connect, options, raw, with_keyspace};

/// Writes of each kind; unset: the test does nothing.
const VARIABLE: &str = "WORLDLOG_CQL_SPEED";
const TURNS: usize = 20;
/// Rows of one partition key, where they share one.
const ROWS: usize = 20;
const DOC: &[u8] = &[7; 200];

const TABLE: TableName = TableName {
    name: "speed",
    generation: 1,
};

fn key(n: usize) -> Bytes {
    format!("0x{n:040x}").into()
}

fn aggregates(count: usize, round: usize) -> Flush {
    let aggregates = (0..count).map(|n| AggregateWrite {
        key: key(n),
        aggregate: StoredAggregate {
            head: Head {
                pos: Some(round as u64),
                id: Some(uuid::Uuid::from_u128(n as u128)),
                ..Head::default()
            },
            doc: Some(DOC.into()),
            parts: Vec::new(),
        },
        stamp: Stamp::write(round as u64),
    });
    Flush {
        processor: "speed",
        generation: 1,
        aggregates_table: TABLE.name,
        aggregates: aggregates.collect(),
        ..Flush::default()
    }
}

fn rows(count: usize, a_partition: usize, round: usize) -> Flush {
    let rows = (0..count).map(|n| StampedRow {
        table: TABLE.name,
        partition: key(n / a_partition),
        row: format!("r{n}").into(),
        doc: Some(DOC.into()),
        stamp: Stamp::write(round as u64),
    });
    Flush {
        processor: "speed",
        generation: 1,
        rows: rows.collect(),
        ..Flush::default()
    }
}

/// The driver alone: one prepared statement, as many in flight as the store has.
async fn bare(session: &Session, keyspace: &str, count: usize, round: usize) {
    let insert = format!(
        "INSERT INTO {keyspace}.speed_g1 (\"partition\", \"row\", \"doc\") VALUES (?, ?, ?) \
         USING TIMESTAMP ?"
    );
    let insert = session.prepare(insert).await.expect("prepared");
    let cell = vec![7_u8; DOC.len() + 70];
    stream::iter(0..count)
        .map(|n| {
            let values = (
                key(n),
                Bytes::new(),
                &cell,
                Stamp::write(round as u64).value(),
            );
            session.execute_unpaged(&insert, values)
        })
        .buffer_unordered(options().in_flight)
        .try_for_each(|_| async { Ok(()) })
        .await
        .expect("written");
}

/// Writes of one kind so far, and what they took.
#[derive(Default)]
struct Speed {
    writes: usize,
    took: Duration,
}

impl Speed {
    async fn of(&mut self, writes: usize, work: impl Future<Output = ()>) {
        let start = Instant::now();
        work.await;
        self.took += start.elapsed();
        self.writes += writes;
    }

    fn a_second(&self) -> f64 {
        self.writes as f64 / self.took.as_secs_f64()
    }
}

fn told(what: &str, count: usize, took: Duration) {
    println!("{what:<40} {:>8.0}/s", count as f64 / took.as_secs_f64());
}

/// In small turns, so that a machine that others use too is as busy for the one as for the other.
async fn measure(address: String, keyspace: String, count: usize) {
    let store = connect(&address, &keyspace).await;
    store.create(&[TABLE]).await.expect("created");
    let session = raw(&address).await;
    let turn = count / TURNS;
    let mut alone = Speed::default();
    let mut flushes = [(); 3].map(|()| Speed::default());
    for at in 0..TURNS {
        alone
            .of(turn, bare(&session, &keyspace, turn, 2 * at))
            .await;
        let stamp = 2 * at + 1;
        let kinds = [
            aggregates(turn, stamp),
            rows(turn, 1, stamp),
            rows(turn, ROWS, stamp),
        ];
        for (speed, flush) in flushes.iter_mut().zip(kinds) {
            let work = async { store.flush(flush).await.expect("flushed") };
            speed.of(turn, work).await;
        }
    }
    let alone = alone.a_second();
    println!("{:<40} {alone:>8.0}/s", "driver alone, one row a partition");
    let names = ["aggregates", "one row a partition", "20 rows a partition"];
    for (name, speed) in names.iter().zip(&flushes) {
        let speed = speed.a_second();
        println!(
            "flush, {name:<33} {speed:>8.0}/s {:>6.0} %",
            100.0 * speed / alone
        );
    }
    read_back(&store, turn).await;
}

/// Reading, and the check that all of it was written.
async fn read_back(store: &dyn Store, count: usize) {
    let keys: Vec<Bytes> = (0..count).map(key).collect();
    let start = Instant::now();
    let loaded = store.load(&TABLE, &keys).await.expect("loaded");
    told("load", count, start.elapsed());
    assert!(loaded.iter().all(|a| a.doc.as_deref() == Some(DOC)));
    let keys = (0..count).map(|n| (key(n / ROWS), format!("r{n}").into()));
    let keys: Vec<(Bytes, Bytes)> = keys.collect();
    let start = Instant::now();
    let rows = store.get_many(&TABLE, &keys).await.expect("read");
    told("get_many, 20 rows a partition", count, start.elapsed());
    assert!(rows.iter().all(Option::is_some));
    let start = Instant::now();
    let (mut found, mut from) = (0, None);
    loop {
        let page = store.page(&TABLE, from, 1000).await.expect("read");
        found += page.rows.len();
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    told("page", found, start.elapsed());
    assert!(found >= 3 * count - count / ROWS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_beside_the_driver_alone() {
    let Ok(count) = std::env::var(VARIABLE) else {
        eprintln!("skipped: {VARIABLE} is not set, nobody wants to read figures");
        return;
    };
    let count = count.parse().expect("a number of writes");
    with_keyspace(|address, keyspace| measure(address, keyspace, count)).await;
}
