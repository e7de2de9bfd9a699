//! Pages of lists, newest first, also of several lists at once: each is read in small pieces, only as far as the page
//! goes.

use std::collections::VecDeque;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use bytes::Bytes;
use model::events::reel::Photo;
use runtime::ports::{PortError, Row, RowRange};
use runtime::reading::{View, decode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Server;
use super::fault::Fault;

/// Photos of a page, unless the request says how many.
const PAGE: usize = 20;
/// The same at most.
const PAGE_MAX: usize = 100;
/// Rows of a list that are read at a time.
const PIECE: usize = 32;

/// Which part of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Page {
    /// Photos before it: 0.
    offset: Option<u64>,
    /// Photos of it, at most 100: 20.
    limit: Option<u64>,
    /// Whether less is said of each.
    pub(super) compact: Option<bool>,
}

impl Page {
    /// The page of a request.
    ///
    /// # Errors
    /// 400 for what is no page.
    pub(super) fn read(query: Result<Query<Self>, QueryRejection>) -> Result<Self, Fault> {
        match query {
            Ok(Query(page)) => Ok(page),
            Err(rejection) => Err(Fault::bad(rejection.body_text())),
        }
    }

    /// Photos before it and of it, of a list of `total`; `None`: it lies behind the end.
    ///
    /// # Errors
    /// 400 for a page that is farther from the beginning than lists are read.
    fn span(self, server: &Server, total: u64) -> Result<Option<(usize, usize)>, Fault> {
        let offset = self.offset.unwrap_or(0);
        if offset >= total {
            return Ok(None);
        }
        let limit = usize::try_from(self.limit.unwrap_or(PAGE as u64)).unwrap_or(PAGE_MAX);
        let limit = limit.min(PAGE_MAX);
        let most = server.settings().page_rows_max;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        if offset.saturating_add(limit) > most {
            return Err(Fault::bad(format!(
                "only the newest {most} photos can be paged through"
            )));
        }
        Ok(Some((offset, limit)))
    }
}

/// A list that is being read.
struct List {
    partition: Bytes,
    rows: VecDeque<Row>,
    /// The row before which it goes on; `None` at its beginning.
    before: Option<Bytes>,
    ended: bool,
}

impl List {
    async fn fill(&mut self, view: &View, table: &'static str) -> Result<(), PortError> {
        if self.ended || !self.rows.is_empty() {
            return Ok(());
        }
        let range = RowRange {
            to: self.before.take(),
            descending: true,
            limit: PIECE,
            ..RowRange::default()
        };
        let rows = view.range(table, &self.partition, range).await?;
        self.ended = rows.len() < PIECE;
        self.before = rows.last().map(|row| row.row.clone());
        self.rows = rows.into();
        Ok(())
    }
}

/// The photos of a page of several lists that hold `total` photos together, the newest first.
///
/// # Errors
/// As [`Page::span`]; the store's faults.
pub(super) async fn photos(
    server: &Server,
    (view, table): (&View, &'static str),
    partitions: &[&str],
    page: Page,
    total: u64,
) -> Result<Vec<Photo>, Fault> {
    let Some((offset, limit)) = page.span(server, total)? else {
        return Ok(Vec::new());
    };
    let list = |partition: &&str| List {
        partition: Bytes::copy_from_slice(partition.as_bytes()),
        rows: VecDeque::new(),
        before: None,
        ended: false,
    };
    let mut lists: Vec<List> = partitions.iter().map(list).collect();
    let mut photos = Vec::new();
    for number in 0..offset + limit {
        for list in &mut lists {
            list.fill(view, table).await?;
        }
        let newest = lists
            .iter_mut()
            .max_by(|a, b| place(a).cmp(&place(b)))
            .and_then(|list| list.rows.pop_front());
        let Some(row) = newest else { break };
        if number >= offset {
            photos.push(decode(table, &row)?);
        }
    }
    Ok(photos)
}

/// Where the next row of a list belongs; that of an ended one comes last.
fn place(list: &List) -> Option<&Bytes> {
    list.rows.front().map(|row| &row.row)
}
