//! The best endpoint for one block.
//!
//! ETC1S adds the same amount to all channels, so what a table can do is a matter of one number a
//! pixel: how far it lies from the block's mean along the grey axis. Tables are tried in that one
//! dimension, and only the best few on the real pixels.

use super::block::{Block, Endpoint, INTENSITIES, WEIGHT_SUM, to_five};

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
    let mut search = Search {
        block,
        best: Endpoint::default(),
        error: f32::INFINITY,
    };
    if reach < FLAT {
        for (table, shift) in FLAT_TRIES {
            search.consider(shifted(means, shift), table);
        }
    } else {
        let mut tried: [(f32, u8, f32); 8] = std::array::from_fn(|table| {
            let (error, shift) = fit_table(&greys, table);
            (error, table as u8, shift)
        });
        tried.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, table, shift) in &tried[..3] {
            for step in STEPS {
                search.consider(shifted(means, shift + step), *table);
            }
        }
    }
    search.settle();
    search.best
}

/// The nearest colour to a block's means, moved along the grey axis.
fn shifted([r, g, b, _]: [f32; 4], shift: f32) -> [u8; 3] {
    [r, g, b].map(|mean| to_five(mean + shift))
}

/// Half a step of five bits either way: channels round at different places.
const STEPS: [f32; 3] = [0.0, -4.0, 4.0];
/// Tables and shifts of the base that put one selector's colour near the mean of a flat block.
const FLAT_TRIES: [(u8, f32); 12] = [
    (0, -8.0),
    (0, -6.0),
    (0, -4.0),
    (0, -2.0),
    (0, 0.0),
    (0, 2.0),
    (0, 4.0),
    (0, 6.0),
    (0, 8.0),
    (1, -5.0),
    (1, 5.0),
    (2, -9.0),
];

/// The best endpoint so far.
struct Search<'a> {
    block: &'a Block,
    best: Endpoint,
    error: f32,
}

impl Search<'_> {
    fn consider(&mut self, colour: [u8; 3], table: u8) {
        let endpoint = Endpoint { colour, table };
        let error = self.block.error(endpoint);
        if error < self.error {
            (self.error, self.best) = (error, endpoint);
        }
    }

    /// Moves the best a little for as long as that helps: to the colour its selectors want, to the
    /// tables beside it, a step along the grey axis.
    fn settle(&mut self) {
        for _ in 0..3 {
            let Endpoint { colour, table } = self.best;
            if self.error == 0.0 {
                return;
            }
            let wanted = self.block.wanted_colour(self.best).map(to_five);
            if wanted != colour {
                self.consider(wanted, table);
            }
            if table > 0 {
                self.consider(colour, table - 1);
            }
            if table < 7 {
                self.consider(colour, table + 1);
            }
            self.consider(colour.map(|five| (five + 1).min(31)), table);
            self.consider(colour.map(|five| five.saturating_sub(1)), table);
            if self.best == (Endpoint { colour, table }) {
                return;
            }
        }
    }
}

/// Each pixel's distance from the mean along the grey axis.
fn greys(block: &Block, means: [f32; 4]) -> [f32; 16] {
    let mut greys = [0.0; 16];
    let channels = block.pixels.iter().zip(&means).zip(&block.weights);
    for ((values, mean), weight) in channels {
        let weight = weight / WEIGHT_SUM;
        for (grey, value) in greys.iter_mut().zip(values) {
            *grey += (value - mean) * weight;
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
