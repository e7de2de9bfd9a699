//! Poses: clips move every node as they did, also between the keys.

use std::collections::BTreeMap;

use crate::model::space::{Matrix, multiply, stretch};
use crate::model::{Animation, Channel, Model, Path, Transform};
use crate::tracks::{rest, sample};

/// Times a clip is looked at, none of them likely to be a key's.
const TIMES: usize = 5;
/// World matrices that are compared at most: of models with more, later clips are not looked at.
const MATRICES_MAX: usize = 1 << 20;
/// Of the model's size a node may be off: a limb of four joints, each off by its tolerance.
const OFF: f64 = 1.0 / 256.0;
/// Of its own length an axis of a node may be off.
const AXIS_OFF: f64 = 1.0 / 64.0;
/// Of its parent's: clips hide nodes by making them very small, and scales are factors.
const SCALE_OFF: f64 = 1.0 / 256.0;
const WEIGHT_OFF: f32 = 1.0 / 64.0;

/// What clip, if any, poses the second model in another way. `size` is in metres.
pub(super) fn difference(before: &Model, after: &Model, size: f64) -> Option<String> {
    let (skeleton, other) = (Skeleton::of(before), Skeleton::of(after));
    let a_clip = (before.nodes.len() * TIMES).max(1);
    let clips = before.animations.iter().zip(&after.animations);
    for (clip, other_clip) in clips.take(MATRICES_MAX / a_clip) {
        let times = times(clip);
        let (poses, others) = (
            skeleton.tracks(clip, &times),
            other.tracks(other_clip, &times),
        );
        let name = clip.name.as_deref().unwrap_or_default();
        for (number, time) in times.iter().enumerate() {
            let (pose, other_pose) = (skeleton.pose(&poses, number), other.pose(&others, number));
            let nodes = pose.iter().zip(&other_pose).enumerate();
            for (node, (matrix, other_matrix)) in nodes {
                let parent = before.nodes[node].parent.map_or(1.0, |p| stretch(&pose[p]));
                if let Some(off) = off(matrix, other_matrix, size, parent) {
                    return Some(format!("clip {name:?} at {time} s has node {node} {off}"));
                }
            }
        }
        if let Some(node) = other_weights(before, after, (clip, other_clip), &times) {
            return Some(format!("clip {name:?} morphs node {node} in another way"));
        }
    }
    None
}

fn times(clip: &Animation) -> Vec<f32> {
    let starts = clip.channels.iter().map(|channel| channel.times[0]);
    let (start, end) = (starts.fold(f32::MAX, f32::min), clip.duration());
    if clip.channels.is_empty() || start >= end {
        return vec![end];
    }
    // The golden section of each part.
    let part = (end - start) / TIMES as f32;
    let inner = (0..TIMES).map(|i| start + part * (i as f32 + 0.618));
    inner.collect()
}

/// How far a node is off, in words; `None` when it is where it was.
fn off(matrix: &Matrix, other: &Matrix, size: f64, parent: f64) -> Option<String> {
    let apart = |column: usize| {
        let squares =
            (0..3).map(|row| (matrix[column * 4 + row] - other[column * 4 + row]).powi(2));
        squares.sum::<f64>().sqrt()
    };
    // Far from the origin floats are coarse.
    let moved = apart(3);
    let far = matrix[12..15]
        .iter()
        .fold(0.0, |far: f64, c| far.max(c.abs()));
    if moved > size * OFF + far * 1e-5 {
        return Some(format!("{moved} m elsewhere"));
    }
    let turned = (0..3).map(apart).fold(0.0, f64::max);
    let allowed = stretch(matrix) * AXIS_OFF + parent * SCALE_OFF;
    (turned > allowed).then(|| format!("turned or stretched by {turned}"))
}

/// The node whose morph targets another clip weighs differently, if any.
fn other_weights(
    before: &Model,
    after: &Model,
    (clip, other): (&Animation, &Animation),
    times: &[f32],
) -> Option<usize> {
    let weights = |clip: &Animation| -> BTreeMap<usize, Channel> {
        let channels = clip.channels.iter().filter(|c| c.path == Path::Weights);
        channels.map(|c| (c.node, c.clone())).collect()
    };
    let (tracks, others) = (weights(clip), weights(other));
    let sampled = |model: &Model, own: Option<&Channel>, any: &Channel| match own {
        Some(channel) => sample(channel, times),
        None => rest(model, any).unwrap_or_default().repeat(times.len()),
    };
    let nodes = tracks.iter().chain(&others);
    let mut differing = nodes.filter(|(node, any)| {
        let a = sampled(before, tracks.get(node), any);
        let b = sampled(after, others.get(node), any);
        let apart = a.iter().zip(&b).any(|(a, b)| (a - b).abs() > WEIGHT_OFF);
        a.len() != b.len() || apart
    });
    differing.next().map(|(node, _)| *node)
}

/// A model's nodes at rest.
struct Skeleton<'m> {
    model: &'m Model,
    /// Each after its parent.
    order: Vec<usize>,
    rest: Vec<Matrix>,
}

