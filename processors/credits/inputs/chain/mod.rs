//! Hands what the chain's indexer saw of credits to the credits ledger.

use kernel::{Record, Reject};
use model::events::ledger::Input;

use super::{input, of_event, spec};

/// What of the chain concerns credits.
const WANTED: &[&str] = &[
    "blockchain/credit-used",
    "blockchain/credit-revoked",
    "blockchain/log-reverted",
    "blockchain/finalized-head",
];

fn decode(record: &Record) -> Result<Option<Input>, Reject> {
    of_event(record, WANTED)
}

input!(
    /// See the module.
    Chain,
    spec("credits-inputs-chain", "blockchain.events"),
    decode
);
