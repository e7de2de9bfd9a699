//! What a track becomes, and what becomes of tracks that are none.

use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use serde_json::{Value, json};

use super::track::{Refusal, read};

const NOW: i64 = 1_767_225_600_000;
const AT: &str = "2025-12-31T23:59:50.500Z";

fn wallet(key: u8) -> Wallet {
    Wallet::from_private_key([key; 32]).expect("a key")
}

/// A login of `owner` that ends at `until`.
fn login(owner: &Wallet, until: &str) -> String {
    let chain = create_ephemeral_chain(owner, &wallet(9), LOGIN_TITLE, until).expect("short");
    serde_json::to_string(&chain).expect("a chain")
}

fn track(event: &str, properties: Value) -> Value {
    let owner = wallet(1);
    json!({"type": "track", "event": event, "messageId": "m-1", "properties": properties,
        "timestamp": AT, "sentAt": "2025-12-31T23:59:55.000Z", "receivedAt": "2025-12-31T23:59:56.250Z",
        "context": {"dcl_eth_address": owner.checksum_address(), "session_id": "s-1", "realm": "main",
            "runtime": "release", "auth_chain": login(&owner, "2026-01-01T00:00:00.000Z")}})
}

fn refusal(change: impl FnOnce(&mut Value)) -> Refusal {
    let mut body = track("walked_distance", json!({"step_count": 3}));
    change(&mut body);
    read(&body, NOW).expect_err("refused")
}

#[test]
fn a_track_becomes_its_event() {
    let properties = json!({"scene_hash": "bafk", "old_parcel": "(NaN, NaN)", "is_empty_scene": "UNDEFINED",
        "new_parcel": "(0, 0)"});
    let track = read(&track("move_to_parcel", properties), NOW).expect("an event");
    let owner = wallet(1);
    let chain: Value =
        serde_json::from_str(&login(&owner, "2026-01-01T00:00:00.000Z")).expect("JSON");
    assert_eq!(
        track.event,
        json!({"type": "client", "subType": "move-to-parcel", "key": "m-1", "timestamp": NOW,
            "metadata": {"authChain": chain, "userAddress": owner.checksum_address(), "sessionId": "s-1",
                "timestamp": "2025-12-31T23:59:55.000Z",
                "timestamps": {"receivedAt": NOW - 3750, "reportedAt": NOW - 9500}, "realm": "main",
                "parcel": {"newParcel": "(0, 0)", "oldParcel": "(NaN, NaN)", "sceneHash": "bafk"}}})
    );
    model::check(&track.event).expect("it is in the catalogue");
}

#[test]
fn every_kind_takes_its_own_properties_and_no_others() {
    let runtime = json!({"contextRuntime": "release"});
    for (event, properties, expected) in [
        (
            "Used_Emote",
            json!({"emote_index": -1, "is_base": true, "item_id": "wave", "source": "shortcut", "x": 1}),
            json!({"emote": {"emoteIndex": -1, "isBase": true, "itemId": "wave", "source": "shortcut"}}),
        ),
        (
            "passport_opened",
            json!({"receiver_id": "0xR", "own_passport": false, "origin": "chat"}),
            json!({"passport": {"receiver": "0xR"}}),
        ),
        (
            "walked_distance",
            json!({"step_count": 7}),
            json!({"stepCount": 7}),
        ),
        (
            "walked_distance",
            json!({"step_count": 7, "distance": 1.5}),
            json!({"distance": 1.5, "stepCount": 7}),
        ),
        (
            "vertical_height_reached",
            json!({"height": 30}),
            json!({"height": 30}),
        ),
        ("LOGGED_IN", json!({"anything": 1}), runtime.clone()),
        ("logged_in_cached", Value::Null, runtime),
    ] {
        let made = read(&track(event, properties), NOW).expect(event).event;
        model::check(&made).expect(event);
        let mut metadata = made["metadata"].as_object().expect("metadata").clone();
        for shared in [
            "authChain",
            "userAddress",
            "sessionId",
            "timestamp",
            "timestamps",
            "realm",
        ] {
            assert!(metadata.remove(shared).is_some(), "{event}: {shared}");
        }
        assert_eq!(Value::Object(metadata), expected, "{event}");
        assert_eq!(made["subType"], event.to_lowercase().replace('_', "-"));
    }
}

