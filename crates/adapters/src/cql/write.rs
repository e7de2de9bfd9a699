//! Writing a flush: rows, then aggregates, then the mark, each part acknowledged before the next begins.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::try_join_all;
use kernel::Part;
use runtime::ports::{AggregateWrite, Flush, PortError, StampedRow, TableName};
use scylla::errors::{ExecutionError, SerializationError};
use scylla::serialize::row::{RowSerializationContext, SerializeRow};
use scylla::serialize::writers::RowWriter;
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::prepared::PreparedStatement;

use super::codec::{encode_aggregate, partition_key};
use super::tables::{Kind, Table};
use super::{CqlStore, fault};

/// A longer key is refused by the servers.
const KEY_BYTES_MAX: usize = u16::MAX as usize;
/// What a row costs in a batch beside its bytes: its statement's id, its lengths, its stamp.
const ROW_COST: usize = 64;
/// What a message shows of a key.
const KEY_SHOWN: usize = 64;

/// The statements that write rows of one table.
struct RowWriting<'a> {
    table: &'a Table,
    insert: &'a PreparedStatement,
    /// Prepared when there is something to delete.
    delete: Option<&'a PreparedStatement>,
}

/// Rows of one partition key that are written together.
struct Chunk<'a> {
    writing: &'a RowWriting<'a>,
    partition: Cow<'a, [u8]>,
    rows: &'a [&'a StampedRow],
}

/// One request of a flush.
enum Write<'a> {
    Rows(Chunk<'a>),
    Aggregate(&'a AggregateWriting<'a>, &'a AggregateWrite),
}

/// The statements that write aggregates of one table.
struct AggregateWriting<'a> {
    insert: &'a PreparedStatement,
    /// Prepared when there are parts.
    parts: Option<PartWriting<'a>>,
    table: &'a Table,
}

/// The statements that write parts of aggregates of one table.
struct PartWriting<'a> {
    insert: &'a PreparedStatement,
    delete: &'a PreparedStatement,
}

/// The values of one statement.
enum Values<'a> {
    Insert(&'a [u8], &'a [u8], &'a [u8], i64),
    Delete(i64, &'a [u8], &'a [u8]),
    Aggregate(&'a [u8], &'a [u8], i64),
}

impl SerializeRow for Values<'_> {
    fn serialize(
        &self,
        ctx: &RowSerializationContext<'_>,
        writer: &mut RowWriter<'_>,
    ) -> Result<(), SerializationError> {
        match *self {
            Self::Insert(partition, row, doc, stamp) => {
                (partition, row, doc, stamp).serialize(ctx, writer)
            }
            Self::Delete(stamp, partition, row) => (stamp, partition, row).serialize(ctx, writer),
            Self::Aggregate(partition, cell, stamp) => {
                (partition, cell, stamp).serialize(ctx, writer)
            }
        }
    }

    fn is_empty(&self) -> bool {
        false
    }
}

impl<'a> Chunk<'a> {
    fn statement(&self, row: &StampedRow) -> &'a PreparedStatement {
        match row.doc {
            Some(_) => self.writing.insert,
            None => self
                .writing
                .delete
                .expect("prepared, because there is something to delete"),
        }
    }

    fn values<'v>(&'v self, row: &'v StampedRow) -> Values<'v> {
        let stamp = row.stamp.value();
        match &row.doc {
            Some(doc) => Values::Insert(&self.partition, &row.row, doc, stamp),
            None => Values::Delete(stamp, &self.partition, &row.row),
        }
    }
}

/// Of each row its highest stamp, and the first at that, in the order of the table: what a server would make of all.
fn newest(rows: &[StampedRow]) -> Vec<&StampedRow> {
    let mut rows: Vec<&StampedRow> = rows.iter().collect();
    rows.sort_by(|a, b| {
        (a.table, &a.partition, &a.row, b.stamp).cmp(&(b.table, &b.partition, &b.row, a.stamp))
    });
    rows.dedup_by(|a, b| (a.table, &a.partition, &a.row) == (b.table, &b.partition, &b.row));
    rows
}

/// Splits rows of one partition key where they are more than `bytes_max`; a single one may be more.
fn split<'a>(
    rows: &'a [&'a StampedRow],
    bytes_max: usize,
) -> impl Iterator<Item = &'a [&'a StampedRow]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|row| {
            let doc = row.doc.as_ref().map_or(0, |doc| doc.len());
            bytes += ROW_COST + row.partition.len() + row.row.len() + doc;
            bytes <= bytes_max
        });
        let count = fits.count().clamp(1, usize::from(u16::MAX)).min(rest.len());
        let (chunk, more) = rest.split_at(count);
        rest = more;
        (!chunk.is_empty()).then_some(chunk)
    })
}

fn shown(key: &[u8]) -> String {
    let start = &key[..key.len().min(KEY_SHOWN)];
    let more = if start.len() < key.len() { "…" } else { "" };
    format!("{}{more}", start.escape_ascii())
}

fn table_of(name: &'static str, flush: &Flush) -> TableName {
    TableName {
        name,
        generation: flush.generation,
    }
}

