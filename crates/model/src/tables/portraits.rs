//! The read model `portraits`: avatars with their portraits, and which profile has which avatar.

use serde::{Deserialize, Serialize};

use crate::Json;
use crate::events::portrait::{LeftOut, Profile};

/// Aggregates: one document an avatar, key = its hash (the profile's id where there is none), document [`State`].
pub const TABLE: &str = "portraits";
/// Profiles: partition = entity id, row = empty, document [`Entity`].
pub const ENTITIES: &str = "portrait_entities";
/// Profiles of an address, newest last: partition = address, row = 8-byte ms + entity id, document [`Entity`].
pub const ADDRESSES: &str = "portrait_addresses";
/// Portraits as they came, newest last: partition = [`day_key`], row = 8-byte ms + avatar hash, document [`Shown`].
pub const NEWEST: &str = "portrait_newest";

/// An avatar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The profile that asked first.
    pub profile: Profile,
    /// What the picture depends on.
    pub avatar: Json,
    /// Content server URLs that have that profile.
    pub servers: Vec<String>,
    /// Times that runners were asked.
    pub times: u32,
    /// What runners were asked, while they have not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The last picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// Why the last time brought none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// Tries that were made, all times together.
    pub attempts: i64,
    /// Times that a picture which lacks something was asked for once more by itself.
    pub redone: u32,
    /// Names of the last wishes by hand, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<String>,
}

/// What runners were asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// Whether by somebody who waits for it now.
    pub live: bool,
    /// Not before this time, ms.
    pub due: i64,
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Picture {
    /// SHA-256 of the body's PNG, 64 hex digits.
    pub body: String,
    /// The same of the face.
    pub face: String,
    /// What is worn but could not be had.
    pub missing: Vec<String>,
    /// What is worn but is not shown, with reasons.
    pub left_out: Vec<LeftOut>,
    /// Version of the renderer.
    pub renderer_version: i64,
    /// When it was made, ms.
    pub at: i64,
}

/// Why there is no picture, or no newer one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Trouble {
    /// Why.
    pub reason: String,
    /// Whether such an avatar can never be drawn.
    pub permanent: bool,
    /// When, ms.
    pub at: i64,
}

/// What a profile has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entity {
    /// The profile.
    #[serde(flatten)]
    pub profile: Profile,
    /// The key of its avatar.
    pub avatar: String,
}

/// A portrait in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shown {
    /// The profile that asked first.
    #[serde(flatten)]
    pub profile: Profile,
    /// The avatar.
    pub avatar_hash: String,
    /// What is worn but could not be had.
    pub missing: Vec<String>,
    /// When the picture was made, ms.
    pub at: i64,
}

impl State {
    /// Whether there is a picture that lacks nothing.
    pub fn is_whole(&self) -> bool {
        let picture = self.picture.as_ref();
        picture.is_some_and(|picture| picture.missing.is_empty())
    }

    /// In a word: `rendered`, `degraded` (something worn could not be had), `waiting`, `refused` (for good), `failed`,
    /// or `unknown`.
    pub fn word(&self) -> &'static str {
        match (&self.picture, &self.asked, &self.trouble) {
            (Some(picture), _, _) if picture.missing.is_empty() => "rendered",
            (Some(_), _, _) => "degraded",
            (None, Some(_), _) => "waiting",
            (None, None, Some(trouble)) if trouble.permanent => "refused",
            (None, None, Some(_)) => "failed",
            (None, None, None) => "unknown",
        }
    }
}

/// The partition of [`NEWEST`] for a time.
pub fn day_key(ms: i64) -> String {
    super::day(ms).to_string()
}
