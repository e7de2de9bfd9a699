//! From the bytes of a request to the records of the log; nothing here touches the log.

use std::fmt;

use bytes::Bytes;
use kernel::{Headers, NewRecord, Topic};
use model::events::catalyst::Sighting;
use model::events::{Event, EventError, MAX_EVENT_BYTES, encode_event, parse};
use model::{Recorded, event_id, route, sighting_of};
use serde::Deserializer as _;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::frame::inbox::{INBOX, SIGHTINGS, inboxed};

pub(super) const SOURCE: &str = "gateways/events-notifier";
const TICK: &str = "platform/clock-tick";

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
    /// The clock, if it moves only by ticks: later events of the request happen after its ticks.
    pub(super) ticking_from: Option<i64>,
    /// The latest time an event may have, ms, unless it is a clock tick; none where no clock says.
    pub(super) latest: Option<i64>,
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
        let mut record = record(&event, &topics).map_err(bad)?;
        in_time(&event, terms.latest).map_err(|reason| BadEvent { index, reason })?;
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

/// Refuses what has not happened yet: one event of a far future stands above all others for good. A tick may be of any
/// time, since by ticks the ledger's clock is set.
fn in_time(event: &Value, latest: Option<i64>) -> Result<(), String> {
    let event = Event(event);
    let (Some(at), Some(latest)) = (event.timestamp(), latest) else {
        return Ok(());
    };
    if at > latest as f64 && event.kind() != TICK {
        return Err(format!(
            "timestamp: {at} is after {latest}, the latest taken now"
        ));
    }
    Ok(())
}

/// The texts of the events of a request, as far as they were found.
struct Found<'a> {
    events: Vec<&'a RawValue>,
    most: usize,
}

impl<'a> Found<'a> {
    /// Takes one more; says whether that is not one too many.
    fn take(&mut self, event: &'a RawValue) -> bool {
        self.events.push(event);
        self.events.len() <= self.most
    }
}

impl<'a> Visitor<'a> for &mut Found<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut events: A) -> Result<(), A::Error> {
        while let Some(event) = events.next_element()? {
            if !self.take(event) {
                return Err(A::Error::custom("too many events"));
            }
        }
        Ok(())
    }
}

/// The texts of the events. They are counted as they are found: what follows the first too many is not read.
fn split(body: &[u8], events_max: usize) -> Result<Vec<&RawValue>, BadEvent> {
    let mut found = Found {
        events: Vec::new(),
        most: events_max,
    };
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let read = match first {
        None => Ok(()),
        Some(b'[') => array(body, &mut found),
        Some(_) => lines(body, &mut found),
    };
    let index = found.events.len();
    if index > events_max {
        return Err(BadEvent {
            index: events_max,
            reason: format!("more than {events_max} events in one request"),
        });
    }
    match read {
        Ok(()) => Ok(found.events),
        Err(error) => Err(BadEvent {
            index,
            reason: format!("event is not JSON: {error}"),
        }),
    }
}

fn array<'a>(body: &'a [u8], found: &mut Found<'a>) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_slice(body);
    json.deserialize_seq(found)?;
    json.end()
}

fn lines<'a>(body: &'a [u8], found: &mut Found<'a>) -> serde_json::Result<()> {
    for event in serde_json::Deserializer::from_slice(body).into_iter() {
        if !found.take(event?) {
            break;
        }
    }
    Ok(())
}

fn record(event: &Value, topics: &[Topic; 2]) -> Result<NewRecord, EventError> {
    let [inbox, sightings] = topics;
    let encoded = encode_event(event)?;
    let destination = route(event)?;
    Ok(if destination.topic == SIGHTINGS {
        let headers = Headers::new(event_id(event), Sighting::SCHEMA, SOURCE);
        let value = model::encode(&sighting_of(event)?);
        let key = Bytes::from(destination.key);
        NewRecord::keyed(sightings.clone(), key, headers, value)
    } else {
        inboxed(encoded, destination, inbox.clone(), event_id(event), SOURCE)
    })
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
    use crate::frame::inbox::TO;

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
    fn events_are_counted_as_they_are_read_and_nothing_is_read_after_the_first_too_many() {
        let terms = Terms {
            events_max: 2,
            ..Terms::default()
        };
        let (a, b, c) = (tick(1), tick(2), tick(3));
        // Were all of it read first, the refusal would be that it is not JSON.
        for body in [
            format!("[{a},{b},{c},{{{{{{"),
            format!("{a}\n{b}\n{c}\n{{{{{{"),
        ] {
            let bad = prepare(body.as_bytes(), &terms).expect_err("too many");
            assert_eq!(
                (bad.index, bad.reason.as_str()),
                (2, "more than 2 events in one request")
            );
        }
        for body in [format!("[{a},{b}]"), format!("{a}\n{b}\n")] {
            let prepared = prepare(body.as_bytes(), &terms).expect("as many as are allowed");
            assert_eq!(prepared.records.len(), 2);
        }
        for (body, index) in [
            (format!("[{a},{b}"), 2),
            (format!("[{a},"), 1),
            (format!("[{a}] x"), 1),
        ] {
            let bad = prepare(body.as_bytes(), &terms).expect_err("broken off");
            assert_eq!(bad.index, index, "{body}: {}", bad.reason);
            assert!(bad.reason.contains("not JSON"), "{}", bad.reason);
        }
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
    fn an_event_that_is_ahead_of_its_time_is_refused_and_an_old_one_is_not() {
        let at = |timestamp: i64| {
            json!({"type": "moderation", "subType": "user-ban-lifted", "key": "k", "timestamp": timestamp,
                "metadata": {"id": "i", "bannedAddress": "0xa", "liftedBy": "0xb", "liftedAt": 1}})
        };
        let mut terms = terms();
        let refused = |event: Value, terms: &Terms| {
            let body = format!("[{},{event}]", tick(1));
            prepare(body.as_bytes(), terms)
                .map_err(|bad| (bad.index, bad.reason))
                .err()
        };
        assert_eq!(
            refused(at(7_258_118_400_000), &terms),
            None,
            "no clock to compare with"
        );
        terms.latest = Some(1_800_000_000_000);
        let said = "timestamp: 7258118400000 is after 1800000000000, the latest taken now";
        assert_eq!(
            refused(at(7_258_118_400_000), &terms),
            Some((1, said.to_owned()))
        );
        let said = "timestamp: -1 is less than 0";
        assert_eq!(refused(at(-1), &terms), Some((1, said.to_owned())));
        for good in [at(0), at(1_800_000_000_000), tick(7_258_118_400_000)] {
            assert_eq!(refused(good, &terms), None);
        }
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
