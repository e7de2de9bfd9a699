//! Whom an outcome is told to.

use model::Json;
use model::events::conversion::{Ended, Input, OfTask, Task, Told};
use model::events::effects::Outcome;
use model::events::registry;
use serde_json::json;

use super::Outcomes;
use crate::testing::Run;

fn outcome(kind: &str, key: &str, how: &str, result: Option<serde_json::Value>) -> Outcome {
    Outcome {
        kind: kind.into(),
        key: key.into(),
        outcome: how.into(),
        reason: Some("why".into()),
        result: result.map(Json::from),
        ..Outcome::default()
    }
}

#[test]
fn a_plan_is_told_to_its_entity_with_its_round() {
    let mut run = Run::new(Outcomes);
    let plan = json!({"targets": [], "files": [{"file": "a.glb", "hash": "QmA", "name": "QmA_1"}]});
    run.apply(&outcome("plan-backlog", "QmE~3", "done", Some(plan)), 0)
        .unwrap();
    let input: Input = model::decode(&run.emits[0].value).unwrap();
    assert_eq!(input.entity_id, "QmE");
    let Told::Planned(planned) = input.told().unwrap() else {
        panic!("{input:?}");
    };
    assert_eq!(
        (planned.round, planned.files[0].name.as_str()),
        (3, "QmA_1")
    );
    run.apply(&outcome("plan", "QmE~4", "failed", None), 0)
        .unwrap();
    assert_eq!(
        run.emits.len(),
        1,
        "nothing is said of what was not planned"
    );
}

#[test]
fn a_scene_of_a_world_that_was_fetched_is_told_to_the_registry() {
    let mut run = Run::new(Outcomes);
    let plan = |name: &str| {
        let metadata = json!({"worldConfiguration": {"name": name}, "scene": {"base": "1,0"}});
        let entity = Json::from(json!({"content": [], "metadata": metadata}));
        json!({"targets": [], "fetched": {"entityTimestamp": 5, "pointers": ["1,0", "me.dcl.eth"],
            "entity": entity}})
    };
    let told = outcome("plan", "QmE~1", "done", Some(plan("Me.dcl.eth")));
    run.apply(&told, 9).unwrap();
    assert_eq!(run.emits.len(), 2);
    let emit = &run.emits[0];
    assert_eq!(
        (emit.topic, &emit.key[..]),
        (crate::registry::INPUTS, &b"QmE"[..])
    );
    let input: registry::Input = model::decode(&emit.value).unwrap();
    assert_eq!((input.entity_id.as_str(), input.timestamp), ("QmE", 5));
    let registry::What::Deployed(deployed) = input.what().unwrap() else {
        panic!("{input:?}");
    };
    assert_eq!(deployed.world.as_deref(), Some("me.dcl.eth"));
    assert_eq!(
        (deployed.pointers, deployed.seen_at),
        (vec!["1,0".to_owned()], 9)
    );
    assert_eq!(deployed.base.as_deref(), Some("1,0"));
    assert!(deployed.entity.is_some() && deployed.deployer.is_empty());
    // It is planned all the same.
    let told = outcome("plan", "QmE~2", "done", Some(plan("a|b")));
    run.apply(&told, 9).unwrap();
    assert_eq!(run.emits[2].topic, crate::conversions::INPUTS);
    assert_eq!(run.emits.len(), 3);
}

#[test]
fn an_end_is_told_to_its_task() {
    let mut run = Run::new(Outcomes);
    let key = "v50-gltf/QmA_1~2";
    let done = json!({"outcome": "converted", "bytesIn": 5});
    run.apply(&outcome("convert", key, "done", Some(done)), 0)
        .unwrap();
    run.apply(&outcome("convert", key, "failed", None), 0)
        .unwrap();
    let told = |at: usize| -> Ended {
        let task: Task = model::decode(&run.emits[at].value).unwrap();
        assert_eq!(task.task, "v50-gltf/QmA_1");
        match task.told().unwrap() {
            OfTask::Ended(ended) => ended,
            other => panic!("{other:?}"),
        }
    };
    let (done, failed) = (told(0), told(1));
    assert_eq!(done.verdict.unwrap().outcome, "converted");
    assert_eq!((done.times, failed.times), (2, 2));
    assert_eq!((failed.verdict, failed.reason), (None, Some("why".into())));
}

#[test]
fn an_outcome_that_cannot_be_read_is_rejected() {
    let mut run = Run::new(Outcomes);
    for odd in [
        outcome("plan", "QmE", "done", None),
        outcome("plan", "QmE~1", "done", Some(json!("odd"))),
    ] {
        let error = run.apply(&odd, 0).unwrap_err();
        assert_eq!(error.code, "CONVERSION_OUTCOME");
    }
}
