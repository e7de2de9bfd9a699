//! Events of the catalogue into `events.inbox`, whose reader lets each in once and knows where it goes.

use bytes::Bytes;
use kernel::{Headers, NewRecord, Topic};
use model::events::{Encoded, Event, EventError, encode_event};
use model::route;
use model::routing::Destination;
use serde_json::Value;
use uuid::Uuid;

/// The inbox.
pub(crate) const INBOX: &str = "events.inbox";
/// Where deployments go instead.
pub(crate) const SIGHTINGS: &str = "catalyst.sightings";
/// Header that tells the inbox's reader where the event goes.
pub(crate) const TO: &str = "to";

/// The record that hands an event to the inbox. Its reader lets each `id` in once; `source` is the unit that appends.
///
/// # Errors
/// The event is none of the catalogue, or is one that is sighted and not fed.
pub(crate) fn inbox_record(
    event: &Value,
    id: Uuid,
    source: &'static str,
) -> Result<NewRecord, EventError> {
    let encoded = encode_event(event)?;
    let destination = route(event)?;
    if destination.topic == SIGHTINGS {
        return Err(EventError::Unknown(Event(event).kind()));
    }
    Ok(inboxed(encoded, destination, INBOX.into(), id, source))
}

/// The record of an event that is encoded and has a destination.
pub(crate) fn inboxed(
    encoded: Encoded,
    destination: Destination,
    inbox: Topic,
    id: Uuid,
    source: &'static str,
) -> NewRecord {
    let Encoded { schema, bytes } = encoded;
    let mut headers = Headers::new(id, schema.name, source);
    let to = Bytes::from_static(destination.topic.as_bytes());
    headers.more.push((TO.into(), to));
    NewRecord::keyed(inbox, Bytes::from(destination.key), headers, bytes)
}
