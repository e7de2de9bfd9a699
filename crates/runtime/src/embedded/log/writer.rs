//! The one thread that writes `log.db`: what waits is one transaction and one fsync.
//!
//! After the commit it publishes (tails, ends), then answers: whoever has the answer can read the record.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{NewRecord, Record};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::catalogue::{Catalogue, OFFSET_MAX, Partition, PartitionRow};
use super::producers::{Producer, Producers};
use super::progress::Progress;
use super::schema;
use super::tail::TailBudget;
use crate::embedded::checkpoint::Wal;
use crate::embedded::lock::FolderLock;
use crate::embedded::queue::{Drain, Turn};
use crate::embedded::sqlite;
use crate::ports::{Appended, Clock, PortError, TopicSpec};

/// Quiet for this long, the writer saves what was left for later and empties the WAL.
const SETTLE: Duration = Duration::from_secs(1);
/// Under load, what was left for later is saved this often: counts that records tell again, and hints.
const SAVE_EVERY: Duration = Duration::from_secs(1);

const INSERT: &str =
    "INSERT INTO records (id, timestamp, key, headers, value) VALUES (?1, ?2, ?3, ?4, ?5)";

/// What the thread is asked for.
pub(super) enum Request {
    Append(Append),
    Task(Task),
}

/// Anything else that must run between two transactions.
pub(super) type Task = Box<dyn FnOnce(&mut Writer) + Send>;

/// Records of one call of `append`.
pub(super) struct Append {
    pub(super) records: Vec<Ready>,
    pub(super) reply: oneshot::Sender<Result<Vec<Appended>, PortError>>,
}

/// A record whose partition is known and whose envelope is encoded.
pub(super) struct Ready {
    pub(super) partition: Arc<Partition>,
    pub(super) headers: Vec<u8>,
    /// The offset it had in the log it was exported from.
    pub(super) restore: Option<u64>,
    pub(super) record: NewRecord,
}

/// Where a record went.
#[derive(Clone, Copy)]
struct Placed {
    appended: Appended,
    timestamp: i64,
}

/// State of the writing thread.
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) file: PathBuf,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) drain: Drain<Request>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) producers: Producers,
    pub(super) progress: Arc<Progress>,
    pub(super) tails: TailBudget,
    pub(super) wal: Wal,
    pub(super) lock: FolderLock,
    pub(super) state: State,
}

/// What the thread remembers from turn to turn.
#[derive(Default)]
pub(super) struct State {
    /// Something is left for a quiet moment.
    unsettled: bool,
    stopping: bool,
    /// Partitions whose counts are not written.
    uncounted: HashMap<i64, Arc<Partition>>,
    /// When counts and hints were last written.
    saved: Option<Instant>,
}

/// Partitions as the open transaction leaves them.
type Touched = HashMap<i64, (Arc<Partition>, PartitionRow)>;

impl Writer {
    /// Writes until told to stop or nobody can ask any more.
    pub(super) fn run(mut self) {
        while !self.state.stopping {
            let idle = self.state.unsettled.then_some(SETTLE);
            match self.drain.next(idle) {
                Turn::Write(requests, room) => {
                    self.turn(requests);
                    drop(room);
                }
                Turn::Idle => self.settle(),
                Turn::Closed => break,
            }
        }
        self.save_later();
        // The lock goes last: whoever has it may open the file.
        let Self {
            conn, wal, lock, ..
        } = self;
        drop(wal);
        drop(conn);
        drop(lock);
    }

    fn turn(&mut self, requests: Vec<Request>) {
        let mut appends = Vec::new();
        for request in requests {
            match request {
                Request::Append(append) => appends.push(append),
                Request::Task(task) => {
                    self.append(std::mem::take(&mut appends));
                    task(self);
                }
            }
        }
        self.append(appends);
    }

    fn append(&mut self, appends: Vec<Append>) {
        if appends.is_empty() {
            return;
        }
        match self.insert(&appends) {
            Ok((placed, touched)) => self.take_over(appends, placed, touched),
            // One that cannot be written must not fail its neighbours.
            Err(_) if appends.len() > 1 => {
                for append in appends {
                    self.append(vec![append]);
                }
            }
            Err(error) => {
                for append in appends {
                    let _ = append.reply.send(Err(error.clone()));
                }
            }
        }
    }

