//! Marks: how far each processor's generation has come, in one stamped table.
//!
//! The partitions of a processor flush by themselves, and the marks of a generation lie in one partition of the store: those
//! that arrive while another is written go together, in one batch. With a few events in each flush that is every other
//! write which the servers are spared. Nobody waits for more to come.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use kernel::Stamp;
use runtime::ports::{Mark, MarkAt, PortError};
use scylla::errors::ExecutionError;
use scylla::response::PagingState;
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::prepared::PreparedStatement;
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::codec::{decode_mark, encode_mark};
use super::names::quoted;
use super::session::Stamped;
use super::{fault, read};

/// Name of the table. Read models' tables end in a generation: none is called so.
pub(super) const TABLE: &str = "marks";
pub(super) const LAYOUT: &str = "(\"processor\" text, \"generation\" bigint, \"topic\" text, \"partition\" bigint, \
     \"mark\" blob, PRIMARY KEY ((\"processor\", \"generation\"), \"topic\", \"partition\"))";

/// Marks written in one batch.
const AT_ONCE: usize = 64;

/// The statements on marks, and those that wait to be written.
pub(super) struct Marks {
    write: PreparedStatement,
    read: PreparedStatement,
    lines: Mutex<HashMap<(&'static str, u32), Arc<Line>>>,
}

/// Where the marks of one generation wait while one of them is written.
#[derive(Default)]
struct Line {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

struct Waiting {
    mark: Mark,
    told: oneshot::Sender<Result<(), PortError>>,
}

impl Line {
    /// Puts a mark behind those that wait; where to hear what became of it.
    fn join(&self, mark: &Mark) -> oneshot::Receiver<Result<(), PortError>> {
        let (told, answer) = oneshot::channel();
        let mark = mark.clone();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(Waiting { mark, told });
        answer
    }

    /// Those that wait, in their order, as many as go together.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(AT_ONCE);
        waiting.drain(..count).collect()
    }
}

impl Marks {
    pub(super) async fn prepare(session: &Stamped, keyspace: &str) -> Result<Self, PortError> {
        let table = format!("{}.{}", quoted(keyspace), quoted(TABLE));
        let write = format!(
            "INSERT INTO {table} (\"processor\", \"generation\", \"topic\", \"partition\", \
             \"mark\") VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?"
        );
        let read = format!(
            "SELECT \"topic\", \"partition\", \"mark\" FROM {table} \
             WHERE \"processor\" = ? AND \"generation\" = ?"
        );
        let what = format!("use table {table}");
        Ok(Self {
            write: session.prepare(&write, &what).await?,
            read: session.prepare_read(&read, &what).await?,
            lines: Mutex::default(),
        })
    }

    /// Writes a mark under the stamp of its position, so that a late one does not take it back. Whoever gives up waiting leaves
    /// it to be written by another, or not at all.
    pub(super) async fn write(
        &self,
        session: &Stamped,
        processor: &'static str,
        generation: u32,
        mark: &Mark,
    ) -> Result<(), PortError> {
        let (topic, partition) = (&mark.topic, mark.partition);
        let what = || format!("mark {processor} generation {generation} at {topic}/{partition}");
        if mark.next > Stamp::OFFSET_MAX {
            return Err(PortError::refused(format!(
                "{}: {} is beyond what a stamp can carry",
                what(),
                mark.next
            )));
        }
        let line = self.line(processor, generation);
        let mut answer = line.join(mark);
        let left = || PortError::retry(format!("{}: who wrote it gave up", what()));
        let _turn = tokio::select! {
            biased;
            told = &mut answer => return told.map_err(|_| left())?,
            turn = line.turn.lock() => turn,
        };
        loop {
            match answer.try_recv() {
                Ok(told) => return told,
                Err(TryRecvError::Closed) => return Err(left()),
                // Nobody else writes now, so it still stands in line.
                Err(TryRecvError::Empty) => {}
            }
            let part = line.take();
            let written = self.write_all(session, processor, generation, &part).await;
            let written = written.map_err(|e| {
                let count = part.len();
                fault::request(format!("{}, {count} together", what()), &e)
            });
            for waiting in part {
                // Who has given up hears nothing.
                let _ = waiting.told.send(written.clone());
            }
        }
    }

