//! Reading one row, rows of one partition key, and whole tables.

use std::ops::ControlFlow;

use bytes::Bytes;
use kernel::Part;
use runtime::ports::{PortError, Row, RowRange, StoredAggregate, TableName};
use scylla::response::PagingState;
use scylla::response::query_result::QueryRowsResult;
use scylla::serialize::row::SerializeRow;
use scylla::statement::prepared::PreparedStatement;

use super::cells::{self, Cells, FullCells, KeyedCells, Make};
use super::codec::{decode_token, encode_token, from_partition_key, partition_key};
use super::session::Stamped;
use super::tables::Kind;
use super::{CqlStore, fault};

/// One page of an answer about so many partitions, and where the next one starts.
pub(super) async fn page(
    session: &Stamped,
    partitions: usize,
    statement: &PreparedStatement,
    values: impl SerializeRow,
    state: PagingState,
    what: &str,
) -> Result<(QueryRowsResult, Option<PagingState>), PortError> {
    let (answer, next) = session
        .read(partitions, statement, values, state)
        .await
        .map_err(|e| fault::request(what, &e))?;
    let rows = answer
        .into_rows_result()
        .map_err(|e| fault::answer(what, e))?;
    let next = match next.into_paging_control_flow() {
        ControlFlow::Continue(next) => Some(next),
        ControlFlow::Break(()) => None,
    };
    Ok((rows, next))
}

pub(super) fn reading(table: &TableName) -> String {
    format!("read {table}")
}

impl CqlStore {
    /// A statement that gives pages of up to `rows` rows.
    pub(super) fn paged(&self, statement: &PreparedStatement, rows: usize) -> PreparedStatement {
        let mut statement = statement.clone();
        let rows = rows.clamp(1, self.page_rows);
        statement.set_page_size(i32::try_from(rows).unwrap_or(i32::MAX));
        statement
    }

    /// Reads one row and makes something of it.
    pub(super) async fn read_one<T>(
        &self,
        table: &TableName,
        partition: &[u8],
        row: &[u8],
        make: Make<T>,
    ) -> Result<Option<T>, PortError> {
        let known = self.tables.of(table)?;
        let get = known.statement(Kind::Get, &self.stamped).await?;
        let values = (&*partition_key(partition), row);
        let what = reading(table);
        let (rows, _) = page(&self.stamped, 1, get, values, PagingState::start(), &what).await?;
        let cells = rows
            .maybe_first_row::<Cells<'_>>()
            .map_err(|e| fault::answer(&what, e))?;
        make(table, partition, row, cells.unwrap_or_default())
    }

    pub(super) async fn read_range(
        &self,
        table: &TableName,
        partition: &[u8],
        range: &RowRange,
    ) -> Result<Vec<Row>, PortError> {
        let kind = Kind::Range {
            descending: range.descending,
            bounded: range.to.is_some(),
        };
        let from = range.from.as_deref().unwrap_or_default();
        let empty = range.to.as_ref().is_some_and(|to| to[..] <= *from);
        let known = self.tables.of(table)?;
        let statement = known.statement(kind, &self.stamped).await?;
        if range.limit == 0 || empty {
            return Ok(Vec::new());
        }
        // One more: an aggregate without a document is there, but is no row.
        let wanted = range.limit.saturating_add(1);
        let limit = i32::try_from(wanted).unwrap_or(i32::MAX);
        let statement = self.paged(statement, wanted);
        let (stored, what) = (partition_key(partition), reading(table));
        let (mut found, mut state) = (Vec::new(), PagingState::start());
        loop {
            let (rows, next) = match &range.to {
                Some(to) => {
                    let values = (&*stored, from, &to[..], limit);
                    page(&self.stamped, 1, &statement, values, state, &what).await?
                }
                None => {
                    let values = (&*stored, from, limit);
                    page(&self.stamped, 1, &statement, values, state, &what).await?
                }
            };
            keyed(table, partition, &rows, &mut found)?;
            match next {
                Some(next) if found.len() < range.limit => state = next,
                _ => break,
            }
        }
        found.truncate(range.limit);
        Ok(found)
    }

    /// An aggregate with its parts. They come in pages, so that the aggregate is read before and after: a write of
    /// any part writes it, too.
    pub(super) async fn read_whole(
        &self,
        table: &TableName,
        key: &[u8],
    ) -> Result<StoredAggregate, PortError> {
        let parts = RowRange {
            from: Some(Bytes::from_static(b"\0")),
            limit: usize::MAX,
            ..RowRange::default()
        };
        let mut before = self.read_one(table, key, b"", cells::aggregate).await?;
        loop {
            let rows = self.read_range(table, key, &parts).await?;
            let after = self.read_one(table, key, b"", cells::aggregate).await?;
            if before == after {
                let mut found = before.unwrap_or_default();
                found.parts.extend(rows.into_iter().map(|row| Part {
                    name: row.row,
                    doc: Some(row.doc),
                }));
                return Ok(found);
            }
            before = after;
        }
    }

    /// A page of a whole table. The token is the server's own paging state: it names the last row by its place on the
    /// ring, so that what is written meanwhile neither hides nor repeats another row.
    pub(super) async fn read_page<T>(
        &self,
        table: &TableName,
        from: Option<&[u8]>,
        limit: usize,
        make: Make<T>,
    ) -> Result<(Vec<T>, Option<Bytes>), PortError> {
        let limit = limit.max(1);
        let known = self.tables.of(table)?;
        let statement = known.statement(Kind::Page, &self.stamped).await?;
        let what = reading(table);
        let mut state = match from {
            None => PagingState::start(),
            Some(token) => PagingState::new_from_raw_bytes(decode_token(token).map_err(|e| {
                PortError::refused(format!(
                    "the page token for {table} is not one of ours: it {e}"
                ))
            })?),
        };
        let mut found = Vec::new();
        loop {
            let statement = self.paged(statement, limit - found.len());
            let (rows, next) = page(&self.stamped, 1, &statement, (), state, &what).await?;
            let rows = rows
                .rows::<FullCells<'_>>()
                .map_err(|e| fault::answer(&what, e))?;
            for selected in rows {
                let (partition, key, doc, doc_at, aggregate, aggregate_at) =
                    selected.map_err(|e| fault::answer(&what, e))?;
                let cells = (doc, doc_at, aggregate, aggregate_at);
                found.extend(make(table, from_partition_key(partition), key, cells)?);
            }
            match next {
                Some(next) if found.len() < limit => state = next,
                next => {
                    let token = next.and_then(|next| next.as_bytes_slice().cloned());
                    return Ok((found, token.map(|state| encode_token(&state))));
                }
            }
        }
    }
}

/// Adds the rows of a page of one partition key.
pub(super) fn keyed(
    table: &TableName,
    partition: &[u8],
    rows: &QueryRowsResult,
    found: &mut Vec<Row>,
) -> Result<(), PortError> {
    let unreadable = |e: &dyn std::fmt::Display| fault::answer(reading(table), e);
    let rows = rows.rows::<KeyedCells<'_>>().map_err(|e| unreadable(&e))?;
    for selected in rows {
        let (key, doc, doc_at, aggregate, aggregate_at) = selected.map_err(|e| unreadable(&e))?;
        let cells = (doc, doc_at, aggregate, aggregate_at);
        found.extend(cells::row(table, partition, key, cells)?);
    }
    Ok(())
}
