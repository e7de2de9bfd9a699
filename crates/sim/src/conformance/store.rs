//! The suite of the port `Store`: reading, marks and pointers. What stamps decide is in `store_stamps.rs`,
//! what parts are in `store_parts.rs`.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::Stamp;
use runtime::ports::{
    AggregateWrite, Flush, Head, Row, RowRange, StampedRow, Store, StoredAggregate, TableName,
};

use super::{Run, store_marks, store_parts, store_scan, store_stamps, unique};

/// A case and its name.
pub type Case = (&'static str, fn(&dyn Store) -> Run<'_>);

/// Every case.
pub const CASES: &[Case] = &[
    ("higher_stamp_wins", |s| {
        Box::pin(store_stamps::higher_stamp_wins(s))
    }),
    ("the_same_again_changes_nothing", |s| {
        Box::pin(store_stamps::the_same_again_changes_nothing(s))
    }),
    ("deletions_are_writes", |s| {
        Box::pin(store_stamps::deletions_are_writes(s))
    }),
    ("order_within_a_flush_does_not_matter", |s| {
        Box::pin(store_stamps::order_within_a_flush_does_not_matter(s))
    }),
    ("aggregates_carry_their_heads", |s| {
        Box::pin(store_stamps::aggregates_carry_their_heads(s))
    }),
    ("parts_stay_with_their_aggregate", |s| {
        Box::pin(store_parts::parts_stay_with_their_aggregate(s))
    }),
    ("generations_are_apart", |s| {
        Box::pin(generations_are_apart(s))
    }),
    ("many_rows_in_the_order_asked", |s| {
        Box::pin(many_rows_in_the_order_asked(s))
    }),
    ("ranges", |s| Box::pin(ranges(s))),
    ("pages_cover_every_row_once", |s| {
        Box::pin(pages_cover_every_row_once(s))
    }),
    ("a_scan_finds_heads_and_stamps", |s| {
        Box::pin(store_scan::a_scan_finds_heads_and_stamps(s))
    }),
    ("marks_only_go_on", |s| {
        Box::pin(store_marks::marks_only_go_on(s))
    }),
    ("marks_remember_the_last_record", |s| {
        Box::pin(store_marks::marks_remember_the_last_record(s))
    }),
    ("dropped_tables_are_gone", |s| {
        Box::pin(dropped_tables_are_gone(s))
    }),
    ("pointers_change_by_version", |s| {
        Box::pin(pointers_change_by_version(s))
    }),
    ("one_of_many_sets_a_pointer", |s| {
        Box::pin(one_of_many_sets_a_pointer(s))
    }),
    ("flushes_at_once", |s| Box::pin(flushes_at_once(s))),
    ("unknown_tables_are_refused", |s| {
        Box::pin(unknown_tables_are_refused(s))
    }),
];

/// Processor of a case.
pub(super) const PROCESSOR: &str = "conformance";

/// Creates a table with a name of its own. Names are `'static`: a suite leaks a few.
pub(super) async fn table(store: &dyn Store, name: &str) -> TableName {
    let name = unique(name).replace('-', "_").leak();
    let table = TableName {
        name,
        generation: 1,
    };
    store
        .create(std::slice::from_ref(&table))
        .await
        .expect("created");
    table
}

pub(super) fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

/// A row to write; `None` deletes.
pub(super) fn row(
    table: &TableName,
    key: (&str, &str),
    doc: Option<&str>,
    offset: u64,
) -> StampedRow {
    StampedRow {
        table: table.name,
        partition: bytes(key.0),
        row: bytes(key.1),
        doc: doc.map(bytes),
        stamp: match doc {
            Some(_) => Stamp::write(offset),
            None => Stamp::delete(offset),
        },
    }
}

pub(super) async fn write(store: &dyn Store, table: &TableName, rows: Vec<StampedRow>) {
    let flush = Flush {
        processor: PROCESSOR,
        generation: table.generation,
        rows,
        ..Flush::default()
    };
    store.flush(flush).await.expect("flushed");
}

/// The document of a row.
pub(super) async fn doc(store: &dyn Store, table: &TableName, key: (&str, &str)) -> Option<String> {
    let row = store.get(table, key.0.as_bytes(), key.1.as_bytes()).await;
    row.expect("read").map(|row| text(&row))
}

fn text(row: &Row) -> String {
    String::from_utf8(row.doc.to_vec()).expect("the suite writes text")
}

/// A flush of aggregates.
pub(super) fn aggregates(table: &TableName, aggregates: Vec<AggregateWrite>) -> Flush {
    Flush {
        processor: PROCESSOR,
        generation: table.generation,
        aggregates_table: table.name,
        aggregates,
        ..Flush::default()
    }
}

