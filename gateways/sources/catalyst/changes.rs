//! /pointer-changes, read with a cursor of our own.
//!
//! `pagination.next` is never followed: the original builds it for the wrong order (spine.md 1.3), and a bad server
//! can make it point anywhere or never end. A sweep asks for `from` + `lastId`, takes what is after that place, and
//! ends when nothing is; a server that does not know `lastId` only repeats rows, which are recognised. A sweep that
//! does not come to its end says so: as long as more is promised, the server is not read up to now.

use std::sync::Arc;

use kernel::NewRecord;
use model::Json;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::funnel::{Funnel, Place, Tools};
use super::reject::{Code, Rejection};
use super::row::Row;
use super::settings::Follow;
use crate::sources::outbound::{Client, Fault, FetchError, Request};

/// Servers refuse greater offsets.
const OFFSET_MAX: usize = 5000;

/// A place in a server's rows, which are ordered by (local timestamp, lower-case id).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Position {
    /// ms; 0 is the start.
    pub(super) from: i64,
    /// Lower-case id of the last row at `from`; empty when none of them is passed.
    pub(super) last_id: String,
}

impl Position {
    /// Before all rows of the last `overlap_ms` before this place.
    pub(super) fn behind(&self, overlap_ms: i64) -> Self {
        let from = self.from.saturating_sub(overlap_ms).max(0);
        Self {
            from,
            last_id: String::new(),
        }
    }

    fn after(row: &Row) -> Option<Self> {
        let from = row.local_timestamp?;
        Some(Self {
            from,
            last_id: row.id.as_str().to_lowercase(),
        })
    }
}

/// What is saved of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    /// Every row up to here is settled,
    #[serde(flatten)]
    pub(super) at: Position,
    /// from here on, ms: what a snapshot holds of later rows is known.
    pub(super) since: i64,
}

impl Saved {
    /// What a saved cursor holds.
    pub(super) fn read(position: &Json) -> Option<Self> {
        position.read().ok()
    }
}

impl Place for Saved {
    fn record(&self, tools: &Tools) -> NewRecord {
        let position = Json::of(self).unwrap_or_default();
        tools
            .sink
            .cursor(&tools.server, &tools.server, "pointer-changes", position)
    }

    fn saved(&self, tools: &Tools) {
        let (from, id) = (self.at.from, self.at.last_id.clone());
        tools.status.change(|status| {
            status.cursor = Some(from);
            status.cursor_id = Some(id);
        });
    }
}

/// What a page holds for us.
#[derive(Deserialize)]
struct Page {
    deltas: Vec<Box<RawValue>>,
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    more_data: Option<bool>,
}

/// What is asked for next.
#[derive(Clone, Debug)]
struct Ask {
    at: Position,
    /// Rows after `at` that are passed over, because none of them leads on.
    offset: usize,
    limit: usize,
}

/// Reads one server's rows.
pub(super) struct Changes {
    client: Client,
    server: Arc<str>,
    advertisers: Arc<[Arc<str>]>,
    page_size: usize,
    pages_max: usize,
    /// Where the next sweep goes on, when the last one had used up its pages.
    cut: Option<Ask>,
    /// How far rows were handed on.
    pub(super) place: Saved,
}

impl Changes {
    pub(super) fn new(client: Client, server: &Arc<str>, follow: &Follow, place: Saved) -> Self {
        Self {
            client,
            server: Arc::clone(server),
            advertisers: Arc::from([Arc::clone(server)]),
            page_size: follow.page_size,
            pages_max: follow.pages_max,
            cut: None,
            place,
        }
    }

