//! For tests of what is private here: a store in a keyspace of its own on the real Cassandra.

use scylla::client::session_builder::SessionBuilder;

use super::options::{CqlOptions, Replication};
use super::{CqlStore, names};

/// A store that nobody else uses.
pub(super) struct Fresh {
    pub(super) store: CqlStore,
    pub(super) keyspace: String,
    cassandra: String,
}

impl Fresh {
    /// `None`, said aloud, where there are no real servers.
    pub(super) async fn open() -> Option<Self> {
        let cassandra = peers::shared()?.cassandra;
        let keyspace = format!("it_{}", uuid::Uuid::now_v7().simple());
        let options = CqlOptions {
            replication: Replication {
                factor: Some(1),
                ..Replication::default()
            },
            ..CqlOptions::default()
        };
        let contacts = [cassandra.clone()];
        let store = CqlStore::connect(&contacts, &keyspace, options).await;
        Some(Self {
            store: store.expect("connected"),
            keyspace,
            cassandra,
        })
    }

    /// The end of a test that went well.
    pub(super) async fn drop_keyspace(self) {
        let builder = SessionBuilder::new().known_node(&self.cassandra);
        // Boxed: the driver's futures are large.
        let session = Box::pin(builder.build()).await.expect("connected");
        let drop = format!("DROP KEYSPACE {}", names::quoted(&self.keyspace));
        let dropped = Box::pin(session.query_unpaged(drop, ())).await;
        dropped.expect("dropped");
    }
}