    /// Writes all of it in one transaction, or nothing.
    fn insert(&mut self, appends: &[Append]) -> Result<(Vec<Placed>, Touched), PortError> {
        let mut touched = Touched::new();
        let restores = appends
            .iter()
            .flat_map(|a| &a.records)
            .any(|r| r.restore.is_some());
        let written = self.transaction(|conn, writer| {
            let placed = insert_all(conn, writer, appends, &mut touched)?;
            // Where an offset was chosen, records alone do not tell where a partition starts.
            for (_, row) in touched.values().filter(|_| restores) {
                schema::save_partition(conn, row).map_err(|e| writer.fault(&e))?;
            }
            for (producer, taken) in writer.producers.fresh() {
                schema::save_producer(conn, producer, taken).map_err(|e| writer.fault(&e))?;
            }
            Ok(placed)
        });
        match written {
            Ok(placed) => {
                self.producers.keep();
                Ok((placed, touched))
            }
            Err(error) => {
                self.producers.undo();
                Err(error)
            }
        }
    }

    /// Makes known what is committed.
    fn take_over(&mut self, appends: Vec<Append>, placed: Vec<Placed>, touched: Touched) {
        self.publish(appends, placed, touched);
        if self
            .state
            .saved
            .is_none_or(|saved| saved.elapsed() >= SAVE_EVERY)
        {
            self.save_later();
        }
    }

    fn publish(&mut self, appends: Vec<Append>, placed: Vec<Placed>, touched: Touched) {
        let mut placed = placed.into_iter();
        let mut fresh: HashMap<i64, Vec<Record>> = HashMap::with_capacity(touched.len());
        let mut answers = Vec::with_capacity(appends.len());
        for append in appends {
            let mut answer = Vec::with_capacity(append.records.len());
            for ready in append.records {
                let place = placed.next().expect("every record was placed");
                answer.push(place.appended);
                if !place.appended.repeated {
                    let records = fresh.entry(ready.partition.id).or_default();
                    records.push(record(ready.record, place));
                }
            }
            answers.push((append.reply, answer));
        }
        for (id, (partition, row)) in &touched {
            self.tails
                .push(partition, fresh.remove(id).unwrap_or_default());
            partition.set(row);
            self.state
                .uncounted
                .entry(*id)
                .or_insert_with(|| Arc::clone(partition));
        }
        self.tails.trim();
        for (reply, answer) in answers {
            // Whoever asked may have gone; the records stay.
            let _ = reply.send(Ok(answer));
        }
    }

    /// Runs `write` in one transaction: committed when it gives `Ok`, undone otherwise.
    pub(super) fn transaction<T>(
        &mut self,
        write: impl FnOnce(&Connection, &mut Context<'_>) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let mut context = Context {
            producers: &mut self.producers,
            clock: &*self.clock,
            file: &self.file,
        };
        let conn = &self.conn;
        let statement = |sql: &str| conn.prepare_cached(sql)?.execute([]).map(|_| ());
        let result = statement("BEGIN IMMEDIATE")
            .map_err(|e| context.fault(&e))
            .and_then(|()| write(conn, &mut context))
            .and_then(|value| {
                statement("COMMIT").map_err(|e| context.fault(&e))?;
                Ok(value)
            });
        if result.is_err() && !conn.is_autocommit() {
            // A failed rollback leaves the transaction open: the next BEGIN fails and says so.
            let _ = statement("ROLLBACK");
        }
        self.state.unsettled = true;
        self.wal.committed(&self.conn);
        result
    }

    /// The checkpoint thread has copied what there was.
    pub(super) fn finish_checkpoint(&mut self) {
        self.wal.finish(&self.conn);
    }

    /// Something waits for the next transaction, or a quiet moment.
    pub(super) fn unsettle(&mut self) {
        self.state.unsettled = true;
    }

    fn settle(&mut self) {
        self.state.unsettled = false;
        self.save_later();
        self.wal.empty(&self.conn);
    }

    /// Saves counts and hints.
    fn save_later(&mut self) {
        self.state.saved = Some(Instant::now());
        let uncounted = std::mem::take(&mut self.state.uncounted);
        let progress = self.progress.take_dirty();
        if uncounted.is_empty() && progress.is_empty() {
            return;
        }
        let saved = self.transaction(|conn, writer| {
            for partition in uncounted.values() {
                schema::save_partition(conn, &partition.row()).map_err(|e| writer.fault(&e))?;
            }
            for (key, partition, next) in &progress {
                schema::save_committed(conn, key, *partition, *next)
                    .map_err(|e| writer.fault(&e))?;
            }
            Ok(())
        });
        if let Err(error) = saved {
            tracing::warn!(%error, "counts and group positions not saved, kept in memory");
            self.state.uncounted.extend(uncounted);
            self.progress.undo(progress);
        }
    }

