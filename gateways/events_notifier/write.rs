//! From the bytes of a request to the records of the log; nothing here touches the log.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, NewRecord, Topic};
use model::events::catalyst::Sighting;
use model::events::{Encoded, Event, EventError, MAX_EVENT_BYTES, encode_event, parse};
use model::{Recorded, event_id, route, sighting_of};
use serde_json::Value;
use serde_json::value::RawValue;

const SOURCE: &str = "gateways/events-notifier";
const INBOX: &str = "events.inbox";
const SIGHTINGS: &str = "catalyst.sightings";
const TICK: &str = "platform/clock-tick";
/// Header that tells the inbox's reader where the event goes.
const TO: &str = "to";

/// What a request leads to.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// One record an event, in the order of the request.
    pub(super) records: Vec<NewRecord>,
    /// The greatest `now` of its clock ticks.
    pub(super) tick: Option<i64>,
}

/// An event that is refused, and with it its whole request.
#[derive(Debug)]
pub(super) struct BadEvent {
    /// Its place in the request, from 0.
    pub(super) index: usize,
    /// What is wrong.
    pub(super) reason: String,
}

/// What a request brings besides its body.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// Most events.
    pub(super) events_max: usize,
    /// `traceparent`.
    pub(super) trace: Option<Arc<str>>,
    /// The clock, if it moves only by ticks: later events of the request happen after its ticks.
    pub(super) ticking_from: Option<i64>,
}

/// The records of a request: one event, a JSON array of them, or one after another (NDJSON).
///
/// # Errors
/// The first event that is none.
pub(super) fn prepare(body: &[u8], terms: &Terms) -> Result<Prepared, BadEvent> {
    let mut prepared = Prepared::default();
    let topics: [Topic; 2] = [INBOX.into(), SIGHTINGS.into()];
    for (index, event) in split(body, terms.events_max)?.into_iter().enumerate() {
        let bad = |error: EventError| BadEvent {
            index,
            reason: error.to_string(),
        };
        let event = parse(event.get().as_bytes(), MAX_EVENT_BYTES).map_err(bad)?;
        let mut record = record(&event, &topics, terms).map_err(bad)?;
        if let Some(now) = tick(&event) {
            prepared.tick = prepared.tick.max(Some(now));
        }
        record.timestamp = terms
            .ticking_from
            .map(|from| prepared.tick.map_or(from, |t| t.max(from)));
        prepared.records.push(record);
    }
    Ok(prepared)
}

/// The texts of the events.
fn split(body: &[u8], events_max: usize) -> Result<Vec<&RawValue>, BadEvent> {
    let not_json = |index: usize, error: serde_json::Error| BadEvent {
        index,
        reason: format!("event is not JSON: {error}"),
    };
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let events: Vec<&RawValue> = match first {
        None => Vec::new(),
        Some(b'[') => serde_json::from_slice(body).map_err(|e| not_json(0, e))?,
        Some(_) => {
            let mut events = Vec::new();
            for event in serde_json::Deserializer::from_slice(body).into_iter() {
                let event = event.map_err(|e| not_json(events.len(), e))?;
                events.push(event);
                if events.len() > events_max {
                    break;
                }
            }
            events
        }
    };
    if events.len() > events_max {
        return Err(BadEvent {
            index: events_max,
            reason: format!("more than {events_max} events in one request"),
        });
    }
    Ok(events)
}

fn record(event: &Value, topics: &[Topic; 2], terms: &Terms) -> Result<NewRecord, EventError> {
    let Encoded { schema, bytes } = encode_event(event)?;
    let destination = route(event)?;
    let [inbox, sightings] = topics;
    let mut headers = Headers::new(event_id(event), schema.name, SOURCE);
    headers.trace.clone_from(&terms.trace);
    let key = Bytes::from(destination.key);
    if destination.topic == SIGHTINGS {
        headers.kind = Sighting::SCHEMA.into();
        let value = model::encode(&sighting_of(event)?);
        return Ok(NewRecord::keyed(sightings.clone(), key, headers, value));
    }
    let to = Bytes::from_static(destination.topic.as_bytes());
    headers.more.push((TO.into(), to));
    Ok(NewRecord::keyed(inbox.clone(), key, headers, bytes))
}

