//! Hands the credits events that were fed to the credits ledger.

use kernel::{Record, Reject};
use model::events::ledger::Input;

use super::{input, of_event, spec};

/// What is handed on; an event of the domain that is not here is none of the ledger's.
const WANTED: &[&str] = &[
    "credits/season-defined",
    "credits/user-enrolled",
    "credits/user-opted-out",
    "credits/goal-step",
    "credits/claim-requested",
    "credits/on-demand-granted",
    "credits/iap-verified",
    "credits/iap-refunded",
    "credits/order-opened",
    "credits/order-paid",
    "credits/order-failed",
    "credits/order-abandoned",
    "credits/usd-minted",
    "credits/authorize-requested",
    "credits/authorize-cancelled",
    "credits/authorize-submitted",
];

fn decode(record: &Record) -> Result<Option<Input>, Reject> {
    of_event(record, WANTED)
}

input!(
    /// See the module.
    Events,
    spec("credits-inputs-events", "credits.events"),
    decode
);
