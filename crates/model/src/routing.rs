//! Where an event of the catalogue goes: its topic and its key, as `topics.yaml` says.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::events::{Event, EventError, entity_id, kinds};
use crate::topics::{RouteEntry, Topics, covers};

/// A topic and a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The topic.
    pub topic: &'static str,
    /// The key of the record.
    pub key: String,
}

struct Route {
    topic: &'static str,
    entry: &'static RouteEntry,
}

/// The topic and the key of an event.
///
/// # Errors
/// The pair is not in the catalogue.
pub fn route(event: &Value) -> Result<Destination, EventError> {
    let kind = Event(event).kind();
    let Some(route) = table().get(kind.as_str()) else {
        return Err(EventError::Unknown(kind));
    };
    Ok(Destination {
        topic: route.topic,
        key: key_of(route.entry, event).unwrap_or(kind),
    })
}

/// The topic of a pair; `None` for a pair that is not in the catalogue.
pub fn topic_of(kind: &str) -> Option<&'static str> {
    table().get(kind).map(|route| route.topic)
}

fn key_of(entry: &RouteEntry, event: &Value) -> Option<String> {
    let envelope = Event(event);
    let own = entry
        .key
        .iter()
        .map(|path| match path.as_str() {
            "entity.id" => entity_id(event),
            path => envelope.at(path),
        })
        .find_map(|key| key.filter(|key| !key.is_empty()));
    match own {
        Some(key) if entry.lower => Some(key.to_lowercase()),
        Some(key) => Some(key.to_owned()),
        None => Some(envelope.key().to_owned()).filter(|key| !key.is_empty()),
    }
}

/// The route of every pair.
fn table() -> &'static BTreeMap<&'static str, Route> {
    static TABLE: OnceLock<BTreeMap<&'static str, Route>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = BTreeMap::new();
        for topic in Topics::global().iter() {
            for entry in &topic.routes {
                let covered = |kind: &&str| entry.events.iter().any(|e| covers(e, kind));
                for kind in kinds().filter(covered) {
                    table.insert(
                        kind,
                        Route {
                            topic: &topic.name,
                            entry,
                        },
                    );
                }
            }
        }
        table
    })
}
