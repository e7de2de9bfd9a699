//! Hands the signatures of credits, which an effect made, to the credits ledger.

use kernel::{Record, Reject};
use model::Json;
use model::events::effects::Outcome;
use model::events::ledger::Input;

use super::{input, spec};

fn decode(record: &Record) -> Result<Option<Input>, Reject> {
    let Some(outcome) = crate::wire::read::<Outcome>(record)? else {
        return Ok(None);
    };
    if outcome.kind != "voucher" || outcome.outcome != "done" {
        return Ok(None);
    }
    Ok(Some(Input {
        kind: "voucher-signed".to_owned(),
        key: outcome.key,
        metadata: outcome.result.unwrap_or_else(|| Json::from_text("null")),
        at: outcome.at,
        ..Input::default()
    }))
}

input!(
    /// See the module.
    Vouchers,
    spec("credits-inputs-vouchers", "effects.outcomes"),
    decode
);
