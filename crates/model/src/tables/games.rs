//! The read models of exploration games: `game_definitions` (what there is to play), `games` (what players run and have
//! completed), `game_scores` (progress and leaderboards) and `game_rewards` (what became of rewards).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Definitions: partition [`GAMES`], [`MISSIONS`] or [`CHALLENGES`], row = id, document [`Game`], [`Mission`] or
/// [`Challenge`].
pub const DEFINITIONS: &str = "game_definitions";
/// Partition of games.
pub const GAMES: &str = "game";
/// Partition of missions.
pub const MISSIONS: &str = "mission";
/// Partition of challenges.
pub const CHALLENGES: &str = "challenge";

/// Players: one document an address, [`Player`].
pub const PLAYERS: &str = "games";
/// Answers to commands: partition = address, row = command id, document [`Answer`]. The last ones only.
pub const ANSWERS: &str = "game_answers";
/// Runs that are going on: partition [`ALL`], row = run id, document [`OpenRun`].
pub const OPEN_RUNS: &str = "game_open_runs";
/// The one partition of [`OPEN_RUNS`].
pub const ALL: &str = "all";

/// A player in a game: one document each, key [`score_key`], [`Scores`].
pub const SCORES: &str = "game_scores";
/// Games of a player: partition = address, row = game id, document `{}`.
pub const PLAYED: &str = "game_played";
/// Progress by game: partition = game id, row = progress id, document [`Progress`].
pub const PROGRESS: &str = "game_progress";
/// Whose a progress row is: partition = progress id, row empty, document [`Owner`].
pub const PROGRESS_OWNERS: &str = "game_progress_owners";
/// Leaderboards: partition [`board`], rows in the order of the board, document [`Progress`].
pub const BOARDS: &str = "game_boards";

/// Rewards by run: partition = run id, row empty, document [`Rewarded`].
pub const REWARDS: &str = "game_rewards";

/// A game.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Game {
    /// UUID.
    pub id: String,
    /// For people.
    pub name: String,
    /// `x,y`
    pub parcel: String,
    /// Whether it is offered.
    pub active: bool,
}

/// A mission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mission {
    /// UUID.
    pub id: String,
    /// For people.
    pub description: String,
    /// Whether it is offered.
    pub active: bool,
    /// `mini-games` or `fw-2025`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its picture.
    pub thumb_url: String,
    /// Campaign of the reward. Not for players.
    pub campaign_key: String,
}

/// A challenge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Challenge {
    /// UUID.
    pub id: String,
    /// For people.
    pub description: String,
    /// Its game.
    pub game_id: String,
    /// Its mission.
    pub mission_id: String,
    /// For people: it is never tested.
    pub target_level: i64,
    /// Conditions by metric; null never holds.
    pub data: Value,
    /// Whether it counts.
    pub active: bool,
}

/// What one metric must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `=`, `<`, `>`, `<=` or `>=`.
    pub condition: String,
    /// What it is compared with.
    pub target: serde_json::Number,
    /// Which member of a submission's own data is meant, for metric `data`.
    #[serde(default)]
    pub custom_data_type: Option<String>,
}

/// What a player submitted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// UUID.
    pub id: String,
    /// The game.
    pub game_id: String,
    /// Lower case.
    pub user_address: String,
    /// As the player calls themselves.
    pub user_name: String,
    /// From 1.
    pub level: i64,
    /// As the game counts.
    pub time: Option<i64>,
    /// As the game counts.
    pub moves: Option<i64>,
    /// As the game counts.
    pub score: Option<i64>,
    /// Whatever the game adds.
    pub data: Value,
    /// Log time, ms.
    pub updated_at: i64,
    /// Whether it counts no more.
    pub disabled: bool,
}

/// A player.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Player {
    /// Runs, oldest first.
    pub runs: Vec<Run>,
    /// Completions by challenge.
    pub completed: BTreeMap<String, Completion>,
    /// Command ids that are remembered, oldest first.
    pub commands: Vec<String>,
}

/// A run of a mission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Run {
    /// UUID.
    pub id: String,
    /// The mission.
    pub mission_id: String,
    /// Its type when it began.
    pub mission_type: String,
    /// Log time, ms.
    pub start: i64,
    /// Log time at which all was done, ms.
    pub end: Option<i64>,
    /// Whether it counts: not given up for another one, not run out of time.
    pub active: bool,
}

/// A challenge that a player did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Completion {
    /// Its mission.
    pub mission_id: String,
    /// Log time, ms; `None` when its run ran out of time.
    pub at: Option<i64>,
}

impl Run {
    /// Whether it is going on at log time `now`: what ran out of time counts no more, whether that was noted or not.
    pub fn is_open(&self, now: i64) -> bool {
        self.active && self.end.is_none() && !self.has_run_out(now)
    }

    /// Whether its time is over.
    pub fn has_run_out(&self, now: i64) -> bool {
        self.active && self.end.is_none() && self.start < now - super::DAY_MS
    }
}

