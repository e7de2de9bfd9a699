//! The best endpoint for one block.
//!
//! ETC1S adds the same amount to all channels, so what a table can do is a matter of one number a
//! pixel: how far it lies from the block's mean along the grey axis. Tables are tried in that one
//! dimension, and only the best few on the real pixels.

use super::block::{Block, Endpoint, INTENSITIES, WEIGHT_SUM, WEIGHTS, to_five};

/// Below this distance from the mean (in grey), a block counts as flat.
const FLAT: f32 = 3.0;

/// An endpoint of least error, or nearly.
pub(super) fn fit(block: &Block) -> Endpoint {
    let means = block
        .pixels
        .each_ref()
        .map(|channel| channel.iter().sum::<f32>() / 16.0);
    let greys = greys(block, means);
    let reach = greys
        .iter()
        .fold(0.0_f32, |reach, grey| reach.max(grey.abs()));
    let mut best = (f32::INFINITY, Endpoint::default());
    let mut consider = |table: usize, shift: f32| {
        let endpoint = Endpoint {
            colour: means.map(|mean| to_five(mean + shift)),
            table: table as u8,
        };
        let error = block.error(endpoint);
        if error < best.0 {
            best = (error, endpoint);
        }
    };
    if reach < FLAT {
        [-8.0, -2.0, 2.0, 8.0]
            .iter()
            .for_each(|shift| consider(0, *shift));
        return best.1;
    }
    let mut tried: [(f32, usize, f32); 8] = std::array::from_fn(|table| {
        let (error, shift) = fit_table(&greys, table);
        (error, table, shift)
    });
    tried.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, table, shift) in &tried[..3] {
        consider(*table, *shift);
    }
    // The other way round, where most pixels sit at one of the inner levels.
    let (_, table, shift) = tried[0];
    consider(table, shift + 4.0);
    consider(table, shift - 4.0);
    best.1
}

/// Each pixel's distance from the mean along the grey axis.
fn greys(block: &Block, means: [f32; 3]) -> [f32; 16] {
    let mut greys = [0.0; 16];
    for channel in 0..3 {
        let weight = WEIGHTS[channel] / WEIGHT_SUM;
        for (grey, value) in greys.iter_mut().zip(&block.pixels[channel]) {
            *grey += (value - means[channel]) * weight;
        }
    }
    greys
}

/// The error of a table in one dimension, and how far the base must move from the mean for it: two
/// rounds of assigning pixels and moving the base.
fn fit_table(greys: &[f32; 16], table: usize) -> (f32, f32) {
    let [_, _, inner, outer] = INTENSITIES[table].map(|level| level as f32);
    let edge = (inner + outer) / 2.0;
    let mut shift = 0.0;
    let mut error = 0.0;
    for _ in 0..2 {
        let mut residuals = [0.0; 16];
        for (residual, grey) in residuals.iter_mut().zip(greys) {
            let from_base = grey - shift;
            let size = from_base.abs();
            let level = if size > edge { outer } else { inner };
            *residual = grey - level.copysign(from_base);
        }
        shift = residuals.iter().sum::<f32>() / 16.0;
        error = residuals.iter().map(|r| (r - shift) * (r - shift)).sum();
    }
    (error, shift)
}