pub(super) fn aggregate(key: &str, doc: Option<&str>, offset: u64) -> AggregateWrite {
    AggregateWrite {
        key: bytes(key),
        aggregate: StoredAggregate {
            head: Head {
                pos: Some(offset),
                id: Some(kernel::event_id(&offset.to_be_bytes())),
                src: BTreeMap::from([(format!("{PROCESSOR}:up/3"), (offset * 2, 1))]),
                parked: None,
                late: None,
            },
            doc: doc.map(bytes),
            parts: Vec::new(),
        },
        stamp: Stamp::write(offset),
    }
}

async fn generations_are_apart(store: &dyn Store) {
    let one = table(store, "generations").await;
    let two = TableName {
        generation: 2,
        ..one.clone()
    };
    let tables = [one.clone(), two.clone()];
    store.create(&tables).await.expect("creating again is fine");
    write(store, &two, vec![row(&two, ("p", "r"), Some("two"), 1)]).await;
    assert_eq!(doc(store, &one, ("p", "r")).await, None);
    assert_eq!(doc(store, &two, ("p", "r")).await.as_deref(), Some("two"));
}

async fn many_rows_in_the_order_asked(store: &dyn Store) {
    let t = table(store, "many").await;
    let rows = (0..200).map(|n| row(&t, (&format!("p{n}"), "r"), Some(&n.to_string()), n));
    write(store, &t, rows.collect()).await;
    for count in [1, 7, 300] {
        let keys: Vec<(Bytes, Bytes)> = (0..count)
            .map(|n| (bytes(&format!("p{}", n * 37 % 400)), bytes("r")))
            .collect();
        let rows = store.get_many(&t, &keys).await.expect("read");
        assert_eq!(rows.len(), count);
        for (n, found) in rows.iter().enumerate() {
            let number = n * 37 % 400;
            let wanted = (number < 200).then(|| number.to_string());
            assert_eq!(found.as_ref().map(text), wanted);
        }
    }
    assert!(store.get_many(&t, &[]).await.expect("read").is_empty());
}

async fn ranges(store: &dyn Store) {
    let t = table(store, "ranges").await;
    let mut rows: Vec<StampedRow> = (0..60)
        .map(|n| row(&t, ("p", &format!("{n:02}")), Some(&n.to_string()), n))
        .collect();
    rows.push(row(&t, ("o", "99"), Some("a neighbour"), 0));
    rows.push(row(&t, ("q", "00"), Some("a neighbour"), 0));
    write(store, &t, rows).await;
    write(store, &t, vec![row(&t, ("p", "31"), None, 100)]).await;
    let read = async |from: Option<&str>, to: Option<&str>, descending, limit| {
        let range = RowRange {
            from: from.map(bytes),
            to: to.map(bytes),
            descending,
            limit,
        };
        let rows = store.range(&t, b"p", range).await.expect("read");
        rows.iter().map(text).collect::<Vec<String>>().join(" ")
    };
    assert_eq!(read(None, None, false, 3).await, "0 1 2");
    assert_eq!(read(None, None, true, 3).await, "59 58 57");
    assert_eq!(
        read(Some("30"), Some("34"), false, 10).await,
        "30 32 33",
        "31 is deleted"
    );
    assert_eq!(read(Some("30"), Some("34"), true, 2).await, "33 32");
    assert_eq!(read(Some("58"), None, false, 10).await, "58 59");
    assert_eq!(
        read(None, Some("02"), true, 10).await,
        "1 0",
        "the end is exclusive"
    );
    assert_eq!(
        read(Some("3"), Some("30"), false, 10).await,
        "",
        "keys compare as bytes"
    );
    assert_eq!(read(None, None, false, 1000).await.split(' ').count(), 59);
}

