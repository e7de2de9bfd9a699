//! Claims of one pointer, and of a world.

use model::events::registry::{Claim, claim_key};
use model::tables::registry::pointers::{Spawn, WORLDS};
use serde_json::json;

use super::RegistryPointers;
use crate::testing::Run;

fn claim(id: &str, timestamp: i64, complete: &[&str]) -> Claim {
    Claim {
        key: claim_key(Some("a.eth"), "0,0"),
        kind: Claim::ENTITY.into(),
        entity_id: id.into(),
        timestamp,
        complete: complete.iter().map(|p| (*p).to_owned()).collect(),
        ..Claim::default()
    }
}

fn ids(run: &Run<RegistryPointers>) -> Vec<&str> {
    let candidates = run.state().candidates.iter();
    candidates.map(|c| c.entity_id.as_str()).collect()
}

#[test]
fn what_may_still_be_shown_is_kept() {
    let mut run = Run::new(RegistryPointers);
    run.apply(&claim("Old", 1, &["windows", "mac"]), 0).unwrap();
    run.apply(&claim("New", 2, &[]), 0).unwrap();
    assert_eq!(ids(&run), ["New", "Old"]);
    run.apply(&claim("New", 2, &["windows"]), 0).unwrap();
    assert_eq!(ids(&run), ["New", "Old"]);
    run.apply(&claim("New", 2, &["mac", "windows"]), 0).unwrap();
    assert_eq!(ids(&run), ["New"]);
    assert!(
        !run.apply(&claim("Old", 1, &["mac"]), 0).unwrap(),
        "too late"
    );
    let row = run.row(WORLDS, "a.eth", b"0,0").unwrap();
    assert_eq!(row["candidates"][0]["entityId"], "New");
}

#[test]
fn what_was_undeployed_leaves_nothing_behind() {
    let mut run = Run::new(RegistryPointers);
    let gone = Claim {
        undeployed: true,
        ..claim("Gone", 2, &["mac"])
    };
    for claim in [claim("New", 3, &[]), gone, claim("Old", 1, &["mac"])] {
        run.apply(&claim, 0).unwrap();
    }
    assert_eq!(ids(&run), ["New", "Gone"]);
}

#[test]
fn a_world_knows_its_newest_spawn_and_its_end() {
    let mut run = Run::new(RegistryPointers);
    let world = |kind: &str, timestamp, x| Claim {
        key: claim_key(Some("a.eth"), ""),
        kind: kind.into(),
        timestamp,
        x,
        ..Claim::default()
    };
    run.apply(&world(Claim::SPAWN, 5, 1), 0).unwrap();
    assert!(!run.apply(&world(Claim::SPAWN, 4, 2), 0).unwrap());
    run.apply(&world(Claim::UNDEPLOYMENT, 9, 0), 0).unwrap();
    assert!(!run.apply(&world(Claim::UNDEPLOYMENT, 8, 0), 0).unwrap());
    let state = run.state();
    assert_eq!(state.undeployed_at, Some(9));
    assert_eq!(state.spawn, Some(Spawn { at: 5, x: 1, y: 0 }));
    assert_eq!(run.count(WORLDS), 0, "a world is no pointer of it");
}

#[test]
fn a_claim_that_lacks_a_part_is_rejected() {
    let good = claim("Qm", 1, &[]);
    let bad = [
        Claim {
            key: "0,0".into(),
            ..good.clone()
        },
        Claim {
            key: "a.eth|".into(),
            ..good.clone()
        },
        Claim {
            entity_id: String::new(),
            ..good.clone()
        },
        Claim {
            kind: "odd".into(),
            ..good.clone()
        },
        Claim {
            kind: Claim::SPAWN.into(),
            ..good.clone()
        },
        Claim {
            kind: Claim::UNDEPLOYMENT.into(),
            key: "|".into(),
            ..good
        },
    ];
    for claim in bad {
        let error = Run::new(RegistryPointers).apply(&claim, 0).unwrap_err();
        assert_eq!(error.code, "CLAIM_INCOMPLETE", "{}", json!(claim));
    }
}
