//! From an event of the chain to a fact about one person.

use kernel::{Record, Reject, Step};
use model::events::badges::{Fact, What};
use serde_json::Value;

use crate::wire;

/// Where facts go.
pub(super) const FACTS: &str = "badges.facts";

/// The fact of a record; `None` for one that no badge counts.
///
/// # Errors
/// `RECORD_UNREADABLE`.
pub(super) fn decode(record: &Record) -> Result<Option<Fact>, Reject> {
    const COUNTED: [&str; 3] = [
        "blockchain/item-sold",
        "blockchain/item-published",
        "blockchain/collection-created",
    ];
    let Some((kind, event)) = wire::event(record, &COUNTED)? else {
        return Ok(None);
    };
    let (person, key, what) = match kind {
        "blockchain/item-sold" => {
            let what = category(&event).map(|category| What::Purchase { category });
            ("/metadata/buyer", "/key", what)
        }
        "blockchain/item-published" => {
            let what = category(&event).map(|category| What::Publication { category });
            ("/metadata/creator", "/metadata/itemId", what)
        }
        _ => ("/metadata/creator", "/key", Some(What::Collection)),
    };
    let address = wire::text(&event, person).to_lowercase();
    let (Some(what), false) = (what, address.is_empty()) else {
        return Ok(None);
    };
    let (key, at) = (wire::text(&event, key), wire::ms(&event, record.timestamp));
    // Things are told apart by their keys; without one, two could not be.
    if key.is_empty() && what != What::Collection {
        return Ok(None);
    }
    Ok(Some(Fact::new(address, key, at, &what)))
}

/// The fact, under the person it is about.
pub(super) fn step(fact: &Fact) -> Step<()> {
    Step {
        emits: vec![wire::emit(FACTS, &fact.address, fact)],
        ..Step::nothing()
    }
}

fn category(event: &Value) -> Option<String> {
    let category = wire::text(event, "/metadata/category");
    matches!(category, "wearable" | "emote").then(|| category.to_owned())
}
