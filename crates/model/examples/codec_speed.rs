//! How fast our codecs are on our own records, beside apache-avro, serde_avro_fast and serde_json; one core.
//!
//! `cargo run --release -p model --example codec_speed`

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use model::codec::FRAME_BYTES;
use model::events::catalyst::{AuthLink, PointerClaim, Sighting};
use model::{Json, Recorded, decode, decode_json, encode, encode_event};
use serde_avro_fast::ser::SerializerConfig;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    typed("pointer-claim", &claim())?;
    typed("sighting", &sighting())?;
    dynamic("badge-granted", &badge())?;
    dynamic("move-to-parcel", &step())?;
    Ok(())
}

/// Prints thousands a second of the best of five rounds.
fn rate(label: &str, mut run: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (start, mut rounds) = (Instant::now(), 0_u32);
        while start.elapsed().as_millis() < 100 {
            for _ in 0..100 {
                run();
            }
            rounds += 100;
        }
        best = best.min(start.elapsed().as_secs_f64() / f64::from(rounds));
    }
    println!("  {label:<28} {:>8.0} k/s", 1e-3 / best);
}

fn typed<T: Recorded + PartialEq>(name: &str, record: &T) -> Result<()> {
    let text = T::schema().text;
    let fast: serde_avro_fast::Schema = text.parse()?;
    let avro = apache_avro::Schema::parse_str(text)?;
    let writer = GenericDatumWriter::builder(&avro).build()?;
    let reader = GenericDatumReader::builder(&avro).build()?;
    let (bytes, plain) = (encode(record), serde_json::to_vec(record)?);
    let body = &bytes[FRAME_BYTES..];
    assert!(decode::<T>(&bytes)? == *record);
    println!(
        "{name}: {} bytes of Avro, {} of JSON",
        bytes.len(),
        plain.len()
    );
    rate("encode ours", || drop(black_box(encode(black_box(record)))));
    let mut config = SerializerConfig::new(&fast);
    rate("encode serde_avro_fast", || {
        drop(black_box(serde_avro_fast::to_datum_vec(
            record,
            &mut config,
        )));
    });
    rate("encode apache-avro", || {
        drop(black_box(writer.write_ser_to_vec(record)))
    });
    rate("encode serde_json", || {
        drop(black_box(serde_json::to_vec(record)))
    });
    rate("decode ours", || {
        drop(black_box(decode::<T>(black_box(&bytes))))
    });
    rate("decode serde_avro_fast", || {
        drop(black_box(serde_avro_fast::from_datum_slice::<T>(
            body, &fast,
        )));
    });
    rate("decode apache-avro", || {
        drop(black_box(reader.read_deser::<T>(&mut &body[..])));
    });
    rate("decode serde_json", || {
        drop(black_box(serde_json::from_slice::<T>(&plain)));
    });
    Ok(())
}

/// apache-avro cannot write a JSON value under a schema: it takes a JSON integer for a `u64`, which no schema of ours has.
fn dynamic(name: &str, event: &Value) -> Result<()> {
    let encoded = encode_event(event)?;
    let fast: serde_avro_fast::Schema = encoded.schema.text.parse()?;
    let avro = apache_avro::Schema::parse_str(encoded.schema.text)?;
    let reader = GenericDatumReader::builder(&avro).build()?;
    let plain = serde_json::to_vec(event)?;
    let body = &encoded.bytes[FRAME_BYTES..];
    println!(
        "{name}: {} bytes of Avro, {} of JSON",
        encoded.bytes.len(),
        plain.len()
    );
    rate("encode ours, with check", || {
        drop(black_box(encode_event(event)))
    });
    rate("check alone", || drop(black_box(model::check(event))));
    let mut config = SerializerConfig::new(&fast);
    rate("encode serde_avro_fast", || {
        drop(black_box(serde_avro_fast::to_datum_vec(event, &mut config)));
    });
    rate("encode serde_json", || {
        drop(black_box(serde_json::to_vec(event)))
    });
    rate("decode ours", || {
        drop(black_box(decode_json(&encoded.bytes)))
    });
    rate("decode serde_avro_fast", || {
        drop(black_box(serde_avro_fast::from_datum_slice::<Value>(
            body, &fast,
        )));
    });
    rate("decode apache-avro", || {
        drop(black_box(reader.read_value(&mut &body[..])))
    });
    rate("decode serde_json", || {
        drop(black_box(serde_json::from_slice::<Value>(&plain)))
    });
    rate("event_id", || {
        black_box(model::event_id(event));
    });
    rate("route", || drop(black_box(model::route(event))));
    Ok(())
}

