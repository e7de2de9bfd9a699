//! The palette of endpoints, and which of them each block takes.
//!
//! Every block's own best endpoint is a point; clusters of them make the palette, as large as the
//! gain pays for. Then each block, in the order of the stream, weighs its palette entry against its
//! neighbours' endpoints, which cost next to nothing to name: the least of error + λ × bits wins.

use super::block::{Block, Endpoint, INTENSITIES, WEIGHT_SUM, Weights, expand, luma, to_five};
use super::fit::fit;
use super::tree::{Point, Stop, clusters};
use super::{PALETTE_MAX, Slice};

/// Where a block's endpoint comes from: the numbers are the stream's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Left = 0,
    Above = 1,
    AboveLeft = 2,
    Palette = 3,
}

/// A palette and each block's choice from it.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) palette: Vec<Endpoint>,
    pub(super) indices: Vec<u16>,
    pub(super) sources: Vec<Source>,
}

/// Bits a palette entry takes: three colours and a table, as differences.
const ENTRY_BITS: f32 = 14.0;
/// A leaf is split when that saves the entry, and what longer indices cost everybody.
const SPLIT_BITS: f32 = 2.0 * ENTRY_BITS;
const ROUNDS: usize = 2;

/// The palette of all slices and the choice of every block. `lambda` is error a bit.
pub(super) fn choose(blocks: &[Block], slices: &[Slice], lambda: f32) -> Choice {
    let fits: Vec<Endpoint> = blocks.iter().map(fit).collect();
    let (mut palette, mut own) = cluster(blocks, &fits, lambda);
    let mut costs = Costs::first(palette.len());
    let mut choice = Choice {
        palette: Vec::new(),
        indices: Vec::new(),
        sources: Vec::new(),
    };
    for round in 0..ROUNDS {
        (choice.indices, choice.sources) = walk(blocks, slices, &palette, &own, lambda, &costs);
        costs = Costs::counted(&choice, palette.len());
        if round + 1 < ROUNDS {
            refine(blocks, &fits, &choice.indices, &mut palette);
            own.copy_from_slice(&choice.indices);
        }
    }
    choice.palette = palette;
    drop_unused(&mut choice);
    order(&mut choice, slices);
    choice
}

/// A point whose squared distance from another is about the error of taking one for the other.
fn point(endpoint: Endpoint, weights: Weights, weight: f32) -> Point<5> {
    let colour = endpoint.colour.map(|five| expand(five) as f32);
    let scaled = |c: usize, value: f32| value * (16.0 * weights[c]).sqrt();
    let outer = INTENSITIES[usize::from(endpoint.table)][3] as f32;
    // An outer level is off for fewer than half the pixels.
    let reach = outer * (5.0 * WEIGHT_SUM).sqrt();
    Point {
        at: [
            scaled(0, colour[0]),
            scaled(1, colour[1]),
            scaled(2, colour[2]),
            scaled(3, luma(colour)),
            reach,
        ],
        weight,
    }
}

