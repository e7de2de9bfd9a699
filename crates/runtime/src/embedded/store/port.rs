//! The port `Store` on SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::hot::{ROWS_MAX, Rows, find, within};
use super::tables::Statements;
use super::writer::Request;
use super::{SqliteStore, read};
use crate::embedded::sqlite;
use crate::ports::{
    Flush, MarkAt, Page, Pointer, PortError, Row, RowRange, Scanned, Store, StoredAggregate,
    TableName,
};

/// Up to this many rows are read on the calling thread: a hop to another one takes longer.
const SHORT: usize = 32;

impl SqliteStore {
    /// Runs a read of `rows` rows: here if it is short, on a blocking thread if it is not.
    async fn read<T: Send + 'static>(
        &self,
        table: &TableName,
        rows: usize,
        read: impl FnOnce(&Connection, &TableName, &Statements) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let statements = self.tables.of(table)?;
        if rows <= SHORT {
            return self.pool.with(|conn| read(conn, table, &statements));
        }
        let table = table.clone();
        self.pool
            .run(move |conn| read(conn, &table, &statements))
            .await
    }

    /// A small partition as a whole, from memory if it is there; `None` for a larger one.
    fn partition(&self, table: &TableName, partition: &[u8]) -> Result<Option<Rows>, PortError> {
        let epoch = match self.hot.get(table, partition) {
            Ok(rows) => return Ok(Some(rows)),
            Err(epoch) => epoch,
        };
        let statements = self.tables.of(table)?;
        let range = RowRange {
            limit: ROWS_MAX + 1,
            ..RowRange::default()
        };
        let rows = self
            .pool
            .with(|conn| read::range(conn, table, &statements, partition, &range))?;
        if rows.len() > ROWS_MAX {
            return Ok(None);
        }
        let rows = Rows::from(rows);
        self.hot.fill(table, partition, epoch, &rows);
        Ok(Some(rows))
    }

    /// One row.
    fn point(
        &self,
        table: &TableName,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<Row>, PortError> {
        if let Some(rows) = self.partition(table, partition)? {
            return Ok(find(&rows, row));
        }
        let statements = self.tables.of(table)?;
        self.pool
            .with(|conn| read::get(conn, table, &statements, partition, row))
    }

    fn fault(&self, what: &str, error: &rusqlite::Error) -> PortError {
        sqlite::fault(&format!("{what} in {}", self.file.display()), error)
    }
}

fn size(flush: &Flush) -> usize {
    let rows: usize = flush
        .rows
        .iter()
        .map(|r| 96 + r.partition.len() + r.row.len() + r.doc.as_ref().map_or(0, Bytes::len))
        .sum();
    let aggregates: usize = flush
        .aggregates
        .iter()
        .map(|a| 160 + a.key.len() + a.aggregate.bytes())
        .sum();
    rows + aggregates
}

#[async_trait]
impl Store for SqliteStore {
    async fn create(&self, tables: &[TableName]) -> Result<(), PortError> {
        let tables = tables.to_vec();
        self.call(move |writer| {
            writer.transaction(|conn, context| {
                tables.iter().try_for_each(|table| {
                    let statements = context.tables.of(table)?;
                    conn.execute_batch(&statements.create)
                        .map_err(|e| context.fault(&e))
                })
            })
        })
        .await
    }

    async fn drop_tables(&self, tables: &[TableName]) -> Result<(), PortError> {
        let tables = tables.to_vec();
        self.call(move |writer| {
            let dropped = writer.transaction(|conn, context| {
                tables.iter().try_for_each(|table| {
                    let statements = context.tables.of(table)?;
                    conn.execute_batch(&statements.drop)
                        .map_err(|e| context.fault(&e))
                })
            });
            writer.hot.clear();
            dropped
        })
        .await
    }

    async fn load(
        &self,
        table: &TableName,
        keys: &[Bytes],
    ) -> Result<Vec<StoredAggregate>, PortError> {
        let keys = keys.to_vec();
        self.read(table, keys.len(), move |conn, table, statements| {
            read::load(conn, table, statements, &keys)
        })
        .await
    }

