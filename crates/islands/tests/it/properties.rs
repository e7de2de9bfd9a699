//! Ten thousand walks: after every flush every rule holds, and what was said is what changed.

use std::collections::BTreeSet;

use islands::PeerId;

use crate::oracle::{Snapshot, check_changes, check_rules, snapshot};
use crate::walk::{Step, Walk};

const WALKS: u64 = 10_000;

/// Who has a new session in this tick: unknown before, or removed in between.
pub(crate) fn new_sessions(steps: &[Step], before: &Snapshot) -> BTreeSet<PeerId> {
    let mut new = BTreeSet::new();
    let mut removed = BTreeSet::new();
    for step in steps {
        match step {
            Step::Remove(peer) => {
                removed.insert(*peer);
                new.remove(peer);
            }
            Step::Set(peer, ..) if removed.contains(peer) || !before.contains_key(peer) => {
                new.insert(*peer);
            }
            Step::Set(..) => {}
        }
    }
    new
}

#[test]
fn every_rule_holds_after_every_flush_of_five_thousand_walks() {
    walk_and_check(0..WALKS / 2);
}

#[test]
fn every_rule_holds_after_every_flush_of_five_thousand_others() {
    walk_and_check(WALKS / 2..WALKS);
}

fn walk_and_check(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let walk = Walk::new(seed);
        let mut engine = walk.engine();
        let mut before = Snapshot::new();
        for (tick, steps) in walk.ticks.iter().enumerate() {
            let check = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                steps.iter().for_each(|step| step.apply(&mut engine));
                let changes = engine.flush();
                let after = snapshot(&engine);
                check_rules(&walk.options, &after);
                let new = new_sessions(steps, &before);
                check_changes(&walk.options, &before, &after, &new, &changes);
                after
            }));
            before = check.unwrap_or_else(|_| panic!("seed {seed}, flush {tick}"));
        }
    }
}

/// Nothing moved: nothing is said, and nothing would be looked at otherwise.
#[test]
fn a_flush_without_news_is_silent() {
    for seed in 0..WALKS / 10 {
        let walk = Walk::new(seed);
        let mut engine = walk.engine();
        for steps in &walk.ticks {
            steps.iter().for_each(|step| step.apply(&mut engine));
            engine.flush();
            for (peer, position, _) in engine.peers().collect::<Vec<_>>() {
                engine.set(peer, position, None).expect("in range");
            }
            let changes = engine.flush();
            assert!(
                changes.moved.is_empty() && changes.islands.is_empty(),
                "seed {seed}"
            );
        }
    }
}

/// The order of calls between two flushes decides nothing, nor do slots: peers are set in another order, and others
/// came and went before.
#[test]
fn the_order_of_heartbeats_decides_nothing() {
    for seed in 0..WALKS / 10 {
        let walk = Walk::new(seed);
        let (mut engine, mut other) = (walk.engine(), walk.engine());
        for steps in &walk.ticks {
            steps.iter().for_each(|step| step.apply(&mut engine));
            let (removes, sets): (Vec<&Step>, Vec<&Step>) =
                steps.iter().partition(|s| matches!(s, Step::Remove(_)));
            removes.iter().rev().for_each(|step| step.apply(&mut other));
            for who in 1_000..1_000 + seed as u32 % 7 {
                let place = crate::crowd::at(who as f32, 0.0);
                other
                    .set(crate::crowd::peer(who), place, None)
                    .expect("in range");
            }
            sets.iter().rev().for_each(|step| step.apply(&mut other));
            for who in 1_000..1_000 + seed as u32 % 7 {
                other.remove(crate::crowd::peer(who)).expect("it is known");
            }
            assert_eq!(engine.flush(), other.flush(), "seed {seed}");
        }
    }
}

/// What wishes can be granted is granted: nobody is within reach of the island it wishes for while there is room.
#[test]
fn a_wish_in_reach_of_room_is_granted() {
    for seed in 0..WALKS / 4 {
        let walk = Walk::new(seed);
        let mut engine = walk.engine();
        for steps in &walk.ticks {
            steps.iter().for_each(|step| step.apply(&mut engine));
            engine.flush();
            let all = snapshot(&engine);
            let islands = crate::oracle::members(&all);
            for resident in engine.residents() {
                let Some(wish) = resident.desired.filter(|w| *w != resident.island) else {
                    continue;
                };
                let Some(room) = islands.get(&wish) else {
                    continue;
                };
                let is_near = crate::oracle::touch(
                    &[resident.peer],
                    room,
                    &all,
                    walk.options.join_distance_m,
                );
                let has_room = room.len() < walk.options.island_peers_max;
                assert!(!(is_near && has_room), "seed {seed}: {resident:?}");
            }
        }
    }
}
