//! Making keyspaces and tables, what is refused, and how it is told.

use adapters::cql::{CqlOptions, CqlStore};
use bytes::Bytes;
use futures::future::join_all;
use kernel::Stamp;
use runtime::ports::{
    AggregateWrite, Flush, Mark, PortError, StampedRow, Store, StoredAggregate, TableName,
};

use super::{connect, connect_with, options, with_keyspace};

const fn table(name: &'static str) -> TableName {
    TableName {
        name,
        generation: 1,
    }
}

fn rows(name: &'static str, rows: &[(&[u8], &[u8], &[u8])]) -> Flush {
    let rows = rows.iter().map(|(partition, row, doc)| StampedRow {
        table: name,
        partition: Bytes::copy_from_slice(partition),
        row: Bytes::copy_from_slice(row),
        doc: Some(Bytes::copy_from_slice(doc)),
        stamp: Stamp::write(1),
    });
    Flush {
        processor: "schema",
        generation: 1,
        rows: rows.collect(),
        ..Flush::default()
    }
}

fn told(result: Result<impl Sized, PortError>) -> String {
    let error = result.err().expect("must be refused");
    assert!(!error.is_retry(), "{error}");
    error.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_number_of_processes_may_start_at_once() {
    with_keyspace(|address, keyspace| async move {
        let tables: Vec<TableName> = ["one", "two", "three"].map(table).to_vec();
        let start = async |n: usize| {
            let store = connect(&address, &keyspace).await;
            let mut order = tables.clone();
            order.rotate_left(n % tables.len());
            store.create(&order).await.expect("created");
            let key = n.to_string();
            for table in &tables {
                let flush = rows(table.name, &[(b"p", key.as_bytes(), b"x")]);
                store.flush(flush).await.expect("flushed");
            }
            store
        };
        let stores = join_all((0..6).map(start)).await;
        for table in &tables {
            let all = stores[0].range(table, b"p", all_rows()).await;
            assert_eq!(
                all.expect("read").len(),
                6,
                "everyone's row is in the one {table}"
            );
        }
    })
    .await;
}

fn all_rows() -> runtime::ports::RowRange {
    runtime::ports::RowRange {
        limit: 1000,
        ..Default::default()
    }
}

#[tokio::test]
async fn names_and_keys_may_be_anything() {
    with_keyspace(|address, keyspace| async move {
        let store = connect(&address, &keyspace).await;
        let names: [&'static str; 4] = [
            "user.actions-by_day",
            "Upper",
            "upper",
            "a_table_with_a_name_that_is_longer_than_any_server_takes_by_far",
        ];
        let tables = names.map(table);
        store.create(&tables).await.expect("created");
        let keys: [(&[u8], &[u8]); 5] = [
            (b"", b"row"),
            (b"\0", b"row"),
            (b"\0\0", b""),
            (b"p", b""),
            (b"\xff\xfe", b"\0"),
        ];
        for table in &tables {
            let docs = keys.map(|(p, r)| (p, r, table.name.as_bytes()));
            store.flush(rows(table.name, &docs)).await.expect("flushed");
            for (partition, row) in keys {
                let found = store.get(table, partition, row).await.expect("read");
                let found = found.unwrap_or_else(|| panic!("{partition:?} {row:?}"));
                assert_eq!((&found.partition[..], &found.row[..]), (partition, row));
                assert_eq!(found.doc, table.name);
            }
            let page = store.page(table, None, 100).await.expect("read");
            let mut paged: Vec<_> = page
                .rows
                .iter()
                .map(|r| (&r.partition[..], &r.row[..]))
                .collect();
            paged.sort_unstable();
            assert_eq!(paged, keys, "as they were written");
        }
        store.drop_tables(&tables).await.expect("dropped");
        assert!(told(store.get(&tables[0], b"p", b"").await).contains("user.actions-by_day_g1"));
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_nothing_of_it_written() {
    with_keyspace(|address, keyspace| async move {
        let small = CqlOptions {
            cell_bytes: 1000,
            ..options()
        };
        let store = connect_with(&address, &keyspace, small).await;
        store.create(&[table("sizes")]).await.expect("created");
        let long = vec![b'k'; 70_000];
        for (large, shown) in [
            ((&b"p"[..], &b"r"[..], &[0_u8; 1001][..]), "1001 bytes"),
            ((&long, b"r", b"x"), "kkkk…"),
            ((b"p", &long, b"x"), "70000 bytes"),
        ] {
            let flush = rows("sizes", &[(b"fits", b"r", b"x"), large]);
            let error = told(store.flush(flush).await);
            assert!(
                error.contains("sizes_g1") && error.contains(shown),
                "{error}"
            );
            assert!(error.len() < 300, "{error}");
        }
        let mut head_too = rows("sizes", &[]);
        head_too.aggregates_table = "sizes";
        head_too.aggregates = vec![AggregateWrite {
            key: "a".into(),
            aggregate: StoredAggregate {
                head: Default::default(),
                doc: Some(vec![0; 995].into()),
                parts: Vec::new(),
            },
            stamp: Stamp::write(1),
        }];
        let error = told(store.flush(head_too).await);
        assert!(error.contains("with its head"), "{error}");
        let page = store.page(&table("sizes"), None, 10).await.expect("read");
        assert_eq!(page.rows.len(), 0);
        // A limit above the server's own does not turn its refusal into something to try for ever.
        let large = CqlOptions {
            cell_bytes: 64 << 20,
            ..options()
        };
        let store = connect_with(&address, &keyspace, large).await;
        let error = told(
            store
                .flush(rows("sizes", &[(b"p", b"r", &vec![0; 20 << 20])]))
                .await,
        );
        assert!(error.contains("sizes_g1"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_part_that_fails_stops_the_parts_behind_it() {
    with_keyspace(|address, keyspace| async move {
        let store = connect(&address, &keyspace).await;
        store.create(&[table("there")]).await.expect("created");
        let flush = |rows_in: &'static str, aggregates_in: &'static str| {
            let mut flush = rows(rows_in, &[(b"p", b"r", b"x")]);
            flush.aggregates_table = aggregates_in;
            flush.aggregates = vec![AggregateWrite {
                key: "a".into(),
                aggregate: StoredAggregate {
                    doc: Some("state".into()),
                    ..StoredAggregate::default()
                },
                stamp: Stamp::write(1),
            }];
            flush.mark = Some(Mark {
                topic: "in".into(),
                partition: 0,
                next: 2,
                last: None,
            });
            flush
        };
        let parts = async || {
            let doc = async |partition: &[u8], row: &[u8]| {
                let found = store.get(&table("there"), partition, row).await;
                found.expect("read").is_some()
            };
            let marks = store.marks("schema", 1).await.expect("read");
            (doc(b"p", b"r").await, doc(b"a", b"").await, marks.len())
        };
        told(store.flush(flush("missing", "there")).await);
        assert_eq!(parts().await, (false, false, 0), "no rows, nothing");
        told(store.flush(flush("there", "missing")).await);
        assert_eq!(parts().await, (true, false, 0), "no aggregates, no mark");
        store.flush(flush("there", "there")).await.expect("flushed");
        assert_eq!(parts().await, (true, true, 1));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_configuration_is_refused_by_name() {
    with_keyspace(|address, keyspace| async move {
        let try_with = async |address: &str, keyspace: &str, options: CqlOptions| {
            let points = [address.to_owned()];
            CqlStore::connect(&points, keyspace, options).await
        };
        let error = told(try_with(&address, "no-keyspace", options()).await);
        assert!(error.contains("\"no-keyspace\""), "{error}");
        let kept = CqlOptions {
            create_keyspace: false,
            ..options()
        };
        let error = told(try_with(&address, &keyspace, kept.clone()).await);
        assert!(error.contains(&keyspace), "{error}");
        let elsewhere = CqlOptions {
            local_datacenter: Some("atlantis".into()),
            ..options()
        };
        let error = told(try_with(&address, &keyspace, elsewhere).await);
        assert!(
            error.contains("atlantis") && error.contains("datacenter1"),
            "{error}"
        );
        let here = CqlOptions {
            local_datacenter: Some("datacenter1".into()),
            ..options()
        };
        assert!(try_with(&address, &keyspace, here).await.is_ok());
        assert!(
            try_with(&address, &keyspace, kept).await.is_ok(),
            "now it is there"
        );
        let error = try_with("127.0.0.1:1", &keyspace, options()).await.err();
        let error = error.expect("nobody is there");
        assert!(
            error.is_retry() && error.to_string().contains("127.0.0.1:1"),
            "{error}"
        );
    })
    .await;
}
