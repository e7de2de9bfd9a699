//! The store on a real Cassandra, and on ScyllaDB where there is one.

mod gone;
mod paging;
mod pointers;
mod schema;
mod speed;
mod stamps;

use std::future::Future;

use adapters::cql::{CqlOptions, CqlStore, Replication};
use runtime::ports::Store;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use sim::conformance::store::CASES;

/// A keyspace that no other test and no other run has.
pub(super) fn keyspace() -> String {
    format!("it_{}", uuid::Uuid::now_v7().simple())
}

/// Options for a cluster of one node.
pub(super) fn options() -> CqlOptions {
    CqlOptions {
        replication: Replication {
            factor: Some(1),
            ..Replication::default()
        },
        ..CqlOptions::default()
    }
}

pub(super) async fn connect(address: &str, keyspace: &str) -> CqlStore {
    connect_with(address, keyspace, options()).await
}

pub(super) async fn connect_with(address: &str, keyspace: &str, options: CqlOptions) -> CqlStore {
    let store = CqlStore::connect(&[address.to_owned()], keyspace, options).await;
    store.unwrap_or_else(|e| panic!("connected to {address}: {e}"))
}

/// A session that knows nothing of stores, to look behind their backs.
pub(super) async fn raw(address: &str) -> Session {
    let builder = SessionBuilder::new().known_node(address);
    Box::pin(builder.build()).await.expect("connected")
}

/// Runs a test in a keyspace of its own on the shared Cassandra, and on ScyllaDB where there is one, and removes the
/// keyspace when it went well.
pub(super) async fn with_keyspace<F: Future<Output = ()>>(test: impl Fn(String, String) -> F) {
    let Some(shared) = peers::shared() else {
        return;
    };
    on(shared.cassandra, &test).await;
    if let Some(scylla) = shared.scylla {
        on(scylla, &test).await;
    }
}

async fn on<F: Future<Output = ()>>(address: String, test: impl Fn(String, String) -> F) {
    let keyspace = keyspace();
    test(address.clone(), keyspace.clone()).await;
    let drop = format!("DROP KEYSPACE IF EXISTS {keyspace}");
    let dropped = Box::pin(raw(&address).await.query_unpaged(drop, ())).await;
    dropped.expect("dropped");
}

async fn keeps_the_contract(address: String, keyspace: String) {
    let store = connect(&address, &keyspace).await;
    for (name, case) in CASES {
        println!("{name}");
        case(&store as &dyn Store).await;
    }
    assert_eq!(store.unstamped_writes(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cassandra_keeps_the_contract() {
    if let Some(shared) = peers::shared() {
        on(shared.cassandra, keeps_the_contract).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scylla_keeps_the_contract() {
    let Some(address) = peers::shared().and_then(|shared| shared.scylla) else {
        let variable = peers::SCYLLA_VARIABLE;
        eprintln!(
            "skipped: no ScyllaDB ({variable}=host:port); neither do the other tests here run on it"
        );
        return;
    };
    on(address, keeps_the_contract).await;
}
