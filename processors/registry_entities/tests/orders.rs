//! Every order of the same events ends in the same registry, and on the way no parcel goes dark without a reason.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;
use model::events::registry::{Claim, Deployed, Input, What, claim_key};
use model::tables::registry::entities::State;
use model::tables::registry::{Known, Missing, Required, Status, keys_of};
use proptest::prelude::*;

use super::super::RegistryEntities;
use crate::registry_pointers::RegistryPointers;
use crate::testing::Run;

const WORLD: &str = "a.eth";

#[derive(Clone, Debug)]
enum Told {
    Entity(Input),
    World(Claim),
}

/// Both processors, with claims on their way.
struct Registry {
    entities: Run<RegistryEntities>,
    pointers: Run<RegistryPointers>,
    /// By key, as in partitions: those of one key arrive in their order.
    underway: BTreeMap<String, VecDeque<Claim>>,
    known: Known,
    required: Required,
}

impl Registry {
    fn new(required: &Required) -> Self {
        Self {
            entities: Run::new(RegistryEntities),
            pointers: Run::new(RegistryPointers),
            underway: BTreeMap::new(),
            known: Known::default(),
            required: required.clone(),
        }
    }

    fn tell(&mut self, told: &Told) {
        let claims: Vec<Claim> = match told {
            Told::World(claim) => vec![claim.clone()],
            Told::Entity(input) => {
                self.entities.apply(input, 0).unwrap();
                let emits = self.entities.emits.drain(..);
                emits
                    .map(|emit| model::decode(&emit.value).unwrap())
                    .collect()
            }
        };
        for claim in claims {
            self.underway
                .entry(claim.key.clone())
                .or_default()
                .push_back(claim);
        }
    }

    /// Lets one claim arrive; `dice` says at which pointer.
    fn arrive(&mut self, dice: usize) -> bool {
        let waiting: Vec<String> = self.underway.keys().cloned().collect();
        if waiting.is_empty() {
            return false;
        }
        let key = &waiting[dice % waiting.len()];
        let queue = self.underway.get_mut(key).unwrap();
        let claim = queue.pop_front().unwrap();
        if queue.is_empty() {
            self.underway.remove(key);
        }
        self.pointers.apply(&claim, 0).unwrap();
        true
    }

    /// Asks as a gateway does: again and again, with the rows that were missing.
    fn ask<T>(&mut self, question: impl Fn(&Known, &Required, &mut Missing) -> T) -> T {
        self.known = Known::default();
        loop {
            let mut missing = Missing::default();
            let answer = question(&self.known, &self.required, &mut missing);
            if missing.is_empty() {
                return answer;
            }
            for id in missing.entities {
                let state = self.entities.states.get(id.as_bytes()).cloned();
                self.known.entities.insert(id, state);
            }
            for key in missing.pointers {
                let state = self.pointers.states.get(key.as_bytes()).cloned();
                self.known.pointers.insert(key, state.unwrap_or_default());
            }
        }
    }

    fn served_at(&mut self, key: &str) -> BTreeMap<String, Status> {
        let keys = BTreeSet::from([key.to_owned()]);
        self.ask(|known, required, missing| {
            let ids = known.overlapping(&keys, required, missing);
            let status = |id: String| Some((id.clone(), known.status(&id, required, missing)?));
            let all: BTreeMap<_, _> = ids.into_iter().filter_map(status).collect();
            all.into_iter()
                .filter(|(_, status)| status.is_served())
                .collect()
        })
    }

    fn statuses(&mut self) -> BTreeMap<String, Option<Status>> {
        let ids: Vec<String> = self.states().keys().cloned().collect();
        let of = |id: String, registry: &mut Self| {
            let status =
                registry.ask(|known, required, missing| known.status(&id, required, missing));
            (id, status)
        };
        ids.into_iter().map(|id| of(id, self)).collect()
    }

    fn states(&self) -> BTreeMap<String, State> {
        let text = |key: &Bytes| String::from_utf8(key.to_vec()).unwrap();
        let states = self.entities.states.iter();
        states
            .map(|(key, state)| (text(key), state.clone()))
            .collect()
    }

