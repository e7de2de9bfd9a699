//! The read model `effects`: what became of each effect that is over.

use serde::{Deserialize, Serialize};

/// Aggregates: one document an effect, key = [`key`].
pub const TABLE: &str = "effects";
/// Effects that did not happen, newest last: partition = kind, row = 8-byte ms + effect key, document [`State`].
pub const FAILED: &str = "effects_failed";

/// How the last request for an effect ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The effect's idempotency key.
    pub key: String,
    /// `done`, `failed`, `expired`, `cancelled` or `unknown`; empty while there is none.
    pub outcome: String,
    /// Why it did not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Times it was tried.
    pub attempts: i64,
    /// When, ms.
    pub at: i64,
    /// Position of the request that this answers; unknown for what older releases recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
}

impl State {
    /// Whether it happened.
    pub fn is_done(&self) -> bool {
        self.outcome == "done"
    }
}

/// The aggregate of an effect: two kinds may use one idempotency key.
pub fn key(kind: &str, key: &str) -> String {
    format!("{kind}/{key}")
}
