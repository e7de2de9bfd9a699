//! Exploration games: what there is to play, what players ask for, and what happened.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;
use crate::tables::games::{Condition, Progress};

/// A game, a mission or a challenge as it is from now on. The newest one of an id counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.games")]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// `game`, `mission` or `challenge`.
    pub kind: String,
    /// A row of the read model `game_definitions`.
    pub body: Json,
    /// Who defined it: an address, lower case.
    pub by: String,
    /// ms.
    pub at: i64,
}

/// What one player asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.games")]
pub struct Command {
    /// The player, lower case.
    pub address: String,
    /// `submit`, `start`, `disable` or `expire`: which member of [`Ask`] the body is.
    pub command: String,
    /// The same id is carried out once.
    pub command_id: String,
    /// An [`Ask`].
    pub body: Json,
    /// ms.
    pub at: i64,
}

/// What happened to a player.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.games")]
pub struct Event {
    /// `games`
    #[serde(rename = "type")]
    pub kind: String,
    /// `progress-submitted`, `mission-started`, `challenge-completed`, `mission-completed`, `mission-expired`,
    /// `progress-disabled` or `mission-rewarded`.
    pub sub_type: String,
    /// What the event is, once.
    pub key: String,
    /// Log time of what was asked, ms.
    pub timestamp: i64,
    /// The rest; `address` is there but for `mission-rewarded`, which knows the run alone.
    pub metadata: Json,
}

/// The body of a [`Command`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "camelCase")]
pub enum Ask {
    /// Progress in a game.
    Submit(Box<Submission>),
    /// A run of a mission.
    Start(Start),
    /// Rows of one game that count no more, or again.
    #[serde(rename_all = "camelCase")]
    Disable {
        /// The game.
        game_id: String,
        /// Progress ids.
        ids: Vec<String>,
        /// Whether they count no more.
        disabled: bool,
    },
    /// Nothing but what time brings.
    Expire,
}

/// Progress, and what it may complete as things are defined when it is submitted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Submission {
    /// The row, without its time.
    pub progress: Progress,
    /// Active challenges of the game, in their order.
    pub challenges: Vec<Candidate>,
    /// The missions they belong to.
    pub missions: Vec<Requirement>,
}

/// A challenge that progress may complete.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Candidate {
    /// The challenge.
    pub id: String,
    /// Its mission.
    pub mission_id: String,
    /// What must hold; `None` never does.
    pub conditions: Option<std::collections::BTreeMap<String, Condition>>,
}

/// What a mission needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Requirement {
    /// The mission.
    pub id: String,
    /// Whose reward it brings.
    pub campaign_key: String,
    /// All its active challenges.
    pub challenges: Vec<String>,
}

/// A run of a mission that a player wants to begin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Start {
    /// Id of the run, if it begins.
    pub run_id: String,
    /// The mission.
    pub mission_id: String,
    /// `mini-games` or `fw-2025`.
    pub mission_type: String,
    /// Least time between two runs of mini-games, ms.
    pub window_ms: i64,
}

recorded! {
    Definition = "games/definition",
    Command = "games/command",
    Event = "games/event",
}
