//! Reading `store.db`, on a connection that someone else chose.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{Part, Stamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::tables::Statements;
use crate::embedded::codec::{decode_head, decode_pair, encode_pair};
use crate::embedded::sqlite;
use crate::ports::{
    Head, MarkAt, Page, Pointer, PortError, Row, RowRange, Scanned, StoredAggregate, StoredCell,
    TableName,
};

/// Tells which table a read failed in.
fn fault(table: &TableName, error: &rusqlite::Error) -> PortError {
    sqlite::fault(&format!("read {table}"), error)
}

/// All of `count` reads of one call see the same moment; a single one does anyway.
fn at_one_moment<T>(
    conn: &Connection,
    table: &TableName,
    count: usize,
    read: impl FnOnce() -> Result<T, PortError>,
) -> Result<T, PortError> {
    if count <= 1 {
        return read();
    }
    let run = |sql: &str| conn.prepare_cached(sql)?.execute([]).map(|_| ());
    run("BEGIN DEFERRED").map_err(|e| fault(table, &e))?;
    let result = read();
    // Nothing was written: only leaving the moment matters, and a connection that cannot must not be used again.
    run("ROLLBACK").map_err(|e| fault(table, &e))?;
    result
}

pub(super) fn load(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    keys: &[Bytes],
) -> Result<Vec<StoredAggregate>, PortError> {
    let mut load = conn
        .prepare_cached(&statements.load)
        .map_err(|e| fault(table, &e))?;
    at_one_moment(conn, table, keys.len(), || {
        keys.iter()
            .map(|key| load_one(&mut load, table, key))
            .collect()
    })
}

fn load_one(
    load: &mut CachedStatement<'_>,
    table: &TableName,
    key: &[u8],
) -> Result<StoredAggregate, PortError> {
    let mut rows = load.query(params![key]).map_err(|e| fault(table, &e))?;
    let Some(row) = rows.next().map_err(|e| fault(table, &e))? else {
        return Ok(StoredAggregate::default());
    };
    let cells = Cells { table, key, row };
    Ok(StoredAggregate {
        head: cells.head(0)?,
        doc: cells.bytes(1)?,
        parts: Vec::new(),
    })
}

/// One aggregate with its parts; one statement sees one moment.
pub(super) fn load_whole(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    key: &[u8],
) -> Result<StoredAggregate, PortError> {
    let fault = |e: rusqlite::Error| fault(table, &e);
    let mut whole = conn.prepare_cached(&statements.whole).map_err(fault)?;
    let mut rows = whole.query(params![key]).map_err(fault)?;
    let mut found = StoredAggregate::default();
    while let Some(row) = rows.next().map_err(fault)? {
        let cells = Cells { table, key, row };
        let name = cells.bytes(0)?.unwrap_or_default();
        match (name.is_empty(), cells.bytes(2)?) {
            (true, doc) => (found.head, found.doc) = (cells.head(1)?, doc),
            (false, Some(doc)) => found.parts.push(Part {
                name,
                doc: Some(doc),
            }),
            (false, None) => {}
        }
    }
    Ok(found)
}

/// Cells of an aggregate's row.
struct Cells<'a> {
    table: &'a TableName,
    key: &'a [u8],
    row: &'a rusqlite::Row<'a>,
}

impl Cells<'_> {
    fn blob(&self, column: usize) -> Result<Option<&[u8]>, PortError> {
        let value = self.row.get_ref(column);
        let value = value.map_err(|e| self.corrupt(&e))?;
        value.as_bytes_or_null().map_err(|e| self.corrupt(&e))
    }

    fn bytes(&self, column: usize) -> Result<Option<Bytes>, PortError> {
        Ok(self.blob(column)?.map(Bytes::copy_from_slice))
    }

    fn head(&self, column: usize) -> Result<Head, PortError> {
        let head = self.blob(column)?.map(decode_head).transpose();
        let head = head.map_err(|e| self.corrupt(&format!("its head {e}")))?;
        Ok(head.unwrap_or_default())
    }

    fn corrupt(&self, what: &dyn std::fmt::Display) -> PortError {
        let (key, table) = (self.key.escape_ascii(), self.table);
        PortError::refused(format!("aggregate {key} in {table} is corrupt: {what}"))
    }
}

pub(super) fn get(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    partition: &[u8],
    row: &[u8],
) -> Result<Option<Row>, PortError> {
    let mut get = conn
        .prepare_cached(&statements.get)
        .map_err(|e| fault(table, &e))?;
    get_one(&mut get, partition, row).map_err(|e| fault(table, &e))
}

pub(super) fn get_many(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    keys: &[(Bytes, Bytes)],
) -> Result<Vec<Option<Row>>, PortError> {
    let mut get = conn
        .prepare_cached(&statements.get)
        .map_err(|e| fault(table, &e))?;
    at_one_moment(conn, table, keys.len(), || {
        keys.iter()
            .map(|(partition, row)| get_one(&mut get, partition, row))
            .collect::<rusqlite::Result<_>>()
            .map_err(|e| fault(table, &e))
    })
}

fn get_one(
    get: &mut CachedStatement<'_>,
    partition: &[u8],
    row: &[u8],
) -> rusqlite::Result<Option<Row>> {
    let mut rows = get.query(params![partition, row])?;
    let Some(found) = rows.next()? else {
        return Ok(None);
    };
    let Some(doc) = found.get_ref(0)?.as_bytes_or_null()? else {
        return Ok(None);
    };
    Ok(Some(Row {
        partition: Bytes::copy_from_slice(partition),
        row: Bytes::copy_from_slice(row),
        doc: Bytes::copy_from_slice(doc),
        stamp: Stamp::from_value(found.get(1)?),
    }))
}