/// `now` of a clock tick.
fn tick(event: &Value) -> Option<i64> {
    let is_tick = Event(event).kind() == TICK;
    is_tick.then(|| event["metadata"]["now"].as_i64()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn terms() -> Terms {
        Terms {
            events_max: 100,
            ..Terms::default()
        }
    }

    fn tick(now: i64) -> Value {
        json!({"type": "platform", "subType": "clock-tick", "key": "test", "timestamp": now,
            "metadata": {"now": now}})
    }

    #[test]
    fn one_event_an_array_and_lines_are_the_same() {
        let (a, b) = (tick(1), tick(2));
        let ids = |body: String| -> Vec<_> {
            let prepared = prepare(body.as_bytes(), &terms()).expect("good events");
            prepared.records.iter().map(|r| r.headers.id).collect()
        };
        let lines = ids(format!("{a}\n{b}\n"));
        assert_eq!(lines.len(), 2);
        assert_eq!(ids(format!(" [{a}, {b}]")), lines);
        assert_eq!(ids(a.to_string()), lines[..1]);
        assert!(ids(String::new()).is_empty());
    }

    #[test]
    fn a_bad_event_is_named_by_its_place() {
        for (body, index) in [
            (
                format!("[{},{{\"type\":\"x\",\"subType\":\"y\"}}]", tick(1)),
                1,
            ),
            (format!("{}\n{}\n{{", tick(1), tick(2)), 2),
            ("[1]".to_owned(), 0),
            ("[".to_owned(), 0),
        ] {
            let bad = prepare(body.as_bytes(), &terms()).expect_err("a bad event");
            assert_eq!(bad.index, index, "{body}: {}", bad.reason);
        }
        let many = format!("[{}]", vec!["1"; 101].join(","));
        let bad = prepare(many.as_bytes(), &terms()).expect_err("too many");
        assert!(bad.reason.contains("100"), "{}", bad.reason);
    }

    #[test]
    fn a_deployment_becomes_a_sighting_and_all_else_goes_through_the_inbox() {
        let deployment = json!({"type": "catalyst-deployment", "subType": "scene",
            "entity": {"entityId": "bafk", "entityType": "scene", "pointers": ["0,0"],
                "entityTimestamp": 5, "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}]},
            "contentServerUrls": ["http://a/content"]});
        let body = json!([deployment, tick(7)]).to_string();
        let prepared = prepare(body.as_bytes(), &terms()).expect("good events");
        let [sighting, ticked] = &prepared.records[..] else {
            panic!("two records: {prepared:?}");
        };
        assert_eq!(
            (&*sighting.topic, sighting.key.as_deref()),
            (SIGHTINGS, Some(&b"bafk"[..]))
        );
        let value = sighting.value.as_deref().expect("a value");
        let sighting: Sighting = model::decode(value).expect("a sighting");
        assert_eq!(sighting.servers, ["http://a/content"]);
        assert_eq!(&*ticked.topic, INBOX);
        assert_eq!(
            ticked.headers.get(TO).map(|to| &to[..]),
            Some(&b"platform.ticks"[..])
        );
        assert_eq!(prepared.tick, Some(7));
    }

    #[test]
    fn events_after_a_tick_happen_after_it() {
        let body = format!("{}\n{}\n{}", tick(5), tick(9), tick(7));
        let mut terms = terms();
        let times = |terms: &Terms| -> Vec<_> {
            let prepared = prepare(body.as_bytes(), terms).expect("good events");
            prepared.records.iter().map(|r| r.timestamp).collect()
        };
        assert_eq!(times(&terms), [None; 3]);
        terms.ticking_from = Some(6);
        assert_eq!(times(&terms), [Some(6), Some(9), Some(9)]);
    }
}
