//! The suite of the port `Store` on the memory store and the SQLite store.

use runtime::embedded::{SqliteStore, SqliteStoreOptions};
use runtime::ports::Store;
use sim::conformance::store::CASES;
use sim::memory::MemoryStore;

async fn run_all(store: &dyn Store) {
    for (name, case) in CASES {
        println!("{name}");
        case(store).await;
    }
}

#[tokio::test]
async fn memory_store_keeps_the_contract() {
    let store = MemoryStore::default();
    run_all(&store).await;
    assert_eq!(store.ties(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_store_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteStoreOptions {
        check_ties: true,
        ..SqliteStoreOptions::default()
    };
    let store = SqliteStore::open(folder.path().join("store.db"), &options).expect("opened");
    run_all(&store).await;
    store.close().await.expect("closed");
}
