//! Opens the store that is configured.

use std::sync::Arc;

use adapters::cql::CqlStore;
use anyhow::{Context, Result};
use runtime::embedded::{SqliteStore, SqliteStoreOptions};
use runtime::ports::{PortError, Store};

use super::patience::patiently;
use crate::config::{Config, StorePlace};

/// An open store, and how it is closed.
pub(crate) struct OpenStore {
    kind: Kind,
}

enum Kind {
    File(Arc<SqliteStore>),
    Cql(Arc<CqlStore>),
}

impl OpenStore {
    /// Opens it to serve; waits, within `cluster.connect_wait`, for a server that does not answer yet.
    ///
    /// # Errors
    /// A file that cannot be opened, a server that does not answer in time or does not let us in.
    pub(crate) async fn serve(config: &Config) -> Result<Self> {
        let kind = match config.store_place()? {
            StorePlace::File(file) => {
                let store = SqliteStore::open(&file, &SqliteStoreOptions::default())
                    .with_context(|| format!("cannot open the store {}", file.display()))?;
                Kind::File(Arc::new(store))
            }
            StorePlace::Cql { contacts, keyspace } => {
                let options = config.platform.cql.options();
                let wait = config.platform.cluster.connect_wait;
                let connect = || CqlStore::connect(&contacts, &keyspace, options.clone());
                let store = patiently("store", wait, connect).await;
                let place = || format!("the store at cql://{}/{keyspace}", contacts.join(","));
                Kind::Cql(Arc::new(store.with_context(place)?))
            }
        };
        Ok(Self { kind })
    }

    /// Opens it to read; `None` for a file or a keyspace that is not there (it would be rebuilt).
    ///
    /// # Errors
    /// A file that cannot be read, a server that does not answer or does not let us in.
    pub(crate) async fn read(config: &Config) -> Result<Option<Self>, PortError> {
        let place = config
            .store_place()
            .map_err(|e| PortError::refused(e.to_string()))?;
        let kind = match place {
            StorePlace::File(file) if !file.exists() => return Ok(None),
            StorePlace::File(file) => Kind::File(Arc::new(SqliteStore::open_read_only(file)?)),
            StorePlace::Cql { contacts, keyspace } => {
                let options = config.platform.cql.options();
                match CqlStore::find(&contacts, &keyspace, options).await? {
                    Some(store) => Kind::Cql(Arc::new(store)),
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(Self { kind }))
    }

    /// The store.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match &self.kind {
            Kind::File(store) => Arc::clone(store) as Arc<dyn Store>,
            Kind::Cql(store) => Arc::clone(store) as Arc<dyn Store>,
        }
    }

    /// Closes it.
    ///
    /// # Errors
    /// As the store's faults are.
    pub(super) async fn close(self) -> Result<(), PortError> {
        match self.kind {
            Kind::File(store) => store.close().await,
            // The driver's connections end with it, and nothing waits in them.
            Kind::Cql(_) => Ok(()),
        }
    }
}