    /// Whether an entity that was shown at a pointer may be gone with nothing in its place: it was undeployed, or one
    /// that was above it; or a newer one that is ready took another of its parcels, and may be gone itself.
    fn is_excused(&self, id: &str, key: &str, ended: Option<i64>) -> bool {
        let states = self.states();
        let Some(own) = states[id].deployed.as_ref() else {
            return false;
        };
        let keys: BTreeSet<String> = keys_of(own).collect();
        if states[id].is_undeployed()
            || own.world.is_some() && ended.is_some_and(|end| own.timestamp < end)
        {
            return true;
        }
        let newer = states.iter().filter(|(_, other)| {
            let newer = other
                .deployed
                .as_ref()
                .filter(|d| d.timestamp > own.timestamp);
            newer.is_some_and(|d| keys_of(d).any(|key| keys.contains(&key)))
        });
        newer.into_iter().any(|(other, state)| {
            let here = state.deployed.iter().flat_map(keys_of).any(|k| k == key);
            state.is_undeployed()
                || state.complete().is_superset(&self.required)
                    && (!here || self.is_excused(other, key, ended))
        })
    }
}

fn entity(number: usize, in_world: bool, pointers: &BTreeSet<i32>) -> Told {
    let deployed = Deployed {
        entity_type: "scene".into(),
        world: in_world.then(|| WORLD.into()),
        pointers: pointers.iter().map(|x| format!("{x},0")).collect(),
        ..Deployed::default()
    };
    told(number, number as i64 * 10, &What::Deployed(deployed))
}

fn told(number: usize, at: i64, what: &What) -> Told {
    Told::Entity(Input::new(format!("Qm{number}"), at, what))
}

fn conversions(number: usize) -> impl Strategy<Value = Vec<Told>> {
    let one = (
        prop::sample::select(vec!["windows", "mac"]),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.3),
        0..9_i64,
    );
    let all = prop::collection::vec(one, 0..5);
    all.prop_map(move |all| {
        let end = |(platform, is_lods, fails, at): (&str, bool, bool, i64)| {
            let what = What::Converted {
                platform: platform.into(),
                is_lods,
                status_code: i64::from(fails),
                version: "v49".into(),
            };
            told(number, 1000 + at, &what)
        };
        all.into_iter().map(end).collect()
    })
}

/// Entities of Genesis City and of a world, overlapping at will, their conversions and their ends.
fn histories() -> impl Strategy<Value = Vec<Told>> {
    let pointers = prop_oneof![
        Just(BTreeSet::from([0])),
        prop::collection::btree_set(0..4_i32, 1..4),
    ];
    let one = (
        pointers,
        any::<bool>(),
        prop::option::weighted(0.2, 0..80_i64),
    );
    let entities = prop::collection::vec(one, 1..7).prop_flat_map(|all| {
        let each = all
            .into_iter()
            .enumerate()
            .map(|(number, (pointers, in_world, end))| {
                let mut events = vec![entity(number + 1, in_world, &pointers)];
                let end = end.filter(|_| in_world);
                events.extend(end.map(|at| told(number + 1, at, &What::Undeployed)));
                conversions(number + 1).prop_map(move |ends| [events.clone(), ends].concat())
            });
        each.collect::<Vec<_>>()
    });
    let world = prop::option::weighted(0.2, 0..80_i64);
    (entities, world).prop_map(|(entities, end)| {
        let end = end.map(|timestamp| Claim {
            key: claim_key(Some(WORLD), ""),
            kind: Claim::UNDEPLOYMENT.into(),
            timestamp,
            ..Claim::default()
        });
        entities
            .into_iter()
            .flatten()
            .chain(end.map(Told::World))
            .collect()
    })
}

