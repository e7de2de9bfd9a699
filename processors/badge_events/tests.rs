//! Which links name an event and a place.

use bytes::Bytes;
use kernel::{Headers, Processor as _, Record};
use model::events::badges::{Fact, What, venue_key};
use serde_json::{Value, json};

use super::BadgeEvents;

fn fact(event: &Value) -> Option<Fact> {
    let value = model::encode_event(event).unwrap().bytes;
    let record = Record {
        offset: 0,
        timestamp: 99,
        key: Some(Bytes::from_static(b"0xab")),
        headers: Headers::new(kernel::event_id(&value), "test", "test"),
        value: Some(value),
    };
    BadgeEvents
        .decode(&record)
        .unwrap()
        .map(|attendance| attendance.fact)
}

fn started(attendee: &str, link: &str) -> Value {
    json!({"type": "event", "subType": "event-started", "key": "k", "timestamp": 7,
        "metadata": {"name": "Party", "image": "i", "link": link, "attendee": attendee}})
}

#[test]
fn an_attendee_of_an_event_with_a_place_is_told_of_and_nobody_else() {
    let link = "https://decentraland.org/jump/events?id=e%201&position=10%2C-4";
    let what = What::Event {
        id: "e 1".into(),
        from: 7,
        until: None,
    };
    let want = Fact::new("0xab", venue_key("e 1"), 7, &what);
    assert_eq!(fact(&started("0xAB", link)), Some(want.clone()));
    let in_realm = format!("{link}&realm=main#x");
    assert_eq!(fact(&started("0xAB", &in_realm)), Some(want));
    for (attendee, link) in [
        ("", link),
        (
            "0xab",
            "https://decentraland.org/jump/events?position=10,-4",
        ),
        ("0xab", "https://decentraland.org/jump/events?id=e1"),
        (
            "0xab",
            "https://decentraland.org/jump/events?id=e1&position=x",
        ),
        (
            "0xab",
            "https://decentraland.org/jump/events?id=%f&position=1,1",
        ),
        (
            "0xab",
            "https://d.example/?id=e1&position=0,0&realm=me.dcl.eth",
        ),
        ("0xab", "https://decentraland.org/events/event/1"),
    ] {
        assert_eq!(fact(&started(attendee, link)), None, "{attendee} {link}");
    }
}

#[test]
fn an_event_that_starts_soon_says_when_it_ends() {
    let event = json!({"type": "event", "subType": "event-starts-soon", "key": "k", "timestamp": 7,
        "metadata": {"name": "Party", "image": "i", "link": "https://d.example/?id=e1&position=0,0",
            "startsAt": "2026-01-01T00:00:00.000Z", "endsAt": "2026-01-01T01:00:00.000Z", "attendee": "0xab"}});
    let what = What::Event {
        id: "e1".into(),
        from: 1_767_225_600_000,
        until: Some(1_767_229_200_000),
    };
    assert_eq!(
        fact(&event),
        Some(Fact::new("0xab", venue_key("e1"), 7, &what))
    );
}
