//! What is asked of the outside world, and what became of it.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;

/// A content file wanted in the platform's own blobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Mirror {
    /// Content hash.
    pub hash: String,
    /// Where it may be had.
    pub servers: Vec<String>,
    /// The entity that names it.
    pub entity_id: String,
    /// After this log time (ms) nobody wants it any more.
    pub not_after: Option<i64>,
}

/// A credit that wants a signature. The effect's key is the salt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Voucher {
    /// `0x` and 64 hex digits.
    pub salt: String,
    /// Who may spend it, lower case.
    pub user: String,
    /// wei, digits.
    pub value: String,
    /// s.
    pub expires_at: i64,
}

/// What became of one effect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Outcome {
    /// Kind of the effect: it was asked for in `effects.<kind>`.
    pub kind: String,
    /// The effect's idempotency key.
    pub key: String,
    /// `done`, `failed` or `expired`.
    pub outcome: String,
    /// Why it failed, in words.
    pub reason: Option<String>,
    /// Times it was tried.
    pub attempts: i64,
    /// What it brought.
    pub result: Option<Json>,
    /// ms.
    pub at: i64,
}

recorded! {
    Mirror = "effects/mirror",
    Voucher = "effects/voucher",
    Outcome = "effects/outcome",
}