impl CqlStore {
    /// Writes a flush. Nothing of one that can never be written is written.
    pub(super) async fn write_flush(&self, flush: &Flush) -> Result<(), PortError> {
        self.check_sizes(flush)?;
        self.write_rows(flush).await?;
        self.write_aggregates(flush).await?;
        match &flush.mark {
            Some(mark) => {
                self.marks
                    .write(&self.stamped, flush.processor, flush.generation, mark)
                    .await
            }
            None => Ok(()),
        }
    }

    fn check_sizes(&self, flush: &Flush) -> Result<(), PortError> {
        let rows = flush.rows.iter().map(|row| {
            let doc = row.doc.as_ref().map_or(0, |doc| doc.len());
            (row.table, &row.partition, row.row.len(), doc)
        });
        let table = flush.aggregates_table;
        let aggregates = flush.aggregates.iter().map(|write| {
            let doc = write.aggregate.doc.as_ref().map_or(0, |doc| doc.len());
            (table, &write.key, 0, doc)
        });
        let parts = flush.aggregates.iter().flat_map(|write| {
            write.aggregate.parts.iter().map(|part| {
                let doc = part.doc.as_ref().map_or(0, |doc| doc.len());
                (table, &write.key, part.name.len(), doc)
            })
        });
        for (table, partition, row_bytes, doc_bytes) in rows.chain(aggregates).chain(parts) {
            let key_bytes = partition_key(partition).len().max(row_bytes);
            if key_bytes > KEY_BYTES_MAX || doc_bytes > self.cell_bytes {
                return Err(PortError::refused(format!(
                    "row {} of {}: a key of {key_bytes} bytes (at most {KEY_BYTES_MAX}), \
                     a document of {doc_bytes} bytes (at most {})",
                    shown(partition),
                    table_of(table, flush),
                    self.cell_bytes
                )));
            }
        }
        Ok(())
    }

    async fn write_rows(&self, flush: &Flush) -> Result<(), PortError> {
        let rows = newest(&flush.rows);
        let runs: Vec<_> = rows.chunk_by(|a, b| a.table == b.table).collect();
        let tables = runs
            .iter()
            .map(|run| self.tables.of(&table_of(run[0].table, flush)));
        let tables: Vec<Arc<Table>> = tables.collect::<Result<_, _>>()?;
        let mut writings = Vec::with_capacity(runs.len());
        for (table, run) in tables.iter().zip(&runs) {
            writings.push(self.row_writing(table, run).await?);
        }
        let mut writes = Vec::new();
        for (writing, run) in writings.iter().zip(&runs) {
            let partitions = run.chunk_by(|a, b| a.partition == b.partition);
            let chunks = partitions.flat_map(|rows| split(rows, self.batch_bytes));
            writes.extend(chunks.map(|rows| {
                Write::Rows(Chunk {
                    writing,
                    partition: partition_key(&rows[0].partition),
                    rows,
                })
            }));
        }
        self.all(&writes).await
    }

