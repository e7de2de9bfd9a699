//! A request for a signature as it is kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) method: String,
    pub(super) params: Value,
    /// Who asks, lower case; nobody for a login.
    pub(super) sender: Option<String>,
    /// 0 to 99, shown on both sides.
    pub(super) code: u8,
    /// ms
    pub(super) expiration: i64,
    /// The process whose socket asked; nobody's for HTTP.
    pub(super) home: Option<String>,
    /// Who first said that the person must compare the codes.
    pub(super) validation: Option<Channel>,
    /// The answer, until somebody takes it.
    pub(super) outcome: Option<Value>,
    /// Whether it was taken.
    pub(super) fulfilled: bool,
}

/// What something came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Channel {
    Http,
    Socket,
}
