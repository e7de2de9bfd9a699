//! The cases of the port `Store` that are about aggregates stored in parts.

use kernel::Part;
use runtime::ports::{AggregateWrite, Store, StoredAggregate};

use super::store::{aggregate, aggregates, bytes, table};

fn part((name, doc): (&str, Option<&str>)) -> Part {
    Part {
        name: bytes(name),
        doc: doc.map(bytes),
    }
}

fn with(mut write: AggregateWrite, parts: &[(&str, Option<&str>)]) -> AggregateWrite {
    write.aggregate.parts = parts.iter().copied().map(part).collect();
    write
}

pub(super) async fn parts_stay_with_their_aggregate(store: &dyn Store) {
    let t = table(store, "parts").await;
    let whole = async |key: &str| {
        let found = store.load_whole(&t, key.as_bytes()).await;
        found.expect("loaded")
    };
    let flush = async |writes: Vec<AggregateWrite>| {
        let flushed = store.flush(aggregates(&t, writes)).await;
        flushed.expect("flushed");
    };
    assert_eq!(whole("a").await, StoredAggregate::default());
    let first = with(
        aggregate("a", Some("a3"), 3),
        &[("x", Some("x3")), ("y", Some("y3")), ("z", Some("z3"))],
    );
    let neighbours = ["", "a\0", "aa", "b"].map(|key| {
        let write = aggregate(key, Some(key), 3);
        with(write, &[("x", Some("other"))])
    });
    flush([vec![first.clone()], neighbours.to_vec()].concat()).await;
    assert_eq!(whole("a").await, first.aggregate);
    // What is not named stays as it is.
    flush(vec![with(
        aggregate("a", Some("a7"), 7),
        &[("y", None), ("x", Some("x7"))],
    )])
    .await;
    let now = with(
        aggregate("a", Some("a7"), 7),
        &[("x", Some("x7")), ("z", Some("z3"))],
    );
    assert_eq!(whole("a").await, now.aggregate);
    // A late write changes only what nobody wrote since.
    let late = with(
        aggregate("a", Some("a5"), 5),
        &[
            ("x", Some("x5")),
            ("y", Some("y5")),
            ("z", Some("z3")),
            ("w", Some("w5")),
        ],
    );
    flush(vec![late]).await;
    let now = with(
        aggregate("a", Some("a7"), 7),
        &[("w", Some("w5")), ("x", Some("x7")), ("z", Some("z3"))],
    );
    assert_eq!(whole("a").await, now.aggregate);
    // A head that moves alone leaves the parts alone.
    flush(vec![aggregate("a", Some("a8"), 8)]).await;
    let found = whole("a").await;
    assert_eq!((found.head.pos, found.parts.len()), (Some(8), 3));
    let loaded = store.load(&t, &[bytes("a")]).await.expect("loaded");
    assert_eq!(loaded, [aggregate("a", Some("a8"), 8).aggregate]);
    for neighbour in neighbours {
        let key = String::from_utf8(neighbour.key.to_vec()).expect("text");
        assert_eq!(whole(&key).await, neighbour.aggregate);
    }
    // Many and large ones, in one write.
    let large = "x".repeat(10_000);
    let names: Vec<String> = (0..300).map(|n| format!("part/{n:03}")).collect();
    let many: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), Some(&*large)))
        .collect();
    let many = with(aggregate("many", Some("m"), 1), &many);
    flush(vec![many.clone()]).await;
    assert_eq!(whole("many").await, many.aggregate);
}
