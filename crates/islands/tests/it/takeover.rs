//! An engine that takes over goes on as the one before would have.

use islands::{Engine, Options};

use crate::crowd::{assignment, rooms};
use crate::oracle::snapshot;
use crate::walk::Walk;

fn successor(walk: &Walk, of: &Engine) -> Engine {
    let mut next = Engine::new(Options {
        first_island: of.next_island(),
        ..walk.options.clone()
    })
    .expect("options in range");
    // In another order than the peers came in.
    let mut residents: Vec<_> = of.residents().collect();
    residents.reverse();
    for resident in residents {
        next.restore(&resident).expect("as it was");
    }
    next
}

/// After each flush an engine takes over; from then on both get the same heartbeats, and say the same. The one that
/// took over knows nothing of what was looked at before: what is found step by step is what is found from nothing.
#[test]
fn a_takeover_after_any_flush_says_nothing_and_goes_on_the_same() {
    for seed in 0..2_500 {
        let walk = Walk::new(seed);
        let mut engine = walk.engine();
        let mut heirs: Vec<Engine> = Vec::new();
        for (tick, steps) in walk.ticks.iter().enumerate() {
            let mut fresh = successor(&walk, &engine);
            assert_eq!(
                fresh.flush(),
                Default::default(),
                "seed {seed}, flush {tick}"
            );
            heirs.truncate(2);
            heirs.push(fresh);
            heirs.push(successor(&walk, &engine));
            heirs.iter_mut().chain([&mut engine]).for_each(|engine| {
                steps.iter().for_each(|step| step.apply(engine));
            });
            let changes = engine.flush();
            for heir in &mut heirs {
                assert_eq!(heir.flush(), changes, "seed {seed}, flush {tick}");
                assert_eq!(heir.next_island(), engine.next_island());
            }
            assert_eq!(assignment(&heirs[0]), assignment(&engine));
        }
    }
}

/// The same stream of changes on a replay from the start.
#[test]
fn a_replay_says_the_same() {
    for seed in 0..2_500 {
        let walk = Walk::new(seed);
        let (mut engine, mut replay) = (walk.engine(), walk.engine());
        for steps in &walk.ticks {
            steps.iter().for_each(|step| step.apply(&mut engine));
            steps.iter().for_each(|step| step.apply(&mut replay));
            assert_eq!(engine.flush(), replay.flush(), "seed {seed}");
        }
        assert_eq!(rooms(&engine), rooms(&replay));
    }
}

/// Numbers of islands are never given again, not even after a takeover.
#[test]
fn a_number_is_given_once() {
    for seed in 0..2_500 {
        let walk = Walk::new(seed);
        let mut engine = walk.engine();
        let mut given = std::collections::BTreeSet::new();
        for steps in &walk.ticks {
            let before: Vec<_> = engine.islands().map(|view| view.island).collect();
            engine = successor(&walk, &engine);
            steps.iter().for_each(|step| step.apply(&mut engine));
            engine.flush();
            for view in engine
                .islands()
                .filter(|view| !before.contains(&view.island))
            {
                assert!(given.insert(view.island), "seed {seed}: {:?}", view.island);
            }
            snapshot(&engine);
        }
    }
}

/// The changes of two hundred walks, as one number: the same on every machine, under every compiler.
#[test]
fn the_changes_are_the_same_on_every_machine() {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for seed in 0..200 {
        let walk = Walk::new(seed);
        let mut engine = walk.engine();
        for steps in &walk.ticks {
            steps.iter().for_each(|step| step.apply(&mut engine));
            for byte in format!("{:?}", engine.flush()).bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    assert_eq!(hash, 18_400_283_333_212_461_538);
}
