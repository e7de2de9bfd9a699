//! Nothing is lost between JSON and Avro, whatever an event carries; and no bytes can make a reader panic.

use bytes::Bytes;
use model::json::canonical;
use model::{Registry, decode_json, encode_event, event_id};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::generate::{Dice, event};

fn back(event: &Value) -> Value {
    let encoded = encode_event(event).unwrap_or_else(|e| panic!("{e}\n{event}"));
    let decoded = decode_json(&encoded.bytes).unwrap_or_else(|e| panic!("{e}\n{event}"));
    assert_eq!(decoded.name, encoded.schema.name);
    decoded.value
}

#[test]
fn every_pair_comes_back_as_it_went_in() {
    let registry = Registry::global();
    for name in model::events::kinds() {
        let schema = registry.current(name).unwrap();
        let mut dice = Dice::new(name.bytes().map(u64::from).sum());
        for _ in 0..200 {
            let event = event(schema, &mut dice);
            assert_eq!(canonical(&back(&event)), canonical(&event), "{name}");
        }
    }
}

#[test]
fn the_typed_fields_carry_what_they_can() {
    let event = json!({"type": "badge", "subType": "badge-granted", "key": "k", "timestamp": 1.5,
        "metadata": {"badgeId": "b", "badgeName": "n", "badgeImageUrl": "u", "address": "0xA",
            "badgeTierName": null, "new": {"deep": [1]}}, "also": true});
    let encoded = encode_event(&event).unwrap();
    let schema = apache_avro::Schema::parse_str(encoded.schema.text).unwrap();
    let mut body = &encoded.bytes[5..];
    let reader = apache_avro::reader::datum::GenericDatumReader::builder(&schema)
        .build()
        .unwrap();
    let apache_avro::types::Value::Record(fields) = reader.read_value(&mut body).unwrap() else {
        panic!("not a record");
    };
    let text = format!("{fields:?}");
    assert!(text.contains(r#"("address", String("0xA"))"#), "{text}");
    assert!(text.contains(r#"("timestamp", Long(1))"#), "{text}");
    let overlay = json!({"timestamp": 1.5,
        "metadata": {"badgeTierName": null, "new": {"deep": [1]}}, "also": true});
    let Some((_, apache_avro::types::Value::Union(1, extra))) = fields.last() else {
        panic!("no overlay in {text}");
    };
    let apache_avro::types::Value::String(extra) = &**extra else {
        panic!("overlay is no text in {text}");
    };
    assert_eq!(serde_json::from_str::<Value>(extra).unwrap(), overlay);
}

#[test]
fn an_exact_event_has_no_overlay() {
    let event = json!({"type": "badge", "subType": "badge-granted", "key": "k", "timestamp": 1,
        "metadata": {"badgeId": "b", "badgeName": "n", "badgeImageUrl": "u", "address": "0xA"}});
    let bytes = encode_event(&event).unwrap().bytes;
    assert_eq!(bytes.last(), Some(&0), "the last field is null");
    assert_eq!(back(&event), event);
}

#[test]
fn equal_json_has_one_id() {
    let one: Value = serde_json::from_str(r#"{"a":1,"b":[1.0,{"x":2e0,"y":null}]}"#).unwrap();
    let two: Value = serde_json::from_str(r#"{"b":[1,{"y":null,"x":2}],"a":1.0}"#).unwrap();
    let other: Value = serde_json::from_str(r#"{"b":[1,{"x":2}],"a":1.0}"#).unwrap();
    assert_eq!(event_id(&one), event_id(&two));
    assert_ne!(event_id(&one), event_id(&other));
    assert_eq!(canonical(&one), r#"{"a":1,"b":[1,{"x":2,"y":null}]}"#);
    assert_eq!(canonical(&json!(-0.0)), "0");
    assert_eq!(canonical(&json!(1e300)), "1e+300");
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused_not_feared(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode_json(&bytes);
    }

    #[test]
    fn arbitrary_bodies_are_refused_not_feared(
        id in 1..200_u32,
        body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut bytes = vec![0];
        bytes.extend(id.to_be_bytes());
        bytes.extend(body);
        let _ = decode_json(&bytes);
        let _ = model::decode::<model::events::catalyst::Sighting>(&bytes);
        let _ = model::decode::<model::events::catalyst::ConsumerCommand>(&bytes);
    }

    #[test]
    fn damaged_events_are_refused_not_feared(seed: u64, at in 0..2000_usize, byte: u8) {
        let mut dice = Dice::new(seed);
        let kinds: Vec<_> = model::events::kinds().collect();
        let name = kinds[dice.below(kinds.len() as u64) as usize];
        let event = event(Registry::global().current(name).unwrap(), &mut dice);
        let mut bytes = encode_event(&event).unwrap().bytes.to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = decode_json(&bytes);
        bytes.truncate(at);
        prop_assert!(decode_json(&Bytes::from(bytes)).is_err());
    }
}