fn claim() -> PointerClaim {
    PointerClaim {
        pointer: "-12,104".to_owned(),
        entity_type: "scene".to_owned(),
        entity_id: "bafkreia34w3sbkybbp7uom7rz4z6cvuo2uotskz2akqzkm53kbe4o2wqr4".to_owned(),
        entity_timestamp: 1_767_225_600_000,
        local_timestamp: Some(1_767_225_601_500),
    }
}

fn link(kind: &str, payload: &str) -> AuthLink {
    AuthLink {
        kind: kind.to_owned(),
        payload: payload.to_owned(),
        signature: Some(
            "0x243accb865b2755137e00f287d5e2f305c92a964f1cce48b16bba9dcda83af23".repeat(2),
        ),
    }
}

fn sighting() -> Sighting {
    let id = claim().entity_id;
    let files: Vec<Value> = (0..20)
        .map(|i| json!({"file": format!("models/part_{i}.glb"), "hash": id}))
        .collect();
    let entity = json!({"version": "v3", "id": id, "type": "scene", "pointers": ["-12,104"],
        "timestamp": 1_767_225_600_000_i64, "content": files,
        "metadata": {"main": "bin/index.js", "scene": {"base": "-12,104", "parcels": ["-12,104"]}}});
    Sighting {
        entity_id: id.clone(),
        entity_type: "scene".to_owned(),
        pointers: vec!["-12,104".to_owned()],
        entity_timestamp: 1_767_225_600_000,
        auth_chain: vec![
            link("SIGNER", "0x14791697260e4c9a71f18484c9f997b308e59325"),
            link(
                "ECDSA_EPHEMERAL",
                "Decentraland Login\nEphemeral address: 0x19E7\nExpiration: 2030",
            ),
            link("ECDSA_SIGNED_ENTITY", &id),
        ],
        servers: vec!["https://peer.decentraland.org/content".to_owned()],
        entity: Json::from(entity),
        origin: "pointer-changes".to_owned(),
        local_timestamp: Some(1_767_225_601_500),
        extra: None,
    }
}

fn badge() -> Value {
    json!({"type": "badge", "subType": "badge-granted", "key": "0x14791697-traveler-bronze",
        "timestamp": 1_767_225_600_000_i64, "metadata": {
            "badgeId": "traveler", "badgeName": "Traveler", "badgeTierName": "Bronze",
            "badgeImageUrl": "https://assets-cdn.decentraland.org/traveler/bronze/2d/normal.png",
            "address": "0x14791697260e4c9a71f18484c9f997b308e59325"}})
}

fn step() -> Value {
    json!({"type": "client", "subType": "move-to-parcel", "key": "8a3c187b-aa0a-4485-a8d9",
        "timestamp": 1_767_225_600_000_i64, "metadata": {
            "userAddress": "0x14791697260E4C9A71F18484C9f997B308e59325",
            "authChain": [{"type": "SIGNER", "payload": "0x1479", "signature": ""}],
            "sessionId": "8a3c187b-aa0a-4485-a8d9-e23b26223b53", "realm": "main",
            "timestamp": "2024-09-26T14:10:27.585Z",
            "timestamps": {"reportedAt": 1_767_225_600_000_i64, "receivedAt": 1_767_225_600_100_i64},
            "parcel": {"newParcel": "(0, 0)", "oldParcel": "(0, 1)",
                "sceneHash": "bafkreiewj4kzcj4waulszgh5q4g6rz42dbcdbeceqop3b6q4ovw4wng7zm"}}})
}
