//! Checking: what came out says and shows what came in.
//!
//! The output is read back by the reader, so codecs and rounding are part of what is checked.

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

/// What is wrong with an output; `None` when it is right.
pub(crate) fn problem(
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
    let after = match read(&source, &options.limits) {
        Ok(read) => facts(&read.model),
        Err(error) => return Some(format!("cannot be read back: {error}")),
    };
    difference(before, &after)
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
