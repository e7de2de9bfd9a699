//! Rows of the read models behind the games.

use bytes::Bytes;
use model::tables::games::{
    self as rows, Answer, Challenge, Game, Mission, OpenRun, Owner, Player, Progress, Rewarded,
    Scores,
};
use runtime::platform::Platform;
use runtime::ports::{PortError, RowRange};
use runtime::reading::{View, decode};
use serde::de::DeserializeOwned;

use crate::frame;

pub(super) const DEFINITIONS: &str = "game_definitions";
pub(super) const GAMES: &str = "games";
pub(super) const SCORES: &str = "game_scores";
pub(super) const REWARDS: &str = "game_rewards";

/// Definitions of one kind that are read.
const DEFINITIONS_MAX: usize = 10_000;
/// Games of one player that are read.
const PLAYED_MAX: usize = 1000;

/// Rows of everybody's progress that are read at once.
const PROGRESS_PAGE: usize = 1024;

/// Handles on the read models, at the generations of the request.
pub(super) struct Tables {
    definitions: View,
    games: View,
    scores: View,
    rewards: View,
}

fn key(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            definitions: frame::view(platform, DEFINITIONS),
            games: frame::view(platform, GAMES),
            scores: frame::view(platform, SCORES),
            rewards: frame::view(platform, REWARDS),
        }
    }

    async fn definition<T: DeserializeOwned>(
        &self,
        kind: &'static str,
        id: &str,
    ) -> Result<Option<T>, PortError> {
        let view = &self.definitions;
        view.read(rows::DEFINITIONS, kind.as_bytes(), id.as_bytes())
            .await
    }

    async fn all<T: DeserializeOwned>(&self, kind: &'static str) -> Result<Vec<T>, PortError> {
        let table = rows::DEFINITIONS;
        let found = frame::rows(&self.definitions, table, kind.as_bytes(), DEFINITIONS_MAX).await?;
        found.iter().map(|row| decode(table, row)).collect()
    }

    pub(super) async fn game(&self, id: &str) -> Result<Option<Game>, PortError> {
        self.definition(rows::GAMES, id).await
    }

    pub(super) async fn games(&self) -> Result<Vec<Game>, PortError> {
        self.all(rows::GAMES).await
    }

    pub(super) async fn mission(&self, id: &str) -> Result<Option<Mission>, PortError> {
        self.definition(rows::MISSIONS, id).await
    }

    pub(super) async fn missions(&self) -> Result<Vec<Mission>, PortError> {
        self.all(rows::MISSIONS).await
    }

    pub(super) async fn challenge(&self, id: &str) -> Result<Option<Challenge>, PortError> {
        self.definition(rows::CHALLENGES, id).await
    }

    pub(super) async fn challenges(&self) -> Result<Vec<Challenge>, PortError> {
        self.all(rows::CHALLENGES).await
    }

    /// A player; a fresh one for who never did anything.
    pub(super) async fn player(&self, address: &str) -> Result<Player, PortError> {
        let found = self.games.read(rows::PLAYERS, address.as_bytes(), b"");
        Ok(found.await?.unwrap_or_default())
    }

    /// The answer to a command.
    pub(super) async fn answer(
        &self,
        address: &str,
        id: &str,
    ) -> Result<Option<Answer>, PortError> {
        self.games
            .read(rows::ANSWERS, address.as_bytes(), id.as_bytes())
            .await
    }

    /// Runs that are going on, at most `most`.
    pub(super) async fn open_runs(&self, most: usize) -> Result<Vec<OpenRun>, PortError> {
        let table = rows::OPEN_RUNS;
        let found = frame::rows(&self.games, table, rows::ALL.as_bytes(), most).await?;
        found.iter().map(|row| decode(table, row)).collect()
    }

    /// What a player did in a game.
    pub(super) async fn scores(&self, address: &str, game: &str) -> Result<Scores, PortError> {
        let key = rows::score_key(address, game);
        let found = self.scores.read(rows::SCORES, key.as_bytes(), b"").await?;
        Ok(found.unwrap_or_default())
    }

    /// Ids of the games that a player played.
    pub(super) async fn played(&self, address: &str) -> Result<Vec<String>, PortError> {
        let found = frame::rows(&self.scores, rows::PLAYED, address.as_bytes(), PLAYED_MAX).await?;
        let ids = found
            .iter()
            .map(|row| String::from_utf8_lossy(&row.row).into_owned());
        Ok(ids.collect())
    }

    /// Hands every progress row of a game to `take`, in no order.
    pub(super) async fn each_progress(
        &self,
        game: &str,
        mut take: impl FnMut(Progress),
    ) -> Result<(), PortError> {
        let table = rows::PROGRESS;
        let mut range = RowRange {
            limit: PROGRESS_PAGE,
            ..RowRange::default()
        };
        loop {
            let found = self
                .scores
                .range(table, game.as_bytes(), range.clone())
                .await?;
            for row in &found {
                take(decode(table, row)?);
            }
            match found.last().filter(|_| found.len() == range.limit) {
                None => return Ok(()),
                Some(last) => range.from = Some([&last.row[..], &[0]].concat().into()),
            }
        }
    }

    /// Whose these progress rows are; those that are not there are left out.
    pub(super) async fn owners(&self, ids: &[String]) -> Result<Vec<(String, Owner)>, PortError> {
        let table = rows::PROGRESS_OWNERS;
        let keys: Vec<_> = ids.iter().map(|id| (key(id), Bytes::new())).collect();
        let found = self.scores.get_many(table, &keys).await?;
        let mut owners = Vec::new();
        for (id, row) in ids.iter().zip(found) {
            if let Some(row) = row {
                owners.push((id.clone(), decode(table, &row)?));
            }
        }
        Ok(owners)
    }

    /// The first rows of a board.
    pub(super) async fn board(
        &self,
        board: &str,
        limit: usize,
    ) -> Result<Vec<Progress>, PortError> {
        let range = RowRange {
            limit,
            ..RowRange::default()
        };
        let found = self
            .scores
            .range(rows::BOARDS, board.as_bytes(), range)
            .await?;
        found.iter().map(|row| decode(rows::BOARDS, row)).collect()
    }

    /// What became of the reward of a run, if that is known.
    pub(super) async fn reward(&self, run: &str) -> Result<Option<Rewarded>, PortError> {
        self.rewards.read(rows::REWARDS, run.as_bytes(), b"").await
    }
}
