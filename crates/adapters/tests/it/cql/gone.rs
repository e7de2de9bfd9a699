//! A server that asks who we are, stops answering, dies, and comes back. It is one of this test's own.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use adapters::cql::{CqlOptions, CqlStore, Credentials};
use bytes::Bytes;
use futures::future::join_all;
use kernel::Stamp;
use peers::{Cassandra, Options, Server};
use runtime::ports::{
    AggregateWrite, Flush, Head, Mark, PortError, RowRange, StampedRow, Store, StoredAggregate,
    TableName,
};

use super::{connect_with, options};

const KEYSPACE: &str = "gone";
const TABLE: TableName = TableName {
    name: "gone",
    generation: 1,
};
/// Nothing here takes this long: what does hangs.
const HANGS_AFTER: Duration = Duration::from_secs(120);

fn with_password(password: &str) -> CqlOptions {
    CqlOptions {
        credentials: Some(Credentials {
            username: "cassandra".into(),
            password: password.into(),
        }),
        // Faults are to come soon; a busy machine is to be given time.
        request_timeout: Duration::from_secs(5),
        ..options()
    }
}

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(HANGS_AFTER, future).await;
    done.unwrap_or_else(|_| panic!("{what}: still not done after {HANGS_AFTER:?}"))
}

/// Tries until it works; every failure before must be one that passes.
async fn eventually<T, F: Future<Output = Result<T, PortError>>>(
    what: &str,
    mut attempt: impl FnMut() -> F,
) -> T {
    soon(what, async {
        loop {
            match attempt().await {
                Ok(value) => return value,
                Err(error) => assert!(error.is_retry(), "{what}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
}

/// Step `n` of a partition: a row, the aggregate and the mark, all saying `n`.
fn step(partition: u32, n: u64) -> Flush {
    let key = Bytes::from(format!("a{partition}"));
    let doc = Bytes::from(n.to_string());
    Flush {
        processor: "gone",
        generation: 1,
        rows: vec![StampedRow {
            table: TABLE.name,
            partition: format!("p{partition}").into(),
            row: format!("{n:08}").into(),
            doc: Some(doc.clone()),
            stamp: Stamp::write(n),
        }],
        aggregates_table: TABLE.name,
        aggregates: vec![AggregateWrite {
            key,
            aggregate: StoredAggregate {
                head: Head {
                    pos: Some(n),
                    ..Head::default()
                },
                doc: Some(doc),
                parts: Vec::new(),
            },
            stamp: Stamp::write(n),
        }],
        mark: Some(Mark {
            topic: "in".into(),
            partition,
            next: n + 1,
            last: None,
        }),
    }
}

async fn strangers_are_refused(address: &str) {
    let points = [address.to_owned()];
    for stranger in [options(), with_password("wrong")] {
        let refused = soon("refused", CqlStore::connect(&points, KEYSPACE, stranger)).await;
        let error = refused.err().expect("must be refused");
        assert!(!error.is_retry(), "{error}");
        assert!(error.to_string().contains(address), "{error}");
        assert!(!error.to_string().contains("wrong"), "{error}");
    }
}

/// Everything the port can do; all of it fails, and none for good.
async fn everything_fails_for_now(store: &CqlStore, n: u64) {
    let key = || Bytes::from("a0");
    let retry = |what: &str, error: Option<PortError>| {
        let error = error.unwrap_or_else(|| panic!("{what} without a server"));
        assert!(error.is_retry(), "{what}: {error}");
    };
    let limit = RowRange {
        limit: 10,
        ..RowRange::default()
    };
    let unprepared = TableName {
        name: "never_used",
        generation: 1,
    };
    let all = async {
        tokio::join!(
            async { retry("flush", store.flush(step(0, n)).await.err()) },
            async { retry("load", store.load(&TABLE, &[key()]).await.err()) },
            async { retry("get", store.get(&TABLE, b"p0", b"").await.err()) },
            async { retry("get", store.get(&unprepared, b"p0", b"").await.err()) },
            async { retry("range", store.range(&TABLE, b"p0", limit).await.err()) },
            async { retry("page", store.page(&TABLE, None, 10).await.err()) },
            async { retry("marks", store.marks("gone", 1).await.err()) },
            async { retry("pointer", store.pointer("live").await.err()) },
            async { retry("pointers", store.pointers("").await.err()) },
            async { retry("create", store.create(&[TABLE]).await.err()) },
        );
    };
    soon("everything fails", all).await;
}

/// A compare-and-set that nobody answered: afterwards it is known what became of it, and one can go on from there.
async fn set_without_an_answer(store: &CqlStore, before: u64) {
    let set = store.compare_and_set("live", Some(before), "unknown".into());
    let error = soon("set", set).await.expect_err("no server");
    assert!(error.is_retry(), "{error}");
}

async fn go_on_from(store: &CqlStore, before: u64) -> u64 {
    let pointer = eventually("pointer", || store.pointer("live")).await;
    let pointer = pointer.expect("it was there");
    let done = pointer.version == before + 1;
    assert!(done || pointer.version == before, "{pointer:?}");
    assert_eq!(done, pointer.value == "unknown", "{pointer:?}");
    let set = store.compare_and_set("live", Some(pointer.version), "known".into());
    assert!(soon("set", set).await.expect("asked"), "from what was read");
    pointer.version + 1
}

async fn pauses_and_deaths(server: &mut Server, store: &CqlStore) {
    store.flush(step(0, 0)).await.expect("flushed");
    let set = store.compare_and_set("live", None, "first".into()).await;
    assert!(set.expect("asked"));
    server.pause().expect("paused");
    set_without_an_answer(store, 1).await;
    everything_fails_for_now(store, 1).await;
    server.resume().expect("resumed");
    eventually("flush after the pause", || store.flush(step(0, 2))).await;
    let version = go_on_from(store, 1).await;
    server.kill();
    set_without_an_answer(store, version).await;
    everything_fails_for_now(store, 3).await;
    let points = [server.address().to_owned()];
    let late = CqlStore::connect(&points, KEYSPACE, with_password("cassandra"));
    let error = soon("connect", late).await.err().expect("nobody is there");
    assert!(error.is_retry(), "{error}");
    server.restart().await.expect("started again");
    eventually("flush after the restart", || store.flush(step(0, 4))).await;
    go_on_from(store, version).await;
    let marks = store.marks("gone", 1).await.expect("read");
    assert_eq!(marks[&("in".to_owned(), 0)].next, 5);
    let loaded = store.load(&TABLE, &["a0".into()]).await.expect("loaded");
    assert_eq!(loaded[0].head.pos, Some(4));
}

const WRITERS: u32 = 4;

/// Flushes step after step until told to stop; a step that failed is done again, as an engine would.
async fn write_until(
    store: &CqlStore,
    partition: u32,
    acknowledged: &AtomicU64,
    stop: &AtomicBool,
) {
    while !stop.load(Ordering::Relaxed) {
        let n = acknowledged.load(Ordering::Relaxed);
        match store.flush(step(partition, n)).await {
            Ok(()) => acknowledged.store(n + 1, Ordering::Relaxed),
            Err(error) => {
                assert!(error.is_retry(), "{error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// What was acknowledged is there; and of what was not, no later part without the earlier ones.
async fn is_there(store: &CqlStore, partition: u32, acknowledged: u64) {
    let marks = eventually("marks", || store.marks("gone", 1)).await;
    let mark = marks[&("in".to_owned(), partition)].next;
    assert!(
        mark >= acknowledged,
        "{acknowledged} acknowledged, marked {mark}"
    );
    let key = Bytes::from(format!("a{partition}"));
    let keys = [key];
    let loaded = eventually("load", || store.load(&TABLE, &keys)).await;
    let pos = loaded[0].head.pos.expect("it was written");
    assert_eq!(loaded[0].doc.as_deref(), Some(pos.to_string().as_bytes()));
    assert!(pos + 1 >= mark, "marked {mark}, folded up to {pos}");
    let partition = format!("p{partition}");
    let range = || RowRange {
        limit: usize::MAX,
        ..RowRange::default()
    };
    let rows = eventually("range", || {
        store.range(&TABLE, partition.as_bytes(), range())
    })
    .await;
    for n in 0..=pos {
        let row = &rows[n as usize];
        assert_eq!(row.row, format!("{n:08}"), "every row up to {pos}");
        assert_eq!(
            (&row.doc[..], row.stamp),
            (n.to_string().as_bytes(), Stamp::write(n))
        );
    }
}

async fn killed_under_flushes(server: &mut Server, store: &CqlStore) {
    let acknowledged: Vec<AtomicU64> = (0..WRITERS).map(|_| AtomicU64::new(0)).collect();
    // Partition 0 is the one above's.
    let partition = |n: usize| n as u32 + 1;
    let stop = AtomicBool::new(false);
    let writers = acknowledged.iter().enumerate();
    let writers = writers.map(|(n, done)| write_until(store, partition(n), done, &stop));
    let killing = async {
        let enough = || acknowledged.iter().all(|a| a.load(Ordering::Relaxed) >= 50);
        while !enough() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill();
        server.restart().await.expect("started again");
        stop.store(true, Ordering::Relaxed);
    };
    soon("killed under flushes", async {
        tokio::join!(join_all(writers), killing)
    })
    .await;
    for (n, acknowledged) in acknowledged.iter().enumerate() {
        is_there(store, partition(n), acknowledged.load(Ordering::Relaxed)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_gone_for_a_while_costs_nothing_but_time() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    // One node alone keeps what it acknowledged only if it syncs first: by default it does every ten seconds, and what a
    // killed one forgets is on the other replicas.
    let asks = Options::default()
        .set("authenticator", "PasswordAuthenticator")
        .set("commitlog_sync", "batch")
        .set("commitlog_sync_period", "0ms");
    let asks = Options {
        arguments: vec![
            "-Dcassandra.superuser_setup_delay_ms=0".into(),
            // Tables that are only in the commit log are unknown when it is replayed after a kill.
            "-Dcassandra.test.flush_local_schema_changes=true".into(),
        ],
        ..asks
    };
    let mut server = Cassandra::start(folder.path(), asks)
        .await
        .expect("started");
    let address = server.address().to_owned();
    strangers_are_refused(&address).await;
    // The first user is made a moment after the start.
    let points = [address.clone()];
    let known = async {
        while CqlStore::connect(&points, KEYSPACE, with_password("cassandra"))
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    soon("let in", known).await;
    let store = connect_with(&address, KEYSPACE, with_password("cassandra")).await;
    store.create(&[TABLE]).await.expect("created");
    pauses_and_deaths(&mut server, &store).await;
    killed_under_flushes(&mut server, &store).await;
    assert_eq!(store.unstamped_writes(), 0);
}
