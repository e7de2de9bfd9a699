//! Reading more than a page holds, while others write.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use adapters::cql::{CqlOptions, CqlStore};
use bytes::Bytes;
use kernel::Stamp;
use runtime::ports::{
    AggregateWrite, Flush, Head, RowRange, StampedRow, Store, StoredAggregate, TableName,
};

use super::{connect_with, options, with_keyspace};

const TABLE: TableName = TableName {
    name: "paged",
    generation: 1,
};

/// A store that gets seven rows at once and writes a few at once.
async fn small_pages(address: &str, keyspace: &str) -> CqlStore {
    let small = CqlOptions {
        page_rows: 7,
        batch_bytes: 1000,
        in_flight: 4,
        ..options()
    };
    let store = connect_with(address, keyspace, small).await;
    store.create(&[TABLE]).await.expect("created");
    store
}

fn row(n: u64, doc: Option<String>, offset: u64) -> StampedRow {
    StampedRow {
        table: TABLE.name,
        partition: format!("p{}", n % 11).into(),
        row: format!("{n:04}").into(),
        stamp: match doc {
            Some(_) => Stamp::write(offset),
            None => Stamp::delete(offset),
        },
        doc: doc.map(Bytes::from),
    }
}

async fn write(store: &dyn Store, rows: Vec<StampedRow>) {
    let flush = Flush {
        processor: "paging",
        generation: 1,
        rows,
        ..Flush::default()
    };
    store.flush(flush).await.expect("flushed");
}

async fn headless(store: &dyn Store, keys: std::ops::Range<u64>) {
    let aggregates = keys.map(|n| AggregateWrite {
        key: format!("p{n}").into(),
        aggregate: StoredAggregate {
            head: Head {
                pos: Some(n),
                ..Head::default()
            },
            doc: None,
            parts: Vec::new(),
        },
        stamp: Stamp::write(1),
    });
    let flush = Flush {
        processor: "paging",
        generation: 1,
        aggregates_table: TABLE.name,
        aggregates: aggregates.collect(),
        ..Flush::default()
    };
    store.flush(flush).await.expect("flushed");
}

/// Every page of the table, at `limit` a page: the row keys, and how many of them.
async fn walk(store: &dyn Store, limit: usize) -> (BTreeSet<Bytes>, usize) {
    let (mut seen, mut count, mut from) = (BTreeSet::new(), 0, None);
    loop {
        let page = store.page(&TABLE, from, limit).await.expect("read");
        assert!(page.rows.len() <= limit);
        count += page.rows.len();
        seen.extend(page.rows.into_iter().map(|row| row.row));
        from = page.next;
        if from.is_none() {
            return (seen, count);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_paged_as_a_whole_while_it_is_written() {
    with_keyspace(|address, keyspace| async move {
        let store = small_pages(&address, &keyspace).await;
        write(
            &store,
            (0..500).map(|n| row(n, Some(n.to_string()), 1)).collect(),
        )
        .await;
        let done = AtomicBool::new(false);
        // What stays is overwritten all the time; neighbours come and go between.
        let writer = async {
            let mut offset = 2;
            while !done.load(Ordering::Relaxed) {
                let stay = (0..500)
                    .step_by(7)
                    .map(|n| row(n, Some(offset.to_string()), offset));
                let neighbour = |n| (offset % 2 == 0).then(|| format!("{n}"));
                let come = (500..600).map(|n| row(n, neighbour(n), offset));
                write(&store, stay.chain(come).collect()).await;
                offset += 1;
            }
            offset
        };
        let reader = async {
            let stay: BTreeSet<Bytes> = (0..500).map(|n| format!("{n:04}").into()).collect();
            for limit in [1, 3, 50, 10_000] {
                let (seen, count) = walk(&store, limit).await;
                assert!(seen.is_superset(&stay), "at {limit} a page");
                assert_eq!(seen.len(), count, "none twice, at {limit} a page");
            }
            done.store(true, Ordering::Relaxed);
        };
        let (written, ()) = tokio::join!(writer, reader);
        assert!(written > 3, "it was written meanwhile");
    })
    .await;
}

#[tokio::test]
async fn rows_that_are_none_do_not_shorten_an_answer() {
    with_keyspace(|address, keyspace| async move {
        let store = small_pages(&address, &keyspace).await;
        headless(&store, 0..40).await;
        let none = store.page(&TABLE, None, 10).await.expect("read");
        assert!(
            none.rows.is_empty() && none.next.is_none(),
            "heads without a document"
        );
        let keys: Vec<Bytes> = (0..60).rev().map(|n| format!("p{n}").into()).collect();
        let loaded = store.load(&TABLE, &keys).await.expect("loaded");
        let heads: Vec<_> = loaded.iter().map(|a| a.head.pos).collect();
        let wanted: Vec<_> = (0..60).rev().map(|n| (n < 40).then_some(n)).collect();
        assert_eq!(heads, wanted);
        write(
            &store,
            (0..300)
                .map(|n| row(n * 11, Some(n.to_string()), 1))
                .collect(),
        )
        .await;
        let (seen, count) = walk(&store, 10).await;
        assert_eq!((seen.len(), count), (300, 300));
        for (limit, descending) in [
            (1, false),
            (6, false),
            (7, true),
            (50, true),
            (usize::MAX, false),
        ] {
            let range = RowRange {
                limit,
                descending,
                ..RowRange::default()
            };
            let rows = store.range(&TABLE, b"p0", range).await.expect("read");
            let wanted = limit.min(300);
            assert_eq!(rows.len(), wanted, "limit {limit}");
            let first = if descending { "3289" } else { "0000" };
            assert_eq!(rows[0].row, first);
        }
        let nothing = RowRange {
            from: Some("9".into()),
            to: Some("1".into()),
            limit: 10,
            descending: false,
        };
        assert_eq!(store.range(&TABLE, b"p0", nothing).await.expect("read"), []);
        let none = RowRange::default();
        assert_eq!(store.range(&TABLE, b"p0", none).await.expect("read"), []);
    })
    .await;
}

#[tokio::test]
async fn many_rows_of_one_key_come_in_the_order_asked() {
    with_keyspace(|address, keyspace| async move {
        let store = small_pages(&address, &keyspace).await;
        write(
            &store,
            (0..300)
                .map(|n| row(n * 11, Some(n.to_string()), 1))
                .collect(),
        )
        .await;
        // Of one partition key, more than a request takes, some twice, some not there.
        let wanted: Vec<u64> = (0..260).map(|n| (n * 37) % 330).chain([5, 5]).collect();
        let keys: Vec<(Bytes, Bytes)> = wanted
            .iter()
            .map(|n| ("p0".into(), format!("{:04}", n * 11).into()))
            .collect();
        let rows = store.get_many(&TABLE, &keys).await.expect("read");
        for (n, row) in wanted.iter().zip(&rows) {
            let doc = row.as_ref().map(|row| row.doc.clone());
            assert_eq!(doc, (*n < 300).then(|| Bytes::from(n.to_string())));
        }
        assert_eq!(rows.len(), 262);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_none_is_refused() {
    with_keyspace(|address, keyspace| async move {
        let store = small_pages(&address, &keyspace).await;
        for token in [
            &b""[..],
            b"x",
            b"\x01",
            b"\x01nonsense that no server wrote",
        ] {
            let page = store
                .page(&TABLE, Some(Bytes::copy_from_slice(token)), 5)
                .await;
            let error = page.expect_err("must be refused");
            assert!(!error.is_retry(), "{error}");
            assert!(error.to_string().contains("paged_g1"), "{error}");
        }
    })
    .await;
}
