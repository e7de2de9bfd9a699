//! The case of the port `Store` that is about reading all that is stored.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{Part, Stamp};
use runtime::ports::{Store, StoredCell, TableName};

use super::store::{aggregate, aggregates, bytes, row, table, write};

async fn scanned(
    store: &dyn Store,
    table: &TableName,
    limit: usize,
) -> BTreeMap<(Bytes, Bytes), StoredCell> {
    let (mut found, mut from) = (BTreeMap::new(), None);
    loop {
        let page = store.scan(table, from, limit).await.expect("read");
        assert!(page.cells.len() <= limit);
        for cell in page.cells {
            let key = (cell.partition.clone(), cell.row.clone());
            let twice = found.insert(key, cell);
            assert!(twice.is_none(), "{twice:?} at {limit} a page");
        }
        from = page.next;
        if from.is_none() {
            return found;
        }
    }
}

pub(super) async fn a_scan_finds_heads_and_stamps(store: &dyn Store) {
    let t = table(store, "scan").await;
    assert!(scanned(store, &t, 10).await.is_empty());
    let mut whole = aggregate("a", Some("doc"), 7);
    whole.aggregate.parts = vec![Part {
        name: bytes("part"),
        doc: Some(bytes("p")),
    }];
    let nameless = aggregate("", Some("no key"), 8);
    let parked = aggregate("parked", None, 9);
    let all = vec![whole.clone(), nameless.clone(), parked.clone()];
    store.flush(aggregates(&t, all)).await.expect("flushed");
    let rows = [("r", Some("row"), 11), ("gone", Some("row"), 12)];
    let rows = rows.map(|(name, doc, at)| row(&t, ("rows", name), doc, at));
    write(store, &t, rows.to_vec()).await;
    write(store, &t, vec![row(&t, ("rows", "gone"), None, 13)]).await;
    for limit in [1, 2, 100] {
        let found = scanned(store, &t, limit).await;
        assert_eq!(found.len(), 5, "{found:?}");
        for wanted in [&whole, &nameless, &parked] {
            let cell = &found[&(wanted.key.clone(), Bytes::new())];
            assert_eq!(cell.head.as_ref(), Some(&wanted.aggregate.head));
            assert_eq!(cell.doc, wanted.aggregate.doc);
            assert_eq!(cell.stamp, wanted.stamp);
        }
        let part = &found[&(bytes("a"), bytes("part"))];
        assert_eq!((&part.head, &part.doc), (&None, &Some(bytes("p"))));
        assert_eq!(part.stamp, whole.stamp);
        let row = &found[&(bytes("rows"), bytes("r"))];
        assert_eq!((&row.head, &row.doc), (&None, &Some(bytes("row"))));
        assert_eq!(row.stamp, Stamp::write(11));
    }
}