    /// Creates a topic, or alters its retention.
    pub(super) fn ensure(&mut self, spec: &TopicSpec) -> Result<(), PortError> {
        let Some(topic) = self.catalogue.find(&spec.name) else {
            let topic = self.transaction(|conn, writer| {
                schema::create_topic(conn, spec).map_err(|e| writer.fault(&e))
            })?;
            self.catalogue.add(topic);
            return Ok(());
        };
        if topic.partitions.len() != spec.partitions as usize {
            return Err(PortError::refused(format!(
                "topic {} has {} partitions, which cannot become {}",
                spec.name,
                topic.partitions.len(),
                spec.partitions
            )));
        }
        if topic.retention() != spec.retention {
            self.transaction(|conn, writer| {
                schema::alter_topic(conn, topic.id, &spec.retention).map_err(|e| writer.fault(&e))
            })?;
            topic.set_retention(spec.retention.clone());
        }
        Ok(())
    }

    /// Ends the thread after this turn.
    pub(super) fn stop(&mut self) {
        self.state.stopping = true;
    }

    /// Saves everything and leaves a file without a WAL, then ends the thread.
    pub(super) fn close(&mut self) {
        self.save_later();
        self.wal.close(&self.conn);
        self.stop();
    }
}

/// What a transaction needs besides its connection.
pub(super) struct Context<'a> {
    producers: &'a mut Producers,
    clock: &'a dyn Clock,
    file: &'a std::path::Path,
}

impl Context<'_> {
    pub(super) fn fault(&self, error: &rusqlite::Error) -> PortError {
        sqlite::fault(&format!("write {}", self.file.display()), error)
    }
}

fn insert_all(
    conn: &Connection,
    context: &mut Context<'_>,
    appends: &[Append],
    touched: &mut Touched,
) -> Result<Vec<Placed>, PortError> {
    let now = context.clock.now_ms();
    let mut statement = conn.prepare_cached(INSERT).map_err(|e| context.fault(&e))?;
    let mut placed = Vec::with_capacity(appends.iter().map(|a| a.records.len()).sum());
    for ready in appends.iter().flat_map(|a| &a.records) {
        let partition = &ready.partition;
        let (_, row) = touched
            .entry(partition.id)
            .or_insert_with(|| (Arc::clone(partition), partition.row()));
        let number = row.partition;
        let at = |offset, repeated| Appended {
            partition: number,
            offset,
            repeated,
        };
        if let Some(offset) = ready.restore {
            row.move_end(partition, offset)?;
        }
        if let Some((producer, sequence)) = Producer::of(row.id, &ready.record.headers) {
            if ready.restore.is_some() {
                // It was let in once; a repetition among the exported ones keeps its place.
                context.producers.restore(producer, sequence, row.end);
            } else if let Err(last) = context.producers.take(producer, sequence, row.end) {
                placed.push(Placed {
                    appended: at(last, true),
                    timestamp: row.timestamp,
                });
                continue;
            }
        }
        if row.end >= OFFSET_MAX {
            return Err(PortError::refused(format!("{} is full", partition.name())));
        }
        let appended = at(row.end, false);
        let timestamp = next_timestamp(row, ready.record.timestamp, now);
        let (key, value) = (ready.record.key.as_deref(), ready.record.value.as_deref());
        statement
            .execute(params![
                partition.row_id(row.end),
                timestamp,
                key,
                ready.headers,
                value
            ])
            .map_err(|e| context.fault(&e))?;
        row.end += 1;
        row.records += 1;
        row.bytes += (key.map_or(0, <[u8]>::len)
            + ready.headers.len()
            + value.map_or(0, <[u8]>::len)) as u64;
        placed.push(Placed {
            appended,
            timestamp,
        });
    }
    Ok(placed)
}

/// The time a record gets: its own, or now, but then not before the previous record's.
fn next_timestamp(row: &mut PartitionRow, own: Option<i64>, now: i64) -> i64 {
    let timestamp = own.unwrap_or_else(|| now.max(row.timestamp));
    row.ordered &= timestamp >= row.timestamp;
    row.timestamp = timestamp;
    timestamp
}

fn record(new: NewRecord, placed: Placed) -> Record {
    Record {
        offset: placed.appended.offset,
        timestamp: placed.timestamp,
        key: new.key,
        headers: new.headers,
        value: new.value,
    }
}
