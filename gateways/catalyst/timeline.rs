//! The history of the read model `deployments`, in order of either time, a page at a time.

use bytes::Bytes;
use model::tables::deployments::{self as tables, ByTime, Clock, by_time_partition, by_time_row};
use model::tables::{day, number_key, parse_number_key};
use runtime::ports::{PortError, RowRange};
use runtime::reading::decode;

use super::catalog::{Cursor, Deployed, HistoryPage, HistoryQuery, SortBy};
use super::dto::EntityType;
use super::rows::Tables;

/// Index rows read at a time.
const CHUNK: usize = 128;
/// Days read at a time.
const DAYS_CHUNK: usize = 1024;
/// A page ends, full or not, after so many index rows: a filter that nothing passes must not read the whole history.
const SCANNED_MAX: usize = 50_000;
/// A page ends, full or not, after so many bytes of documents.
const BYTES_MAX: usize = 32 << 20;

/// A page of the history.
pub(super) async fn history(
    tables: &Tables,
    query: &HistoryQuery,
) -> Result<HistoryPage, PortError> {
    if !query.ids.is_empty() {
        return of_ids(tables, query, &query.ids).await;
    }
    if query.only_active && !query.pointers.is_empty() {
        let ids = tables.tops(&query.pointers).await?;
        return of_ids(tables, query, &ids).await;
    }
    let mut page = Building::new(query);
    let mut days = Days::new(query);
    while let Some(day) = days.next(tables).await? {
        let mut bounds = Bounds::of(query);
        loop {
            let partition = by_time_partition(clock(query.sort_by), day);
            let range = bounds.range(query.ascending);
            let rows = tables
                .deployments
                .range(tables::BY_TIME, partition.as_bytes(), range)
                .await?;
            let Some(last) = rows.last().map(|row| row.row.clone()) else {
                break;
            };
            let mut chunk = Vec::with_capacity(rows.len());
            for row in &rows {
                chunk.push(decode::<ByTime>(tables::BY_TIME, row)?);
            }
            if page.take(tables, chunk).await? {
                return Ok(page.end());
            }
            if rows.len() < CHUNK {
                break;
            }
            bounds.pass(last, query.ascending);
        }
    }
    Ok(page.end())
}

fn clock(sort_by: SortBy) -> Clock {
    match sort_by {
        SortBy::Local => Clock::Local,
        SortBy::Entity => Clock::Entity,
    }
}

fn time(query: &HistoryQuery, row: &ByTime) -> i64 {
    match query.sort_by {
        SortBy::Local => row.local_timestamp,
        SortBy::Entity => row.entity_timestamp,
    }
}

/// The part of the history that these ids are.
async fn of_ids(
    tables: &Tables,
    query: &HistoryQuery,
    ids: &[String],
) -> Result<HistoryPage, PortError> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let ids: Vec<&str> = chunk.iter().map(String::as_str).collect();
        for (deployed, _) in tables.deployments(&ids).await?.into_iter().flatten() {
            rows.push(ByTime {
                entity_type: deployed.entity.kind.name().into(),
                entity_timestamp: deployed.entity.timestamp,
                local_timestamp: deployed.local_timestamp,
                entity_id: deployed.entity.id,
            });
        }
    }
    rows.sort_by_cached_key(|row| (time(query, row), row.entity_id.to_lowercase()));
    rows.dedup();
    if !query.ascending {
        rows.reverse();
    }
    let mut page = Building::new(query);
    for chunk in rows.chunks(CHUNK) {
        if page.take(tables, chunk.to_vec()).await? {
            break;
        }
    }
    Ok(page.end())
}

/// Row keys of one day's partition that are still to be read.
struct Bounds {
    from: Option<Bytes>,
    to: Option<Bytes>,
}

impl Bounds {
    fn of(query: &HistoryQuery) -> Self {
        let last = query.last_id.as_deref();
        let from = query.from.map(|from| match last {
            Some(last) if query.ascending => after(&by_time_row(from, last)),
            _ => Bytes::copy_from_slice(&number_key(from)),
        });
        let to = query.to.map(|to| match last {
            Some(last) if !query.ascending => by_time_row(to, last).into(),
            _ => Bytes::copy_from_slice(&number_key(to.saturating_add(1))),
        });
        Self { from, to }
    }

    fn range(&self, ascending: bool) -> RowRange {
        RowRange {
            from: self.from.clone(),
            to: self.to.clone(),
            descending: !ascending,
            limit: CHUNK,
        }
    }

    fn pass(&mut self, last: Bytes, ascending: bool) {
        if ascending {
            self.from = Some(after(&last));
        } else {
            self.to = Some(last);
        }
    }
}

/// The first key after `key`.
fn after(key: &[u8]) -> Bytes {
    [key, &[0]].concat().into()
}

/// The days that have deployments within the bounds of a query, in its order.
struct Days<'a> {
    query: &'a HistoryQuery,
    from: Option<Bytes>,
    to: Option<Bytes>,
    read: std::vec::IntoIter<i64>,
    ended: bool,
}

