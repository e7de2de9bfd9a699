//! Reading on: pages by (second, id), whatever the indexer answers.
//!
//! Rows are asked for by second. A full page may be cut within its last second, and indexers differ in how they order
//! rows of one second; so that second is left to the next page, and one with more rows than a page has is read by id.

use serde_json::{Map, Value, json};

use super::graphql::Indexer;
use super::kinds::Kind;
use super::row::{Row, whole};
use crate::sources::outbound::Fault;

/// After which row to read on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Unix seconds.
    pub(super) seconds: i64,
    /// Id of the last row of that second that was read; empty for none.
    pub(super) row: String,
}

impl Place {
    /// Before the first row of a second.
    pub(super) fn before(seconds: i64) -> Self {
        Self {
            seconds: seconds.max(0),
            row: String::new(),
        }
    }

    fn of(row: &Row) -> Self {
        Self {
            seconds: row.seconds,
            row: row.id.clone(),
        }
    }
}

/// What one step brought.
#[derive(Debug)]
pub(super) struct Page {
    /// New rows, in order.
    pub(super) rows: Vec<Row>,
    /// Rows without a place.
    pub(super) unplaced: usize,
    /// Where to read on.
    pub(super) then: Place,
    /// Whether that is all there is for now.
    pub(super) done: bool,
}

/// How far the indexer knows the chain, Unix seconds of its newest block.
pub(super) async fn head(indexer: &dyn Indexer, kind: &Kind) -> Result<i64, Fault> {
    const QUERY: &str = "query Head { _meta { block { number timestamp } } }";
    let data = indexer.ask(kind.source, QUERY, json!({})).await?;
    let block = data.get("_meta").map(|meta| &meta["block"]["timestamp"]);
    let seconds = block.and_then(whole).filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| Fault::Unreadable("it does not say how far it is".to_owned()))
}

/// Rows after `place` up to and with second `up_to`, in pages of `first` rows.
pub(super) async fn next(
    indexer: &dyn Indexer,
    kind: &Kind,
    place: &Place,
    up_to: i64,
    first: usize,
) -> Result<Page, Fault> {
    let second = place.seconds.to_string();
    let variables = json!({"second": second, "id": place.row, "first": first});
    let data = indexer.ask(kind.source, &kind.rest(), variables).await?;
    let rest = Answer::read(data, kind, first)?
        .within(|row| row.seconds == place.seconds && row.id > place.row);
    if rest.full {
        let then = rest.last()?;
        return Ok(rest.page(then, false));
    }
    let variables = json!({"after": second, "upTo": up_to.to_string(), "first": first});
    let data = indexer.ask(kind.source, &kind.after(), variables).await?;
    let mut newer = Answer::read(data, kind, first)?
        .within(|row| row.seconds > place.seconds && row.seconds <= up_to);
    let whole_page = newer.full;
    let mut then = None;
    if whole_page {
        let last = newer.last()?.seconds;
        newer.rows.retain(|row| row.seconds < last);
        // A second with more rows than a page: from its first id on.
        then = newer.rows.is_empty().then(|| Place::before(last));
    }
    let mut all = rest;
    all.unplaced += newer.unplaced;
    all.rows.append(&mut newer.rows);
    let then = then.unwrap_or_else(|| all.rows.last().map_or_else(|| place.clone(), Place::of));
    Ok(all.page(then, !whole_page))
}

/// The rows of an answer.
struct Answer {
    rows: Vec<Row>,
    unplaced: usize,
    /// Whether there may be more.
    full: bool,
}

impl Answer {
    fn read(mut data: Map<String, Value>, kind: &Kind, first: usize) -> Result<Self, Fault> {
        let Some(Value::Array(list)) = data.get_mut("rows").map(Value::take) else {
            return Err(Fault::Unreadable("it has no rows".to_owned()));
        };
        let listed = list.len();
        if listed > first {
            let what = format!("it has {listed} rows, {first} were asked for");
            return Err(Fault::Unreadable(what));
        }
        let rows: Vec<Row> = list
            .into_iter()
            .filter_map(|row| Row::read(row, kind.order))
            .collect();
        Ok(Self {
            unplaced: listed - rows.len(),
            rows,
            full: listed == first,
        })
    }

    /// Only rows that were asked for, in order, each once.
    fn within(mut self, wanted: impl Fn(&Row) -> bool) -> Self {
        self.rows.retain(wanted);
        self.rows
            .sort_by(|a, b| (a.seconds, &a.id).cmp(&(b.seconds, &b.id)));
        self.rows
            .dedup_by(|a, b| a.seconds == b.seconds && a.id == b.id);
        self
    }

    /// The last row of a full page.
    fn last(&self) -> Result<Place, Fault> {
        let last = self.rows.last().map(Place::of);
        last.ok_or_else(|| {
            Fault::Stalled("a full page holds nothing that was asked for".to_owned())
        })
    }

    fn page(self, then: Place, done: bool) -> Page {
        Page {
            rows: self.rows,
            unplaced: self.unplaced,
            then,
            done,
        }
    }
}
