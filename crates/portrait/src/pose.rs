//! How an avatar stands: where each bone is to its parent, and the posed skeleton all meshes hang on.

use std::collections::BTreeMap;

use glam::{Mat4, Quat, Vec3};
use serde::Deserialize;

use crate::model::{Graph, Model};

/// The JSON is no pose.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the pose is not JSON of the expected shape: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the numbers of bone {0:?} make no transform")]
    Transform(String),
}

/// Local transforms of bones by name. Bones without one keep their rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pose {
    bones: BTreeMap<String, Bone>,
    aims: Vec<Aim>,
}

/// Turns a bone so that the next one lies in a given direction from it.
#[derive(Clone, Debug, PartialEq)]
struct Aim {
    bone: &'static str,
    child: &'static str,
    direction: Vec3,
}

/// What of a bone's transform a pose sets; the rest stays as at rest.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Bone {
    translation: Option<[f32; 3]>,
    rotation: Option<[f32; 4]>,
    scale: Option<[f32; 3]>,
}

impl Bone {
    /// The bone's local transform, or none where the parts make no finite one.
    fn local(&self, rest: Mat4) -> Option<Mat4> {
        let (scale, rotation, translation) = rest.to_scale_rotation_translation();
        let scale = self.scale.map_or(scale, Vec3::from_array);
        let rotation = self.rotation.map_or(rotation, Quat::from_array);
        let translation = self.translation.map_or(translation, Vec3::from_array);
        let length = rotation.length();
        if !(length.is_finite() && length > 1e-6) {
            return None;
        }
        let rotation = rotation * (1.0 / length);
        let local = Mat4::from_scale_rotation_translation(scale, rotation, translation);
        local.is_finite().then_some(local)
    }
}

impl Pose {
    /// Reads `{"<bone>": {"translation": [x,y,z], "rotation": [x,y,z,w], "scale": [x,y,z]}}`, in the
    /// skeleton's own units; each of the three may be absent.
    ///
    /// # Errors
    /// The text is not JSON of this shape, or the numbers of a bone make no transform.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let bones: BTreeMap<String, Bone> = serde_json::from_slice(json)?;
        if let Some((name, _)) = bones
            .iter()
            .find(|(_, bone)| bone.local(Mat4::IDENTITY).is_none())
        {
            return Err(Error::Transform(name.clone()));
        }
        Ok(Self {
            bones,
            aims: Vec::new(),
        })
    }

    /// As the body shape was modelled: arms stretched out.
    #[must_use]
    pub fn rest() -> Self {
        Self::default()
    }

    /// Standing with the arms at the sides: the rest pose with the arms let down, for whoever has no
    /// better one at hand.
    #[must_use]
    pub fn standing() -> Self {
        let mut aims = Vec::new();
        // The avatar looks to +Z, so that its left is +X.
        for (side, bones) in [(1.0, ARMS[0]), (-1.0, ARMS[1])] {
            let directions = [[0.32 * side, -1.0, -0.04], [0.14 * side, -1.0, 0.14]];
            for (pair, direction) in bones.windows(2).zip(directions) {
                aims.push(Aim {
                    bone: pair[0],
                    child: pair[1],
                    direction: Vec3::from_array(direction).normalize(),
                });
            }
        }
        Self {
            bones: BTreeMap::new(),
            aims,
        }
    }
}

const ARMS: [[&str; 3]; 2] = [
    ["Avatar_LeftArm", "Avatar_LeftForeArm", "Avatar_LeftHand"],
    ["Avatar_RightArm", "Avatar_RightForeArm", "Avatar_RightHand"],
];

/// Where each bone of the posed body shape stands in the world, by name.
#[derive(Debug)]
pub(crate) struct Skeleton {
    bones: BTreeMap<String, Mat4>,
}

/// Node transforms of `graph`, its bones posed.
fn posed(graph: &Graph, pose: &Pose, locals: &BTreeMap<&str, Mat4>) -> Vec<Mat4> {
    let mut globals = vec![Mat4::IDENTITY; graph.nodes.len()];
    for &index in &graph.order {
        let node = &graph.nodes[index];
        let parent = node.parent.map_or(Mat4::IDENTITY, |parent| globals[parent]);
        let name = node.name.as_str();
        let local = locals.get(name).copied();
        let local = local.or_else(|| pose.bones.get(name)?.local(node.local));
        globals[index] = parent * local.unwrap_or(node.local);
    }
    globals
}

/// The local transform that turns `aim.bone` as wanted, or none if the skeleton lacks it.
fn aimed(graph: &Graph, globals: &[Mat4], aim: &Aim) -> Option<Mat4> {
    let find = |name| graph.nodes.iter().position(|node| node.name == name);
    let (bone, child) = (find(aim.bone)?, find(aim.child)?);
    let now = globals[child].w_axis.truncate() - globals[bone].w_axis.truncate();
    let turn = Quat::from_rotation_arc(now.try_normalize()?, aim.direction);
    let at = globals[bone].w_axis.truncate();
    let turned = Mat4::from_translation(at) * Mat4::from_quat(turn) * Mat4::from_translation(-at);
    let parent = graph.nodes[bone]
        .parent
        .map_or(Mat4::IDENTITY, |parent| globals[parent]);
    let local = parent.inverse() * turned * globals[bone];
    local.is_finite().then_some(local)
}

impl Skeleton {
    /// Poses the skeleton of a body shape.
    pub(crate) fn new(body: &Model, pose: &Pose) -> Self {
        let graph = &body.graph;
        let mut locals = BTreeMap::new();
        for aim in &pose.aims {
            let globals = posed(graph, pose, &locals);
            if let Some(local) = aimed(graph, &globals, aim) {
                locals.insert(aim.bone, local);
            }
        }
        let globals = posed(graph, pose, &locals);
        let joints = body.skins.iter().flat_map(|skin| &skin.joints);
        let bones = joints.map(|joint| (graph.nodes[*joint].name.clone(), globals[*joint]));
        Self {
            bones: bones.collect(),
        }
    }

    /// Where a bone stands. A numbered copy, as modelling programs make them, is the bone itself.
    pub(crate) fn bone(&self, name: &str) -> Option<Mat4> {
        let found = self.bones.get(name).or_else(|| {
            let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let plain = digits.strip_suffix(['_', '.'])?;
            self.bones.get(plain).filter(|_| digits.len() < name.len())
        });
        found.copied()
    }
}
