//! What a deployment says.

use model::Json;
use model::events::catalyst::Deployment;
use model::events::registry::{Deployed, Input, What};
use serde_json::{Value, json};

use super::RegistryDeployments;
use crate::testing::Run;

fn deployment(kind: &str, pointers: &[&str], metadata: Value) -> Deployment {
    Deployment {
        entity_id: "QmE".into(),
        entity_type: kind.into(),
        pointers: pointers.iter().map(|p| (*p).to_owned()).collect(),
        entity_timestamp: 5,
        local_timestamp: Some(9),
        deployer: "0xABC".into(),
        entity: Json::from(json!({"content": [{"file": "a"}], "metadata": metadata})),
        ..Deployment::default()
    }
}

fn told(deployment: &Deployment) -> Deployed {
    let mut run = Run::new(RegistryDeployments);
    run.apply(deployment, 0).unwrap();
    let emit = run.emits.first().unwrap();
    assert_eq!((run.emits.len(), &emit.key[..]), (1, &b"QmE"[..]));
    let input: Input = model::decode(&emit.value).unwrap();
    assert_eq!((input.entity_id.as_str(), input.timestamp), ("QmE", 5));
    match input.what().unwrap() {
        What::Deployed(deployed) => deployed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_scene_says_where_it_stands() {
    let metadata = json!({"scene": {"base": " 0, 1"}});
    let scene = told(&deployment("scene", &["0,0", "0,1", "0,0"], metadata));
    let want = Deployed {
        entity_type: "scene".into(),
        pointers: vec!["0,0".into(), "0,1".into()],
        deployer: "0xabc".into(),
        base: Some("0,1".into()),
        seen_at: 9,
        ..Deployed::default()
    };
    assert_eq!(scene, want);
}

#[test]
fn a_scene_of_a_world_stands_there_with_its_parcels_only() {
    let metadata = json!({"worldConfiguration": {"name": "Me.dcl.eth"}});
    let scene = told(&deployment("scene", &["0,0", "me.dcl.eth"], metadata));
    assert_eq!(scene.world.as_deref(), Some("me.dcl.eth"));
    assert_eq!(
        (scene.entity_type.as_str(), scene.pointers),
        ("world", vec!["0,0".to_owned()])
    );
    for odd in [
        json!({"worldConfiguration": {"name": "a|b"}}),
        json!({"worldConfiguration": 7}),
        json!(null),
    ] {
        let scene = told(&deployment("scene", &["0,0"], odd));
        assert_eq!((scene.world, scene.entity_type.as_str()), (None, "scene"));
    }
}

#[test]
fn an_entity_that_is_no_json_is_rejected() {
    let bad = Deployment {
        entity: Json::from_text("["),
        ..deployment("emote", &["urn:x"], json!({}))
    };
    let error = Run::new(RegistryDeployments).apply(&bad, 0).unwrap_err();
    assert_eq!(error.code, "DEPLOYMENT_ENTITY");
}
