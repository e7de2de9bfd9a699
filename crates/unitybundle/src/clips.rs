//! Clips of the legacy player.

use bundler::model::{Animation, Channel, Interpolation as Kind, Model, Path};
use unityfs::build::model::{Clip, Curve, Interpolation, Track};

use crate::meshes::target_name;
use crate::nodes::Shown;

/// Every clip, also one that moves nothing: scenes play them by name.
pub(crate) fn clips(model: &Model, shown: &Shown) -> Vec<Clip> {
    let all = model.animations.iter().enumerate();
    all.map(|(number, animation)| clip(model, shown, number, animation))
        .collect()
}

fn clip(model: &Model, shown: &Shown, number: usize, animation: &Animation) -> Clip {
    let name = animation.name.as_deref().filter(|name| !name.is_empty());
    let mut curves = Vec::new();
    for channel in &animation.channels {
        // What moves a node that is not shown would be looked for in vain.
        let Some(node) = shown.place(channel.node) else {
            continue;
        };
        let curve = |track| Curve {
            node,
            times: channel.times.to_vec(),
            interpolation: match channel.interpolation {
                Kind::Linear => Interpolation::Linear,
                Kind::Step => Interpolation::Step,
                Kind::CubicSpline => Interpolation::CubicSpline,
            },
            track,
        };
        match channel.path {
            Path::Translation => curves.push(curve(Track::Translation(vectors(channel)))),
            Path::Rotation => curves.push(curve(Track::Rotation(vectors(channel)))),
            Path::Scale => curves.push(curve(Track::Scale(vectors(channel)))),
            Path::Weights => {
                let tracks = weights(model, channel);
                curves.extend(tracks.into_iter().map(curve));
            }
        }
    }
    Clip {
        name: name.map_or_else(|| format!("Clip_{number}"), str::to_owned),
        curves,
    }
}

/// Keys of so many numbers; those of splines with their tangents.
fn vectors<const N: usize>(channel: &Channel) -> Vec<[f32; N]> {
    channel.values.as_chunks::<N>().0.to_vec()
}

/// A track for each morph target.
fn weights(model: &Model, channel: &Channel) -> Vec<Track> {
    let Some(mesh) = model.nodes[channel.node].mesh else {
        return Vec::new();
    };
    let mesh = &model.meshes[mesh];
    let tracks = (0..channel.width).map(|target| Track::Weight {
        target: target_name(mesh, target),
        values: {
            let values = channel.values.iter().skip(target);
            values.step_by(channel.width).copied().collect()
        },
    });
    tracks.collect()
}