async fn pages_cover_every_row_once(store: &dyn Store) {
    let t = table(store, "pages").await;
    let empty = store.page(&t, None, 10).await.expect("read");
    assert!(empty.rows.is_empty() && empty.next.is_none());
    let key = |n: u64| (format!("p{}", n % 13), format!("r{n}"));
    let rows = (0..100).map(|n| {
        let (partition, row_key) = key(n);
        row(&t, (&partition, &row_key), Some(&n.to_string()), n)
    });
    write(store, &t, rows.collect()).await;
    let (partition, row_key) = key(42);
    write(store, &t, vec![row(&t, (&partition, &row_key), None, 200)]).await;
    for limit in [1, 7, 99, 1000] {
        let (mut seen, mut from, mut count) = (BTreeSet::new(), None, 0);
        loop {
            let page = store.page(&t, from, limit).await.expect("read");
            assert!(page.rows.len() <= limit);
            count += page.rows.len();
            seen.extend(page.rows.iter().map(text));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        assert_eq!((count, seen.len()), (99, 99), "at {limit} a page");
        assert!(!seen.contains("42"), "deleted");
    }
}

async fn dropped_tables_are_gone(store: &dyn Store) {
    let (t, other) = (table(store, "dropped").await, table(store, "kept").await);
    write(store, &t, vec![row(&t, ("p", "r"), Some("x"), 9)]).await;
    write(store, &other, vec![row(&other, ("p", "r"), Some("y"), 9)]).await;
    assert!(doc(store, &t, ("p", "r")).await.is_some(), "read once");
    let both = [
        t.clone(),
        TableName {
            generation: 9,
            ..t.clone()
        },
    ];
    for again in [false, true] {
        let dropped = store.drop_tables(&both).await;
        dropped.unwrap_or_else(|e| panic!("dropped, again: {again}: {e}"));
        assert!(store.get(&t, b"p", b"r").await.is_err(), "no such table");
    }
    store
        .create(std::slice::from_ref(&t))
        .await
        .expect("created");
    assert_eq!(doc(store, &t, ("p", "r")).await, None, "it came back empty");
    write(store, &t, vec![row(&t, ("p", "r"), Some("low"), 1)]).await;
    assert_eq!(doc(store, &t, ("p", "r")).await.as_deref(), Some("low"));
    assert_eq!(doc(store, &other, ("p", "r")).await.as_deref(), Some("y"));
}

async fn pointers_change_by_version(store: &dyn Store) {
    let base = unique("pointer");
    let (name, neighbour) = (format!("{base}/b"), format!("{base}/a"));
    let set = async |name: &str, expected, value: &str| {
        let set = store.compare_and_set(name, expected, bytes(value)).await;
        set.expect("asked")
    };
    assert_eq!(store.pointer(&name).await.expect("read"), None);
    assert!(!set(&name, Some(1), "x").await, "there is none yet");
    assert!(set(&name, None, "one").await);
    assert!(!set(&name, None, "again").await, "it exists");
    assert!(set(&name, Some(1), "two").await);
    assert!(!set(&name, Some(1), "late").await, "the version has moved");
    let pointer = store.pointer(&name).await.expect("read").expect("there");
    assert_eq!((pointer.version, &pointer.value[..]), (2, &b"two"[..]));
    assert!(set(&neighbour, None, "n").await);
    let found = store.pointers(&format!("{base}/")).await.expect("read");
    let names: Vec<&String> = found.iter().map(|(name, _)| name).collect();
    assert_eq!(names, [&neighbour, &name], "in name order");
    assert_eq!(found[1].1, pointer);
    assert!(!store.remove_pointer(&name, 1).await.expect("asked"));
    assert!(store.remove_pointer(&name, 2).await.expect("asked"));
    assert_eq!(store.pointer(&name).await.expect("read"), None);
    assert_eq!(store.pointers(&name).await.expect("read"), Vec::new());
}

async fn one_of_many_sets_a_pointer(store: &dyn Store) {
    let name = unique("race");
    for round in 0..5_u64 {
        let expected = (round > 0).then_some(round);
        let tries = (0..8).map(|n| store.compare_and_set(&name, expected, bytes(&n.to_string())));
        let results = futures::future::join_all(tries).await;
        let won: Vec<usize> = (0..8)
            .filter(|n| *results[*n].as_ref().expect("asked"))
            .collect();
        assert_eq!(won.len(), 1, "exactly one wins");
        let pointer = store.pointer(&name).await.expect("read").expect("there");
        assert_eq!(pointer.version, round + 1);
        assert_eq!(pointer.value, won[0].to_string(), "the winner's value");
    }
}

async fn flushes_at_once(store: &dyn Store) {
    let t = table(store, "at_once").await;
    let flushes = (0..50_u64).map(|n| {
        let rows = (0..20).map(|r| row(&t, ("p", &format!("{r}")), Some(&n.to_string()), n));
        store.flush(Flush {
            processor: PROCESSOR,
            generation: 1,
            rows: rows.collect(),
            ..Flush::default()
        })
    });
    for result in futures::future::join_all(flushes).await {
        result.expect("flushed");
    }
    for r in 0..20 {
        let found = doc(store, &t, ("p", &format!("{r}"))).await;
        assert_eq!(found.as_deref(), Some("49"), "the highest stamp of all");
    }
}

async fn unknown_tables_are_refused(store: &dyn Store) {
    let t = TableName {
        name: unique("unknown").replace('-', "_").leak(),
        generation: 7,
    };
    let error = store
        .get(&t, b"p", b"r")
        .await
        .expect_err("must be refused");
    assert!(
        !error.is_retry() && error.to_string().contains(t.name),
        "{error}"
    );
    let flush = Flush {
        processor: PROCESSOR,
        generation: 7,
        rows: vec![row(&t, ("p", "r"), Some("x"), 1)],
        ..Flush::default()
    };
    let error = store.flush(flush).await.expect_err("must be refused");
    assert!(
        !error.is_retry() && error.to_string().contains(t.name),
        "{error}"
    );
}
