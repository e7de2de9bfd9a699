//! The palette of selector patterns, and which of them each block takes.
//!
//! As with endpoints: clusters of the blocks' own best patterns make the palette, then each block
//! weighs the entries near its own against those used lately, which are named in few bits.

use super::block::{
    Block, Endpoint, Errors, INTENSITIES, Selectors, WEIGHT_SUM, best_selectors, error_of,
};
use super::history::{HISTORY, History};
use super::tree::{Point, Stop, clusters};
use super::{PALETTE_MAX, Slice};

/// How a block's pattern is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// An entry of the palette.
    Entry(u16),
    /// A place among those used lately.
    Recent(u8),
}

/// A palette and the names of each block's pattern, in the order of the stream.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) palette: Vec<Selectors>,
    pub(super) names: Vec<Name>,
}

/// Bits a palette entry takes: four bytes, as differences from the entry before.
const ENTRY_BITS: f32 = 22.0;
const SPLIT_BITS: f32 = 2.0 * ENTRY_BITS;
/// Entries tried on each side of a block's own, in the order of the tree.
const REACH: usize = 12;
const ROUNDS: usize = 3;

/// The palette of all slices and each block's name for its pattern. `endpoints` are the blocks'
/// own, already chosen; `lambda` is error a bit.
pub(super) fn choose(
    blocks: &[Block],
    endpoints: &[Endpoint],
    slices: &[Slice],
    lambda: f32,
) -> Choice {
    let (mut palette, own) = cluster(blocks, endpoints, lambda);
    let mut costs = Costs::first(palette.len());
    let mut names = Vec::new();
    for _ in 0..ROUNDS {
        let taken;
        (names, taken) = walk(blocks, endpoints, slices, &palette, &own, lambda, &costs);
        costs = Costs::counted(&names, palette.len());
        // The last time too: it moves no name, and each pattern to where its blocks want it.
        palette = centres(blocks, endpoints, &taken, palette.len());
    }
    sort(&mut palette, &mut names);
    Choice { palette, names }
}

/// A point whose squared distance from another is about the error of taking one for the other.
fn point(selectors: Selectors, weight: f32) -> Point<16> {
    Point {
        at: std::array::from_fn(|pixel| (selectors >> (2 * pixel) & 3) as f32),
        weight,
    }
}

/// What one step of a selector costs under this endpoint.
fn step_error(block: &Block, endpoint: Endpoint) -> f32 {
    let outer = INTENSITIES[usize::from(endpoint.table)][3] as f32;
    let step = outer * 0.6;
    step * step * WEIGHT_SUM * block.importance
}

/// A palette, and each block's entry in it.
fn cluster(blocks: &[Block], endpoints: &[Endpoint], lambda: f32) -> (Vec<Selectors>, Vec<u16>) {
    let best: Vec<Selectors> = blocks
        .iter()
        .zip(endpoints)
        .map(|(block, endpoint)| best_selectors(&block.errors(*endpoint)))
        .collect();
    let mut order: Vec<u32> = (0..blocks.len() as u32).collect();
    order.sort_unstable_by_key(|block| (best[*block as usize], *block));
    let groups: Vec<&[u32]> = order
        .chunk_by(|a, b| best[*a as usize] == best[*b as usize])
        .collect();
    let points: Vec<Point<16>> = groups
        .iter()
        .map(|group| {
            let steps = group.iter().map(|block| {
                let block = *block as usize;
                step_error(&blocks[block], endpoints[block])
            });
            point(best[group[0] as usize], steps.sum())
        })
        .collect();
    let stop = Stop {
        leaves_max: PALETTE_MAX,
        error_min: lambda * SPLIT_BITS,
    };
    let leaves = clusters(&points, stop);
    let mut own = vec![0; blocks.len()];
    for (leaf, members) in leaves.iter().enumerate() {
        for block in members.iter().flat_map(|group| groups[*group as usize]) {
            own[*block as usize] = leaf as u16;
        }
    }
    (centres(blocks, endpoints, &own, leaves.len()), own)
}

