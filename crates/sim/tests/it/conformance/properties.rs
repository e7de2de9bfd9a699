//! Whatever the order of stamped writes, and however they are cut into flushes: one table.

use bytes::Bytes;
use kernel::Stamp;
use proptest::prelude::*;
use runtime::embedded::{SqliteStore, SqliteStoreOptions};
use runtime::ports::{
    AggregateWrite, Flush, Head, Row, StampedRow, Store, StoredAggregate, TableName,
};
use sim::memory::MemoryStore;

const ROWS: TableName = TableName {
    name: "rows",
    generation: 1,
};
const AGGREGATES: TableName = TableName {
    name: "aggregates",
    generation: 1,
};
const KEYS: [&str; 4] = ["a", "b", "c", "d"];

/// One write; what it writes follows from its offset, as a deterministic step would have it.
#[derive(Clone, Debug)]
struct Write {
    aggregate: bool,
    key: usize,
    offset: u64,
    delete: bool,
}

fn write() -> impl Strategy<Value = Write> {
    (any::<bool>(), 0..KEYS.len(), 0..12_u64, any::<bool>()).prop_map(
        |(aggregate, key, offset, delete)| Write {
            aggregate,
            key,
            offset,
            delete,
        },
    )
}

fn flush(writes: &[Write]) -> Flush {
    let mut flush = Flush {
        processor: "properties",
        generation: 1,
        aggregates_table: AGGREGATES.name,
        ..Flush::default()
    };
    for write in writes {
        let key = Bytes::from_static(KEYS[write.key].as_bytes());
        let doc = Bytes::from(format!("{}", write.offset));
        if write.aggregate {
            let head = Head {
                pos: Some(write.offset),
                ..Head::default()
            };
            // Whether a step leaves a state follows from its event too.
            let doc = (write.offset % 3 != 0).then_some(doc);
            flush.aggregates.push(AggregateWrite {
                key,
                aggregate: StoredAggregate {
                    head,
                    doc,
                    parts: Vec::new(),
                },
                stamp: Stamp::write(write.offset),
            });
        } else {
            flush.rows.push(StampedRow {
                table: ROWS.name,
                partition: key,
                row: Bytes::from_static(b"r"),
                doc: (!write.delete).then_some(doc),
                stamp: match write.delete {
                    true => Stamp::delete(write.offset),
                    false => Stamp::write(write.offset),
                },
            });
        }
    }
    flush
}

async fn everything(store: &dyn Store) -> (Vec<Row>, Vec<Row>, Vec<StoredAggregate>) {
    let keys = KEYS.map(|key| Bytes::from_static(key.as_bytes()));
    (
        store.page(&ROWS, None, 100).await.expect("read").rows,
        store.page(&AGGREGATES, None, 100).await.expect("read").rows,
        store.load(&AGGREGATES, &keys).await.expect("loaded"),
    )
}

async fn same_table(writes: Vec<Write>, shuffled: Vec<Write>, cut: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteStoreOptions {
        check_ties: true,
        ..SqliteStoreOptions::default()
    };
    let sqlite = SqliteStore::open(folder.path().join("store.db"), &options).expect("opened");
    let (memory, shuffled_memory) = (MemoryStore::default(), MemoryStore::default());
    let stores: [(&dyn Store, &[Write]); 3] = [
        (&sqlite, &writes),
        (&memory, &writes),
        (&shuffled_memory, &shuffled),
    ];
    for (store, writes) in stores {
        store.create(&[ROWS, AGGREGATES]).await.expect("created");
        for part in writes.chunks(cut) {
            store.flush(flush(part)).await.expect("flushed");
        }
    }
    let wanted = everything(&memory).await;
    assert_eq!(everything(&sqlite).await, wanted, "sqlite and the model");
    assert_eq!(everything(&shuffled_memory).await, wanted, "another order");
    for part in shuffled.chunks(cut) {
        sqlite.flush(flush(part)).await.expect("flushed");
    }
    assert_eq!(everything(&sqlite).await, wanted, "everything again");
    assert_eq!(memory.ties(), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_order_gives_one_table(
        (writes, shuffled) in proptest::collection::vec(write(), 1..40)
            .prop_flat_map(|writes| (Just(writes.clone()), Just(writes).prop_shuffle())),
        cut in 1..9_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(same_table(writes, shuffled, cut));
    }
}
