//! One producer: from its cursor to the indexed head, page by page.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use kernel::{NewRecord, event_id};
use model::events::Event;
use runtime::ports::{Clock, PortError, SystemClock};
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;
use uuid::Uuid;

use super::coordinates::Coordinates;
use super::cursors::{Known, Sink};
use super::graphql::Indexer;
use super::kinds::{Kind, Surroundings};
use super::pages::{self, Place};
use super::row::Row;
use super::status::Status;
use crate::settings::EventsNotifier;
use crate::sources::outbound::Fault;

/// What keeps a producer from going on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The indexer, by its role.
    #[error("{0}: {1}")]
    Indexer(&'static str, Fault),
    /// The log.
    #[error("the log: {0}")]
    Log(#[from] PortError),
}

impl Trouble {
    /// A word for metrics.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Indexer(_, fault) => fault.word(),
            Self::Log(_) => "log",
        }
    }
}

/// Follows one kind of rows.
pub(super) struct Producer {
    pub(super) kind: &'static Kind,
    pub(super) indexer: Arc<dyn Indexer>,
    pub(super) sink: Sink,
    pub(super) settings: Arc<EventsNotifier>,
    pub(super) status: Status,
    /// Held by whoever reads: the follower, or somebody who sets another beginning.
    pub(super) state: Mutex<State>,
}

/// What a producer remembers between two polls.
#[derive(Debug, Default)]
pub(super) struct State {
    known: Known,
    /// When the overlap is read next; unset: now.
    overlap_due: Option<Instant>,
    told: Told,
}

/// Ids of events that this process appended lately: the oldest is forgotten first.
#[derive(Debug, Default)]
struct Told {
    order: VecDeque<Uuid>,
    set: BTreeSet<Uuid>,
}

impl Told {
    fn add(&mut self, id: Uuid, most: usize) {
        if self.set.insert(id) {
            self.order.push_back(id);
        }
        while self.order.len() > most {
            if let Some(oldest) = self.order.pop_front() {
                self.set.remove(&oldest);
            }
        }
    }
}

/// Real time in Unix seconds, whatever the platform's clock says: chains follow no ticks.
fn real_now() -> i64 {
    SystemClock.now_ms().div_euclid(1000)
}

impl Producer {
    /// Reads what is new, and now and then what may have come late.
    pub(super) async fn poll(&self) -> Result<(), Trouble> {
        let mut state = self.state.lock().await;
        let place = self.place(&mut state).await?;
        let up_to = self.up_to().await?;
        let covered = self.read_on(&mut state, place, up_to, true).await?;
        let due = state.overlap_due.is_none_or(|due| Instant::now() >= due);
        if due {
            self.overlap(&mut state).await?;
            let pause = self.settings.indexer_overlap_interval.0;
            state.overlap_due = Some(Instant::now() + pause);
        }
        self.status.polled(covered, real_now());
        Ok(())
    }

    /// Reads once from `since` (ms) on, whatever was read before, and goes on from there.
    pub(super) async fn run_since(&self, since: i64) -> Result<(), Trouble> {
        let mut state = self.state.lock().await;
        let up_to = self.up_to().await?;
        let place = Place::before(since.div_euclid(1000));
        // What was told lately is told again: somebody asks for it.
        state.told = Told::default();
        self.save(&mut state, &place).await?;
        self.read_on(&mut state, place, up_to, true).await.map(drop)
    }

    /// Where to read on: what is saved, else now.
    async fn place(&self, state: &mut MutexGuard<'_, State>) -> Result<Place, Trouble> {
        let known = std::mem::take(&mut state.known);
        state.known = self.sink.refresh(self.kind.name, known).await?;
        if let Some(place) = &state.known.place {
            return Ok(place.clone());
        }
        let place = Place::before(real_now());
        self.save(state, &place).await?;
        Ok(place)
    }

    async fn save(&self, state: &mut State, place: &Place) -> Result<(), Trouble> {
        self.sink.save(self.kind.name, place).await?;
        state.known.place = Some(place.clone());
        Ok(())
    }

