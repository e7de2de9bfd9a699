//! The two messages of the original queue.

use model::Json;
use model::events::catalyst::{AuthLink, Deployment, DeploymentMessage, EventMessage};
use serde_json::{Value, json};

use super::Compat;
use crate::testing::Run;

fn deployment(kind: &str) -> Deployment {
    Deployment {
        entity_id: "QmE".into(),
        entity_type: kind.into(),
        pointers: vec!["0,0".into()],
        entity_timestamp: 5,
        local_timestamp: Some(9),
        auth_chain: vec![AuthLink::default()],
        content_server_urls: vec!["https://a/content".into()],
        deployer: "0xabc".into(),
        entity: Json::from(
            json!({"version": "v3", "id": "QmE", "type": kind, "pointers": ["0,0"], "timestamp": 5,
            "content": [{"file": "a", "hash": "QmA"}], "metadata": {"multiplayerId": 1}}),
        ),
        extra: Some(Json::from(
            json!({"entity": {"deploymentId": 7, "id": "forged"}, "force": true}),
        )),
    }
}

#[test]
fn both_forms_are_whole_and_extras_never_override() {
    let mut run = Run::new(Compat);
    run.apply(&deployment("scene"), 0).unwrap();
    assert_eq!(run.emits.len(), 2);
    let message: DeploymentMessage = model::decode(&run.emits[0].value).unwrap();
    let event: EventMessage = model::decode(&run.emits[1].value).unwrap();
    let entity: Value = message.entity.value().unwrap();
    assert_eq!(
        entity,
        json!({"entityId": "QmE", "entityType": "scene", "pointers": ["0,0"],
            "authChain": [{"type": "", "payload": "", "signature": null}], "entityTimestamp": 5,
            "metadata": {"multiplayerId": 1}, "localTimestamp": 9, "deployerAddress": "0xabc", "version": "v3",
            "id": "QmE", "type": "scene", "timestamp": 5, "content": [{"file": "a", "hash": "QmA"}],
            "deploymentId": 7})
    );
    assert_eq!(event.entity.value().unwrap(), entity);
    let beside = json!({"force": true});
    assert_eq!(message.extra.unwrap().value().unwrap(), beside);
    assert_eq!(event.extra.unwrap().value().unwrap(), beside);
    assert_eq!(
        (event.kind.as_str(), event.sub_type.as_str()),
        ("catalyst-deployment", "scene")
    );
    assert_eq!(
        (event.key.as_deref(), event.timestamp),
        (Some("QmE"), Some(5))
    );
    for emit in &run.emits {
        assert_eq!(&emit.key[..], b"QmE");
        let header = |name: &str| {
            emit.headers
                .iter()
                .find(|(n, _)| &**n == name)
                .map(|(_, v)| &v[..])
        };
        assert_eq!(header("isMultiplayer"), Some(&b"true"[..]));
        assert_eq!(header("subType"), Some(&b"scene"[..]));
    }
}

#[test]
fn numbers_that_no_float_holds_pass_as_they_stand() {
    let text = r#"{"metadata":{"big":123456789012345678901234567890, "one":1.0},"later":0.10}"#;
    let odd = Deployment {
        entity: Json::from_text(text),
        ..deployment("profile")
    };
    let mut run = Run::new(Compat);
    run.apply(&odd, 0).unwrap();
    let event: EventMessage = model::decode(&run.emits[0].value).unwrap();
    for part in [
        r#""metadata":{"big":123456789012345678901234567890, "one":1.0}"#,
        r#""later":0.10"#,
        r#""content":[]"#,
    ] {
        assert!(event.entity.text().contains(part), "{part}");
    }
}

#[test]
fn only_what_is_converted_goes_to_the_deployment_topic() {
    for (kind, topics) in [
        ("wearable", &["compat.deployment", "compat.events"][..]),
        ("emote", &["compat.deployment", "compat.events"]),
        ("profile", &["compat.events"]),
        ("store", &["compat.events"]),
        ("outfits", &["compat.events"]),
    ] {
        let mut run = Run::new(Compat);
        run.apply(&deployment(kind), 0).unwrap();
        let got: Vec<_> = run.emits.iter().map(|emit| emit.topic).collect();
        assert_eq!(got, topics, "{kind}");
    }
}

#[test]
fn an_entity_that_is_no_json_is_rejected() {
    let bad = Deployment {
        entity: Json::from_text("x"),
        ..deployment("scene")
    };
    assert_eq!(
        Run::new(Compat).apply(&bad, 0).unwrap_err().code,
        "DEPLOYMENT_ENTITY"
    );
}
