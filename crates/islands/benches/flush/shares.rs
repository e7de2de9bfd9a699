//! What a flush costs by the share of peers that moved: uniform, 20 000 peers, everybody reports every time.

use islands::{Engine, Options};

use crate::draw::{Random, peer};
use crate::layouts::{Crowd, World};
use crate::original::Original;
use crate::{STEP_METRES, quantile, timed};

const PEERS: usize = 20_000;
const SHARES: [f64; 10] = [0.0, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0];
const TICKS: usize = 30;

/// By share: the median of this engine's flush and of the original's rules, in ms.
pub(crate) type Shares = Vec<(f64, f64, f64)>;

pub(crate) fn measure() -> Shares {
    println!("\n| moved | this: flush median ms | rules of the original |");
    println!("| --- | --- | --- |");
    let line = |share: f64| {
        let (ours, original) = (ours(share), original(share));
        println!("| {:.2} % | {ours:.3} | {original:.1} |", share * 100.0);
        (share, ours, original)
    };
    SHARES.into_iter().map(line).collect()
}

/// Moves a share of the crowd, drawn anew each time.
fn stir(crowd: &mut Crowd, draw: &mut Random, share: f64) {
    for index in 0..PEERS {
        if f64::from(draw.unit()) < share {
            crowd.step(index, STEP_METRES);
        }
    }
}

fn ours(share: f64) -> f64 {
    let (mut crowd, mut draw) = (Crowd::new(World::Uniform, PEERS), Random(7));
    let mut engine = Engine::new(Options::default()).expect("the defaults are in range");
    let mut flushes = Vec::new();
    for tick in 0..=TICKS {
        for index in 0..PEERS {
            engine
                .set(peer(index), crowd.position(index), None)
                .expect("in range");
        }
        let (ms, _) = timed(|| engine.flush());
        if tick > 0 {
            flushes.push(ms);
        }
        stir(&mut crowd, &mut draw, share);
    }
    quantile(&flushes, 0.5)
}

fn original(share: f64) -> f64 {
    let (mut crowd, mut draw) = (Crowd::new(World::Uniform, PEERS), Random(7));
    let mut engine = Original::default();
    let mut flushes = Vec::new();
    for _ in 0..=5 {
        (0..PEERS).for_each(|index| engine.set(index, crowd.places[index]));
        flushes.push(timed(|| engine.flush()).0);
        stir(&mut crowd, &mut draw, share);
    }
    quantile(&flushes[1..], 0.5)
}