impl Player {
    /// The active run of a mission that was ended.
    pub fn ended(&self, mission_id: &str) -> Option<&Run> {
        let mut runs = self.runs.iter().rev();
        runs.find(|run| run.mission_id == mission_id && run.active && run.end.is_some())
    }

    /// When a challenge was completed, ms. What a run that has run out completed is open again.
    pub fn completed_at(&self, challenge_id: &str, now: i64) -> Option<i64> {
        let completion = self.completed.get(challenge_id)?;
        let late = |run: &Run| run.mission_id == completion.mission_id && run.has_run_out(now);
        completion.at.filter(|_| !self.runs.iter().any(late))
    }
}

/// The answer to a command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// Why it was refused, in the original's words.
    pub refused: Option<String>,
    /// The row that was kept.
    pub progress: Option<Progress>,
    /// The mission of the challenge that was completed.
    pub matched: Option<String>,
    /// The run that ended by it.
    pub ended_run: Option<String>,
    /// Log time, ms.
    pub at: i64,
}

/// A run that is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OpenRun {
    /// Lower case.
    pub address: String,
    /// Log time, ms.
    pub start: i64,
}

/// What a player did in a game.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Scores {
    /// By progress id.
    pub rows: BTreeMap<String, Progress>,
}

/// Whose a progress row is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Owner {
    /// Lower case.
    pub address: String,
    /// The game.
    pub game_id: String,
}

/// What became of a reward.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rewarded {
    /// `done`, `failed` or `expired`.
    pub outcome: String,
    /// The rewards as the server answered.
    pub rewards: Value,
    /// ms.
    pub at: i64,
}

/// Key of the document of a player in a game.
pub fn score_key(address: &str, game_id: &str) -> String {
    format!("{address}/{game_id}")
}

/// What a leaderboard is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `score`
    Score,
    /// `updated_at`
    UpdatedAt,
    /// `time`
    Time,
    /// `moves`
    Moves,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Score, Self::UpdatedAt, Self::Time, Self::Moves];

    /// Its name in a query.
    pub fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::UpdatedAt => "updated_at",
            Self::Time => "time",
            Self::Moves => "moves",
        }
    }

    /// What a row has of it.
    pub fn of(self, progress: &Progress) -> Option<i64> {
        match self {
            Self::Score => progress.score,
            Self::UpdatedAt => Some(progress.updated_at),
            Self::Time => progress.time,
            Self::Moves => progress.moves,
        }
    }
}

/// The partition of a leaderboard: of one level, or of everybody's highest.
pub fn board(game_id: &str, level: Option<i64>, sort: Sort, ascending: bool) -> String {
    let level = level.map_or_else(|| "top".to_owned(), |level| level.to_string());
    let direction = if ascending { "asc" } else { "desc" };
    format!("{game_id}/{level}/{}/{direction}", sort.name())
}

/// The place of a row on a board, as bytes that sort like it: with `by_level` the highest level first, then by `sort`,
/// what has none of it last, then who was earlier, then the address.
pub fn board_row(progress: &Progress, by_level: bool, sort: Sort, ascending: bool) -> Vec<u8> {
    let mut key = Vec::with_capacity(80);
    if by_level {
        key.extend(ordered(progress.level, false));
    }
    match sort.of(progress) {
        Some(value) => {
            key.push(0);
            key.extend(ordered(value, ascending));
        }
        None => key.push(1),
    }
    key.extend(ordered(progress.updated_at, true));
    key.extend(progress.user_address.as_bytes());
    key
}

/// Bytes that sort like the number, or the other way round.
fn ordered(number: i64, ascending: bool) -> [u8; 8] {
    let bits = (number as u64) ^ (1 << 63);
    (if ascending { bits } else { !bits }).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(level: i64, score: Option<i64>, updated_at: i64, address: &str) -> Progress {
        Progress {
            level,
            score,
            updated_at,
            user_address: address.into(),
            ..Progress::default()
        }
    }

    #[test]
    fn rows_of_a_board_sort_like_the_board() {
        let in_order = [
            row(9, Some(i64::from(i32::MAX)), 5, "a"),
            row(9, Some(3), 1, "b"),
            row(9, Some(3), 2, "a"),
            row(9, Some(3), 2, "b"),
            row(9, Some(-3), 1, "a"),
            row(9, None, 1, "a"),
            row(2, Some(99), 1, "a"),
        ];
        let keys = in_order.map(|row| board_row(&row, true, Sort::Score, false));
        assert!(keys.is_sorted());
        let ascending = [
            row(1, Some(-3), 1, "a"),
            row(1, Some(3), 1, "a"),
            row(1, None, 0, "a"),
        ];
        let keys = ascending.map(|row| board_row(&row, false, Sort::Score, true));
        assert!(keys.is_sorted());
    }
}