    /// The last second that is read: behind the indexed head, and behind the real time, whatever the indexer claims.
    async fn up_to(&self) -> Result<i64, Trouble> {
        let head = pages::head(&*self.indexer, self.kind).await;
        let head = head.map_err(|fault| self.trouble(fault))?;
        Ok(head.min(real_now()) - seconds(self.settings.indexer_lag.as_millis()))
    }

    /// Reads what follows `place`; `saving` moves the cursor along. Gives the second up to which everything is read now.
    async fn read_on(
        &self,
        state: &mut State,
        mut place: Place,
        up_to: i64,
        saving: bool,
    ) -> Result<i64, Trouble> {
        for _ in 0..self.settings.indexer_pages_max {
            // A head that went back: a lagging replica, or a reorganisation. There is nothing to read before it is here.
            if up_to < place.seconds {
                return Ok(up_to);
            }
            let first = self.settings.indexer_page_size;
            let page = pages::next(&*self.indexer, self.kind, &place, up_to, first).await;
            let page = page.map_err(|fault| self.trouble(fault))?;
            for _ in 0..page.unplaced {
                self.status.rejected("?", "it has no id or no time");
            }
            let events = self.append(state, &page.rows).await?;
            if saving && page.then != place {
                self.save(state, &page.then).await?;
            }
            self.status.appended(events, &page.then);
            place = page.then;
            if page.done {
                return Ok(up_to);
            }
        }
        // The next poll goes on from the cursor, which may stand within a second.
        Ok(place.seconds - 1)
    }

    /// Reads once more what lies a little behind the cursor: what an indexer lists late, or again after a reorganisation.
    async fn overlap(&self, state: &mut State) -> Result<(), Trouble> {
        let Some(cursor) = state.known.place.clone() else {
            return Ok(());
        };
        let overlap = seconds(self.settings.indexer_overlap.as_millis());
        let place = Place::before(cursor.seconds - overlap);
        let read = self.read_on(state, place, cursor.seconds, false).await;
        read.map(drop)
    }

    /// Appends the events of rows that were not told lately; says how many.
    async fn append(&self, state: &mut State, rows: &[Row]) -> Result<usize, Trouble> {
        let coordinates = if self.kind.of_land {
            let network = self.settings.network;
            let found = Coordinates::look_up(&*self.indexer, network, rows).await;
            found.map_err(|fault| self.trouble(fault))?
        } else {
            Coordinates::default()
        };
        let around = Surroundings {
            marketplace: self.settings.marketplace_base_url.trim_end_matches('/'),
            coordinates: &coordinates,
        };
        let mut records: Vec<NewRecord> = Vec::new();
        for row in rows {
            match self.record(row, &around) {
                Ok(record) if state.told.set.contains(&record.headers.id) => {}
                Ok(record) => records.push(record),
                Err(reason) => self.status.rejected(&row.id, &reason),
            }
        }
        let ids: Vec<Uuid> = records.iter().map(|record| record.headers.id).collect();
        self.sink.append(records).await?;
        for id in &ids {
            state.told.add(*id, self.settings.indexer_remembered);
        }
        Ok(ids.len())
    }

    fn record(&self, row: &Row, around: &Surroundings<'_>) -> Result<NewRecord, String> {
        let event = (self.kind.make)(row, around)?;
        let record = self.sink.event(&event, id(&event, &row.id));
        record.map_err(|error| error.to_string())
    }

    fn trouble(&self, fault: Fault) -> Trouble {
        Trouble::Indexer(self.kind.source.name(), fault)
    }
}

/// What an event is, once. Two sales of one transaction differ by their rows, two bids that an indexer keeps in one row by
/// their keys; its time is left out, because a reorganisation may move it.
fn id(event: &Value, row: &str) -> Uuid {
    let event = Event(event);
    event_id(format!("indexer\n{}\n{row}\n{}", event.kind(), event.key()).as_bytes())
}

fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1000)
}
