//! What is told of one entity, and what all of them come to.

mod orders;

use model::events::registry::{Claim, Deployed, Input, What};
use model::tables::registry::entities::{BODIES, DEPLOYERS, JOBS, Progress, by_time};

use super::RegistryEntities;
use crate::testing::Run;

fn deployed(pointers: &[&str], deployer: &str) -> What {
    What::Deployed(Deployed {
        entity_type: "scene".into(),
        pointers: pointers.iter().map(|p| (*p).to_owned()).collect(),
        deployer: deployer.into(),
        seen_at: 50,
        ..Deployed::default()
    })
}

fn converted(platform: &str, status_code: i64) -> What {
    What::Converted {
        platform: platform.into(),
        is_lods: false,
        status_code,
        version: "v49".into(),
    }
}

fn told(run: &mut Run<RegistryEntities>, at: i64, what: &What) -> bool {
    run.apply(&Input::new("QmA", at, what), 0).unwrap()
}

fn claims(run: &Run<RegistryEntities>) -> Vec<Claim> {
    let decoded = run.emits.iter().map(|emit| model::decode(&emit.value));
    decoded.map(Result::unwrap).collect()
}

#[test]
fn each_pointer_hears_what_is_new_and_nothing_else() {
    let mut run = Run::new(RegistryEntities);
    told(&mut run, 10, &deployed(&["0,0", "0,1"], "0xa"));
    let keys: Vec<_> = claims(&run)
        .into_iter()
        .map(|c| (c.key, c.timestamp))
        .collect();
    assert_eq!(keys, [("|0,0".to_owned(), 10), ("|0,1".to_owned(), 10)]);
    told(&mut run, 20, &converted("mac", 1));
    assert_eq!(run.emits.len(), 2, "a failure is nobody else's affair");
    told(&mut run, 30, &converted("mac", 13));
    assert_eq!(claims(&run)[3].complete, ["mac"]);
    told(&mut run, 40, &converted("mac", 0));
    assert!(!told(&mut run, 40, &converted("mac", 0)), "a repetition");
    told(&mut run, 9, &What::Undeployed);
    assert_eq!(run.emits.len(), 4, "older than the deployment");
    told(&mut run, 11, &What::Undeployed);
    assert!(claims(&run)[5].undeployed);
}

#[test]
fn a_tombstone_waits_for_its_entity() {
    let mut run = Run::new(RegistryEntities);
    told(&mut run, 11, &What::Undeployed);
    assert!(run.emits.is_empty());
    told(&mut run, 10, &deployed(&["0,0"], "0xa"));
    assert!(claims(&run)[0].undeployed);
}

#[test]
fn a_deployment_that_comes_late_brings_its_deployer() {
    let mut run = Run::new(RegistryEntities);
    told(&mut run, 20, &converted("mac", 0));
    told(&mut run, 0, &deployed(&[], ""));
    assert_eq!(run.count(DEPLOYERS), 0);
    told(&mut run, 10, &deployed(&["0,0"], "0xa"));
    assert!(run.row(DEPLOYERS, "0xa", &by_time(10, "QmA")).is_some());
    assert!(
        !told(&mut run, 0, &deployed(&[], "0xother")),
        "the fuller report stays"
    );
    assert_eq!(run.count(DEPLOYERS), 1);
    assert_eq!(run.state().assets("mac"), Progress::Complete);
}

#[test]
fn jobs_are_listed_while_they_are_waited_for() {
    let mut run = Run::new(RegistryEntities);
    told(&mut run, 90, &converted("web", 0));
    assert_eq!(run.count(JOBS), 0, "an end without a question is no debt");
    told(&mut run, 10, &deployed(&["0,0"], "0xa"));
    assert!(run.row(JOBS, "windows", &by_time(50, "QmA")).is_some());
    assert!(run.row(JOBS, "mac", &by_time(50, "QmA")).is_some());
    told(&mut run, 60, &converted("mac", 1));
    assert_eq!(run.count(JOBS), 1);
    told(
        &mut run,
        70,
        &What::Queued {
            platform: "mac".into(),
        },
    );
    assert!(run.row(JOBS, "mac", &by_time(70, "QmA")).is_some());
    told(
        &mut run,
        95,
        &What::Queued {
            platform: "web".into(),
        },
    );
    assert_eq!(run.count(JOBS), 3);
    let lods = What::Converted {
        platform: "mac".into(),
        is_lods: true,
        status_code: 0,
        version: "v49".into(),
    };
    told(&mut run, 80, &lods);
    assert_eq!(run.count(JOBS), 3, "levels of detail answer nothing");
    assert_eq!(run.state().lods("mac"), Progress::Complete);
}

#[test]
fn webgl_is_no_platform_any_more_but_its_jobs_end() {
    let mut run = Run::new(RegistryEntities);
    told(
        &mut run,
        5,
        &What::Queued {
            platform: "webgl".into(),
        },
    );
    assert_eq!(run.count(JOBS), 1);
    told(&mut run, 6, &converted("webgl", 0));
    assert_eq!(run.count(JOBS), 0);
    assert_eq!(run.state().assets("webgl"), Progress::Pending);
}

#[test]
fn the_entity_of_a_world_is_kept() {
    let mut run = Run::new(RegistryEntities);
    let world = What::Deployed(Deployed {
        world: Some("a.eth".into()),
        pointers: vec!["0,0".into()],
        entity: Some(model::Json::from_text(
            r#"{"content":[],"metadata":{"n":1.50}}"#,
        )),
        ..Deployed::default()
    });
    told(&mut run, 10, &world);
    assert_eq!(
        run.row(BODIES, "QmA", b"").unwrap()["entity"]["metadata"]["n"],
        1.5
    );
    assert_eq!(claims(&run)[0].key, "a.eth|0,0");
}

#[test]
fn what_can_never_be_told_is_rejected_by_code() {
    let mut run = Run::new(RegistryEntities);
    let odd = Input {
        entity_id: "QmA".into(),
        kind: "odd".into(),
        ..Input::default()
    };
    assert_eq!(run.apply(&odd, 0).unwrap_err().code, "REGISTRY_INPUT");
    for n in 0..16 {
        told(&mut run, 1, &converted(&format!("p{n}"), 0));
    }
    let many = Input::new("QmA", 1, &converted("p16", 0));
    assert_eq!(run.apply(&many, 0).unwrap_err().code, "REGISTRY_PLATFORM");
}
