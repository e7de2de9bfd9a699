//! The port `Store` on CQL.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use runtime::ports::{
    Flush, MarkAt, Page, Pointer, PortError, Row, RowRange, Scanned, Store, StoredAggregate,
    TableName,
};

use super::{CqlStore, cells};

#[async_trait]
impl Store for CqlStore {
    async fn create(&self, tables: &[TableName]) -> Result<(), PortError> {
        self.schema.create(tables).await
    }

    async fn drop_tables(&self, tables: &[TableName]) -> Result<(), PortError> {
        let dropped = self.schema.drop(tables).await;
        tables.iter().for_each(|table| self.tables.forget(table));
        dropped
    }

    async fn load(
        &self,
        table: &TableName,
        keys: &[Bytes],
    ) -> Result<Vec<StoredAggregate>, PortError> {
        self.read_aggregates(table, keys).await
    }

    async fn load_whole(
        &self,
        table: &TableName,
        key: &[u8],
    ) -> Result<StoredAggregate, PortError> {
        self.read_whole(table, key).await
    }

    async fn flush(&self, flush: Flush) -> Result<(), PortError> {
        self.write_flush(&flush).await
    }

    async fn marks(
        &self,
        processor: &str,
        generation: u32,
    ) -> Result<BTreeMap<(String, u32), MarkAt>, PortError> {
        self.marks.read(&self.stamped, processor, generation).await
    }

    async fn get(
        &self,
        table: &TableName,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<Row>, PortError> {
        self.read_one(table, partition, row, cells::row).await
    }

    async fn get_many(
        &self,
        table: &TableName,
        keys: &[(Bytes, Bytes)],
    ) -> Result<Vec<Option<Row>>, PortError> {
        self.read_rows(table, keys).await
    }

    async fn range(
        &self,
        table: &TableName,
        partition: &[u8],
        range: RowRange,
    ) -> Result<Vec<Row>, PortError> {
        self.read_range(table, partition, &range).await
    }

    async fn page(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Page, PortError> {
        let paged = self.read_page(table, from.as_deref(), limit, cells::row);
        let (rows, next) = paged.await?;
        Ok(Page { rows, next })
    }

    async fn scan(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Scanned, PortError> {
        let paged = self.read_page(table, from.as_deref(), limit, cells::stored);
        let (cells, next) = paged.await?;
        Ok(Scanned { cells, next })
    }

    async fn pointer(&self, name: &str) -> Result<Option<Pointer>, PortError> {
        self.pointers.get(name).await
    }

    async fn compare_and_set(
        &self,
        name: &str,
        expected: Option<u64>,
        value: Bytes,
    ) -> Result<bool, PortError> {
        self.pointers.compare_and_set(name, expected, &value).await
    }

    async fn pointers(&self, prefix: &str) -> Result<Vec<(String, Pointer)>, PortError> {
        self.pointers.list(prefix).await
    }

    async fn remove_pointer(&self, name: &str, expected: u64) -> Result<bool, PortError> {
        self.pointers.remove(name, expected).await
    }
}
