//! What each event of a world says.

use kernel::{Processor as _, Reject};
use model::events::registry::{Claim, Input, What};
use serde_json::{Value, json};

use super::RegistryWorlds;
use crate::testing::{Run, record};

fn run(event: &Value) -> Result<Run<RegistryWorlds>, Reject> {
    let mut run = Run::new(RegistryWorlds);
    let happened = RegistryWorlds.decode(&record(event))?.unwrap();
    run.apply(&happened, 0)?;
    Ok(run)
}

fn event(sub_type: &str, metadata: Value) -> Value {
    json!({"type": "world", "subType": sub_type, "key": "k", "timestamp": 7, "metadata": metadata})
}

fn inputs(run: &Run<RegistryWorlds>) -> Vec<Input> {
    let decoded = run.emits.iter().map(|emit| model::decode(&emit.value));
    decoded.map(Result::unwrap).collect()
}

#[test]
fn a_deployment_brings_its_entity_or_only_its_deployer() {
    let chain = json!([{"type": "SIGNER", "payload": "0xABC", "signature": ""}]);
    let mut whole = json!({"type": "world", "subType": "deployment", "key": "QmA", "timestamp": 7,
        "entity": {"entityId": "QmA", "authChain": chain, "pointers": ["0,0", "name"], "timestamp": 3,
            "content": [{"file": "a", "hash": "b"}],
            "metadata": {"scene": {"base": "0,0"}, "worldConfiguration": {"name": "Me.dcl.eth"}}}});
    let told = &inputs(&run(&whole).unwrap())[0];
    let What::Deployed(deployed) = told.what().unwrap() else {
        panic!("{told:?}")
    };
    assert_eq!((told.entity_id.as_str(), told.timestamp), ("QmA", 3));
    assert_eq!(deployed.world.as_deref(), Some("me.dcl.eth"));
    assert_eq!(
        (deployed.pointers, deployed.deployer.as_str()),
        (vec!["0,0".to_owned()], "0xabc")
    );
    let body = deployed.entity.unwrap().value().unwrap();
    assert_eq!(body["content"][0]["hash"], "b");
    whole["entity"] = json!({"entityId": "QmA", "authChain": chain});
    let told = &inputs(&run(&whole).unwrap())[0];
    let What::Deployed(bare) = told.what().unwrap() else {
        panic!("{told:?}")
    };
    assert_eq!(
        (bare.deployer.as_str(), bare.pointers.len(), bare.entity),
        ("0xabc", 0, None)
    );
}

#[test]
fn undeployments_and_spawns_are_told() {
    let scenes = json!({"worldName": "a.eth", "scenes": [
        {"entityId": "QmA", "baseParcel": "0,0"}, {"entityId": "QmB", "baseParcel": "0,0", "parcels": ["0,0"]}]});
    let told = inputs(&run(&event("world_scenes_undeployment", scenes)).unwrap());
    let ids: Vec<_> = told
        .iter()
        .map(|t| (t.entity_id.as_str(), t.what().unwrap()))
        .collect();
    assert_eq!(ids, [("QmA", What::Undeployed), ("QmB", What::Undeployed)]);
    let claim = |run: Run<RegistryWorlds>| model::decode::<Claim>(&run.emits[0].value).unwrap();
    let whole = run(&event("world_undeployment", json!({"worldName": "A.eth"}))).unwrap();
    let whole = claim(whole);
    assert_eq!(
        (whole.key.as_str(), whole.kind.as_str(), whole.timestamp),
        ("a.eth|", "undeployment", 7)
    );
    let metadata =
        json!({"name": "A.eth", "oldCoordinate": null, "newCoordinate": {"x": -150, "y": 4}});
    let spawn = claim(run(&event("world_spawn_coordinate_set", metadata)).unwrap());
    assert_eq!((spawn.key.as_str(), spawn.x, spawn.y), ("a.eth|", -150, 4));
}

#[test]
fn what_names_nothing_is_rejected_by_code() {
    let spawn =
        |x| json!({"name": "a.eth", "oldCoordinate": null, "newCoordinate": {"x": x, "y": 0}});
    let scenes =
        |id| json!({"worldName": "a.eth", "scenes": [{"entityId": id, "baseParcel": "0,0"}]});
    for (event, code) in [
        (
            event("world_spawn_coordinate_set", spawn(151)),
            "REGISTRY_SPAWN",
        ),
        (
            event("world_undeployment", json!({"worldName": "a|b"})),
            "REGISTRY_WORLD",
        ),
        (
            event("world_scenes_undeployment", scenes("../x")),
            "REGISTRY_ENTITY",
        ),
    ] {
        assert_eq!(run(&event).err().unwrap().code, code);
    }
}
