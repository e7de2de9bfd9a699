//! Keeps what players submitted, and the leaderboards of it.
//!
//! One player's rows of one game are one aggregate. A board lists each player once: with their best row of a level, or of
//! the highest level they reached. The rows of a board are written under keys that sort like the board (for each way of
//! sorting, both directions), so that its head is read without reading the rest. Rows that are disabled are on no board.

mod boards;
mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::games::Event;
use model::tables::games::{self as tables, Scores};

use self::step::News;

/// See the module.
pub struct GameScores;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "game_scores",
    revision: 1,
    input: "games.events",
    aggregates: Some(tables::SCORES),
    projections: &[
        Table {
            name: tables::PLAYED,
            doc: "games of a player; partition address, row game id",
        },
        Table {
            name: tables::PROGRESS,
            doc: "progress by game; partition game id, row progress id",
        },
        Table {
            name: tables::PROGRESS_OWNERS,
            doc: "whose a progress row is; partition progress id, row empty",
        },
        Table {
            name: tables::BOARDS,
            doc: "leaderboards; partition game/level/sort/direction, rows in the order of the board",
        },
    ],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // Only an event that nobody can read is rejected; later ones do not depend on it.
    poison: Poison::Skip,
};

impl Processor for GameScores {
    const SPEC: Spec = SPEC;
    type Event = News;
    type State = Scores;

    fn decode(&self, record: &Record) -> Result<Option<News>, Reject> {
        let Some(event) = crate::wire::read::<Event>(record)? else {
            return Ok(None);
        };
        step::news(&event)
    }

    fn key(&self, news: &News) -> Bytes {
        let (address, game_id) = news.owner();
        Bytes::from(tables::score_key(address, game_id))
    }

    fn step(&self, state: &Scores, news: &News, _: &Context) -> Result<Step<Scores>, Reject> {
        Ok(step::step(state, news))
    }
}
