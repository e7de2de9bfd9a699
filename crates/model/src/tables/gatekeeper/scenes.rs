//! The read model `gatekeeper_scenes`: who administrates a place, who is banned from it, who may stream into it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Aggregates: one document a place, key = its id.
pub const TABLE: &str = "gatekeeper_scenes";
/// Open streams: partition = [`ALL`](super::ALL), row = id of the place, document [`Stream`].
pub const STREAMS: &str = "gatekeeper_streams";
/// Streams by their key: partition = [`Stream::key_hash`], row = id of the place, document [`Stream`].
pub const STREAM_KEYS: &str = "gatekeeper_stream_keys";

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// By address, lower case.
    pub admins: BTreeMap<String, Entry>,
    /// By address, lower case.
    pub bans: BTreeMap<String, Entry>,
    /// The one stream, while there is a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
}

impl State {
    /// Whether this address, in lower case, may not enter.
    pub fn is_banned(&self, address: &str) -> bool {
        self.bans.contains_key(address)
    }
}

/// An admin or a ban.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Who did it, lower case.
    pub by: String,
    /// ms.
    pub at: i64,
}

/// A stream that somebody may send. Its key is a secret of the LiveKit server; here is only its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stream {
    /// Its id.
    pub id: String,
    /// Id of the place.
    pub place: String,
    /// The ingress of the LiveKit server.
    pub ingress: String,
    /// The room it goes to.
    pub room: String,
    /// SHA-256 of the key, hex.
    pub key_hash: String,
    /// Name of the place.
    pub place_name: String,
    /// The world's name, or the base parcel `x,y`.
    pub location: String,
    /// Whether that is a world.
    pub is_world: bool,
    /// Who asked for it, lower case.
    pub by: String,
    /// ms.
    pub created_at: i64,
    /// ms.
    pub expires_at: i64,
    /// Since when somebody streams, ms.
    pub started_at: Option<i64>,
}
