//! A read model beside its log: what is odd and right is no difference, what is wrong is one.

mod book;
mod snapshots;

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    ErasedProcessor, Headers, NewRecord, Part, Processor, Stamp, event_id, partition_for,
};
use runtime::dead_letters::{Decision, Decisions, Event, TOPIC};
use runtime::engine::{Engine, Settings};
use runtime::generations::decide;
use runtime::platform::Platform;
use runtime::ports::{AggregateWrite, Flush, Mark, Parked, StampedRow, StoredAggregate, TableName};
use runtime::replay::{
    Asked, Difference, Explained, Explaining, Keys, Kind as Wrong, Outcome, Report, Scope, Telling,
    explain, verify,
};
use tokio::sync::mpsc;

use self::book::{Book, INPUT};
use crate::embedded::{self, PARTITIONS, bounded};

fn number(key: &str, value: &str) -> NewRecord {
    let headers = Headers::new(
        event_id(format!("{key} {value}").as_bytes()),
        "number",
        "test",
    );
    let (key, value) = (key.as_bytes(), value.as_bytes());
    let bytes = Bytes::copy_from_slice;
    NewRecord::keyed(INPUT.into(), bytes(key), headers, bytes(value))
}

/// Keys that share partition 0.
fn keys() -> Vec<String> {
    let keys = (0..).map(|n| format!("k{n}"));
    let of_first = |key: &String| partition_for(key.as_bytes(), PARTITIONS) == 0;
    keys.filter(of_first).take(6).collect()
}

async fn start(platform: &Platform) -> Engine {
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Book)];
    let engine = Engine::start(Settings::default(), platform.clone(), processors);
    engine.await.expect("it starts")
}

/// Numbers of several keys: some have the same, one is parked, some records are of no use or cannot be read.
async fn written(folder: &Path) -> Platform {
    let topics = [INPUT, "dlq.book", "redrives"];
    let (platform, _, _) = embedded::open(folder, &[&Book::SPEC], &topics).await;
    let engine = start(&platform).await;
    let mut records = Vec::new();
    for round in 0..5 {
        for (at, key) in keys().iter().enumerate() {
            records.push(number(key, &(at + round + 1).to_string()));
            records.push(number(key, &(100 * (at + 1) + round + 4).to_string()));
        }
        records.push(number(&keys()[0], if round == 2 { "666" } else { "0" }));
        records.push(number(&keys()[1], "no number"));
    }
    // It ends with nothing.
    records.push(number(&keys()[5], "19"));
    let token = platform.append(records).await.expect("appended");
    let passed = platform.waiter.passed("book", &token);
    bounded(passed).await.expect("the log answers");
    bounded(engine.stop()).await;
    platform
}

async fn verified(platform: &Platform, keys: Keys, memory: u64) -> (Report, Vec<Difference>) {
    let (tell, mut told) = mpsc::channel(10_000);
    let scope = Scope {
        generation: 1,
        keys,
        memory,
    };
    let report = bounded(verify(platform, Arc::new(Book), scope, tell)).await;
    let mut found = Vec::new();
    while let Ok(telling) = told.try_recv() {
        if let Telling::Difference(difference) = telling {
            found.push(*difference);
        }
    }
    (report.expect("it can be verified"), found)
}

/// All ways to look: at once, in slices, and at a sample that has every key.
async fn looked_at(platform: &Platform) -> Vec<Vec<(Wrong, String, String, String)>> {
    let mut all = Vec::new();
    let sample = Keys::Sample { count: 50, seed: 3 };
    for (keys, memory) in [(Keys::All, 1 << 30), (Keys::All, 3000), (sample, 1 << 30)] {
        let (report, found) = verified(platform, keys, memory).await;
        assert!(report.keys >= 6 && report.rows >= 6, "{report:?}");
        assert_eq!(report.passes > 2, memory == 3000, "{report:?}");
        let mut named: Vec<_> = found
            .into_iter()
            .map(|d| (d.kind, d.table, d.key, d.row))
            .collect();
        named.sort_by_key(|named| format!("{named:?}"));
        all.push(named);
    }
    all
}

async fn write(platform: &Platform, rows: Vec<StampedRow>, aggregates: Vec<AggregateWrite>) {
    let flush = Flush {
        processor: "book",
        generation: 1,
        rows,
        aggregates_table: "book",
        aggregates,
        mark: None,
    };
    platform.store.flush(flush).await.expect("written");
}

fn row(table: &'static str, key: &str, row: &str, doc: Option<&str>, offset: u64) -> StampedRow {
    StampedRow {
        table,
        partition: key.to_owned().into(),
        row: row.to_owned().into(),
        doc: doc.map(|doc| doc.to_owned().into()),
        stamp: Stamp::write(offset),
    }
}

async fn stored(platform: &Platform, key: &str) -> StoredAggregate {
    let table = TableName {
        name: "book",
        generation: 1,
    };
    let found = platform.store.load_whole(&table, key.as_bytes()).await;
    found.expect("the store answers")
}

