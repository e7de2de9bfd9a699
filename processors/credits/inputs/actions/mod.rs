//! Steps of goals that one action decides: a day on which somebody logged in, a person whose passport was opened, a photo
//! that was taken. What is counted already, the ledger knows.

use kernel::{Record, Reject};
use model::dates::iso;
use model::events::ledger::Input;
use serde_json::Value;

use super::{goal_step, input, spec};
use crate::wire;

const WANTED: [&str; 4] = [
    "client/logged-in",
    "client/logged-in-cached",
    "client/passport-opened",
    "camera/photo-taken",
];
/// Characters of a day in a date.
const DAY_CHARS: usize = 10;

fn decode(record: &Record) -> Result<Option<Input>, Reject> {
    let Some((kind, event)) = wire::event(record, &WANTED)? else {
        return Ok(None);
    };
    let address = wire::text(&event, "/metadata/userAddress").to_lowercase();
    let at = wire::ms(&event, record.timestamp);
    let step = step(kind, &event, &address, at);
    let step = step.filter(|(_, step)| !address.is_empty() && !step.is_empty());
    Ok(step.map(|(goal, step)| goal_step(&address, goal, &step, at)))
}

fn step(kind: &str, event: &Value, address: &str, at: i64) -> Option<(&'static str, String)> {
    match kind {
        "client/passport-opened" => {
            let receiver = wire::text(event, "/metadata/passport/receiver").to_lowercase();
            (receiver != address).then_some(("visit-profile", receiver))
        }
        "camera/photo-taken" => {
            let photo = wire::text(event, "/metadata/photoId");
            Some(("take-photo", photo.to_owned()))
        }
        _ => Some(("log-in", iso(at).chars().take(DAY_CHARS).collect())),
    }
}

input!(
    /// See the module.
    Actions,
    spec("credits-inputs-actions", "user.actions"),
    decode
);
