//! What tells the credits ledger of the rest of the platform: small processors, nearly all without state, each from one topic to
//! `credits.log`. They copy what matters and nothing else; their outputs keep ids made of their inputs' ids, so that a
//! repetition is dropped where it is read.

pub mod actions;
pub mod chain;
pub mod events;
pub mod ticks;
pub mod visits;
pub mod vouchers;

use kernel::{Emit, Kind, Poison, Record, Reject, Spec, Step};
use model::Json;
use model::events::ledger::Input;
use serde_json::{Value, json};

/// Where all of them write.
pub(super) const LOG: &str = "credits.log";

/// What one of them declares.
pub(super) const fn spec(name: &'static str, input: &'static str) -> Spec {
    Spec {
        name,
        revision: 1,
        input,
        aggregates: None,
        projections: &[],
        emits: &[LOG],
        effects: &[],
        kind: Kind::Decider,
        // A record that cannot be read says nothing about the next one.
        poison: Poison::Skip,
    }
}

/// A step of a goal. Whether it counts (who takes part, which week it is, whether it was counted) the ledger says.
pub(super) fn goal_step(address: &str, goal: &str, step: &str, at: i64) -> Input {
    let metadata = json!({ "address": address, "goalId": goal, "stepKey": step });
    Input {
        kind: "goal-step".to_owned(),
        key: format!("{goal}:{step}"),
        address: address.to_owned(),
        metadata: Json::from(metadata),
        edge: None,
        at,
    }
}

/// An event of the catalogue as an input, if its pair is wanted.
pub(super) fn of_event(record: &Record, wanted: &[&str]) -> Result<Option<Input>, Reject> {
    // The pair is in the envelope, too: most records are of no use here and need not be decoded.
    if !wanted.contains(&&*record.headers.kind) {
        return Ok(None);
    }
    let Some(value) = &record.value else {
        return Ok(None);
    };
    let decoded =
        model::decode_json(value).map_err(|e| Reject::new("RECORD_UNREADABLE", e.to_string()))?;
    let event = decoded.value;
    let metadata = event.get("metadata").cloned().unwrap_or(Value::Null);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = decoded.name.split('/').next_back().unwrap_or_default();
    Ok(Some(Input {
        kind: kind.to_owned(),
        key: text(&event["key"]),
        address: text(&metadata["address"]).to_lowercase(),
        metadata: Json::from(metadata),
        edge: None,
        at: event["timestamp"].as_i64().unwrap_or_default(),
    }))
}

/// The step of all of them.
pub(super) fn pass(input: &Input) -> Step<()> {
    let key = match input.address.as_str() {
        "" => &input.kind,
        address => address,
    };
    let emit: Emit = crate::wire::emit(LOG, key, input);
    Step {
        emits: vec![emit],
        ..Step::nothing()
    }
}

macro_rules! input {
    ($(#[$doc:meta])* $name:ident, $spec:expr, $decode:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl kernel::Processor for $name {
            const SPEC: kernel::Spec = $spec;
            type Event = model::events::ledger::Input;
            type State = ();

            fn decode(
                &self,
                record: &kernel::Record,
            ) -> Result<Option<Self::Event>, kernel::Reject> {
                $decode(record)
            }

            fn key(&self, input: &Self::Event) -> bytes::Bytes {
                bytes::Bytes::copy_from_slice(input.key.as_bytes())
            }

            fn step(
                &self,
                (): &(),
                input: &Self::Event,
                _: &kernel::Context,
            ) -> Result<kernel::Step<()>, kernel::Reject> {
                Ok(super::pass(input))
            }
        }
    };
}
pub(super) use input;