/// Plays events in an order, claims arriving between them; checks every instant.
fn play(events: &[Told], dice: &[usize], required: &Required) -> Registry {
    let mut registry = Registry::new(required);
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    let mut ended = None;
    let mut events = events.iter();
    let mut dice = dice.iter().copied().cycle();
    loop {
        let roll = dice.next().unwrap_or_default();
        let told = match roll % 3 == 0 || registry.underway.is_empty() {
            true => events.next(),
            false => None,
        };
        match told {
            Some(event) => registry.tell(event),
            None if registry.arrive(roll / 3) => {}
            None => break,
        }
        let world = registry
            .pointers
            .states
            .get(claim_key(Some(WORLD), "").as_bytes());
        ended = ended.max(world.and_then(|world| world.undeployed_at));
        for x in 0..4 {
            for world in [None, Some(WORLD)] {
                let key = claim_key(world, &format!("{x},0"));
                let now = registry.served_at(&key);
                // One whose own claim is still on its way is found by its neighbours alone, and lost with them until
                // the claim is there.
                let is_settled = |id: &&String| {
                    let mut coming = registry.underway.get(&key).into_iter().flatten();
                    !coming.any(|claim| claim.entity_id == **id)
                };
                match (shown.get(&key), now.keys().rev().find(is_settled)) {
                    (_, Some(id)) => drop(shown.insert(key, id.clone())),
                    _ if !now.is_empty() => {}
                    (Some(id), None) => assert!(
                        registry.is_excused(id, &key, ended),
                        "{id} is gone from {key}, and nothing is there"
                    ),
                    (None, None) => {}
                }
            }
        }
    }
    registry
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_order_ends_in_the_same_registry_and_no_parcel_goes_dark(
        (events, shuffled) in histories().prop_flat_map(|h| (Just(h.clone()), Just(h).prop_shuffle())),
        dice in prop::collection::vec(any::<usize>(), 1..64),
        only_one in any::<bool>(),
    ) {
        let required: Required = match only_one {
            true => ["mac"].map(str::to_owned).into(),
            false => ["windows", "mac"].map(str::to_owned).into(),
        };
        let mut first = play(&events, &[0], &required);
        let mut second = play(&shuffled, &dice, &required);
        prop_assert_eq!(first.states(), second.states());
        prop_assert_eq!(&first.pointers.states, &second.pointers.states);
        prop_assert_eq!(first.statuses(), second.statuses());
    }
}

fn ready(number: usize) -> Vec<Told> {
    let end = |platform: &str| What::Converted {
        platform: platform.into(),
        is_lods: false,
        status_code: 0,
        version: "v49".into(),
    };
    ["windows", "mac"]
        .iter()
        .map(|platform| told(number, 1000, &end(platform)))
        .collect()
}

fn failed(number: usize) -> Told {
    let what = What::Converted {
        platform: "mac".into(),
        is_lods: false,
        status_code: 1,
        version: "v49".into(),
    };
    told(number, 1000, &what)
}

fn statuses(events: &[Told]) -> Vec<&'static str> {
    let required = ["windows", "mac"].map(str::to_owned).into();
    let all = play(events, &[0], &required).statuses();
    all.into_values()
        .map(|status| status.unwrap().name())
        .collect()
}

#[test]
fn the_rules_of_the_original_hold() {
    let on = |number, pointers: &[i32]| entity(number, false, &pointers.iter().copied().collect());
    let old = [vec![on(1, &[0, 1])], ready(1)].concat();
    assert_eq!(statuses(&old), ["complete"]);
    let pending = [old.clone(), vec![on(2, &[1])]].concat();
    assert_eq!(statuses(&pending), ["fallback", "pending"]);
    let broken = [pending, vec![failed(2)]].concat();
    assert_eq!(statuses(&broken), ["fallback", "failed"]);
    let done = [broken, ready(2)].concat();
    assert_eq!(statuses(&done), ["obsolete", "complete"]);
    let elsewhere = [old, vec![on(2, &[2])]].concat();
    assert_eq!(statuses(&elsewhere), ["complete", "pending"]);
}

#[test]
fn only_the_newest_of_the_old_ones_is_the_fallback() {
    let on = |number, pointers: &[i32]| entity(number, false, &pointers.iter().copied().collect());
    let two = [vec![on(1, &[0]), on(2, &[1])], ready(1), ready(2)].concat();
    let above = [two, vec![on(3, &[0, 1])]].concat();
    assert_eq!(statuses(&above), ["complete", "fallback", "pending"]);
    let done = [above, ready(3)].concat();
    assert_eq!(statuses(&done), ["obsolete", "obsolete", "complete"]);
}

#[test]
fn an_undeployed_scene_takes_its_fallback_with_it() {
    let on = |number| entity(number, true, &BTreeSet::from([0]));
    let all = [
        vec![on(1)],
        ready(1),
        vec![on(2), told(2, 21, &What::Undeployed)],
    ]
    .concat();
    assert_eq!(statuses(&all), ["obsolete", "obsolete"]);
    let early = [
        vec![told(2, 19, &What::Undeployed)],
        vec![on(1), on(2)],
        ready(1),
    ]
    .concat();
    assert_eq!(
        statuses(&early),
        ["fallback", "pending"],
        "older than the deployment"
    );
}