/// A palette, and each block's entry in it.
fn cluster(blocks: &[Block], fits: &[Endpoint], lambda: f32) -> (Vec<Endpoint>, Vec<u16>) {
    let mut order: Vec<u32> = (0..fits.len() as u32).collect();
    order.sort_unstable_by_key(|block| (fits[*block as usize], *block));
    let groups: Vec<&[u32]> = order
        .chunk_by(|a, b| fits[*a as usize] == fits[*b as usize])
        .collect();
    let points: Vec<Point<5>> = groups
        .iter()
        .map(|group| {
            let weight = group
                .iter()
                .map(|block| blocks[*block as usize].importance)
                .sum();
            point(
                fits[group[0] as usize],
                blocks[group[0] as usize].weights,
                weight,
            )
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
    let mut palette = vec![Endpoint::default(); leaves.len()];
    for (entry, members) in palette.iter_mut().zip(&leaves) {
        *entry = fits[groups[members[0] as usize][0] as usize];
    }
    refine(blocks, fits, &own, &mut palette);
    (palette, own)
}

/// Moves each entry to where its blocks have the least error: the mean of their own best
/// endpoints with the tables around it, or the colour that is best for the selectors they would
/// have now, if one of them is better than what is there.
fn refine(blocks: &[Block], fits: &[Endpoint], own: &[u16], palette: &mut [Endpoint]) {
    let mut sums = vec![([0.0_f32; 4], [0.0_f32; 3], 0.0_f32); palette.len()];
    for ((block, fit), entry) in blocks.iter().zip(fits).zip(own) {
        let (sum, shift, weight) = &mut sums[usize::from(*entry)];
        let wanted = block.wanted_colour(palette[usize::from(*entry)]);
        for channel in 0..3 {
            sum[channel] += expand(fit.colour[channel]) as f32 * block.importance;
            shift[channel] += wanted[channel] * block.importance;
        }
        sum[3] += INTENSITIES[usize::from(fit.table)][3] as f32 * block.importance;
        *weight += block.importance;
    }
    let candidates: Vec<[Endpoint; 4]> = sums
        .iter()
        .zip(palette.iter())
        .map(|((sum, wanted, weight), entry)| {
            let weight = weight.max(f32::MIN_POSITIVE);
            let [a, b, c] = around(sum.map(|s| s / weight), *entry);
            let colour = wanted.map(|w| to_five(w / weight));
            [
                a,
                b,
                c,
                Endpoint {
                    colour,
                    table: entry.table,
                },
            ]
        })
        .collect();
    let mut errors = vec![[0.0_f32; 4]; palette.len()];
    for (block, entry) in blocks.iter().zip(own) {
        let entry = usize::from(*entry);
        for (sum, candidate) in errors[entry].iter_mut().zip(&candidates[entry]) {
            *sum += block.error(*candidate) * block.importance;
        }
    }
    for ((entry, candidates), errors) in palette.iter_mut().zip(&candidates).zip(&errors) {
        let mut best = 0;
        for other in 1..candidates.len() {
            if errors[other] < errors[best] {
                best = other;
            }
        }
        *entry = candidates[best];
    }
}

/// What an entry may become: what it is, and the mean with the two tables around its reach.
fn around([r, g, b, outer]: [f32; 4], entry: Endpoint) -> [Endpoint; 3] {
    let colour = [r, g, b].map(to_five);
    let above = INTENSITIES
        .iter()
        .position(|levels| levels[3] as f32 >= outer)
        .unwrap_or(7);
    let with = |table: usize| Endpoint {
        colour,
        table: table as u8,
    };
    [entry, with(above), with(above.saturating_sub(1))]
}

/// What naming an endpoint costs, in bits.
struct Costs {
    sources: [f32; 4],
    /// An entry's own, with its share of being there at all.
    entries: Vec<f32>,
}

impl Costs {
    fn first(entries: usize) -> Self {
        let index = (entries as f32).max(2.0).log2() * 0.8;
        Self {
            sources: [1.2, 1.5, 2.5, 1.5],
            entries: vec![index; entries],
        }
    }

    fn counted(choice: &Choice, entries: usize) -> Self {
        let mut sources = [1.0_f32; 4];
        let mut named = vec![0.0_f32; entries];
        for (source, index) in choice.sources.iter().zip(&choice.indices) {
            sources[*source as usize] += 1.0;
            if *source == Source::Palette {
                named[usize::from(*index)] += 1.0;
            }
        }
        let all: f32 = sources.iter().sum();
        let index = (entries as f32).max(2.0).log2() * 0.8;
        Self {
            sources: sources.map(|count| (all / count).log2()),
            entries: named
                .iter()
                .map(|count| index + ENTRY_BITS / (count + 0.5))
                .collect(),
        }
    }
}

/// Each block's least error + λ × bits, in the order of the stream.
fn walk(
    blocks: &[Block],
    slices: &[Slice],
    palette: &[Endpoint],
    own: &[u16],
    lambda: f32,
    costs: &Costs,
) -> (Vec<u16>, Vec<Source>) {
    let mut indices = vec![0_u16; blocks.len()];
    let mut sources = vec![Source::Palette; blocks.len()];
    for slice in slices {
        for place in 0..slice.across * slice.down {
            let here = slice.first + place;
            let block = &blocks[here];
            let rate = lambda / block.importance;
            let bits = costs.sources[3] + costs.entries[usize::from(own[here])];
            let error = block.error(palette[usize::from(own[here])]);
            let mut best = (error + rate * bits, own[here], Source::Palette);
            for (source, back) in slice.neighbours(place) {
                let index = indices[here - back];
                let cost = rate * costs.sources[source as usize];
                if cost < best.0 {
                    let total = cost + block.error(palette[usize::from(index)]);
                    if total < best.0 {
                        best = (total, index, source);
                    }
                }
            }
            (indices[here], sources[here]) = (best.1, best.2);
        }
    }
    (indices, sources)
}

/// Numbers the palette so that differences between blocks that follow each other are cheapest: the
/// order of the tree, of brightness, or of tables and brightness, whichever it is.
fn order(choice: &mut Choice, slices: &[Slice]) {
    let brightness = |entry: &Endpoint| {
        let [r, g, b] = entry.colour.map(|c| expand(c) as u32);
        2 * r + 5 * g + b
    };
    let all = 0..choice.palette.len();
    let mut by_brightness: Vec<usize> = all.clone().collect();
    by_brightness.sort_by_key(|i| (brightness(&choice.palette[*i]), choice.palette[*i]));
    let mut by_table = by_brightness.clone();
    by_table.sort_by_key(|i| choice.palette[*i].table);
    let orders = [all.collect(), by_brightness, by_table];
    let bits: Vec<f32> = orders
        .iter()
        .map(|order| difference_bits(choice, slices, order))
        .collect();
    let mut best = 0;
    for other in 1..orders.len() {
        if bits[other] < bits[best] {
            best = other;
        }
    }
    renumber(choice, &orders[best]);
}

/// About how many bits the blocks' differences take when the palette is in an order.
fn difference_bits(choice: &Choice, slices: &[Slice], order: &[usize]) -> f32 {
    let count = order.len();
    let mut places = vec![0; count];
    order
        .iter()
        .enumerate()
        .for_each(|(place, old)| places[*old] = place);
    let mut counts = vec![0_u32; count];
    for slice in slices {
        let mut before = 0;
        for here in slice.first..slice.first + slice.across * slice.down {
            let place = places[usize::from(choice.indices[here])];
            if choice.sources[here] == Source::Palette {
                counts[(place + count - before) % count] += 1;
            }
            before = place;
        }
    }
    let all: u32 = counts.iter().sum();
    let used = counts.iter().filter(|count| **count > 0);
    used.map(|count| *count as f32 * (all as f32 / *count as f32).log2())
        .sum()
}

/// Puts the palette in an order, given by old numbers.
fn renumber(choice: &mut Choice, order: &[usize]) {
    let mut renamed = vec![0_u16; order.len()];
    order
        .iter()
        .enumerate()
        .for_each(|(new, old)| renamed[*old] = new as u16);
    choice
        .indices
        .iter_mut()
        .for_each(|index| *index = renamed[usize::from(*index)]);
    choice.palette = order.iter().map(|old| choice.palette[*old]).collect();
}

/// Takes entries out that no block has; the others keep their order.
fn drop_unused(choice: &mut Choice) {
    let mut used = vec![false; choice.palette.len()];
    choice
        .indices
        .iter()
        .for_each(|index| used[usize::from(*index)] = true);
    let mut renamed = vec![0_u16; used.len()];
    let mut kept = Vec::new();
    for (old, entry) in choice.palette.iter().enumerate() {
        if used[old] {
            renamed[old] = kept.len() as u16;
            kept.push(*entry);
        }
    }
    choice
        .indices
        .iter_mut()
        .for_each(|index| *index = renamed[usize::from(*index)]);
    choice.palette = kept;
}
