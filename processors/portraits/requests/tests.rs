//! What a profile asks for.

use model::Json;
use model::events::catalyst::Deployment;
use model::events::portrait::{Input, Told};
use serde_json::{Value, json};

use super::Requests;
use crate::testing::Run;

const HOUR: i64 = 3_600_000;

fn profile(avatar: Value) -> Deployment {
    Deployment {
        entity_id: "QmP".into(),
        entity_type: "profile".into(),
        pointers: vec!["0xA".into()],
        entity_timestamp: 10 * HOUR,
        local_timestamp: Some(10 * HOUR + 5),
        content_server_urls: vec!["https://peer/content".into()],
        entity: Json::from(json!({"metadata": {"avatars": [{"name": "n", "avatar": avatar}]}})),
        ..Deployment::default()
    }
}

/// The published test vector.
fn vector() -> Value {
    let urn = |name: &str| format!("urn:decentraland:off-chain:base-avatars:{name}");
    let colour = |r: f64, g: f64, b: f64| json!({"color": {"r": r, "g": g, "b": b}});
    json!({
        "bodyShape": urn("BaseMale"), "wearables": [urn("eyes_00"), urn("Casual_Hair_01")],
        "forceRender": ["Hat"], "emotes": [{"slot": 0, "urn": "dance"}],
        "eyes": colour(0.23, 0.24, 0.25), "hair": colour(0.56, 0.57, 0.58), "skin": colour(0.78001, 0.79, 0.8),
    })
}

fn told(deployment: &Deployment) -> (String, Told) {
    let mut run = Run::new(Requests);
    run.apply(deployment, 0).unwrap();
    let emit = run.emits.first().unwrap();
    let input: Input = model::decode(&emit.value).unwrap();
    assert_eq!(&emit.key[..], input.avatar.as_bytes());
    let told = input.told().unwrap();
    (input.avatar, told)
}

#[test]
fn a_profile_wants_the_portrait_of_the_published_hash() {
    let (avatar, told) = told(&profile(vector()));
    let hash = "284739795618ba7314e113b9715ce9ad964572eef1050bc4ae4282d70b2e8aca";
    assert_eq!(avatar, hash);
    let Told::Wanted(wanted) = told else {
        panic!("{told:?}")
    };
    assert!(wanted.live && wanted.again.is_none());
    assert_eq!(wanted.profile.address, "0xa");
    assert_eq!(wanted.profile.entity_id, "QmP");
    let mut decides = vector();
    decides.as_object_mut().unwrap().remove("emotes");
    assert_eq!(wanted.avatar.value().unwrap(), decides);
}

#[test]
fn one_that_is_told_of_late_is_history() {
    let late = Deployment {
        local_timestamp: Some(11 * HOUR),
        ..profile(vector())
    };
    assert!(matches!(told(&late).1, Told::Wanted(wanted) if !wanted.live));
}

#[test]
fn one_without_an_avatar_is_refused_by_its_own_id() {
    for avatar in [json!(null), json!("none"), json!({"bodyShape": 7})] {
        let (key, told) = told(&profile(avatar));
        assert_eq!(key, "QmP");
        assert!(matches!(told, Told::Refused(refused) if !refused.reason.is_empty()));
    }
}

#[test]
fn an_entity_that_is_no_json_is_rejected() {
    let bad = Deployment {
        entity: Json::from_text("["),
        ..profile(json!({}))
    };
    let error = Run::new(Requests).apply(&bad, 0).unwrap_err();
    assert_eq!(error.code, "DEPLOYMENT_ENTITY");
}
