//! The read model `gatekeeper_users`: who is banned from the platform, and who was warned.

use serde::{Deserialize, Serialize};

/// Aggregates: one document a person, key = address in lower case.
pub const TABLE: &str = "gatekeeper_users";
/// Bans that were not lifted: partition = [`ALL`](super::ALL), row = address, document [`Ban`]. They may have run out.
pub const BANNED: &str = "gatekeeper_banned";
/// The same by the device that the person was last seen with: partition = device, row = address, document [`Ban`].
pub const DEVICES: &str = "gatekeeper_banned_devices";
/// Bans, and warnings, of one person that are kept.
pub const KEPT_MAX: usize = 100;

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The newest last; at most [`KEPT_MAX`].
    pub bans: Vec<Ban>,
    /// The newest last; at most [`KEPT_MAX`].
    pub warnings: Vec<Warning>,
    /// The device that the person was last seen with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

impl State {
    /// The ban that holds at a time.
    pub fn banned_at(&self, now: i64) -> Option<&Ban> {
        self.bans.last().filter(|ban| ban.holds_at(now))
    }
}

/// A ban from the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ban {
    /// Its id.
    pub id: String,
    /// Who is banned, lower case.
    pub address: String,
    /// The moderator.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What the person is told.
    pub custom_message: Option<String>,
    /// The device that is banned, too.
    pub device: Option<String>,
    /// ms.
    pub at: i64,
    /// ms; none: it holds until it is lifted.
    pub expires_at: Option<i64>,
    /// ms.
    pub lifted_at: Option<i64>,
    /// The moderator who lifted it.
    pub lifted_by: Option<String>,
}

impl Ban {
    /// Whether it holds at a time.
    pub fn holds_at(&self, now: i64) -> bool {
        self.lifted_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A warning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Warning {
    /// Its id.
    pub id: String,
    /// Who is warned, lower case.
    pub address: String,
    /// The moderator.
    pub by: String,
    /// Why.
    pub reason: String,
    /// ms.
    pub at: i64,
}