impl<'a> Days<'a> {
    fn new(query: &'a HistoryQuery) -> Self {
        let key = |day: i64| Bytes::copy_from_slice(&number_key(day));
        Self {
            query,
            from: query.from.map(|from| key(day(from))),
            to: query.to.map(|to| key(day(to).saturating_add(1))),
            read: Vec::new().into_iter(),
            ended: false,
        }
    }

    async fn next(&mut self, tables: &Tables) -> Result<Option<i64>, PortError> {
        loop {
            if let Some(day) = self.read.next() {
                return Ok(Some(day));
            }
            if self.ended {
                return Ok(None);
            }
            let range = RowRange {
                from: self.from.clone(),
                to: self.to.clone(),
                descending: !self.query.ascending,
                limit: DAYS_CHUNK,
            };
            let partition = clock(self.query.sort_by).name();
            let rows = tables
                .deployments
                .range(tables::DAYS, partition.as_bytes(), range)
                .await?;
            self.ended = rows.len() < DAYS_CHUNK;
            if let Some(last) = rows.last() {
                match self.query.ascending {
                    true => self.from = Some(after(&last.row)),
                    false => self.to = Some(last.row.clone()),
                }
            }
            let days: Vec<i64> = rows
                .iter()
                .filter_map(|row| parse_number_key(&row.row))
                .collect();
            self.read = days.into_iter();
        }
    }
}

/// A page being put together.
struct Building<'a> {
    query: &'a HistoryQuery,
    rows: Vec<Deployed>,
    bytes: usize,
    scanned: usize,
    left_out: usize,
    /// The last index row that was decided on.
    last: Option<(i64, String)>,
    next: Option<Cursor>,
}

impl<'a> Building<'a> {
    fn new(query: &'a HistoryQuery) -> Self {
        Self {
            query,
            rows: Vec::new(),
            bytes: 0,
            scanned: 0,
            left_out: 0,
            last: None,
            next: None,
        }
    }

    /// Decides on index rows in order. `true`: the page has ended.
    async fn take(&mut self, tables: &Tables, rows: Vec<ByTime>) -> Result<bool, PortError> {
        let query = self.query;
        // Nothing has to be read of rows that are left out only because of the offset.
        let by_index = query.pointers.is_empty() && !query.only_active;
        for part in rows.chunks(CHUNK / 4) {
            let mut wanted = Vec::with_capacity(part.len());
            for row in part {
                let within = query.covers(time(query, row), &row.entity_id.to_lowercase());
                if !within || !is_of(&query.types, row) {
                    continue;
                }
                if by_index && self.left_out < query.offset {
                    self.left_out += 1;
                    self.decided(row);
                    continue;
                }
                wanted.push(row);
            }
            self.scanned += part.len();
            if self.add(tables, &wanted).await? {
                return Ok(true);
            }
            // Only now: a cursor must never stand behind a row that was wanted and not taken.
            if let Some(last) = part.last() {
                self.decided(last);
            }
            if self.exhausted() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the documents of index rows and adds those that pass the filters. `true`: the page is full.
    async fn add(&mut self, tables: &Tables, wanted: &[&ByTime]) -> Result<bool, PortError> {
        let query = self.query;
        let ids: Vec<&str> = wanted.iter().map(|row| row.entity_id.as_str()).collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let documents = tables.deployments(&ids).await?;
        let overwriters = match query.only_active || query.with_overwriter {
            true => tables.overwriters(&ids).await?,
            false => vec![None; ids.len()],
        };
        for ((row, document), by) in wanted.iter().zip(documents).zip(overwriters) {
            // The index is written before the document; what has none yet is not there yet.
            let Some((mut deployed, bytes)) = document else {
                self.decided(row);
                continue;
            };
            deployed.overwritten_by = by;
            if !query.selects(&deployed) {
                self.decided(row);
                continue;
            }
            if self.left_out < query.offset {
                self.left_out += 1;
                self.decided(row);
                continue;
            }
            let full = self.rows.len() >= query.limit;
            if full || (self.bytes + bytes > BYTES_MAX && !self.rows.is_empty()) {
                self.next = self.cursor();
                return Ok(true);
            }
            self.bytes += bytes;
            self.rows.push(deployed);
            self.decided(row);
        }
        Ok(false)
    }

    fn decided(&mut self, row: &ByTime) {
        self.last = Some((time(self.query, row), row.entity_id.clone()));
    }

    /// Whether enough was looked at for one request.
    fn exhausted(&mut self) -> bool {
        let over = self.scanned >= SCANNED_MAX;
        if over {
            self.next = self.cursor();
        }
        over
    }

    fn cursor(&self) -> Option<Cursor> {
        let (time, id) = self.last.clone()?;
        Some(Cursor {
            time,
            id,
            offset: self.query.offset - self.left_out,
        })
    }

    fn end(self) -> HistoryPage {
        HistoryPage {
            rows: self.rows,
            next: self.next,
        }
    }
}

fn is_of(types: &[EntityType], row: &ByTime) -> bool {
    types.is_empty() || types.iter().any(|kind| kind.name() == row.entity_type)
}
