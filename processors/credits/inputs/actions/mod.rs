//! Tells the credits ledger which steps of goals people took, by what they did in the world.
//!
//! `log-in` counts days (UTC) with a log-in, `visit-profile` the people whose passport was opened, `take-photo` photos.
//! What makes a step one step is its key, by which the ledger counts it once; whether somebody takes part, and whether
//! the week has such a goal, only the ledger knows.

use kernel::{Record, Reject};
use model::Json;
use model::dates::iso;
use model::events::ledger::Input;
use serde_json::json;

use super::{input, spec};
use crate::wire;

/// What a step may be of.
const COUNTED: [&str; 4] = [
    "client/logged-in",
    "client/logged-in-cached",
    "client/passport-opened",
    "camera/photo-taken",
];
/// Letters of a date, of a timestamp in ISO 8601.
const DATE: usize = "2026-01-01".len();
/// Characters of a step's key that are kept.
const KEY_CHARS_MAX: usize = 128;

fn decode(record: &Record) -> Result<Option<Input>, Reject> {
    let Some((kind, event)) = wire::event(record, &COUNTED)? else {
        return Ok(None);
    };
    let address = wire::text(&event, "/metadata/userAddress").to_lowercase();
    let at = wire::ms(&event, record.timestamp);
    let (goal, step) = match kind {
        "client/passport-opened" => {
            let receiver = wire::text(&event, "/metadata/passport/receiver").to_lowercase();
            // A look into the mirror is no visit.
            let receiver = Some(receiver).filter(|receiver| *receiver != address);
            ("visit-profile", receiver.unwrap_or_default())
        }
        "camera/photo-taken" => {
            let photo = wire::text(&event, "/metadata/photoId");
            ("take-photo", photo.to_owned())
        }
        _ => ("log-in", iso(at).chars().take(DATE).collect()),
    };
    let step: String = step.chars().take(KEY_CHARS_MAX).collect();
    if address.is_empty() || step.is_empty() {
        return Ok(None);
    }
    Ok(Some(Input {
        kind: "goal-step".to_owned(),
        key: wire::text(&event, "/key").to_owned(),
        metadata: Json::from(json!({"address": address, "goalId": goal, "stepKey": step})),
        address,
        edge: None,
        at,
    }))
}

input!(
    /// See the module.
    Actions,
    spec("credits-inputs-actions", "user.actions"),
    decode
);
