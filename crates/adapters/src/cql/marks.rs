//! Marks: how far each processor's generation has come, in one stamped table.

use std::collections::BTreeMap;

use kernel::Stamp;
use runtime::ports::{Mark, MarkAt, PortError};
use scylla::response::PagingState;
use scylla::statement::prepared::PreparedStatement;

use super::codec::{decode_mark, encode_mark};
use super::names::quoted;
use super::session::Stamped;
use super::{fault, read};

/// Name of the table. Read models' tables end in a generation: none is called so.
pub(super) const TABLE: &str = "marks";
pub(super) const LAYOUT: &str = "(\"processor\" text, \"generation\" bigint, \"topic\" text, \"partition\" bigint, \
     \"mark\" blob, PRIMARY KEY ((\"processor\", \"generation\"), \"topic\", \"partition\"))";

/// The statements on marks.
pub(super) struct Marks {
    write: PreparedStatement,
    read: PreparedStatement,
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
        })
    }

    /// Writes a mark under the stamp of its position, so that a late one does not take it back.
    pub(super) async fn write(
        &self,
        session: &Stamped,
        processor: &str,
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
        let cell = encode_mark(MarkAt {
            next: mark.next,
            last: mark.last,
        });
        let values = (
            processor,
            i64::from(generation),
            topic,
            i64::from(partition),
            cell,
            Stamp::write(mark.next).value(),
        );
        session
            .write(&self.write, values)
            .await
            .map_err(|e| fault::request(what(), &e))
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
