//! What is recorded of islands: who came, went and was sent where, and how islands changed. Positions are for analysts;
//! what gets anybody into a room is never recorded.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::codec::recorded;

/// Something that happened to one peer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.archipelago")]
pub struct PeerChanged {
    /// Lower case.
    pub address: String,
    /// `welcomed` and `closed` (a session), `assigned` and `left` (an island).
    pub change: String,
    /// Why a session ended, or an island is another one.
    pub reason: String,
    /// The island, if it is of one.
    pub island: Option<String>,
    /// The island before.
    pub from: Option<String>,
    /// Metres; 0 where no place is known.
    pub x: f64,
    /// Metres.
    pub y: f64,
    /// Metres.
    pub z: f64,
    /// ms.
    pub at: i64,
}

/// The members of an island changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.archipelago")]
pub struct IslandChanged {
    /// The island's name.
    pub island: String,
    /// Members it has now; 0 when it is no more.
    pub peers: i64,
    /// Who is new in it, lower case.
    pub joined: Vec<String>,
    /// Who is not in it any more.
    pub left: Vec<String>,
    /// Of its centre, metres.
    pub x: f64,
    /// Of its centre, metres.
    pub z: f64,
    /// From the centre to the farthest member, metres.
    pub radius: f64,
    /// ms.
    pub at: i64,
}

recorded! {
    PeerChanged = "archipelago/peer-changed",
    IslandChanged = "archipelago/island-changed",
}