    async fn row_writing<'a>(
        &self,
        table: &'a Table,
        rows: &[&StampedRow],
    ) -> Result<RowWriting<'a>, PortError> {
        let deletes = rows.iter().any(|row| row.doc.is_none());
        Ok(RowWriting {
            table,
            insert: table.statement(Kind::Insert, &self.stamped).await?,
            delete: match deletes {
                true => Some(table.statement(Kind::Delete, &self.stamped).await?),
                false => None,
            },
        })
    }

    async fn write_chunk(&self, chunk: &Chunk<'_>) -> Result<(), PortError> {
        let written = match chunk.rows {
            [row] => {
                let statement = chunk.statement(row);
                self.stamped.write(statement, chunk.values(row)).await
            }
            rows => self.write_batch(chunk, rows).await,
        };
        written.map_err(|e| {
            let (count, table) = (chunk.rows.len(), &chunk.writing.table.name);
            let key = shown(&chunk.rows[0].partition);
            fault::request(format!("write {count} rows of {key} to {table}"), &e)
        })
    }

    /// One partition of one table: the server applies such a batch as a whole.
    async fn write_batch(
        &self,
        chunk: &Chunk<'_>,
        rows: &[&StampedRow],
    ) -> Result<(), ExecutionError> {
        let statements = rows.iter().map(|row| chunk.statement(row).clone().into());
        let batch = Batch::new_with_statements(BatchType::Unlogged, statements.collect());
        let values: Vec<Values<'_>> = rows.iter().map(|row| chunk.values(row)).collect();
        self.stamped.write_batch(batch, values).await
    }

    async fn write_aggregates(&self, flush: &Flush) -> Result<(), PortError> {
        if flush.aggregates.is_empty() {
            return Ok(());
        }
        let table = self.tables.of(&table_of(flush.aggregates_table, flush))?;
        let parted = |write: &AggregateWrite| !write.aggregate.parts.is_empty();
        let writing = AggregateWriting {
            insert: table
                .statement(Kind::InsertAggregate, &self.stamped)
                .await?,
            parts: match flush.aggregates.iter().any(parted) {
                true => Some(PartWriting {
                    insert: table.statement(Kind::Insert, &self.stamped).await?,
                    delete: table.statement(Kind::Delete, &self.stamped).await?,
                }),
                false => None,
            },
            table: &table,
        };
        let writes = flush.aggregates.iter();
        let writes: Vec<_> = writes
            .map(|write| Write::Aggregate(&writing, write))
            .collect();
        self.all(&writes).await
    }

    async fn write_aggregate(
        &self,
        writing: &AggregateWriting<'_>,
        write: &AggregateWrite,
    ) -> Result<(), PortError> {
        let cell = encode_aggregate(&write.aggregate);
        let table = writing.table;
        let what = || format!("write aggregate {} to {}", shown(&write.key), table.name);
        if cell.len() > self.cell_bytes {
            return Err(PortError::refused(format!(
                "{}: {} bytes with its head (at most {})",
                what(),
                cell.len(),
                self.cell_bytes
            )));
        }
        let key = partition_key(&write.key);
        let own = Values::Aggregate(&key, &cell, write.stamp.value());
        let written = match &writing.parts {
            Some(rows) if !write.aggregate.parts.is_empty() => {
                self.write_parts(writing.insert, own, rows, write).await
            }
            _ => self.stamped.write(writing.insert, own).await,
        };
        written.map_err(|e| fault::request(what(), &e))
    }

    /// An aggregate and its parts lie in one partition: the server applies the batch as a whole.
    async fn write_parts(
        &self,
        insert: &PreparedStatement,
        own: Values<'_>,
        rows: &PartWriting<'_>,
        write: &AggregateWrite,
    ) -> Result<(), ExecutionError> {
        let (key, stamp) = (partition_key(&write.key), write.stamp.value());
        let (mut statements, mut values) = (vec![insert.clone().into()], vec![own]);
        for Part { name, doc } in &write.aggregate.parts {
            let (statement, cells) = match doc {
                Some(doc) => (rows.insert, Values::Insert(&key, name, doc, stamp)),
                None => (rows.delete, Values::Delete(stamp, &key, name)),
            };
            statements.push(statement.clone().into());
            values.push(cells);
        }
        let batch = Batch::new_with_statements(BatchType::Unlogged, statements);
        self.stamped.write_batch(batch, values).await
    }

    /// Makes all writes of one part, as many at once as the store allows; gives up at the first that fails.
    async fn all(&self, writes: &[Write<'_>]) -> Result<(), PortError> {
        let next = AtomicUsize::new(0);
        let at_once = self.stamped.in_flight.min(writes.len());
        let workers: Vec<_> = (0..at_once).map(|_| self.work(writes, &next)).collect();
        try_join_all(workers).await.map(|_| ())
    }

    /// Makes one write after the other until none is left.
    async fn work(&self, writes: &[Write<'_>], next: &AtomicUsize) -> Result<(), PortError> {
        while let Some(write) = writes.get(next.fetch_add(1, Ordering::Relaxed)) {
            match write {
                Write::Rows(chunk) => self.write_chunk(chunk).await?,
                Write::Aggregate(writing, write) => self.write_aggregate(writing, write).await?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kernel::Stamp;

    use super::*;

    fn row(partition: &str, row: &str, doc: Option<usize>, offset: u64) -> StampedRow {
        StampedRow {
            table: "t",
            partition: Bytes::copy_from_slice(partition.as_bytes()),
            row: Bytes::copy_from_slice(row.as_bytes()),
            doc: doc.map(|bytes| vec![0; bytes].into()),
            stamp: match doc {
                Some(_) => Stamp::write(offset),
                None => Stamp::delete(offset),
            },
        }
    }

    #[test]
    fn of_each_row_the_highest_stamp_is_written() {
        let rows = [
            row("p", "b", Some(1), 4),
            row("p", "a", Some(1), 5),
            row("p", "a", None, 5),
            row("p", "b", None, 9),
            row("o", "a", Some(2), 1),
            row("o", "a", Some(3), 1),
        ];
        let kept: Vec<_> = newest(&rows)
            .into_iter()
            .map(|r| (&r.partition[..], &r.row[..], r.doc.as_ref().map(Bytes::len)))
            .collect();
        let wanted: [(&[u8], &[u8], Option<usize>); 3] = [
            (b"o", b"a", Some(2)),
            (b"p", b"a", Some(1)),
            (b"p", b"b", None),
        ];
        assert_eq!(kept, wanted);
    }

    #[test]
    fn batches_are_bounded_and_lose_nothing() {
        let rows: Vec<_> = (0..50)
            .map(|n| {
                row(
                    "p",
                    &n.to_string(),
                    Some(if n == 20 { 5000 } else { 100 }),
                    n,
                )
            })
            .collect();
        let rows: Vec<&StampedRow> = rows.iter().collect();
        let chunks: Vec<_> = split(&rows, 1000).collect();
        assert_eq!(chunks.concat().len(), 50);
        assert!(
            chunks.iter().any(|c| c.len() == 1),
            "the large one is alone"
        );
        assert!(
            chunks.iter().all(|c| c.len() <= 1000 / 165),
            "and the others bounded"
        );
        assert_eq!(split(&[], 1000).count(), 0);
    }
}