    async fn load_whole(
        &self,
        table: &TableName,
        key: &[u8],
    ) -> Result<StoredAggregate, PortError> {
        let key = key.to_vec();
        self.read(table, 1, move |conn, table, statements| {
            read::load_whole(conn, table, statements, &key)
        })
        .await
    }

    async fn flush(&self, flush: Flush) -> Result<(), PortError> {
        let (reply, answer) = oneshot::channel();
        let cost = size(&flush);
        self.queue()?
            .push(Request::Flush(Box::new(flush), reply), cost)
            .await
            .map_err(|_| self.is_closed())?;
        answer.await.map_err(|_| self.is_closed())?
    }

    async fn marks(
        &self,
        processor: &str,
        generation: u32,
    ) -> Result<BTreeMap<(String, u32), MarkAt>, PortError> {
        self.pool.with(|conn| {
            read::marks(conn, processor, generation)
                .map_err(|e| self.fault(&format!("read the marks of {processor}"), &e))
        })
    }

    async fn get(
        &self,
        table: &TableName,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<Row>, PortError> {
        self.point(table, partition, row)
    }

    async fn get_many(
        &self,
        table: &TableName,
        keys: &[(Bytes, Bytes)],
    ) -> Result<Vec<Option<Row>>, PortError> {
        if keys.len() <= ROWS_MAX {
            return keys
                .iter()
                .map(|(pk, ck)| self.point(table, pk, ck))
                .collect();
        }
        let keys = keys.to_vec();
        self.read(table, keys.len(), move |conn, table, statements| {
            read::get_many(conn, table, statements, &keys)
        })
        .await
    }

    async fn range(
        &self,
        table: &TableName,
        partition: &[u8],
        range: RowRange,
    ) -> Result<Vec<Row>, PortError> {
        if let Some(rows) = self.partition(table, partition)? {
            return Ok(within(&rows, &range));
        }
        let partition = Bytes::copy_from_slice(partition);
        self.read(table, range.limit, move |conn, table, statements| {
            read::range(conn, table, statements, &partition, &range)
        })
        .await
    }

    async fn page(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Page, PortError> {
        self.read(table, limit, move |conn, table, statements| {
            read::page(conn, table, statements, from.as_deref(), limit)
        })
        .await
    }

    async fn scan(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Scanned, PortError> {
        self.read(table, limit, move |conn, table, statements| {
            read::scan(conn, table, statements, from.as_deref(), limit)
        })
        .await
    }

    async fn pointer(&self, name: &str) -> Result<Option<Pointer>, PortError> {
        self.pool.with(|conn| {
            read::pointer(conn, name).map_err(|e| self.fault(&format!("read pointer {name}"), &e))
        })
    }

    async fn compare_and_set(
        &self,
        name: &str,
        expected: Option<u64>,
        value: Bytes,
    ) -> Result<bool, PortError> {
        let name = name.to_owned();
        self.call(move |writer| {
            writer.durable_transaction(|conn, context| {
                let changed = match expected {
                    None => conn.execute(
                        "INSERT OR IGNORE INTO pointers (name, version, value) VALUES (?1, 1, ?2)",
                        params![name, &value[..]],
                    ),
                    Some(version) => conn.execute(
                        "UPDATE pointers SET version = version + 1, value = ?3 \
                         WHERE name = ?1 AND version = ?2",
                        params![name, version.cast_signed(), &value[..]],
                    ),
                };
                Ok(changed.map_err(|e| context.fault(&e))? == 1)
            })
        })
        .await
    }

    async fn pointers(&self, prefix: &str) -> Result<Vec<(String, Pointer)>, PortError> {
        self.pool.with(|conn| {
            read::pointers(conn, prefix)
                .map_err(|e| self.fault(&format!("read pointers {prefix}"), &e))
        })
    }

    async fn remove_pointer(&self, name: &str, expected: u64) -> Result<bool, PortError> {
        let name = name.to_owned();
        self.call(move |writer| {
            writer.durable_transaction(|conn, context| {
                let removed = conn
                    .execute(
                        "DELETE FROM pointers WHERE name = ?1 AND version = ?2",
                        params![name, expected.cast_signed()],
                    )
                    .map_err(|e| context.fault(&e))?;
                Ok(removed == 1)
            })
        })
        .await
    }
}
