//! From an event of an attendee to a fact, and to a question where it is.

use kernel::{Record, Reject, Step};
use model::dates::parse_iso;
use model::events::badges::{Fact, Place, What, short, venue_key};
use serde_json::Value;

use crate::wire;

/// Where facts go.
pub(super) const FACTS: &str = "badges.facts";
/// Where it is asked which scene stands on a parcel.
pub(super) const PLACES: &str = "badges.places";

/// Somebody attends an event.
pub struct Attendance {
    pub(super) fact: Fact,
    /// Where it is.
    parcel: String,
}

/// The attendance of a record; `None` for one that says nothing of when or where somebody attends.
///
/// # Errors
/// `RECORD_UNREADABLE`.
pub(super) fn decode(record: &Record) -> Result<Option<Attendance>, Reject> {
    const TOLD: [&str; 2] = ["event/event-starts-soon", "event/event-started"];
    let Some((kind, event)) = wire::event(record, &TOLD)? else {
        return Ok(None);
    };
    let address = wire::text(&event, "/metadata/attendee").to_lowercase();
    let link = wire::text(&event, "/metadata/link");
    let id = parameter(link, "id").and_then(|id| short(&id));
    let parcel = parameter(link, "position").and_then(|text| parcel(&text));
    let is_world = parameter(link, "realm").is_some_and(|realm| is_world(&realm));
    let (Some(id), Some(parcel), false) = (id, parcel, address.is_empty() || is_world) else {
        return Ok(None);
    };
    let told = wire::ms(&event, record.timestamp);
    let date = |name: &str| {
        let text = event["metadata"].get(name).and_then(Value::as_str);
        text.and_then(parse_iso)
    };
    let (from, until) = match kind {
        "event/event-started" => (told, None),
        _ => (date("startsAt").unwrap_or(told), date("endsAt")),
    };
    let what = What::Event {
        id: id.clone(),
        from,
        until,
    };
    let fact = Fact::new(address, venue_key(&id), told, &what);
    Ok(Some(Attendance { fact, parcel }))
}

/// A fact of the attendee, and the question.
pub(super) fn step(attendance: &Attendance) -> Step<()> {
    let Attendance { fact, parcel } = attendance;
    let question = Place {
        parcel: parcel.clone(),
        timestamp: fact.timestamp,
        address: Some(fact.address.clone()),
        key: Some(fact.key.clone()),
        ..Place::default()
    };
    Step {
        emits: vec![
            wire::emit(FACTS, &fact.address, fact),
            wire::emit(PLACES, parcel, &question),
        ],
        ..Step::nothing()
    }
}

fn is_world(realm: &str) -> bool {
    realm.to_lowercase().ends_with(".eth")
}

/// `x,y` of a position.
fn parcel(text: &str) -> Option<String> {
    let (x, y) = text.split_once(',')?;
    let (x, y): (i32, i32) = (x.trim().parse().ok()?, y.trim().parse().ok()?);
    Some(format!("{x},{y}"))
}

/// A parameter of a link's query, decoded.
fn parameter(link: &str, name: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    decoded(value)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || (rest.next()? as char).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
