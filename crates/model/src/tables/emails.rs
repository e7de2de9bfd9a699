//! The rows of `emails`: which wallet has an e-mail address.

use serde::{Deserialize, Serialize};

/// Aggregates: one document an e-mail address in lower case.
pub const TABLE: &str = "emails";

/// One e-mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The wallet that has it, lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}
