//! Snapshots of a read model that has dead letters.

use kernel::Processor as _;
use runtime::dead_letters::{Decision, Decisions, Event, Letters};
use runtime::generations::decide;
use runtime::platform::Platform;
use runtime::ports::PortError;
use runtime::snapshots::{Manifest, Taken, take};
use tokio::sync::mpsc;

use super::book::{Book, INPUT};
use super::{keys, start, stored, written};
use crate::embedded::bounded;

async fn snapshot(platform: &Platform) -> Result<Manifest, PortError> {
    let (tell, mut told) = mpsc::channel(10);
    tokio::spawn(async move { while told.recv().await.is_some() {} });
    let of = Taken {
        generation: 1,
        lineage: vec![1],
        revision: 1,
        program: "test".to_owned(),
    };
    bounded(take(platform, &Book, of, tell)).await
}

/// Discards everything that waits. Says how much that was.
async fn discard(platform: &Platform) -> usize {
    let (mut letters, decisions) = (Letters::default(), Decisions::default());
    let read = letters.refresh(&*platform.log, "dlq.book").await;
    read.expect("the log answers");
    let marks = platform.store.marks("book", 1).await.expect("readable");
    let open = letters.open("book", &decisions, &marks);
    let open = open.filter(|letter| letter.behind.is_none());
    let events = open.map(|letter| Event {
        partition: letter.partition,
        offset: letter.offset,
        parks: letter.parks,
    });
    let decision = Decision {
        processor: "book".to_owned(),
        number: 1,
        discard: true,
        generation: 1,
        events: events.collect(),
        ..Decision::default()
    };
    let count = decision.events.len();
    let decided = decide(platform, &Book::SPEC, &decisions, decision).await;
    decided.expect("it has a place");
    count
}

#[tokio::test]
async fn what_may_be_applied_later_has_no_place_in_a_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = written(folder.path()).await;
    let refused = snapshot(&platform).await.expect_err("events wait");
    let said = refused.to_string();
    assert!(said.contains("dead letters of book wait"), "{said}");
    assert!(said.contains(&format!("of {INPUT}/0")), "{said}");
    assert!(
        discard(&platform).await > 1,
        "a key, and what nobody can read"
    );
    let refused = snapshot(&platform).await;
    refused.expect_err("it is decided, and not carried out");
    let engine = start(&platform).await;
    let carried_out = async {
        while stored(&platform, &keys()[0]).await.head.parked.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    bounded(carried_out).await;
    bounded(engine.stop()).await;
    let manifest = snapshot(&platform).await.expect("nothing waits");
    assert_eq!(manifest.lineage, [1]);
    assert!(manifest.cells > 6, "{manifest:?}");
}
