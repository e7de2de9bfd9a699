//! The active rule, against the naive one.

use std::collections::BTreeSet;

use model::events::catalyst::PointerClaim;
use model::tables::pointers::OVERWRITES;
use proptest::prelude::*;
use serde_json::json;

use super::Pointers;
use crate::testing::Run;

#[derive(Clone, Debug)]
struct Entity {
    id: String,
    kind: &'static str,
    timestamp: i64,
    pointers: BTreeSet<String>,
}

impl Entity {
    fn claims(&self) -> impl Iterator<Item = PointerClaim> + '_ {
        self.pointers.iter().map(|pointer| PointerClaim {
            pointer: pointer.clone(),
            entity_type: self.kind.into(),
            entity_id: self.id.clone(),
            entity_timestamp: self.timestamp,
            local_timestamp: None,
        })
    }

    fn rank(&self) -> (i64, String) {
        (self.timestamp, self.id.to_lowercase())
    }
}

/// Spine 1.4, word for word: of two entities of one type that share a pointer the older is dead as a whole.
fn naive(entities: &[Entity]) -> BTreeSet<String> {
    let dead = |a: &Entity| {
        entities.iter().any(|b| {
            a.kind == b.kind && b.rank() > a.rank() && !a.pointers.is_disjoint(&b.pointers)
        })
    };
    entities
        .iter()
        .filter(|e| !dead(e))
        .map(|e| e.id.clone())
        .collect()
}

/// Those without an overwrite after the claims were applied in the order given.
fn active(entities: &[Entity], claims: &[PointerClaim]) -> BTreeSet<String> {
    let mut run = Run::new(Pointers);
    for (at, claim) in claims.iter().enumerate() {
        run.apply(claim, at as i64).unwrap();
    }
    let lost: BTreeSet<&[u8]> = run.rows.keys().map(|(_, id, _)| &id[..]).collect();
    let active = entities.iter().filter(|e| !lost.contains(e.id.as_bytes()));
    active.map(|e| e.id.clone()).collect()
}

fn entities() -> impl Strategy<Value = Vec<Entity>> {
    let pointers = prop::collection::btree_set(
        (0..4_i32, 0..3_i32).prop_map(|(x, y)| format!("{x},{y}")),
        1..5,
    );
    let kind = prop::sample::select(vec!["scene", "wearable"]);
    let one = (kind, 1..6_i64, any::<bool>(), pointers);
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let with_id = |(i, (kind, timestamp, upper, pointers)): (usize, (_, _, bool, _))| Entity {
            id: format!("{}{i}", if upper { "QM" } else { "qm" }),
            kind,
            timestamp,
            pointers,
        };
        all.into_iter().enumerate().map(with_id).collect()
    })
}

/// Entities and their claims in any order, some of them twice.
fn histories() -> impl Strategy<Value = (Vec<Entity>, Vec<PointerClaim>)> {
    entities().prop_flat_map(|entities| {
        let claims: Vec<_> = entities.iter().flat_map(Entity::claims).collect();
        let again = prop::sample::subsequence(claims.clone(), 0..=claims.len());
        let mixed =
            again.prop_flat_map(move |again| Just([claims.clone(), again].concat()).prop_shuffle());
        (Just(entities), mixed)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_active_set_is_the_naive_one_in_any_order((entities, claims) in histories()) {
        prop_assert_eq!(active(&entities, &claims), naive(&entities));
    }
}

fn scene(id: &str, timestamp: i64, pointers: &[&str]) -> Entity {
    Entity {
        id: id.into(),
        kind: "scene",
        timestamp,
        pointers: pointers.iter().map(|p| (*p).to_owned()).collect(),
    }
}

#[test]
fn a_scene_overlapped_on_one_parcel_leaves_its_others_empty() {
    let all = [
        scene("four", 1, &["0,0", "0,1", "1,0", "1,1"]),
        scene("one", 2, &["1,1"]),
    ];
    let forth: Vec<_> = all.iter().flat_map(Entity::claims).collect();
    let back: Vec<_> = forth.iter().rev().cloned().collect();
    for claims in [forth, back] {
        assert_eq!(active(&all, &claims), BTreeSet::from(["one".to_owned()]));
    }
}

#[test]
fn the_loser_is_written_down_with_who_won() {
    let mut run = Run::new(Pointers);
    for (at, entity) in [scene("a", 1, &["0,0"]), scene("b", 2, &["0,0"])]
        .iter()
        .enumerate()
    {
        run.apply(&entity.claims().next().unwrap(), at as i64)
            .unwrap();
    }
    assert_eq!(
        run.row(OVERWRITES, "a", b"0,0"),
        Some(&json!({"by": "b", "byTimestamp": 2, "at": 1}))
    );
    assert_eq!(run.count(OVERWRITES), 1);
    assert_eq!(run.state().tops["scene"].entity_id, "b");
}

#[test]
fn a_claim_without_a_part_is_rejected() {
    let whole = scene("a", 1, &["0,0"]).claims().next().unwrap();
    let mut run = Run::new(Pointers);
    let bad = PointerClaim {
        entity_id: String::new(),
        ..whole
    };
    assert_eq!(run.apply(&bad, 0).unwrap_err().code, "CLAIM_INCOMPLETE");
}
