//! Checking: what came out says and shows what came in.
//!
//! The output is read back by the reader, so codecs and rounding are part of what is checked.

mod pose;
mod shape;

use std::borrow::Cow;

use crate::model::{AlphaMode, Model};
use crate::options::Options;
use crate::outcome::OutputFile;
use crate::read::read;
use crate::source::{Files, Source};
use shape::Shape;

/// What must not change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    /// Name, parent and skin of each node.
    nodes: Vec<(Option<String>, Option<usize>, Option<usize>)>,
    materials: Vec<(Option<String>, AlphaMode, bool)>,
    /// Name and seconds.
    clips: Vec<(Option<String>, f32)>,
    joints: Vec<Vec<usize>>,
    /// Images that textures in use lead to.
    textures: usize,
    shape: Shape,
}

/// Seconds a clip's end may move: the step keys are rounded to.
const CLIP_SECONDS: f32 = 1e-4;

/// Takes down the facts of a model.
pub(crate) fn facts(model: &Model) -> Facts {
    let nodes = model.nodes.iter();
    let materials = model.materials.iter();
    let clips = model.animations.iter();
    let textures = materials.clone().flat_map(|material| {
        let textures = material.core_textures();
        textures.filter(|(texture, _)| model.textures[texture.texture].image.is_some())
    });
    Facts {
        nodes: nodes
            .map(|node| (node.name.clone(), node.parent, node.skin))
            .collect(),
        textures: textures.count(),
        materials: materials
            .map(|m| (m.name.clone(), m.alpha_mode, m.double_sided))
            .collect(),
        clips: clips
            .map(|clip| (clip.name.clone(), clip.duration()))
            .collect(),
        joints: model.skins.iter().map(|skin| skin.joints.clone()).collect(),
        shape: shape::of(model),
    }
}

/// What is wrong with an output of a model with these facts; `None` when it is right.
pub(crate) fn problem(
    model: &Model,
    before: &Facts,
    output: &[u8],
    files: &[OutputFile],
    options: &Options<'_>,
) -> Option<String> {
    let source = Source {
        path: "",
        bytes: output,
        files: &Beside(files),
    };
    match read(&source, &options.limits) {
        Ok(read) => difference(before, &facts(&read.model))
            .or_else(|| pose::difference(model, &read.model, before.shape.size)),
        Err(error) => Some(format!("cannot be read back: {error}")),
    }
}

fn difference(before: &Facts, after: &Facts) -> Option<String> {
    let same = [
        ("nodes", before.nodes == after.nodes),
        ("materials", before.materials == after.materials),
        ("joints", before.joints == after.joints),
        ("textures", before.textures == after.textures),
        ("clips", same_clips(before, after)),
    ];
    if let Some((what, _)) = same.iter().find(|(_, same)| !same) {
        return Some(format!("its {what} differ"));
    }
    shape::difference(&before.shape, &after.shape)
}

fn same_clips(before: &Facts, after: &Facts) -> bool {
    let pairs = || before.clips.iter().zip(&after.clips);
    before.clips.len() == after.clips.len()
        && pairs().all(|(a, b)| {
            // Relative, because floats of long clips are coarser.
            let allowed = CLIP_SECONDS + a.1.abs() * 1e-5;
            a.0 == b.0 && (a.1 - b.1).abs() <= allowed
        })
}

/// The files beside an output.
struct Beside<'a>(&'a [OutputFile]);

impl Files for Beside<'_> {
    fn get(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let file = self.0.iter().find(|file| file.path == path);
        file.map(|file| Cow::Borrowed(&file.bytes[..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Animation, Geometry, Material, Mesh, Node, Primitive};

    fn model() -> Model {
        let square = |z: f32| Geometry {
            indices: vec![0, 1, 2, 2, 1, 3],
            positions: vec![[0.0, 0.0, z], [4.0, 0.0, z], [0.0, 4.0, z], [4.0, 4.0, z]],
            ..Geometry::default()
        };
        let mesh = |geometry| Mesh {
            primitives: vec![Primitive {
                geometry,
                ..Primitive::default()
            }],
            ..Mesh::default()
        };
        let node = |name: &str, mesh| Node {
            name: Some(name.to_owned()),
            mesh: Some(mesh),
            ..Node::default()
        };
        Model {
            nodes: vec![node("floor", 0), node("floor_collider", 1)],
            meshes: vec![mesh(0), mesh(1)],
            geometries: vec![square(0.0), square(1.0)],
            materials: vec![Material::default()],
            animations: vec![Animation::default()],
            ..Model::default()
        }
    }

    fn told(change: impl Fn(&mut Model)) -> Option<String> {
        let mut changed = model();
        change(&mut changed);
        difference(&facts(&model()), &facts(&changed))
    }

    #[test]
    fn what_is_equal_or_rounded_is_right() {
        assert_eq!(told(|_| {}), None);
        assert_eq!(told(|m| m.geometries[1].positions[3][2] += 2e-4), None);
        assert_eq!(told(|m| m.geometries[0].indices.rotate_left(3)), None);
    }

    #[test]
    fn every_loss_is_seen() {
        type Change = fn(&mut Model);
        let losses: [(&str, Change); 9] = [
            ("nodes", |m| m.nodes[1].name = None),
            ("nodes", |m| m.nodes[1].parent = Some(0)),
            ("materials", |m| m.materials[0].alpha_mode = AlphaMode::Mask),
            ("clips", |m| m.animations.clear()),
            ("shows nothing", |m| m.geometries[0].indices.clear()),
            ("elsewhere", |m| m.geometries[0].positions[3][0] = 4.1),
            ("area", |m| m.geometries[0].indices.truncate(3)),
            ("moved", |m| m.geometries[1].positions[1] = [3.98, 0.0, 1.0]),
            ("morph", |m| {
                m.geometries[0]
                    .targets
                    .push(crate::model::MorphTarget::default())
            }),
        ];
        for (word, change) in losses {
            let told = told(change).unwrap_or_default();
            assert!(told.contains(word), "{word}: {told:?}");
        }
    }
}
