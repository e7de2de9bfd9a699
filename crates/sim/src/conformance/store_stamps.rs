//! The cases of the port `Store` that are about stamps: which write of a row stays.

use runtime::ports::{Flush, Mark, Parked, Store, StoredAggregate};

use super::store::{PROCESSOR, aggregate, aggregates, bytes, doc, row, table, write};

const KEY: (&str, &str) = ("p", "r");

pub(super) async fn higher_stamp_wins(store: &dyn Store) {
    let t = table(store, "higher").await;
    for (offset, wanted) in [(5, 5), (3, 5), (9, 9), (4, 9), (0, 9), (10, 10)] {
        write(
            store,
            &t,
            vec![row(&t, KEY, Some(&offset.to_string()), offset)],
        )
        .await;
        let found = doc(store, &t, KEY).await;
        assert_eq!(found, Some(wanted.to_string()), "after {offset} came");
        let found = store
            .get(&t, b"p", b"r")
            .await
            .expect("read")
            .expect("there");
        assert_eq!(found.stamp, kernel::Stamp::write(wanted));
    }
}

pub(super) async fn the_same_again_changes_nothing(store: &dyn Store) {
    let t = table(store, "again").await;
    for _ in 0..3 {
        write(store, &t, vec![row(&t, KEY, Some("same"), 5)]).await;
        let found = store
            .get(&t, b"p", b"r")
            .await
            .expect("read")
            .expect("there");
        assert_eq!(found.doc, bytes("same"));
        assert_eq!(
            (&found.partition[..], &found.row[..]),
            (&b"p"[..], &b"r"[..])
        );
    }
}

pub(super) async fn deletions_are_writes(store: &dyn Store) {
    let t = table(store, "deleted").await;
    let put = async |offset: u64| {
        write(
            store,
            &t,
            vec![row(&t, KEY, Some(&offset.to_string()), offset)],
        )
        .await;
    };
    let delete = async |offset| write(store, &t, vec![row(&t, KEY, None, offset)]).await;
    delete(5).await;
    put(3).await;
    assert_eq!(
        doc(store, &t, KEY).await,
        None,
        "a late write does not come back to life"
    );
    put(5).await;
    assert_eq!(
        doc(store, &t, KEY).await.as_deref(),
        Some("5"),
        "a step may replace a row"
    );
    delete(5).await;
    assert_eq!(
        doc(store, &t, KEY).await.as_deref(),
        Some("5"),
        "the same step's deletion is below"
    );
    delete(4).await;
    assert_eq!(
        doc(store, &t, KEY).await.as_deref(),
        Some("5"),
        "a late deletion loses"
    );
    delete(6).await;
    assert_eq!(doc(store, &t, KEY).await, None);
    put(7).await;
    assert_eq!(doc(store, &t, KEY).await.as_deref(), Some("7"));
}

pub(super) async fn order_within_a_flush_does_not_matter(store: &dyn Store) {
    let t = table(store, "within").await;
    let rows = [4, 2, 7, 1, 6].map(|n: u64| row(&t, KEY, Some(&n.to_string()), n));
    let mut rows = rows.to_vec();
    rows.push(row(&t, ("p", "other"), Some("other"), 3));
    rows.push(row(&t, KEY, None, 5));
    write(store, &t, rows).await;
    assert_eq!(doc(store, &t, KEY).await.as_deref(), Some("7"));
    assert_eq!(
        doc(store, &t, ("p", "other")).await.as_deref(),
        Some("other")
    );
}

pub(super) async fn aggregates_carry_their_heads(store: &dyn Store) {
    let t = table(store, "aggregates").await;
    let parked = |mut write: runtime::ports::AggregateWrite| {
        write.aggregate.head.parked = Some(Parked {
            first: 3,
            last: 4,
            ..Parked::default()
        });
        write
    };
    let new = aggregate("a", Some("a9"), 9);
    let headless = aggregate("b", None, 2);
    let flush = Flush {
        mark: Some(Mark {
            topic: "up".into(),
            partition: 0,
            next: 10,
            last: None,
        }),
        ..aggregates(&t, vec![new.clone(), headless.clone()])
    };
    store.flush(flush).await.expect("flushed");
    let late = aggregates(
        &t,
        vec![
            aggregate("a", Some("a4"), 4),
            parked(aggregate("c", Some("c5"), 5)),
        ],
    );
    store.flush(late).await.expect("flushed");
    let keys = ["c", "nobody", "a", "b"].map(bytes);
    let loaded = store.load(&t, &keys).await.expect("loaded");
    let wanted = [
        parked(aggregate("c", Some("c5"), 5)).aggregate,
        StoredAggregate::default(),
        new.aggregate,
        headless.aggregate,
    ];
    assert_eq!(
        loaded, wanted,
        "in the order of the keys, heads with their states"
    );
    assert_eq!(
        doc(store, &t, ("a", "")).await.as_deref(),
        Some("a9"),
        "a row with an empty key"
    );
    assert_eq!(doc(store, &t, ("b", "")).await, None, "it has no state yet");
    assert!(store.load(&t, &[]).await.expect("loaded").is_empty());
    let many: Vec<_> = (0..300).map(|n| bytes(&format!("k{n}"))).collect();
    let writes = (0..300).map(|n| aggregate(&format!("k{n}"), Some(&n.to_string()), n));
    store
        .flush(aggregates(&t, writes.collect()))
        .await
        .expect("flushed");
    let loaded = store.load(&t, &many).await.expect("loaded");
    assert!(loaded.iter().zip(0..).all(|(a, n)| a.head.pos == Some(n)));
    assert!(
        store
            .marks(PROCESSOR, 1)
            .await
            .expect("read")
            .get(&("up".into(), 0))
            .is_some_and(|mark| mark.next >= 10)
    );
}
