//! What a deployment asks for.

use model::Json;
use model::events::catalyst::Deployment;
use model::events::conversion::{Asked, Input, Told};
use serde_json::json;

use super::Requests;
use crate::testing::Run;

const HOUR: i64 = 3_600_000;

fn deployment(kind: &str) -> Deployment {
    Deployment {
        entity_id: "QmE".into(),
        entity_type: kind.into(),
        entity_timestamp: 10 * HOUR,
        local_timestamp: Some(10 * HOUR + 5),
        content_server_urls: vec!["https://peer/content".into()],
        entity: Json::from(json!({
            "content": [{"file": "a.glb", "hash": "QmA"}],
            "metadata": {"display": {"navmapThumbnail": "t.png"}, "scene": {"base": "0,0"}, "name": "X"},
        })),
        ..Deployment::default()
    }
}

fn asked(deployment: &Deployment) -> Asked {
    let mut run = Run::new(Requests);
    run.apply(deployment, 0).unwrap();
    let emit = run.emits.first().unwrap();
    assert_eq!(&emit.key[..], b"QmE");
    let input: Input = model::decode(&emit.value).unwrap();
    match input.told().unwrap() {
        Told::Asked(asked) => asked,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deployment_asks_with_what_a_plan_needs_to_know() {
    let asked = asked(&deployment("scene"));
    assert_eq!(asked.entity_type, "scene");
    assert!(asked.live && !asked.force);
    let want = json!({
        "content": [{"file": "a.glb", "hash": "QmA"}],
        "metadata": {"display": {"navmapThumbnail": "t.png"}, "scene": {"base": "0,0"}},
    });
    assert_eq!(asked.entity.unwrap().value().unwrap(), want);
}

#[test]
fn one_that_is_told_of_late_is_history() {
    let late = Deployment {
        local_timestamp: Some(11 * HOUR),
        ..deployment("wearable")
    };
    assert!(!asked(&late).live);
}

#[test]
fn an_entity_that_is_no_json_is_rejected() {
    let bad = Deployment {
        entity: Json::from_text("["),
        ..deployment("emote")
    };
    let error = Run::new(Requests).apply(&bad, 0).unwrap_err();
    assert_eq!(error.code, "DEPLOYMENT_ENTITY");
}