    fn line(&self, processor: &'static str, generation: u32) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lines.entry((processor, generation)).or_default())
    }

    async fn write_all(
        &self,
        session: &Stamped,
        processor: &str,
        generation: u32,
        marks: &[Waiting],
    ) -> Result<(), ExecutionError> {
        let values = marks.iter().map(|Waiting { mark, .. }| {
            let cell = encode_mark(MarkAt {
                next: mark.next,
                last: mark.last,
            });
            let (generation, partition) = (i64::from(generation), i64::from(mark.partition));
            let stamp = Stamp::write(mark.next).value();
            (processor, generation, &mark.topic, partition, cell, stamp)
        });
        let mut values: Vec<_> = values.collect();
        if values.len() == 1 {
            return session.write(&self.write, values.remove(0)).await;
        }
        let statements = marks.iter().map(|_| self.write.clone().into());
        let batch = Batch::new_with_statements(BatchType::Unlogged, statements.collect());
        session.write_batch(batch, values).await
    }

    /// The marks of one generation.
    pub(super) async fn read(
        &self,
        session: &Stamped,
        processor: &str,
        generation: u32,
    ) -> Result<BTreeMap<(String, u32), MarkAt>, PortError> {
        let what = format!("read the marks of {processor} generation {generation}");
        let mut marks = BTreeMap::new();
        let mut state = PagingState::start();
        loop {
            let values = (processor, i64::from(generation));
            let (rows, next) = read::page(session, 1, &self.read, values, state, &what).await?;
            let rows = rows
                .rows::<(String, i64, &[u8])>()
                .map_err(|e| fault::answer(&what, e))?;
            for row in rows {
                let (topic, partition, cell) = row.map_err(|e| fault::answer(&what, e))?;
                let mark = decode_mark(cell).map_err(|e| fault::answer(&what, e))?;
                let partition = u32::try_from(partition).map_err(|e| fault::answer(&what, e))?;
                marks.insert((topic, partition), mark);
            }
            match next {
                Some(next) => state = next,
                None => return Ok(marks),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::future::join_all;

    use super::*;
    use crate::cql::fresh::Fresh;

    const PARTITIONS: u32 = 32;
    const MARKS: u64 = 20;

    /// Partitions that flush at once, and some whose flush is given up at any moment.
    #[tokio::test]
    async fn marks_that_go_together_are_all_written_and_nobody_waits_for_who_gave_up() {
        let Some(fresh) = Fresh::open().await else {
            return;
        };
        let store = &fresh.store;
        let mark = |partition, next| Mark {
            topic: "t".into(),
            partition,
            next,
            last: None,
        };
        let partitions = (0..PARTITIONS).map(async |partition| {
            for next in 1..=MARKS {
                let mark = mark(partition, next);
                let write = || store.marks.write(&store.stamped, "p", 1, &mark);
                // An odd one is dropped before its answer, unless that comes at once; the last one is not.
                if next % 2 == 1 {
                    let hasty = Duration::from_micros(next * 100);
                    let _ = tokio::time::timeout(hasty, write()).await;
                    continue;
                }
                while let Err(error) = write().await {
                    assert!(error.is_retry(), "{error}");
                }
            }
        });
        join_all(partitions).await;
        let marks = store.marks.read(&store.stamped, "p", 1).await;
        let marks = marks.expect("read");
        assert_eq!(marks.len(), PARTITIONS as usize);
        for ((_, partition), at) in marks {
            assert_eq!(at.next, MARKS, "partition {partition}");
        }
        assert_eq!(store.stamped.unstamped(), 0);
        fresh.drop_keyspace().await;
    }
}
