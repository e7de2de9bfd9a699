//! From an action to a fact, and to a question where it led.

use kernel::{Record, Reject, Step};
use model::events::badges::{Fact, Place, What, short};
use serde_json::Value;

use crate::wire;

/// Where facts go.
pub(super) const FACTS: &str = "badges.facts";
/// Where it is asked which scene stands on a parcel.
pub(super) const PLACES: &str = "badges.places";

/// An action that counts.
pub struct Action {
    pub(super) fact: Fact,
    /// The parcel that is asked about.
    pub(super) parcel: Option<String>,
}

/// The action of a record; `None` for one that no badge counts.
///
/// # Errors
/// `RECORD_UNREADABLE`.
pub(super) fn decode(record: &Record) -> Result<Option<Action>, Reject> {
    const COUNTED: [&str; 5] = [
        "client/move-to-parcel",
        "client/used-emote",
        "client/passport-opened",
        "client/vertical-height-reached",
        "client/walked-distance",
    ];
    let Some((kind, event)) = wire::event(record, &COUNTED)? else {
        return Ok(None);
    };
    let address = wire::text(&event, "/metadata/userAddress").to_lowercase();
    if address.is_empty() {
        return Ok(None);
    }
    let mut parcel = None;
    let what = match kind {
        "client/move-to-parcel" => {
            parcel = parcel_asked(&event);
            Some(moved(&event, parcel.is_some()))
        }
        "client/used-emote" => Some(What::Emote),
        "client/passport-opened" => {
            let receiver = wire::text(&event, "/metadata/passport/receiver").to_lowercase();
            let receiver = short(&receiver).filter(|receiver| *receiver != address);
            receiver.map(|receiver| What::Passport { receiver })
        }
        "client/vertical-height-reached" => climbed(&event),
        _ => walked(&event),
    };
    let (key, at) = (
        wire::text(&event, "/key"),
        wire::ms(&event, record.timestamp),
    );
    Ok(what.map(|what| Action {
        fact: Fact::new(address, key, at, &what),
        parcel,
    }))
}

/// A fact of the person; for a step also the question.
pub(super) fn step(action: &Action) -> Step<()> {
    let fact = &action.fact;
    let mut emits = vec![wire::emit(FACTS, &fact.address, fact)];
    if let Some(parcel) = &action.parcel {
        let question = Place {
            parcel: parcel.clone(),
            timestamp: fact.timestamp,
            address: Some(fact.address.clone()),
            key: Some(fact.key.clone()),
            ..Place::default()
        };
        emits.push(wire::emit(PLACES, parcel, &question));
    }
    Step {
        emits,
        ..Step::nothing()
    }
}

fn moved(event: &Value, asked: bool) -> What {
    What::Move {
        session: short(wire::text(event, "/metadata/sessionId")).unwrap_or_default(),
        parcel: short(wire::text(event, "/metadata/parcel/newParcel")),
        asked,
    }
}

/// The parcel as its key: not for an empty parcel, not in a world (which has scenes of its own on the same parcels).
fn parcel_asked(event: &Value) -> Option<String> {
    let empty = event.pointer("/metadata/parcel/isEmptyParcel");
    let realm = wire::text(event, "/metadata/realm").to_lowercase();
    if empty == Some(&Value::Bool(true)) || realm.ends_with(".dcl.eth") {
        return None;
    }
    coordinates(wire::text(event, "/metadata/parcel/newParcel"))
}

/// `x,y` of a parcel that may be written with parentheses and blanks.
fn coordinates(parcel: &str) -> Option<String> {
    let bare: String = parcel
        .chars()
        .filter(|c| !c.is_whitespace() && !"()".contains(*c))
        .collect();
    let (x, y) = bare.split_once(',')?;
    let (x, y): (i32, i32) = (x.parse().ok()?, y.parse().ok()?);
    Some(format!("{x},{y}"))
}

fn climbed(event: &Value) -> Option<What> {
    let height = match event.pointer("/metadata/height") {
        None | Some(Value::Null) => None,
        Some(Value::Number(height)) => Some(height.clone()),
        // Neither a height nor none.
        Some(_) => return None,
    };
    Some(What::Height { height })
}

fn walked(event: &Value) -> Option<What> {
    let steps = event.pointer("/metadata/stepCount")?;
    let steps = wire::whole(steps).filter(|steps| *steps > 0)?;
    Some(What::Walk { steps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_two_whole_numbers() {
        for (written, read) in [
            ("(10, -4)", Some("10,-4")),
            ("10,-4", Some("10,-4")),
            (" ( 0 , 0 ) ", Some("0,0")),
            ("-0,+7", Some("0,7")),
            ("10", None),
            ("10,4,4", None),
            ("a,b", None),
            ("1.5,2", None),
            ("", None),
        ] {
            assert_eq!(coordinates(written).as_deref(), read, "{written}");
        }
    }
}
