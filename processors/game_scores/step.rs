//! From what happened to a player to their rows and boards.

use std::collections::BTreeSet;

use kernel::{Reject, RowWrite, Step};
use model::events::games::Event;
use model::tables::games::{self as tables, Owner, Progress, Scores};
use serde::Deserialize;
use serde_json::{Value, json};

use super::boards::{self, Boards};

/// Rows of one player in one game that are remembered: of more, the oldest that is on no board is forgotten; if all are on
/// boards, the oldest, which leaves them.
pub(super) const ROWS_MAX: usize = 500;

/// What is of use here.
#[derive(Clone, Debug)]
pub enum News {
    /// A row.
    Submitted(Progress),
    /// Rows that count no more, or again.
    Disabled(Disabled),
}

/// Rows that count no more, or again.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disabled {
    address: String,
    game_id: String,
    ids: BTreeSet<String>,
    disabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
    address: String,
    progress_id: String,
    game_id: String,
    user_name: String,
    level: i64,
    score: Option<i64>,
    time: Option<i64>,
    moves: Option<i64>,
    data: Value,
}

impl News {
    /// Whose it is, and of which game.
    pub(super) fn owner(&self) -> (&str, &str) {
        match self {
            Self::Submitted(row) => (&row.user_address, &row.game_id),
            Self::Disabled(Disabled {
                address, game_id, ..
            }) => (address, game_id),
        }
    }
}

/// Reads what is of use here.
pub(super) fn news(event: &Event) -> Result<Option<News>, Reject> {
    let unreadable = |error: serde_json::Error| {
        let message = format!("{} {}: {error}", event.sub_type, event.key);
        Reject::new("GAMES_METADATA", message)
    };
    match event.sub_type.as_str() {
        "progress-submitted" => {
            let row: Submitted = event.metadata.read().map_err(unreadable)?;
            Ok(Some(News::Submitted(Progress {
                id: row.progress_id,
                game_id: row.game_id,
                user_address: row.address,
                user_name: row.user_name,
                level: row.level,
                time: row.time,
                moves: row.moves,
                score: row.score,
                data: row.data,
                updated_at: event.timestamp,
                disabled: false,
            })))
        }
        "progress-disabled" => event
            .metadata
            .read()
            .map(|disabled| Some(News::Disabled(disabled)))
            .map_err(unreadable),
        _ => Ok(None),
    }
}

pub(super) fn step(state: &Scores, news: &News) -> Step<Scores> {
    let mut scores = state.clone();
    let mut rows = Vec::new();
    let mut levels = BTreeSet::new();
    match news {
        News::Submitted(row) => {
            rows.push(kept(row));
            rows.extend(known(row));
            levels.insert(row.level);
            scores.rows.insert(row.id.clone(), row.clone());
            levels.extend(bound(&mut scores));
        }
        News::Disabled(change) => {
            for row in scores.rows.values_mut() {
                if change.ids.contains(&row.id) && row.disabled != change.disabled {
                    row.disabled = change.disabled;
                    levels.insert(row.level);
                    rows.push(kept(row));
                }
            }
        }
    }
    if rows.is_empty() {
        return Step::nothing();
    }
    // Boards of other levels stay as they are.
    let wanted = |level| levels.contains(&level);
    let (before, after) = (boards::of(state, wanted), boards::of(&scores, wanted));
    difference(&before, &after, &mut rows);
    Step {
        rows,
        ..Step::state(scores)
    }
}

fn kept(row: &Progress) -> RowWrite {
    let (game, id) = (row.game_id.clone(), row.id.clone());
    RowWrite::put(tables::PROGRESS, game, id, row)
}

fn known(row: &Progress) -> [RowWrite; 2] {
    let owner = Owner {
        address: row.user_address.clone(),
        game_id: row.game_id.clone(),
    };
    let (address, game) = (row.user_address.clone(), row.game_id.clone());
    [
        RowWrite::put(tables::PLAYED, address, game, &json!({})),
        RowWrite::put(tables::PROGRESS_OWNERS, row.id.clone(), "", &owner),
    ]
}

fn difference(before: &Boards<'_>, after: &Boards<'_>, rows: &mut Vec<RowWrite>) {
    for (partition, row) in before.keys().filter(|place| !after.contains_key(*place)) {
        let write = RowWrite::delete(tables::BOARDS, partition.clone(), row.clone());
        rows.push(write);
    }
    for (place, best) in after {
        if before.get(place) != Some(best) {
            let (partition, row) = place.clone();
            rows.push(RowWrite::put(tables::BOARDS, partition, row, *best));
        }
    }
}

/// Forgets rows while there are too many; gives their levels, whose boards may have shown them.
fn bound(scores: &mut Scores) -> Vec<i64> {
    let mut levels = Vec::new();
    while scores.rows.len() > ROWS_MAX {
        let boards = boards::of(scores, |_| true);
        let shown: BTreeSet<&str> = boards.values().map(|row| row.id.as_str()).collect();
        let age = |row: &&Progress| {
            let id = row.id.as_str();
            (shown.contains(id), row.updated_at, id.to_owned())
        };
        let Some(oldest) = scores.rows.values().min_by_key(age) else {
            break;
        };
        let id = oldest.id.clone();
        levels.extend(scores.rows.remove(&id).map(|row| row.level));
    }
    levels
}
