//! Repetitions and destinations.

use bytes::Bytes;
use kernel::{Headers, Record, event_id};
use model::tables::HOUR_MS;

use super::Ingest;
use crate::testing::Run;

fn record(content: &str) -> Record {
    let mut headers = Headers::new(
        event_id(content.as_bytes()),
        "client/used-emote",
        "gateways/x",
    );
    headers
        .more
        .push(("to".into(), Bytes::from_static(b"user.actions")));
    headers
        .more
        .push(("type".into(), Bytes::from_static(b"client")));
    Record {
        offset: 0,
        timestamp: 0,
        key: Some(Bytes::from_static(b"0xabc")),
        headers,
        value: Some(Bytes::copy_from_slice(content.as_bytes())),
    }
}

#[test]
fn an_event_passes_as_it_came() {
    let mut run = Run::new(Ingest);
    assert!(run.apply(&record("a"), 0).unwrap());
    let [emit] = &run.emits[..] else {
        panic!("one event in, one out");
    };
    assert_eq!(
        (emit.topic, &emit.key[..], &emit.value[..]),
        ("user.actions", &b"0xabc"[..], &b"a"[..])
    );
    assert_eq!(emit.id, Some(event_id(b"a")));
    assert_eq!(&*emit.kind, "client/used-emote");
    let names: Vec<_> = emit.headers.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["type"]);
}

#[test]
fn a_repetition_is_dropped_for_a_day_by_log_time() {
    let mut run = Run::new(Ingest);
    for (hour, passes) in [
        (0, true),
        (0, false),
        (1, false),
        (24, false),
        (25, true),
        (26, false),
    ] {
        let passed = run.apply(&record("a"), hour * HOUR_MS + 1).unwrap();
        assert_eq!(passed, passes, "hour {hour}");
    }
    assert_eq!(run.emits.len(), 2);
}

#[test]
fn ids_are_bounded_and_the_oldest_go_first() {
    let mut run = Run::new(Ingest);
    let events: Vec<_> = (0..70_000).map(|i| record(&i.to_string())).collect();
    // Straight on the step: the driver writes a document per event.
    let mut state = model::tables::ingest::State::default();
    let context = kernel::Context {
        position: kernel::Position::new("events.inbox", 0, 0),
        timestamp: 7,
        generation: 1,
    };
    for event in &events {
        let step = super::step::step(&state, event, &context).unwrap();
        state = step.state.expect("each is new");
    }
    let ids: usize = state.buckets.iter().map(|bucket| bucket.ids.len()).sum();
    assert!((60_000..=65_536).contains(&ids), "{ids}");
    run.states.insert(Bytes::from_static(b"0xabc"), state);
    assert!(
        !run.apply(&events[69_999], 7).unwrap(),
        "the newest is known"
    );
    assert!(
        run.apply(&events[0], 7).unwrap(),
        "the oldest was forgotten"
    );
}

#[test]
fn an_event_without_a_destination_of_ours_is_rejected() {
    let mut run = Run::new(Ingest);
    let mut nowhere = record("a");
    nowhere.headers.more.clear();
    assert_eq!(
        run.apply(&nowhere, 0).unwrap_err().code,
        "INGEST_DESTINATION"
    );
    let mut elsewhere = record("a");
    elsewhere.headers.more[0].1 = Bytes::from_static(b"deployments");
    assert_eq!(
        run.apply(&elsewhere, 0).unwrap_err().code,
        "INGEST_DESTINATION"
    );
    let keyless = Record {
        key: None,
        ..record("a")
    };
    assert_eq!(run.apply(&keyless, 0).unwrap_err().code, "INGEST_EMPTY");
}
