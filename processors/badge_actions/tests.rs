//! Which actions become facts, and which steps are asked about.

use bytes::Bytes;
use kernel::{Headers, Processor as _, Record};
use model::events::badges::{Fact, Place, What};
use serde_json::{Value, json};

use super::BadgeActions;
use crate::testing::Run;

fn record(sub_type: &str, members: Value) -> Record {
    let mut metadata =
        json!({"userAddress": "0xABC", "authChain": [], "sessionId": "s", "realm": "main"});
    let more = members.as_object().unwrap().clone();
    metadata.as_object_mut().unwrap().extend(more);
    let event = json!({"type": "client", "subType": sub_type, "key": "k", "timestamp": 7, "metadata": metadata});
    let value = model::encode_event(&event).unwrap().bytes;
    Record {
        offset: 0,
        timestamp: 99,
        key: Some(Bytes::from_static(b"0xabc")),
        headers: Headers::new(kernel::event_id(&value), "test", "test"),
        value: Some(value),
    }
}

/// What an action says, and the parcel that is asked about.
fn made(sub_type: &str, members: Value) -> Option<(What, Option<String>)> {
    let action = BadgeActions.decode(&record(sub_type, members)).unwrap()?;
    let mut run = Run::new(BadgeActions);
    run.apply(&action, 0).unwrap();
    let fact: Fact = model::decode(&run.emits[0].value).unwrap();
    assert_eq!(
        (fact.address.as_str(), fact.key.as_str(), fact.timestamp),
        ("0xabc", "k", 7)
    );
    assert_eq!(
        (run.emits[0].topic, &run.emits[0].key[..]),
        ("badges.facts", &b"0xabc"[..])
    );
    let asked = run.emits.get(1).map(|emit| {
        let place: Place = model::decode(&emit.value).unwrap();
        assert_eq!(
            (emit.topic, &emit.key[..]),
            ("badges.places", place.parcel.as_bytes())
        );
        assert_eq!(
            (place.address.as_deref(), place.key.as_deref()),
            (Some("0xabc"), Some("k"))
        );
        place.parcel
    });
    Some((fact.what().unwrap(), asked))
}

fn step_to(parcel: Value, realm: &str) -> Option<(What, Option<String>)> {
    made("move-to-parcel", json!({"realm": realm, "parcel": parcel}))
}

#[test]
fn a_step_is_asked_about_unless_it_leads_to_no_scene_of_genesis_city() {
    let moved = |parcel: Option<&str>, asked| What::Move {
        session: "s".into(),
        parcel: parcel.map(str::to_owned),
        asked,
    };
    let here = json!({"newParcel": "(10, -4)"});
    let want = (moved(Some("(10, -4)"), true), Some("10,-4".to_owned()));
    assert_eq!(step_to(here.clone(), "main"), Some(want));
    let not_asked = Some((moved(Some("(10, -4)"), false), None));
    assert_eq!(step_to(here, "Somebody.dcl.eth"), not_asked);
    let empty = json!({"newParcel": "(10, -4)", "isEmptyParcel": true});
    assert_eq!(step_to(empty, "main"), not_asked);
    assert_eq!(step_to(json!({}), "main"), Some((moved(None, false), None)));
}

#[test]
fn ones_own_passport_is_nothing() {
    let opened = |receiver: &str| {
        made(
            "passport-opened",
            json!({"passport": {"receiver": receiver}}),
        )
    };
    let want = What::Passport {
        receiver: "0xdef".into(),
    };
    assert_eq!(opened("0xDEF"), Some((want, None)));
    assert_eq!(opened("0xaBc"), None);
    assert_eq!(opened(""), None);
    assert_eq!(made("passport-opened", json!({})), None);
}

/// They are kept in the person's document: a client must not make that large.
#[test]
fn texts_of_clients_are_cut() {
    let long = "0xFF".repeat(1000);
    let opened = json!({"passport": {"receiver": &long}});
    let Some((What::Passport { receiver }, None)) = made("passport-opened", opened) else {
        panic!("a passport");
    };
    assert_eq!(receiver, "0xff".repeat(64));
    let Some((What::Move { parcel, .. }, None)) = step_to(json!({"newParcel": long}), "main")
    else {
        panic!("a step that is not asked about");
    };
    assert_eq!(parcel, Some("0xFF".repeat(64)));
}

#[test]
fn numbers_are_taken_as_they_come() {
    let walked = |steps: Value| made("walked-distance", json!({"stepCount": steps}));
    assert_eq!(walked(json!(12)), Some((What::Walk { steps: 12 }, None)));
    assert_eq!(walked(json!(12.9)), Some((What::Walk { steps: 12 }, None)));
    for nothing in [json!(0), json!(-3), json!(null), json!("12")] {
        assert_eq!(walked(nothing.clone()), None, "{nothing}");
    }
    let climbed = |members: Value| made("vertical-height-reached", members);
    let height = |height| Some((What::Height { height }, None));
    assert_eq!(climbed(json!({})), height(None));
    assert_eq!(climbed(json!({"height": null})), height(None));
    assert_eq!(climbed(json!({"height": "600"})), None);
    let given = serde_json::Number::from_f64(612.5);
    assert_eq!(climbed(json!({"height": 612.5})), height(given));
}

#[test]
fn other_actions_are_not_read() {
    assert_eq!(made("logged-in", json!({"contextRuntime": "x"})), None);
    assert_eq!(made("used-emote", json!({})), Some((What::Emote, None)));
}
