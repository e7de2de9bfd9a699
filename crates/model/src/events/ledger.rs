//! What the credits ledger is told, in which order, and what it answers.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;

/// Whether a wallet asks a thing for itself. What others do for it, a grant or a payment, does not count against it.
pub fn is_own(kind: &str) -> bool {
    const OWN: [&str; 9] = [
        "user-enrolled",
        "user-opted-out",
        "claim-requested",
        "iap-verified",
        "order-opened",
        "order-abandoned",
        "authorize-requested",
        "authorize-cancelled",
        "authorize-submitted",
    ];
    OWN.contains(&kind)
}

/// Something the credits ledger must put in order: a command, a fact of the chain, a tick.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.ledger")]
pub struct Input {
    /// Subtype of the event (`credit-used`), or the command (`authorize-requested`).
    pub kind: String,
    /// Idempotency key; one means one thing within an address.
    pub key: String,
    /// Whose, lower case; empty: nobody's.
    pub address: String,
    /// The event's metadata, or the command's body.
    pub metadata: Json,
    /// What was read at the edge: configuration, a price, a random number.
    pub edge: Option<Json>,
    /// The platform's time of the request, ms.
    pub at: i64,
}

/// The newest finalised block of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Head {
    /// Chain.
    pub chain_id: i64,
    /// Block.
    pub block_number: i64,
    /// Its time, s.
    pub block_timestamp: i64,
}

/// An input in its place, with the ledger's time and the finalised heads as of there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.ledger")]
pub struct Entry {
    /// The greatest tick so far, ms.
    pub now: i64,
    /// By chain, in order.
    pub heads: Vec<Head>,
    /// As the input's.
    pub kind: String,
    /// As the input's.
    pub key: String,
    /// As the input's.
    pub address: String,
    /// As the input's.
    pub metadata: Json,
    /// As the input's.
    pub edge: Option<Json>,
}

/// What the ledger made of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.ledger")]
pub struct Outcome {
    /// As the input's.
    pub kind: String,
    /// As the input's.
    pub key: String,
    /// As the input's.
    pub address: String,
    /// `done`, `exists`, or why it was refused (`insufficient`, `key-reused`…).
    pub result: String,
    /// For people; empty when done.
    pub message: String,
    /// The answer.
    pub body: Json,
    /// The ledger's time, ms.
    pub at: i64,
}

recorded! {
    Input = "ledger/input",
    Entry = "ledger/entry",
    Outcome = "ledger/outcome",
}
