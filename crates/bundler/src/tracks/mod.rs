//! Fewer keys for the same movement.
//!
//! A track that never moves keeps one key; if it is also what the node does at rest, in every clip,
//! it goes. Other tracks are sampled on the grid their clip was made on and keep every second, fourth,
//! eighth… sample as long as what lies between comes out within [`Tolerance`]. Tracks of a clip share
//! their times, because in a small file the description of a list of times weighs more than the list.
//! Every clip keeps its name, its first and its last time.

mod clip;
mod curve;
mod grid;

use std::collections::BTreeMap;

pub(crate) use curve::sample;

use crate::model::space::stretch;
use crate::model::{Animation, Channel, Model, Path, Transform};
use crate::scale::world_extent;

/// How far from the original a track may come out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tolerance {
    /// In the track's own unit: parents' units for translations, radians, factors, weights.
    pub(crate) error: f32,
    /// The same for tracks that are taken to stand still.
    pub(crate) still: f32,
}

/// Radians a rotation may be off: 1 mm at the end of an arm of one metre.
const ANGLE_RADIANS: f32 = 1e-3;
/// Of the model's size a translation may be off.
const DISTANCE_SHARE: f64 = 5e-5;
const SCALE_FACTOR: f32 = 1e-3;
const WEIGHT: f32 = 1e-3;

/// What all clips do to one property of one node.
type Targets = BTreeMap<(usize, Path), bool>;

/// Reduces the keys of all clips in place.
pub(crate) fn reduce(model: &mut Model) {
    if model.animations.is_empty() {
        return;
    }
    let tolerances = tolerances(model);
    let tolerance = |channel: &Channel| tolerances[channel.node].of(channel.path);
    let mut moved = Targets::new();
    for channel in model.animations.iter().flat_map(|clip| &clip.channels) {
        let rest = rest(model, channel);
        let still = curve::still(channel, tolerance(channel).still);
        let near = |rest: &[f32]| {
            curve::distance(channel.path, rest, channel.key(0)) <= tolerance(channel).still
        };
        let idle = still && rest.as_deref().is_some_and(near);
        *moved.entry((channel.node, channel.path)).or_default() |= !idle;
    }
    let clips = std::mem::take(&mut model.animations);
    let reduced = clips.into_iter().map(|clip| Animation {
        channels: clip::reduce(&clip.channels, &moved, &tolerance),
        ..clip
    });
    model.animations = reduced.collect();
}

/// What a node does without any clip, in what a track moves; `None` where that is not known.
pub(crate) fn rest(model: &Model, channel: &Channel) -> Option<Vec<f32>> {
    let node = &model.nodes[channel.node];
    let Transform::Trs {
        translation,
        rotation,
        scale,
    } = node.transform
    else {
        return None;
    };
    Some(match channel.path {
        Path::Translation => translation.to_vec(),
        Path::Rotation => rotation.to_vec(),
        Path::Scale => scale.to_vec(),
        Path::Weights => {
            let mesh = node.mesh.map(|mesh| &model.meshes[mesh].weights);
            let weights = [Some(&node.weights), mesh].into_iter().flatten();
            let mut weights = weights.filter(|weights| weights.len() == channel.width);
            weights.next().cloned().unwrap_or(vec![0.0; channel.width])
        }
    })
}

/// Tolerances of one node's tracks.
struct NodeTolerance {
    translation: f32,
}

impl NodeTolerance {
    fn of(&self, path: Path) -> Tolerance {
        let (error, still) = match path {
            Path::Translation => (self.translation, self.translation * 0.2),
            Path::Rotation => (ANGLE_RADIANS, ANGLE_RADIANS * 0.2),
            Path::Scale => (SCALE_FACTOR, SCALE_FACTOR * 0.1),
            Path::Weights => (WEIGHT, WEIGHT * 0.1),
        };
        Tolerance { error, still }
    }
}

fn tolerances(model: &Model) -> Vec<NodeTolerance> {
    let world = model.world_matrices();
    let distance = world_extent(model, &world) * DISTANCE_SHARE;
    let nodes = model.nodes.iter();
    nodes
        .map(|node| {
            let parent = node.parent.map_or(1.0, |parent| stretch(&world[parent]));
            NodeTolerance {
                translation: (distance / parent.max(1e-9)) as f32,
            }
        })
        .collect()
}

/// For each node the power of two of the step its translations may be rounded to.
pub(crate) fn translation_exponents(model: &Model) -> Vec<i32> {
    let tolerances = tolerances(model);
    let steps = tolerances
        .iter()
        .map(|node| node.translation.log2().round());
    steps.map(|exponent| exponent as i32).collect()
}