pub(super) fn range(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    partition: &[u8],
    range: &RowRange,
) -> Result<Vec<Row>, PortError> {
    let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
    let from = range.from.as_deref().unwrap_or_default();
    let sql = statements.range(range.descending, range.to.is_some());
    let read = || -> rusqlite::Result<Vec<Row>> {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = match range.to.as_deref() {
            None => statement.query_map(params![partition, from, limit], row)?,
            Some(to) => statement.query_map(params![partition, from, limit, to], row)?,
        };
        rows.collect()
    };
    read().map_err(|e| fault(table, &e))
}

pub(super) fn page(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    from: Option<&[u8]>,
    limit: usize,
) -> Result<Page, PortError> {
    let limit = limit.max(1);
    // No row has an empty key on both sides, nor is anything before it.
    let (pk, ck) = place(table, from)?;
    let read = || -> rusqlite::Result<Vec<Row>> {
        let mut statement = conn.prepare_cached(&statements.page)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        statement.query_map(params![pk, ck, limit], row)?.collect()
    };
    let rows = read().map_err(|e| fault(table, &e))?;
    let next = rows
        .last()
        .filter(|_| rows.len() == limit)
        .map(|last| encode_pair(&last.partition, &last.row));
    Ok(Page { rows, next })
}

/// The keys in a page token; those before the first row without one.
fn place<'a>(table: &TableName, from: Option<&'a [u8]>) -> Result<(&'a [u8], &'a [u8]), PortError> {
    let Some(token) = from else {
        return Ok((b"", b""));
    };
    decode_pair(token).map_err(|e| {
        PortError::refused(format!(
            "the page token for {table} is not one of ours: it {e}"
        ))
    })
}

pub(super) fn scan(
    conn: &Connection,
    table: &TableName,
    statements: &Statements,
    from: Option<&[u8]>,
    limit: usize,
) -> Result<Scanned, PortError> {
    let fault = |e: rusqlite::Error| fault(table, &e);
    let limit = limit.max(1);
    let (pk, ck) = place(table, from)?;
    let sql = &statements.scans[usize::from(from.is_some())];
    let mut scan = conn.prepare_cached(sql).map_err(fault)?;
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = scan.query(params![pk, ck, most]).map_err(fault)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let key: Vec<u8> = row.get(0).map_err(fault)?;
        let cells = Cells {
            table,
            key: &key,
            row,
        };
        let head = match cells.blob(3)? {
            Some(_) => Some(cells.head(3)?),
            None => None,
        };
        found.push(StoredCell {
            row: cells.bytes(1)?.unwrap_or_default(),
            doc: cells.bytes(2)?,
            stamp: Stamp::from_value(row.get(4).map_err(fault)?),
            head,
            partition: key.into(),
        });
    }
    let last = found.last().filter(|_| found.len() == limit);
    let next = last.map(|last| encode_pair(&last.partition, &last.row));
    Ok(Scanned { cells: found, next })
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let blob = |i: usize| -> rusqlite::Result<Bytes> {
        Ok(Bytes::copy_from_slice(row.get_ref(i)?.as_blob()?))
    };
    Ok(Row {
        partition: blob(0)?,
        row: blob(1)?,
        doc: blob(2)?,
        stamp: Stamp::from_value(row.get(3)?),
    })
}

pub(super) fn marks(
    conn: &Connection,
    processor: &str,
    generation: u32,
) -> rusqlite::Result<BTreeMap<(String, u32), MarkAt>> {
    // All columns, because `last` may be missing: a store that is only read is not brought up to date.
    let mut marks =
        conn.prepare_cached("SELECT * FROM marks WHERE processor = ?1 AND generation = ?2")?;
    let column = |name: &str| marks.column_index(name);
    let (topic, partition, next) = (column("topic")?, column("partition")?, column("next")?);
    let last = column("last").ok();
    marks
        .query_map(params![processor, generation], |row| {
            let last = match last {
                Some(last) => row.get::<_, Option<Vec<u8>>>(last)?,
                None => None,
            };
            let mark = MarkAt {
                next: row.get::<_, i64>(next)?.cast_unsigned(),
                last: last.and_then(|id| uuid::Uuid::from_slice(&id).ok()),
            };
            Ok(((row.get(topic)?, row.get(partition)?), mark))
        })?
        .collect()
}

pub(super) fn pointer(conn: &Connection, name: &str) -> rusqlite::Result<Option<Pointer>> {
    conn.prepare_cached("SELECT version, value FROM pointers WHERE name = ?1")?
        .query_row(params![name], |row| {
            Ok(Pointer {
                version: row.get::<_, i64>(0)?.cast_unsigned(),
                value: row.get::<_, Vec<u8>>(1)?.into(),
            })
        })
        .optional()
}

pub(super) fn pointers(
    conn: &Connection,
    prefix: &str,
) -> rusqlite::Result<Vec<(String, Pointer)>> {
    conn.prepare_cached(
        "SELECT name, version, value FROM pointers \
         WHERE name >= ?1 AND substr(name, 1, length(?1)) = ?1 ORDER BY name",
    )?
    .query_map(params![prefix], |row| {
        let pointer = Pointer {
            version: row.get::<_, i64>(1)?.cast_unsigned(),
            value: row.get::<_, Vec<u8>>(2)?.into(),
        };
        Ok((row.get(0)?, pointer))
    })?
    .collect()
}
