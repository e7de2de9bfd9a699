//! The one thread that writes `store.db`: the flushes that wait are one transaction.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;

use super::hot::Hot;
use super::tables::Tables;
use crate::embedded::checkpoint::Wal;
use crate::embedded::codec::encode_head;
use crate::embedded::lock::FolderLock;
use crate::embedded::queue::{Drain, Turn};
use crate::embedded::sqlite::{self, Sync};
use crate::ports::{AggregateWrite, Flush, Mark, PortError, StampedRow, TableName};

/// Quiet for this long, the writer empties the WAL.
const SETTLE: Duration = Duration::from_secs(1);

const MARK: &str = "INSERT INTO marks (processor, generation, topic, partition, next, last) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
     ON CONFLICT DO UPDATE SET next = excluded.next, last = excluded.last \
     WHERE excluded.next > next OR (excluded.next = next AND last IS NULL)";

/// Tells whoever asked for a flush how it went.
type Reply = oneshot::Sender<Result<(), PortError>>;

/// What the thread is asked for.
pub(super) enum Request {
    Flush(Box<Flush>, Reply),
    Task(Task),
}

/// Anything else that must run between two transactions.
pub(super) type Task = Box<dyn FnOnce(&mut Writer) + Send>;

/// State of the writing thread.
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) file: PathBuf,
    pub(super) tables: Arc<Tables>,
    pub(super) hot: Arc<Hot>,
    pub(super) drain: Drain<Request>,
    pub(super) wal: Wal,
    pub(super) lock: FolderLock,
    /// Whether two values under one stamp are an error.
    pub(super) check_ties: bool,
    pub(super) unsettled: bool,
    pub(super) stopping: bool,
}

impl Writer {
    /// Writes until told to stop or nobody can ask any more.
    pub(super) fn run(mut self) {
        while !self.stopping {
            let idle = self.unsettled.then_some(SETTLE);
            match self.drain.next(idle) {
                Turn::Write(requests, room) => {
                    self.turn(requests);
                    drop(room);
                }
                Turn::Idle => {
                    self.unsettled = false;
                    self.wal.empty(&self.conn);
                }
                Turn::Closed => break,
            }
        }
        // The lock goes last: whoever has it may open the file.
        let Self {
            conn, wal, lock, ..
        } = self;
        drop(wal);
        drop(conn);
        drop(lock);
    }

    fn turn(&mut self, requests: Vec<Request>) {
        let mut flushes = Vec::new();
        for request in requests {
            match request {
                Request::Flush(flush, reply) => flushes.push((flush, reply)),
                Request::Task(task) => {
                    self.flush(std::mem::take(&mut flushes));
                    task(self);
                }
            }
        }
        self.flush(flushes);
    }

    fn flush(&mut self, flushes: Vec<(Box<Flush>, Reply)>) {
        if flushes.is_empty() {
            return;
        }
        let together = self.transaction(|conn, writer| {
            flushes
                .iter()
                .try_for_each(|(flush, _)| writer.apply(conn, flush))
        });
        // One that cannot be written must not fail its neighbours.
        let alone = together.is_err() && flushes.len() > 1;
        for (flush, reply) in flushes {
            let result = if alone {
                self.transaction(|conn, writer| writer.apply(conn, &flush))
            } else {
                together.clone()
            };
            // Whatever became of it, and before anyone hears of it.
            self.forget(&flush);
            // Whoever asked may have gone; the rows stay.
            let _ = reply.send(result);
        }
    }

    /// Drops from memory what a flush may have changed.
    fn forget(&self, flush: &Flush) {
        let generation = flush.generation;
        for row in &flush.rows {
            self.hot.forget(
                &TableName {
                    name: row.table,
                    generation,
                },
                &row.partition,
            );
        }
        let table = TableName {
            name: flush.aggregates_table,
            generation,
        };
        for aggregate in &flush.aggregates {
            self.hot.forget(&table, &aggregate.key);
        }
    }

    /// Runs `write` in one transaction: committed when it gives `Ok`, undone otherwise.
    pub(super) fn transaction<T>(
        &mut self,
        write: impl FnOnce(&Connection, &Context<'_>) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let context = Context {
            tables: &self.tables,
            file: &self.file,
            check_ties: self.check_ties,
        };
        let conn = &self.conn;
        let statement = |sql: &str| conn.prepare_cached(sql)?.execute([]).map(|_| ());
        let result = statement("BEGIN IMMEDIATE")
            .map_err(|e| context.fault(&e))
            .and_then(|()| write(conn, &context))
            .and_then(|value| {
                statement("COMMIT").map_err(|e| context.fault(&e))?;
                Ok(value)
            });
        if result.is_err() && !conn.is_autocommit() {
            // A failed rollback leaves the transaction open: the next BEGIN fails and says so.
            let _ = statement("ROLLBACK");
        }
        self.unsettled = true;
        self.wal.committed(&self.conn);
        result
    }

