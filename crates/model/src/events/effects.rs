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

/// Blobs that nobody needs any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Remove {
    /// Keys of the blobs.
    pub keys: Vec<String>,
    /// Why, in words.
    pub reason: String,
}

/// A reward that a player has earned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Reward {
    /// Which campaign gives it.
    pub campaign_key: String,
    /// Who gets it: an address, lower case.
    pub beneficiary: String,
    /// For what: a mission of exploration games.
    pub mission_id: String,
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

/// An e-mail to be sent. Texts hold `{{place}}` where the runner puts addresses of this platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Mail {
    /// The e-mail address.
    pub to: String,
    /// `notification`, `validation_attempt` or `common`.
    pub kind: String,
    /// Type of the notification.
    #[serde(rename = "type")]
    pub of_type: Option<String>,
    /// The wallet that is told.
    pub address: Option<String>,
    /// Subject.
    pub subject: String,
    /// The whole mail.
    pub html: String,
    /// The same for readers without HTML.
    pub text: String,
    /// First part of the headline.
    pub title: String,
    /// Second part of the headline.
    pub title_highlight: String,
    /// The part of `html` that is this mail's own, for providers with a frame of their own.
    pub content: String,
    /// What the button says.
    pub action_text: Option<String>,
    /// Where it leads.
    pub action_link: Option<String>,
    /// Picture at the top.
    pub banner_url: Option<String>,
    /// What is written under it.
    pub banner_label: Option<String>,
    /// What the code of a validation mail is derived from, together with the signing key.
    pub nonce: Option<String>,
}

recorded! {
    Mail = "effects/mail",
    Mirror = "effects/mirror",
    Remove = "effects/remove",
    Reward = "effects/reward",
    Voucher = "effects/voucher",
    Outcome = "effects/outcome",
}