/// The pattern of least error for all blocks of each entry: pixel by pixel.
fn centres(
    blocks: &[Block],
    endpoints: &[Endpoint],
    own: &[u16],
    entries: usize,
) -> Vec<Selectors> {
    let mut sums: Vec<Errors> = vec![[[0.0; 16]; 4]; entries];
    for ((block, endpoint), entry) in blocks.iter().zip(endpoints).zip(own) {
        let errors = block.errors(*endpoint);
        let sums = sums[usize::from(*entry)].as_flattened_mut();
        for (sum, error) in sums.iter_mut().zip(errors.as_flattened()) {
            *sum += error * block.importance;
        }
    }
    sums.iter().map(best_selectors).collect()
}

/// What naming a pattern costs, in bits.
struct Costs {
    recent: [f32; HISTORY],
    /// An entry's own, with its share of being there at all.
    entries: Vec<f32>,
}

impl Costs {
    fn first(entries: usize) -> Self {
        let index = (entries as f32).max(2.0).log2() + 1.0;
        Self {
            recent: std::array::from_fn(|place| 2.5 + (place as f32 + 1.0).log2() * 0.75),
            entries: vec![index; entries],
        }
    }

    fn counted(names: &[Name], entries: usize) -> Self {
        let mut recent = [0.5_f32; HISTORY];
        let mut named = vec![0.0_f32; entries];
        for name in names {
            match name {
                Name::Entry(entry) => named[usize::from(*entry)] += 1.0,
                Name::Recent(place) => recent[usize::from(*place)] += 1.0,
            }
        }
        let all = names.len() as f32 + 1.0;
        let of_entry = |count: &f32| (all / (count + 0.25)).log2() + ENTRY_BITS / (count + 0.5);
        Self {
            recent: recent.map(|count| (all / count).log2()),
            entries: named.iter().map(of_entry).collect(),
        }
    }
}

/// Each block's least error + λ × bits, in the order of the stream.
fn walk(
    blocks: &[Block],
    endpoints: &[Endpoint],
    slices: &[Slice],
    palette: &[Selectors],
    own: &[u16],
    lambda: f32,
    costs: &Costs,
) -> (Vec<Name>, Vec<u16>) {
    let mut names = Vec::with_capacity(blocks.len());
    let mut taken = Vec::with_capacity(blocks.len());
    for slice in slices {
        let mut history = History::new();
        for here in slice.first..slice.first + slice.across * slice.down {
            let block = &blocks[here];
            let errors = block.errors(endpoints[here]);
            let rate = lambda / block.importance;
            let near = usize::from(own[here]);
            let range = near.saturating_sub(REACH)..(near + REACH + 1).min(palette.len());
            let mut best = (f32::INFINITY, Name::Entry(own[here]));
            for entry in range {
                let total = error_of(&errors, palette[entry]) + rate * costs.entries[entry];
                if total < best.0 {
                    best = (total, Name::Entry(entry as u16));
                }
            }
            for (place, entry) in history.entries() {
                let cost = rate * costs.recent[usize::from(place)];
                if cost < best.0 {
                    let total = cost + error_of(&errors, palette[usize::from(entry)]);
                    if total < best.0 {
                        best = (total, Name::Recent(place));
                    }
                }
            }
            taken.push(match best.1 {
                Name::Entry(entry) => history.add(entry),
                Name::Recent(place) => history.touch(place),
            });
            names.push(best.1);
        }
    }
    (names, taken)
}

/// Takes out entries that no block names, and sorts the rest so that neighbours share bytes.
fn sort(palette: &mut Vec<Selectors>, names: &mut [Name]) {
    let mut used = vec![false; palette.len()];
    for name in names.iter() {
        if let Name::Entry(entry) = name {
            used[usize::from(*entry)] = true;
        }
    }
    // A new history holds entry 0 everywhere, and a block may name it from there.
    let mut order: Vec<usize> = (1..palette.len()).filter(|entry| used[*entry]).collect();
    order.sort_by_key(|entry| (palette[*entry].swap_bytes(), *entry));
    order.insert(0, 0);
    let mut renamed = vec![0_u16; palette.len()];
    for (new, old) in order.iter().enumerate() {
        renamed[*old] = new as u16;
    }
    for name in names.iter_mut() {
        if let Name::Entry(entry) = name {
            *entry = renamed[usize::from(*entry)];
        }
    }
    *palette = order.iter().map(|old| palette[*old]).collect();
}