    /// A transaction that is on disk when it returns: for what the log cannot rebuild.
    pub(super) fn durable_transaction<T>(
        &mut self,
        write: impl FnOnce(&Connection, &Context<'_>) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let set = |conn: &Connection, sync: Sync| conn.execute_batch(sync.pragma());
        set(&self.conn, Sync::EveryCommit).map_err(|e| self.fault(&e))?;
        let result = self.transaction(write);
        set(&self.conn, Sync::Checkpoints).map_err(|e| self.fault(&e))?;
        result
    }

    fn fault(&self, error: &rusqlite::Error) -> PortError {
        sqlite::fault(&format!("write {}", self.file.display()), error)
    }

    /// The checkpoint thread has copied what there was.
    pub(super) fn finish_checkpoint(&mut self) {
        self.wal.finish(&self.conn);
    }

    /// Ends the thread after this turn.
    pub(super) fn stop(&mut self) {
        self.stopping = true;
    }

    /// Leaves a file without a WAL, then ends the thread.
    pub(super) fn close(&mut self) {
        self.wal.close(&self.conn);
        self.stop();
    }
}

/// What a transaction needs besides its connection.
pub(super) struct Context<'a> {
    pub(super) tables: &'a Tables,
    file: &'a std::path::Path,
    check_ties: bool,
}

/// A row as it is about to be stored.
struct Cells<'a> {
    pk: &'a [u8],
    ck: &'a [u8],
    doc: Option<&'a [u8]>,
    head: Option<&'a [u8]>,
    stamp: i64,
}

impl Context<'_> {
    pub(super) fn fault(&self, error: &rusqlite::Error) -> PortError {
        sqlite::fault(&format!("write {}", self.file.display()), error)
    }

    fn apply(&self, conn: &Connection, flush: &Flush) -> Result<(), PortError> {
        self.rows(conn, flush)?;
        self.aggregates(conn, flush)?;
        if let Some(mark) = &flush.mark {
            save_mark(conn, flush, mark).map_err(|e| self.fault(&e))?;
        }
        Ok(())
    }

    fn rows(&self, conn: &Connection, flush: &Flush) -> Result<(), PortError> {
        // Neighbours in the table are written one after the other. The stamp, not the order, decides between two
        // writes of one row.
        let mut rows: Vec<&StampedRow> = flush.rows.iter().collect();
        rows.sort_by(|a, b| (a.table, &a.partition, &a.row).cmp(&(b.table, &b.partition, &b.row)));
        for run in rows.chunk_by(|a, b| a.table == b.table) {
            let cells = run.iter().map(|row| Cells {
                pk: &row.partition,
                ck: &row.row,
                doc: row.doc.as_deref(),
                head: None,
                stamp: row.stamp.value(),
            });
            self.upsert(conn, table_of(run[0].table, flush), cells)?;
        }
        Ok(())
    }

    fn aggregates(&self, conn: &Connection, flush: &Flush) -> Result<(), PortError> {
        if flush.aggregates.is_empty() {
            return Ok(());
        }
        let mut writes: Vec<(&AggregateWrite, Vec<u8>)> = flush
            .aggregates
            .iter()
            .map(|write| (write, encode_head(&write.aggregate.head)))
            .collect();
        writes.sort_by(|(a, _), (b, _)| a.key.cmp(&b.key));
        let cells = writes.iter().flat_map(|(write, head)| {
            let own = Cells {
                pk: &write.key,
                ck: b"",
                doc: write.aggregate.doc.as_deref(),
                head: Some(head),
                stamp: write.stamp.value(),
            };
            let parts = write.aggregate.parts.iter().map(|part| Cells {
                pk: &write.key,
                ck: &part.name,
                doc: part.doc.as_deref(),
                head: None,
                stamp: write.stamp.value(),
            });
            std::iter::once(own).chain(parts)
        });
        self.upsert(conn, table_of(flush.aggregates_table, flush), cells)
    }

    fn upsert<'c>(
        &self,
        conn: &Connection,
        table: TableName,
        cells: impl Iterator<Item = Cells<'c>>,
    ) -> Result<(), PortError> {
        let statements = self.tables.of(&table)?;
        let fault = |e: rusqlite::Error| self.fault(&e);
        let mut upsert = conn.prepare_cached(&statements.upsert).map_err(fault)?;
        for cells in cells {
            let changed = upsert
                .execute(params![
                    cells.pk,
                    cells.ck,
                    cells.doc,
                    cells.head,
                    cells.stamp
                ])
                .map_err(fault)?;
            if changed == 0 && self.check_ties {
                check_tie(conn, &table, &statements.stored, &cells).map_err(fault)??;
            }
        }
        Ok(())
    }
}

fn table_of(name: &'static str, flush: &Flush) -> TableName {
    TableName {
        name,
        generation: flush.generation,
    }
}

fn save_mark(conn: &Connection, flush: &Flush, mark: &Mark) -> rusqlite::Result<()> {
    conn.prepare_cached(MARK)?.execute(params![
        flush.processor,
        flush.generation,
        mark.topic,
        mark.partition,
        mark.next.cast_signed(),
        mark.last.as_ref().map(|id| &id.as_bytes()[..]),
    ])?;
    Ok(())
}

/// A write lost to the row that is there: at the same stamp they must be the same, or a step is not deterministic.
fn check_tie(
    conn: &Connection,
    table: &TableName,
    stored: &str,
    cells: &Cells<'_>,
) -> rusqlite::Result<Result<(), PortError>> {
    let same = conn
        .prepare_cached(stored)?
        .query_row(params![cells.pk, cells.ck], |row| {
            let equal = row.get_ref(0)?.as_bytes_or_null()? == cells.doc
                && row.get_ref(1)?.as_bytes_or_null()? == cells.head;
            Ok(equal || row.get::<_, i64>(2)? != cells.stamp)
        })
        .optional()?;
    if same != Some(false) {
        return Ok(Ok(()));
    }
    Ok(Err(PortError::refused(format!(
        "two values under stamp {} of row {}/{} in {table}: its processor is not deterministic",
        cells.stamp,
        cells.pk.escape_ascii(),
        cells.ck.escape_ascii()
    ))))
}
