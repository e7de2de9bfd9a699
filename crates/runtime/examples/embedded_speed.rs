//! How fast the embedded log and store are on this machine: `cargo run --release -p runtime --example embedded_speed`.
//! An argument `log`, `latency` or `store` measures only that; sizes can be tried with `PAGE_BYTES`, `WAL_BYTES`.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use kernel::{Headers, NewRecord, Stamp, Topic};
use runtime::embedded::{SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions};
use runtime::ports::{
    AggregateWrite, Flush, Head, Log, ReadLimits, Retention, Store, StoredAggregate, SystemClock,
    TableName, TopicSpec,
};

const PARTITIONS: u32 = 32;
const VALUE_BYTES: usize = 220;
const KEYS: u64 = 200_000;
const TABLE: TableName = TableName {
    name: "players",
    generation: 1,
};

fn record(topic: &Topic, number: u64) -> NewRecord {
    // A unit makes these texts once.
    static TEXTS: LazyLock<[Arc<str>; 2]> =
        LazyLock::new(|| ["badge/badge-granted".into(), "gateways/load".into()]);
    let [kind, source] = &*TEXTS;
    let id = uuid::Uuid::from_u128(u128::from(number));
    let headers = Headers::new(id, Arc::clone(kind), Arc::clone(source));
    let key = format!("0x{:038x}", number % KEYS);
    let mut value = vec![b'x'; VALUE_BYTES];
    value[..8].copy_from_slice(&number.to_be_bytes());
    NewRecord::keyed(Arc::clone(topic), key.into(), headers, value.into())
}

