//! Three forms of a deployment are one sighting.

use model::events::catalyst::Sighting;
use model::{decode, decode_json, encode, encode_event, route, sighting_of};
use serde_json::{Value, json};

use crate::catalogue::data;

fn chain() -> Value {
    json!([{"type": "SIGNER", "payload": "0xAb", "signature": ""},
        {"type": "ECDSA_SIGNED_ENTITY", "payload": "bafkreiA", "signature": "0x1"}])
}

fn catalogue_form() -> Value {
    json!({"type": "catalyst-deployment", "subType": "profile", "key": "bafkreiA", "timestamp": 5,
        "authChain": chain(),
        "entity": {"version": "v3", "id": "bafkreiA", "type": "profile", "pointers": ["0xAB"],
            "timestamp": 5, "content": [{"key": "f", "hash": "h"}], "metadata": {"avatars": []}}})
}

fn queue_form() -> Value {
    json!({"type": "catalyst-deployment", "subType": "profile",
        "entity": {"entityId": "bafkreiA", "entityType": "profile", "pointers": ["0xAB"],
            "authChain": chain(), "entityTimestamp": 5, "metadata": {"avatars": []},
            "localTimestamp": 7, "deploymentId": 77},
        "contentServerUrls": ["https://peer/content"], "force": true})
}

fn union() -> Value {
    let mut union = catalogue_form();
    union["contentServerUrls"] = queue_form()["contentServerUrls"].clone();
    for (name, value) in queue_form()["entity"].as_object().unwrap() {
        union["entity"][name] = value.clone();
    }
    union
}

#[test]
fn all_forms_agree_on_what_they_share() {
    for event in [catalogue_form(), queue_form(), union()] {
        let sighting = sighting_of(&event).unwrap();
        assert_eq!(sighting.entity_id, "bafkreiA");
        assert_eq!(sighting.entity_type, "profile");
        assert_eq!(sighting.pointers, ["0xab"]);
        assert_eq!(sighting.entity_timestamp, 5);
        assert_eq!(sighting.auth_chain.len(), 2);
        assert_eq!(sighting.auth_chain[0].payload, "0xAb");
        let entity = sighting.entity.value().unwrap();
        assert_eq!(entity["pointers"], json!(["0xab"]));
        assert_eq!(entity["metadata"], json!({"avatars": []}));
        let key = route(&event).unwrap();
        assert_eq!((key.topic, &*key.key), ("catalyst.sightings", "bafkreiA"));
        let back: Sighting = decode(&encode(&sighting)).unwrap();
        assert_eq!(back, sighting);
        let event_back = decode_json(&encode_event(&event).unwrap().bytes).unwrap();
        assert_eq!(event_back.value, event);
    }
}

#[test]
fn each_form_adds_what_only_it_has() {
    let catalogue = sighting_of(&catalogue_form()).unwrap();
    let entity = catalogue.entity.value().unwrap();
    assert_eq!(entity["content"], json!([{"file": "f", "hash": "h"}]));
    assert_eq!((catalogue.extra, catalogue.local_timestamp), (None, None));
    let queue = sighting_of(&queue_form()).unwrap();
    assert_eq!(queue.entity.value().unwrap().get("content"), None);
    assert_eq!(queue.local_timestamp, Some(7));
    assert_eq!(queue.servers, ["https://peer/content"]);
    let extra = json!({"force": true, "entity": {"deploymentId": 77}});
    assert_eq!(queue.extra.unwrap().value().unwrap(), extra);
}

#[test]
fn a_decoded_sighting_shows_its_extra_members_where_they_stood() {
    let sighting = sighting_of(&queue_form()).unwrap();
    let value = decode_json(&encode(&sighting)).unwrap().value;
    assert_eq!(value["entity"]["deploymentId"], 77);
    assert_eq!(value["force"], true);
    assert_eq!(value["entity"]["id"], "bafkreiA");
}

#[test]
fn real_rows_are_sightings() {
    let Some(rows) = data("spine/catalyst-offline/pointer-changes.ndjson") else {
        return;
    };
    let mut count = 0;
    for line in rows.lines().filter(|l| !l.is_empty()) {
        let row: Value = serde_json::from_str(line).unwrap();
        let event = json!({"type": "catalyst-deployment", "subType": row["entityType"],
            "entity": row, "contentServerUrls": ["http://127.0.0.1/content"]});
        let sighting = sighting_of(&event).unwrap();
        assert_eq!(sighting.entity_id, row["entityId"].as_str().unwrap());
        assert!(sighting.local_timestamp.is_some());
        assert_eq!(
            sighting.entity.value().unwrap()["metadata"],
            row["metadata"]
        );
        count += 1;
    }
    assert_eq!(count, 30);
}