async fn put_back(platform: &Platform, key: &str, aggregate: StoredAggregate, offset: u64) {
    let write_of = AggregateWrite {
        key: key.to_owned().into(),
        aggregate,
        stamp: Stamp::write(offset),
    };
    write(platform, Vec::new(), vec![write_of]).await;
}

/// Offsets of partition 0 that no row of these tests is stamped with, but one that is there.
async fn last(platform: &Platform) -> u64 {
    platform.log.ends(INPUT).await.expect("the log answers")[0] - 1
}

#[tokio::test]
async fn what_is_parked_shared_ignored_and_unreadable_is_no_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    assert!(stored(&platform, &keys()[0]).await.head.parked.is_some());
    assert_eq!(looked_at(&platform).await, [vec![], vec![], vec![]]);
    // Nor is what the engine has not come to.
    let more = keys().iter().map(|key| number(key, "8")).collect();
    platform.append(more).await.expect("appended");
    assert_eq!(looked_at(&platform).await, [vec![], vec![], vec![]]);
}

/// Decides to leave out the event that parked a key. Gives its partition, and how the key was parked.
async fn discarded(platform: &Platform, key: &str) -> (u32, Parked) {
    let ends = platform.log.ends(INPUT).await.expect("the log answers");
    let partition = partition_for(key.as_bytes(), ends.len() as u32);
    let parked = stored(platform, key).await.head.parked.expect("parked");
    let decision = Decision {
        processor: "book".to_owned(),
        number: 1,
        discard: true,
        generation: 1,
        events: vec![Event {
            partition,
            offset: parked.first,
            parks: true,
        }],
        ..Decision::default()
    };
    let decided = decide(platform, &Book::SPEC, &Decisions::default(), decision).await;
    decided.expect("it has a place");
    (partition, parked)
}

#[tokio::test]
async fn a_decision_that_an_owner_carried_out_and_did_not_mark_is_marked_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let key = &keys()[0];
    let (partition, _) = discarded(&platform, key).await;
    // The owner went on past the place, and died between the two marks.
    let ends = platform.log.ends(INPUT).await.expect("the log answers");
    let more = platform.append(vec![number(key, "8")]).await;
    more.expect("appended");
    let mark = Mark {
        topic: INPUT.to_owned(),
        partition,
        next: ends[partition as usize] + 1,
        last: None,
    };
    let flush = Flush {
        processor: "book",
        generation: 1,
        aggregates_table: "book",
        mark: Some(mark),
        ..Flush::default()
    };
    platform.store.flush(flush).await.expect("written");
    let engine = start(&platform).await;
    let marked = async {
        loop {
            let marks = platform.store.marks("book", 1).await.expect("readable");
            let mark = marks.get(&(TOPIC.to_owned(), partition));
            if mark.is_some_and(|mark| mark.next == 2) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    bounded(marked).await;
    bounded(engine.stop()).await;
}

#[tokio::test]
async fn what_was_decided_about_a_parked_key_is_no_difference_once_it_is_carried_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let key = &keys()[0];
    let (_, parked) = discarded(&platform, key).await;
    assert_eq!(looked_at(&platform).await, [vec![], vec![], vec![]]);
    let engine = start(&platform).await;
    let carried_out = async {
        while stored(&platform, key).await.head.parked.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    bounded(carried_out).await;
    bounded(engine.stop()).await;
    let after = stored(&platform, key).await;
    assert!(
        after.head.pos > Some(parked.first),
        "what waited was applied"
    );
    assert_eq!(looked_at(&platform).await, [vec![], vec![], vec![]]);
    // Not so a key that somebody has parked by hand.
    let mut changed = after;
    changed.head.parked = Some(parked);
    let newer = last(&platform).await + 1;
    put_back(&platform, key, changed, newer).await;
    let (_, found) = verified(&platform, Keys::All, 1 << 30).await;
    let named: Vec<_> = found.iter().map(|d| (d.kind, d.key.as_str())).collect();
    assert_eq!(named, [(Wrong::Head, key.as_str())]);
}

#[tokio::test]
async fn rows_that_are_wrong_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let (keys, last) = (keys(), last(&platform).await);
    let rows = vec![
        row("book_last", &keys[1], "last", Some("\"odd\""), last),
        row("book_last", &keys[2], "last", None, last),
        row("book_last", &keys[3], "extra", Some("1"), 1),
        row("book_last", &keys[5], "last", Some("1"), last),
        row("book_owner", "all", "5", Some("\"nobody\""), last),
    ];
    write(&platform, rows, Vec::new()).await;
    let named = |kind, table: &str, key: &str, row: &str| {
        let table = format!("{table}_g1");
        (kind, table, key.to_owned(), row.to_owned())
    };
    let mut wanted = vec![
        named(Wrong::Changed, "book_last", &keys[1], "last"),
        named(Wrong::Changed, "book_owner", "all", "5"),
        named(Wrong::Missing, "book_last", &keys[2], "last"),
        named(Wrong::Unexplained, "book_last", &keys[3], "extra"),
        named(Wrong::Unexplained, "book_last", &keys[5], "last"),
    ];
    wanted.sort_by_key(|named| format!("{named:?}"));
    assert_eq!(looked_at(&platform).await, [&wanted[..], &wanted, &wanted]);
    // A stamp that lies beyond every event would beat what is still to come.
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let right = TableName {
        name: "book_owner",
        generation: 1,
    };
    let right = platform
        .store
        .get(&right, b"all", b"5")
        .await
        .expect("answered");
    let right = String::from_utf8(right.expect("there").doc.to_vec()).expect("text");
    let ahead = row("book_owner", "all", "5", Some(&right), 1 << 30);
    write(&platform, vec![ahead], Vec::new()).await;
    for found in looked_at(&platform).await {
        let kinds: Vec<Wrong> = found.into_iter().map(|(kind, ..)| kind).collect();
        assert!(
            !kinds.is_empty() && kinds.iter().all(|kind| *kind == Wrong::Stamp),
            "{kinds:?}"
        );
    }
}