#[test]
fn what_the_client_does_not_send_is_absent() {
    let mut body = track("move_to_parcel", json!({}));
    for name in ["session_id", "realm", "runtime"] {
        body["context"]
            .as_object_mut()
            .expect("context")
            .remove(name);
    }
    for name in ["sentAt", "timestamp", "receivedAt", "properties"] {
        body.as_object_mut().expect("a body").remove(name);
    }
    // Nothing says when it happened: now, when the login is over.
    let Err(Refusal::Chain(why)) = read(&body, NOW) else {
        panic!("the login ended");
    };
    assert!(why.contains("expired"), "{why}");
    let event = read(&body, NOW - 1).expect("an event").event;
    model::check(&event).expect("it is in the catalogue");
    let metadata = event["metadata"].as_object().expect("metadata");
    let names: Vec<_> = metadata.keys().map(String::as_str).collect();
    assert_eq!(names, ["authChain", "userAddress", "timestamps", "parcel"]);
}

#[test]
fn what_is_no_track_of_an_explorer_is_no_event() {
    let set = |path: &'static [&'static str], value: Value| {
        refusal(|body| {
            let at = path.iter().fold(body, |at, name| &mut at[*name]);
            *at = value;
        })
    };
    for (path, value) in [
        (&["event"][..], Value::Null),
        (&["event"], json!("")),
        (&["event"], json!("opened_map")),
        (&["event"], json!(7)),
        (&["messageId"], Value::Null),
        (&["messageId"], json!("x".repeat(201))),
        (&["context"], Value::Null),
        (&["context", "dcl_eth_address"], Value::Null),
        (&["context", "dcl_eth_address"], json!("NOT CONFIGURED")),
        (&["context", "auth_chain"], Value::Null),
        (&["context", "auth_chain"], json!("NOT CONFIGURED")),
        // The chain itself instead of its text.
        (&["context", "auth_chain"], json!([])),
    ] {
        let refusal = set(path, value.clone());
        assert!(
            matches!(refusal, Refusal::Event(_)),
            "{path:?} {value}: {refusal:?}"
        );
    }
    assert!(matches!(read(&json!([]), NOW), Err(Refusal::Event(_))));
    assert!(matches!(read(&json!("x"), NOW), Err(Refusal::Event(_))));
}

#[test]
fn it_happened_when_it_can_have_happened() {
    let at = |time: &str| {
        let mut body = track("logged_in", json!({}));
        body["context"]["auth_chain"] = login(&wallet(1), "2300-01-01T00:00:00.000Z").into();
        body["timestamp"] = time.into();
        read(&body, NOW).expect("a track").in_time(Some(NOW))
    };
    for time in ["2023-01-01", AT, "2026-01-01T23:59:59.000Z"] {
        assert!(at(time).is_ok(), "{time}");
    }
    for time in [
        "1970-01-01T00:00:00.000Z",
        "2022-12-31T23:59:59.999Z",
        "2026-01-02T00:00:00.001Z",
        "2200-01-01",
    ] {
        let refusal = at(time).expect_err(time);
        assert!(matches!(refusal, Refusal::Time(_)), "{time}: {refusal:?}");
    }
    let mut body = track("logged_in", json!({}));
    body["timestamp"] = "2025-12-31".into();
    let track = read(&body, 0).expect("a track");
    assert!(track.in_time(None).is_ok(), "no clock to compare with");
}

#[test]
fn a_chain_must_prove_the_address() {
    let with = |chain: String| refusal(|body| body["context"]["auth_chain"] = chain.into());
    let until = "2026-01-01T00:00:00.000Z";
    let own = login(&wallet(1), until);
    let mut unsigned: Value = serde_json::from_str(&own).expect("JSON");
    unsigned.as_array_mut().expect("links").truncate(1);
    let mut forged: Value = serde_json::from_str(&own).expect("JSON");
    let payload = forged[1]["payload"].as_str().expect("a text").to_owned();
    forged[1]["payload"] = payload.replace("2026", "2096").into();
    let mut two = forged.clone();
    two[1] = two[0].clone();
    let mut unknown = forged.clone();
    unknown[1]["type"] = "ECDSA_FUTURE".into();
    for chain in [
        login(&wallet(2), until),
        unsigned.to_string(),
        forged.to_string(),
        two.to_string(),
        unknown.to_string(),
        "{}".to_owned(),
        "[]".to_owned(),
        "7".to_owned(),
        // Over when it happened.
        login(&wallet(1), "2025-12-31T23:59:50.500Z"),
        login(&wallet(1), "2025-01-01"),
    ] {
        let refusal = with(chain.clone());
        assert!(matches!(refusal, Refusal::Chain(_)), "{chain}: {refusal:?}");
    }
    // Another spelling of the same address is the same wallet.
    let mut body = track("logged_in", json!({}));
    body["context"]["dcl_eth_address"] = wallet(1).address().into();
    assert!(read(&body, NOW).is_ok());
    // A login that is over by now held when it happened.
    assert!(read(&track("logged_in", json!({})), NOW + 86_400_000).is_ok());
}
