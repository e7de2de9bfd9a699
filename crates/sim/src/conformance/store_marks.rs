//! Marks: they only go on, and know the record before them.

use std::collections::BTreeMap;

use runtime::ports::{Flush, Mark, MarkAt, Store};
use uuid::Uuid;

use super::unique;

async fn mark(
    store: &dyn Store,
    (processor, generation): (&'static str, u32),
    topic: &str,
    partition: u32,
    (next, last): (u64, Option<u128>),
) {
    let flush = Flush {
        processor,
        generation,
        mark: Some(Mark {
            topic: topic.into(),
            partition,
            next,
            last: last.map(Uuid::from_u128),
        }),
        ..Flush::default()
    };
    store.flush(flush).await.expect("flushed");
}

fn at(next: u64, last: Option<u128>) -> MarkAt {
    MarkAt {
        next,
        last: last.map(Uuid::from_u128),
    }
}

pub(super) async fn marks_only_go_on(store: &dyn Store) {
    let processor: &'static str = unique("marks").leak();
    let mark = async |generation, topic: &str, partition, next| {
        mark(
            store,
            (processor, generation),
            topic,
            partition,
            (next, None),
        )
        .await;
    };
    mark(1, "a", 0, 10).await;
    mark(1, "a", 1, 5).await;
    mark(1, "a", 0, 12).await;
    mark(1, "a", 1, 4).await;
    mark(2, "a", 0, 1).await;
    let marks = store.marks(processor, 1).await.expect("read");
    let wanted = BTreeMap::from([
        (("a".to_owned(), 0), at(12, None)),
        (("a".to_owned(), 1), at(5, None)),
    ]);
    assert_eq!(marks, wanted, "a late mark does not take one back");
    let marks = store.marks(processor, 2).await.expect("read");
    assert_eq!(marks, BTreeMap::from([(("a".to_owned(), 0), at(1, None))]));
    assert!(
        store
            .marks(&unique("none"), 1)
            .await
            .expect("read")
            .is_empty()
    );
}

pub(super) async fn marks_remember_the_last_record(store: &dyn Store) {
    let processor: &'static str = unique("last").leak();
    let next = async |next, last| {
        mark(store, (processor, 1), "a", 0, (next, last)).await;
        let marks = store.marks(processor, 1).await.expect("read");
        marks[&("a".to_owned(), 0)]
    };
    assert_eq!(next(5, Some(5)).await, at(5, Some(5)));
    assert_eq!(next(5, None).await, at(5, Some(5)), "what is known stays");
    assert_eq!(next(4, Some(4)).await, at(5, Some(5)), "late");
    assert_eq!(next(8, None).await, at(8, None), "no record before it");
    assert_eq!(next(9, Some(9)).await, at(9, Some(9)));
}
