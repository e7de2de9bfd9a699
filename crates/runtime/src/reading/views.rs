//! Read handles for gateways, pinned to one generation of a read model for the length of a request.

use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::generations::Registry;
use crate::ports::{Page, PortError, Row, RowRange, Store, TableName};

/// Which generation of each read model is live.
#[derive(Clone)]
pub struct Views {
    store: Arc<dyn Store>,
    registry: Arc<Registry>,
}

/// One generation of one read model.
#[derive(Clone)]
pub struct View {
    store: Arc<dyn Store>,
    /// Read model.
    pub model: String,
    /// Generation.
    pub generation: u32,
}

impl Views {
    /// Views over a store that no other process changes; every read model is at generation 1 until
    /// [`Registry::load`] was called.
    pub fn new(store: Arc<dyn Store>) -> Self {
        let registry = Arc::new(Registry::new(Arc::clone(&store), false));
        Self { store, registry }
    }

    /// Views over a store that other processes change, too.
    pub fn shared(store: Arc<dyn Store>) -> Self {
        let registry = Arc::new(Registry::new(Arc::clone(&store), true));
        Self { store, registry }
    }

    /// The generations there are.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// The live generation of a read model.
    pub fn live(&self, model: &str) -> u32 {
        self.registry.live(model)
    }

    /// A handle on the live generation.
    pub fn pin(&self, model: &str) -> View {
        let generation = self.live(model);
        View {
            store: self.store.clone(),
            model: model.to_owned(),
            generation,
        }
    }
}

impl View {
    fn table(&self, name: &'static str) -> TableName {
        TableName {
            name,
            generation: self.generation,
        }
    }

    /// One row's document.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn get(
        &self,
        table: &'static str,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<Row>, PortError> {
        self.store.get(&self.table(table), partition, row).await
    }

    /// One row, decoded.
    ///
    /// # Errors
    /// The store's faults; a document of another type.
    pub async fn read<T: DeserializeOwned>(
        &self,
        table: &'static str,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<T>, PortError> {
        let row = self.get(table, partition, row).await?;
        row.map(|row| decode(table, &row)).transpose()
    }

    /// Many rows by (partition key, row key), in the order asked.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn get_many(
        &self,
        table: &'static str,
        keys: &[(Bytes, Bytes)],
    ) -> Result<Vec<Option<Row>>, PortError> {
        self.store.get_many(&self.table(table), keys).await
    }

    /// Rows of one partition key.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn range(
        &self,
        table: &'static str,
        partition: &[u8],
        range: RowRange,
    ) -> Result<Vec<Row>, PortError> {
        self.store.range(&self.table(table), partition, range).await
    }

    /// A page of a whole table.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn page(
        &self,
        table: &'static str,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Page, PortError> {
        self.store.page(&self.table(table), from, limit).await
    }
}

/// Decodes a row's document.
///
/// # Errors
/// `Refused`, naming table and row, for a document of another type.
pub fn decode<T: DeserializeOwned>(table: &str, row: &Row) -> Result<T, PortError> {
    serde_json::from_slice(&row.doc).map_err(|e| {
        PortError::refused(format!(
            "row {}/{} of {table} is unreadable: {e}",
            String::from_utf8_lossy(&row.partition),
            String::from_utf8_lossy(&row.row)
        ))
    })
}