/// Samples of a clip's tracks by the node they move.
type Tracks<'c> = BTreeMap<usize, Vec<(&'c Channel, Vec<f32>)>>;

impl<'m> Skeleton<'m> {
    fn of(model: &'m Model) -> Self {
        let nodes = model.nodes.iter();
        Self {
            model,
            order: model.parents_first(),
            rest: nodes.map(|node| node.transform.matrix()).collect(),
        }
    }

    fn tracks<'c>(&self, clip: &'c Animation, times: &[f32]) -> Tracks<'c> {
        let mut tracks = Tracks::new();
        for channel in clip.channels.iter().filter(|c| c.path != Path::Weights) {
            let samples = sample(channel, times);
            tracks
                .entry(channel.node)
                .or_default()
                .push((channel, samples));
        }
        tracks
    }

    /// Every node's matrix to the world at the time of that number.
    fn pose(&self, tracks: &Tracks<'_>, number: usize) -> Vec<Matrix> {
        let mut world = self.rest.clone();
        for &node in &self.order {
            if let Some(tracks) = tracks.get(&node) {
                world[node] = self.moved(node, tracks, number).matrix();
            }
            if let Some(parent) = self.model.nodes[node].parent {
                world[node] = multiply(&world[parent], &world[node]);
            }
        }
        world
    }

    fn moved(&self, node: usize, tracks: &[(&Channel, Vec<f32>)], number: usize) -> Transform {
        // A matrix may not be animated; where one is, tracks take its place.
        let (mut translation, mut rotation, mut scale) = ([0.0; 3], [0.0, 0.0, 0.0, 1.0], [1.0; 3]);
        if let Transform::Trs {
            translation: t,
            rotation: r,
            scale: s,
        } = self.model.nodes[node].transform
        {
            (translation, rotation, scale) = (t, r, s);
        }
        for (channel, samples) in tracks {
            let value = &samples[number * channel.width..][..channel.width];
            match channel.path {
                Path::Translation => translation.copy_from_slice(value),
                Path::Rotation => rotation.copy_from_slice(value),
                Path::Scale => scale.copy_from_slice(value),
                Path::Weights => {}
            }
        }
        Transform::Trs {
            translation,
            rotation,
            scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Geometry, Interpolation, Mesh, MorphTarget, Node, Primitive};

    fn track(path: Path, width: usize, values: &[f32]) -> Channel {
        Channel {
            node: 0,
            path,
            interpolation: Interpolation::Linear,
            times: (0..values.len() / width).map(|key| key as f32).collect(),
            width,
            values: values.into(),
        }
    }

    /// A node that moves and morphs, and its child two metres away.
    fn model() -> Model {
        let child = Node {
            parent: Some(0),
            transform: Transform::Matrix(std::array::from_fn(|i| match i {
                0 | 5 | 10 | 15 => 1.0,
                12 => 2.0,
                _ => 0.0,
            })),
            ..Node::default()
        };
        let parent = Node {
            children: vec![1],
            mesh: Some(0),
            ..Node::default()
        };
        Model {
            nodes: vec![parent, child],
            meshes: vec![Mesh {
                primitives: vec![Primitive::default()],
                ..Mesh::default()
            }],
            geometries: vec![Geometry {
                targets: vec![MorphTarget::default()],
                ..Geometry::default()
            }],
            animations: vec![Animation {
                channels: vec![
                    track(
                        Path::Translation,
                        3,
                        &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
                    ),
                    track(Path::Rotation, 4, &[0.0, 0.0, 0.0, 1.0, 0.0, 0.6, 0.0, 0.8]),
                    track(Path::Weights, 1, &[0.0, 1.0]),
                ],
                ..Animation::default()
            }],
            ..Model::default()
        }
    }

    fn told(change: impl Fn(&mut Vec<Channel>)) -> Option<String> {
        let mut changed = model();
        change(&mut changed.animations[0].channels);
        difference(&model(), &changed, 2.0)
    }

    #[test]
    fn poses_between_keys_are_compared() {
        let with = |number: usize, values: &[f32]| {
            told(|tracks| tracks[number].values = values.into()).unwrap_or_default()
        };
        assert_eq!(told(|_| {}), None);
        assert_eq!(
            with(0, &[0.0, 0.0, 0.0, 0.0, 1.004, 0.0, 0.0, 0.0, 0.0]),
            ""
        );
        // The middle key alone: names, durations and the rest pose are as they were.
        let moved = with(0, &[0.0, 0.0, 0.0, 0.0, 1.1, 0.0, 0.0, 0.0, 0.0]);
        assert!(
            moved.contains("node 0") && moved.contains("elsewhere"),
            "{moved}"
        );
        let turned = with(1, &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
        assert!(turned.contains("turned"), "{turned}");
        let morphed = with(2, &[0.0, 0.9]);
        assert!(morphed.contains("morphs node 0"), "{morphed}");
        let gone = told(|tracks| tracks.truncate(2)).unwrap_or_default();
        assert!(gone.contains("morphs node 0"), "{gone}");
    }
}
