//! Hands the platform's clock to the credits ledger, whose only time it is.

use kernel::{Record, Reject};
use model::events::ledger::Input;

use super::{input, of_event, spec};

fn decode(record: &Record) -> Result<Option<Input>, Reject> {
    of_event(record, &["platform/clock-tick"])
}

input!(
    /// See the module.
    Ticks,
    spec("credits-inputs-ticks", "platform.ticks"),
    decode
);