fn tried(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

fn open_log(folder: &Path) -> SqliteLog {
    let mut options = SqliteLogOptions::default();
    options.page_bytes = tried("PAGE_BYTES").unwrap_or(options.page_bytes);
    options.wal_bytes = tried("WAL_BYTES").unwrap_or(options.wal_bytes);
    SqliteLog::open(folder.join("log.db"), options, Arc::new(SystemClock)).expect("log opens")
}

fn open_store(folder: &Path) -> SqliteStore {
    let mut options = SqliteStoreOptions::default();
    options.page_bytes = tried("PAGE_BYTES").unwrap_or(options.page_bytes);
    options.wal_bytes = tried("WAL_BYTES").unwrap_or(options.wal_bytes);
    SqliteStore::open(folder.join("store.db"), &options).expect("store opens")
}

async fn topic(log: &SqliteLog, name: &str) -> Topic {
    let spec = TopicSpec {
        name: name.into(),
        partitions: PARTITIONS,
        retention: Retention::FOREVER,
    };
    log.ensure(&spec).await.expect("topic is created");
    name.into()
}

/// Appends `count` records in batches, `callers` at a time.
async fn append(log: &Arc<SqliteLog>, topic: &Topic, count: u64, batch: u64, callers: u64) {
    let began = Instant::now();
    let tasks = (0..callers).map(|caller| {
        let (log, topic) = (Arc::clone(log), Arc::clone(topic));
        tokio::spawn(async move {
            let mut number = caller * count / callers;
            let end = (caller + 1) * count / callers;
            while number < end {
                let upto = end.min(number + batch);
                let records = (number..upto).map(|n| record(&topic, n)).collect();
                log.append(records).await.expect("appended");
                number = upto;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
    let rate = count as f64 / began.elapsed().as_secs_f64() / 1000.0;
    println!("append, batches of {batch}, {callers} callers: {rate:.1} k/s");
}

async fn scan(log: &SqliteLog, topic: &Topic) {
    let began = Instant::now();
    let (mut count, mut bytes) = (0, 0);
    for partition in 0..PARTITIONS {
        let mut from = 0;
        loop {
            let batch = log
                .read(topic, partition, from, ReadLimits::default())
                .await
                .expect("read");
            if batch.records.is_empty() {
                break;
            }
            count += batch.records.len();
            bytes += batch.records.iter().map(|r| r.size()).sum::<usize>();
            from = batch.next;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "scan: {:.2} M/s ({count} records, {:.0} MB)",
        count as f64 / seconds / 1e6,
        bytes as f64 / 1e6
    );
}

async fn latency(log: &Arc<SqliteLog>, topic: &Topic) {
    const COUNT: u64 = 10_000;
    let began = Instant::now();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let mut readers = Vec::new();
    for partition in 0..PARTITIONS {
        let (log, topic, sender) = (Arc::clone(log), Arc::clone(topic), sender.clone());
        let end = log.ends(&topic).await.expect("ends")[partition as usize];
        readers.push(tokio::spawn(async move {
            let mut from = end;
            loop {
                if log.wait(&topic, partition, from).await.is_err() {
                    return;
                }
                let limits = ReadLimits::default();
                let batch = log
                    .read(&topic, partition, from, limits)
                    .await
                    .expect("read");
                from = batch.next;
                for record in batch.records {
                    let value = record.value.expect("not a tombstone");
                    let sent = u64::from_be_bytes(value[8..16].try_into().expect("8 bytes"));
                    let _ = sender.send(began.elapsed().as_nanos() as u64 - sent);
                }
            }
        }));
    }
    let every = Duration::from_micros(500);
    let mut ticks = tokio::time::interval(every);
    for number in 0..COUNT {
        ticks.tick().await;
        let (log, topic) = (Arc::clone(log), Arc::clone(topic));
        tokio::spawn(async move {
            let mut new = record(&topic, number);
            let mut value = new.value.take().expect("has one").to_vec();
            value[8..16].copy_from_slice(&(began.elapsed().as_nanos() as u64).to_be_bytes());
            new.value = Some(value.into());
            log.append(vec![new]).await.expect("appended");
        });
    }
    let mut waits = Vec::new();
    while waits.len() < COUNT as usize {
        waits.push(receiver.recv().await.expect("readers run"));
    }
    waits.sort_unstable();
    let at = |share: f64| waits[(waits.len() as f64 * share) as usize] as f64 / 1e6;
    println!(
        "append to reader at 2000/s: p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms",
        at(0.5),
        at(0.99),
        at(0.999)
    );
    for reader in readers {
        reader.abort();
    }
}

fn key(number: u64) -> Bytes {
    // Scattered, as addresses are.
    format!("0x{:038x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).into()
}

async fn upsert(store: &Arc<SqliteStore>, pass: u64, batch: u64, callers: u64) {
    let began = Instant::now();
    let tasks = (0..callers).map(|caller| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let (mut number, end) = (caller * KEYS / callers, (caller + 1) * KEYS / callers);
            while number < end {
                let upto = end.min(number + batch);
                let aggregates = (number..upto).map(|n| AggregateWrite {
                    key: key(n),
                    aggregate: StoredAggregate {
                        head: Head {
                            pos: Some(pass * KEYS + n),
                            id: Some(uuid::Uuid::from_u128(u128::from(n))),
                            ..Head::default()
                        },
                        doc: Some(Bytes::from(vec![b'x'; 200])),
                        parts: Vec::new(),
                    },
                    stamp: Stamp::write(pass * KEYS + n),
                });
                let flush = Flush {
                    processor: "players",
                    generation: 1,
                    aggregates_table: TABLE.name,
                    aggregates: aggregates.collect(),
                    ..Flush::default()
                };
                store.flush(flush).await.expect("flushed");
                number = upto;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
    println!(
        "upsert pass {pass}, flushes of {batch}, {callers} callers: {:.1} k/s",
        KEYS as f64 / began.elapsed().as_secs_f64() / 1000.0
    );
}

async fn point_reads(store: &Arc<SqliteStore>, callers: u64) {
    const COUNT: u64 = 200_000;
    let began = Instant::now();
    let tasks = (0..callers).map(|caller| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for n in 0..COUNT / callers {
                let key = key((n * 7919 + caller * 31) % KEYS);
                let row = store.get(&TABLE, &key, b"").await.expect("read");
                assert!(row.is_some());
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "point read, {callers} callers: {:.2} us each, {:.0} k/s",
        seconds * 1e6 * callers as f64 / COUNT as f64,
        COUNT as f64 / seconds / 1000.0
    );
}

async fn loads(store: &Arc<SqliteStore>, batch: u64) {
    let began = Instant::now();
    for first in (0..KEYS).step_by(batch as usize) {
        let keys: Vec<Bytes> = (first..first + batch).map(|n| key(n % KEYS)).collect();
        let loaded = store.load(&TABLE, &keys).await.expect("load");
        assert!(loaded.iter().all(|a| a.doc.is_some()));
    }
    println!(
        "load of {batch} aggregates at once: {:.0} k/s",
        KEYS as f64 / began.elapsed().as_secs_f64() / 1000.0
    );
}

async fn log_speed(folder: &Path) {
    let log = Arc::new(open_log(folder));
    let t = topic(&log, "speed").await;
    append(&log, &t, 2_000, 1, 1).await;
    append(&log, &t, 20_000, 1, 64).await;
    append(&log, &t, 100_000, 100, 1).await;
    append(&log, &t, 1_000_000, 1000, 1).await;
    append(&log, &t, 1_000_000, 1000, 4).await;
    for _ in 0..3 {
        scan(&log, &t).await;
    }
    print_sizes(folder, "log.db");
    let began = Instant::now();
    log.close().await.expect("closed");
    println!(
        "log closed in {:.0} ms",
        began.elapsed().as_secs_f64() * 1e3
    );
}

async fn latency_speed(folder: &Path) {
    let log = Arc::new(open_log(folder));
    let t = topic(&log, "latency").await;
    for _ in 0..2 {
        latency(&log, &t).await;
    }
    print_sizes(folder, "log.db");
}

async fn store_speed(folder: &Path) {
    let store = Arc::new(open_store(folder));
    store.create(&[TABLE]).await.expect("created");
    upsert(&store, 1, 1000, 1).await;
    upsert(&store, 2, 1000, 4).await;
    upsert(&store, 3, 10_000, 4).await;
    upsert(&store, 4, 50, 4).await;
    point_reads(&store, 1).await;
    point_reads(&store, 4).await;
    loads(&store, 32).await;
    loads(&store, 500).await;
    print_sizes(folder, "store.db");
    store.close().await.expect("closed");
}

fn print_sizes(folder: &Path, file: &str) {
    let size = |file: &str| std::fs::metadata(folder.join(file)).map_or(0, |found| found.len());
    let wal = size(&format!("{file}-wal"));
    println!("{file} {} MB, wal {} MB", size(file) >> 20, wal >> 20);
}

#[tokio::main]
async fn main() {
    let folder = std::env::var("SPEED_DIR").unwrap_or_else(|_| ".".into());
    let folder = tempfile::tempdir_in(folder).expect("a folder for the files");
    let which = std::env::args().nth(1).unwrap_or_default();
    if which.is_empty() || which == "log" {
        log_speed(folder.path()).await;
    }
    if which.is_empty() || which == "latency" {
        latency_speed(folder.path()).await;
    }
    if which.is_empty() || which == "store" {
        store_speed(folder.path()).await;
    }
}
