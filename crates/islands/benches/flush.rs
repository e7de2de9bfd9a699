//! How long a flush takes, beside the original's rules on the same machine: `make bench-islands`.
//!
//! Prints the table of docs/islands.md and draws docs/images/islands-flush.svg. `-- WORLD PEERS` runs one line only.

#[path = "flush/draw.rs"]
mod draw;
#[path = "flush/layouts.rs"]
mod layouts;
#[path = "flush/original.rs"]
mod original;
#[path = "flush/plot.rs"]
mod plot;
#[path = "flush/shares.rs"]
mod shares;

use std::collections::BTreeMap;

use draw::peer;
use islands::{Engine, Options};
use layouts::{Crowd, World, split_pairs};
use original::Original;
use rustix::time::{ClockId, clock_gettime};

const TICKS: usize = 50;
const STEP_METRES: f32 = 8.0;
/// The original's rules are given up after so long, with the ticks there are.
const PATIENCE_SECONDS: f64 = 20.0;

/// One line of the table. Times in ms.
#[derive(Clone, Default)]
pub(crate) struct Line {
    pub(crate) cold: f64,
    pub(crate) flushes: Vec<f64>,
    pub(crate) ingests: Vec<f64>,
    pub(crate) islands: (usize, usize),
    pub(crate) moved: usize,
    pub(crate) split: f64,
    /// Of this engine only; 0 where not counted.
    pub(crate) bytes_per_peer: usize,
}

/// What of a sorted sample is below a share of it.
pub(crate) fn quantile(sample: &[f64], share: f64) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

impl Line {
    pub(crate) fn median(&self) -> f64 {
        quantile(&self.flushes, 0.5)
    }

    fn print(&self, who: &str, world: World, peers: usize) {
        let ticks = self.flushes.len();
        println!(
            "| {} | {peers} | {who} | {:.1} | {:.2} | {:.2} | {:.2} | {:.2} | {} → {} | {:.1} | {:.0} % | {} |",
            world.name(),
            self.cold,
            self.median(),
            quantile(&self.flushes, 0.95),
            quantile(&self.flushes, 1.0),
            quantile(&self.ingests, 0.5),
            self.islands.0,
            self.islands.1,
            self.moved as f64 / ticks as f64,
            self.split * 100.0,
            self.bytes_per_peer,
        );
    }
}

/// How long something takes on the processor, in ms; other programs on the machine are not counted.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let ms = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let start = ms();
    let result = work();
    (ms() - start, result)
}

fn run_ours(world: World, peers: usize) -> Line {
    let mut crowd = Crowd::new(world, peers);
    let mut engine = Engine::new(Options::default()).expect("the defaults are in range");
    let ingest = |engine: &mut Engine, crowd: &Crowd| {
        for index in 0..peers {
            engine
                .set(peer(index), crowd.position(index), None)
                .expect("in range");
        }
    };
    let mut line = Line::default();
    ingest(&mut engine, &crowd);
    line.cold = timed(|| engine.flush()).0;
    line.islands.0 = engine.island_count();
    for _ in 0..TICKS {
        (0..peers).for_each(|index| crowd.step(index, STEP_METRES));
        line.ingests.push(timed(|| ingest(&mut engine, &crowd)).0);
        let (ms, changes) = timed(|| engine.flush());
        line.flushes.push(ms);
        line.moved += changes.moved.len();
    }
    line.islands.1 = engine.island_count();
    line.bytes_per_peer = engine.heap_bytes() / peers;
    let islands: BTreeMap<_, _> = engine.peers().map(|(id, _, island)| (id, island)).collect();
    line.split = split_pairs(&crowd.places, |index| {
        islands[&peer(index)].map_or(0, islands::IslandId::number)
    });
    line
}

fn run_original(world: World, peers: usize) -> Line {
    let mut crowd = Crowd::new(world, peers);
    let mut engine = Original::default();
    let mut line = Line::default();
    (0..peers).for_each(|index| engine.set(index, crowd.places[index]));
    line.cold = timed(|| engine.flush()).0;
    line.islands.0 = engine.island_count();
    for tick in 0..TICKS {
        if tick > 2 && line.flushes.iter().sum::<f64>() > PATIENCE_SECONDS * 1e3 {
            break;
        }
        (0..peers).for_each(|index| crowd.step(index, STEP_METRES));
        let ingest = || (0..peers).for_each(|index| engine.set(index, crowd.places[index]));
        line.ingests.push(timed(ingest).0);
        let (ms, moved) = timed(|| engine.flush());
        line.flushes.push(ms);
        line.moved += moved;
    }
    line.islands.1 = engine.island_count();
    line.split = split_pairs(&crowd.places, |index| engine.island_of(index));
    line
}

fn both(world: World, peers: usize) -> (Line, Line) {
    let ours = run_ours(world, peers);
    ours.print("this", world, peers);
    let original = run_original(world, peers);
    original.print("rules of the original", world, peers);
    (ours, original)
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    println!(
        "| world | peers | engine | cold ms | flush median ms | p95 | max | ingest median ms | islands | told/tick | pairs split | bytes a peer |"
    );
    println!("|{}", " --- |".repeat(12));
    let worlds = [World::Hot, World::Uniform, World::Sparse];
    if let [world, peers, ..] = words.as_slice() {
        let world = worlds
            .into_iter()
            .find(|w| w.name() == world)
            .expect("hot, uniform or sparse");
        let peers = peers.parse().expect("a number of peers");
        let ours = run_ours(world, peers);
        ours.print("this", world, peers);
        return;
    }
    let mut curves = Vec::new();
    for world in worlds {
        let sizes: &[usize] = if world == World::Sparse {
            &[1_000, 5_000, 10_000]
        } else {
            &[100, 1_000, 5_000, 10_000, 20_000]
        };
        let lines: Vec<_> = sizes.iter().map(|n| (*n, both(world, *n))).collect();
        let points = |pick: &dyn Fn(&(Line, Line)) -> f64| {
            lines
                .iter()
                .map(|(n, both)| (*n as f64, pick(both)))
                .collect::<Vec<_>>()
        };
        curves.push((world, points(&|b| b.0.median()), points(&|b| b.1.median())));
    }
    let shares = shares::measure();
    plot::draw(&curves, &shares);
}