    /// Whether the next sweep goes on where the last one was cut, whatever start it is given.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// Hands on every row after `start`; what was handed on earlier is recognised by the funnel.
    ///
    /// # Errors
    /// A page could not be had; or [`Fault::Stalled`], when the pages of one sweep are used up (the next one goes on
    /// there) or no row leads past a place (the next one begins anew).
    pub(super) async fn sweep(
        &mut self,
        start: Position,
        funnel: &mut Funnel<Saved>,
    ) -> Result<(), FetchError> {
        let fresh = Ask {
            at: start,
            offset: 0,
            limit: self.page_size,
        };
        let mut ask = self.cut.take().unwrap_or(fresh);
        for _ in 0..self.pages_max {
            let page = match self.page(&ask).await {
                Ok(page) => page,
                // Five hundred scenes with long metadata may be too much for one answer.
                Err(error) if matches!(error.fault, Fault::TooLarge(_)) && ask.limit > 1 => {
                    ask.limit = (ask.limit / 2).max(1);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let rows = page.deltas.len();
            let more = page
                .pagination
                .and_then(|p| p.more_data)
                .unwrap_or(rows >= ask.limit);
            let reached = self.take(page.deltas, &ask.at, more, funnel).await?;
            if reached > ask.at {
                (ask.at, ask.offset) = (reached, 0);
            } else {
                // Nothing new, yet more is promised: all of it denied or malformed, or a server that does not
                // know `lastId`. Offsets lead past that, up to their limit.
                ask.offset += rows.max(ask.limit);
            }
            if !more {
                return Ok(());
            }
            if ask.offset > OFFSET_MAX {
                let Position { from, last_id } = ask.at;
                let what = format!(
                    "more is promised after {from} {last_id:?}, but no row up to offset {OFFSET_MAX} leads on"
                );
                return Err(self.fail(Fault::Stalled(what)));
            }
        }
        let (pages, from) = (self.pages_max, ask.at.from);
        self.cut = Some(ask);
        let what = format!("{pages} pages were read, up to {from}; the next poll goes on there");
        Err(self.fail(Fault::Stalled(what)))
    }

    async fn page(&self, ask: &Ask) -> Result<Page, FetchError> {
        let Ask { at, offset, limit } = ask;
        let mut path =
            format!("/pointer-changes?sortingOrder=ASC&sortingField=local_timestamp&limit={limit}");
        // `from=0` means no `from` at all, and `lastId` without one means nothing.
        if at.from > 0 {
            path.push_str(&format!("&from={}", at.from));
            if !at.last_id.is_empty() {
                path.push_str(&format!("&lastId={}", at.last_id));
            }
        }
        if *offset > 0 {
            path.push_str(&format!("&offset={offset}"));
        }
        let request = Request {
            server: &self.server,
            path: &path,
            thing: "pointer-changes",
        };
        self.client.json(request).await
    }

    /// Hands on the rows of a page; gives the place of its last row, or `at` when none is after it.
    async fn take(
        &mut self,
        deltas: Vec<Box<RawValue>>,
        at: &Position,
        more: bool,
        funnel: &mut Funnel<Saved>,
    ) -> Result<Position, FetchError> {
        let now = super::real_now_ms();
        let mut reached = at.clone();
        let mut rows = Vec::with_capacity(deltas.len());
        let mut last = Position::default();
        for delta in deltas {
            let row = Row::parse(delta.get(), now).and_then(|row| match Position::after(&row) {
                Some(place) => Ok((row, place)),
                None => {
                    let (id, what) = (row.id.as_str(), "localTimestamp is missing");
                    Err(Rejection::new(id, Code::RowMalformed, what, delta.get()))
                }
            });
            if let Ok((_, place)) = &row {
                // The order matters only where we go on from the last row.
                if more && place.from < last.from {
                    let what = "rows are not in the order that was asked for".to_owned();
                    return Err(self.fail(Fault::Unreadable(what)));
                }
                last = place.clone();
            }
            rows.push((delta, row));
        }
        rows.sort_by_key(|(_, row)| row.as_ref().map_or(i64::MIN, |(_, place)| place.from));
        for (delta, row) in rows {
            match row {
                // Rows at the boundary itself are left to the funnel: a server that does not know `lastId` orders
                // them as it likes, and one of them may be new.
                Ok((_, place)) if place.from < at.from => {}
                Ok((row, place)) => {
                    reached = reached.max(place.clone());
                    if place > self.place.at {
                        self.place.at = place;
                    }
                    funnel
                        .push(row, &self.advertisers, self.place.clone())
                        .await;
                }
                Err(rejection) => {
                    funnel
                        .refuse(rejection, delta.get(), self.place.clone())
                        .await;
                }
            }
        }
        Ok(reached)
    }

    fn fail(&self, fault: Fault) -> FetchError {
        let thing = "pointer-changes".to_owned();
        FetchError {
            server: self.server.to_string(),
            thing,
            fault,
        }
    }
}