#[tokio::test]
async fn aggregates_parts_and_heads_that_are_wrong_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let (keys, last) = (keys(), last(&platform).await);
    let mut part = stored(&platform, &keys[1]).await;
    let name = part.parts[0].name.clone();
    let invented = Part {
        name: "999".into(),
        doc: Some("1".into()),
    };
    part.parts = vec![
        Part {
            name: name.clone(),
            doc: Some("77".into()),
        },
        invented.clone(),
    ];
    put_back(&platform, &keys[1], part, last).await;
    let mut head = stored(&platform, &keys[2]).await;
    head.head.pos = Some(1);
    put_back(&platform, &keys[2], head, last).await;
    let nobody = StoredAggregate {
        doc: Some("{\"n\":1}".into()),
        ..StoredAggregate::default()
    };
    put_back(&platform, "nobody", nobody, 1).await;
    let named =
        |kind, key: &str, row: &str| (kind, "book_g1".to_owned(), key.to_owned(), row.to_owned());
    let mut wanted = vec![
        named(
            Wrong::Changed,
            &keys[1],
            std::str::from_utf8(&name).expect("text"),
        ),
        named(Wrong::Unexplained, &keys[1], "999"),
        named(Wrong::Head, &keys[2], ""),
        named(Wrong::Unexplained, "nobody", ""),
    ];
    wanted.sort_by_key(|named| format!("{named:?}"));
    let mut found = looked_at(&platform).await;
    let sample = found.pop().expect("three ways");
    assert_eq!(found, [&wanted[..], &wanted]);
    // The log has no key of that name to draw.
    wanted.retain(|named| named.2 != "nobody");
    assert_eq!(sample, wanted);
}

async fn explained(platform: &Platform, key: &str) -> (Explained, Vec<(bool, Outcome)>) {
    let (tell, mut told) = mpsc::channel(10_000);
    let asked = Asked {
        generation: 1,
        lineage: vec![1],
        until: None,
        key: key.to_owned().into(),
        from: 0,
        since: i64::MIN,
        limit: 1000,
    };
    let explained = bounded(explain(platform, Arc::new(Book), asked, tell)).await;
    let mut entries = Vec::new();
    while let Ok(telling) = told.try_recv() {
        if let Explaining::Entry(entry) = telling {
            entries.push((entry.applied, entry.outcome));
        }
    }
    (explained.expect("it can be explained"), entries)
}

#[tokio::test]
async fn a_key_tells_its_parts_its_rejects_and_what_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let parked = keys()[0].clone();
    let more = number(&parked, "8");
    platform.append(vec![more]).await.expect("appended");
    let (told, entries) = explained(&platform, &parked).await;
    assert_eq!((told.partition, told.events), (Some(0), 12));
    let Outcome::Applied(first) = &entries[0].1 else {
        panic!("{:?}", entries[0]);
    };
    assert_eq!(&*first.document[0].path, "", "there was nothing");
    assert_eq!((first.parts.len(), first.rows.len()), (1, 2));
    let Outcome::Applied(second) = &entries[1].1 else {
        panic!("{:?}", entries[1]);
    };
    assert_eq!((&*second.document[0].path, second.parts.len()), ("/n", 1));
    assert!(
        matches!(entries[6].1, Outcome::Rejected { parks: true, .. }),
        "{:?}",
        entries[6]
    );
    let behind = entries[7..]
        .iter()
        .all(|entry| matches!(entry.1, Outcome::Behind(_)));
    assert!(behind, "{entries:?}");
    assert_eq!(
        (entries[10].0, entries[11].0),
        (true, false),
        "the last was not taken in yet"
    );
    let (told, entries) = explained(&platform, "all").await;
    assert!(entries.is_empty() && told.events == 0);
    assert!(told.writers.len() > 5, "{:?}", told.writers);
    for writer in &told.writers {
        assert!(writer.key.is_some() && writer.event.is_some(), "{writer:?}");
    }
}
