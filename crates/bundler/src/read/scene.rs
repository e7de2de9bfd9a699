//! Scenes, nodes, skins, cameras: the graph and what hangs on it.

use serde_json::Value;

use super::document::Document;
use super::fields::{Fields, indices};
use super::{ReadError, broken, geometry};
use crate::model::{Model, Node, Scene, Skin, Transform};

/// The model without meshes, materials, images and clips.
pub(super) fn read(document: &Document<'_>) -> Result<Model, ReadError> {
    let json = &document.json;
    let nodes = nodes(json)?;
    let count = nodes.len();
    let scenes = json.list("scenes").iter().map(|scene| {
        Ok(Scene {
            name: scene.name(),
            nodes: indices(scene, "nodes", count)?,
            annotations: scene.annotations(),
        })
    });
    let names = |name| {
        let names = json.list(name).iter().filter_map(Value::as_str);
        names.map(str::to_owned).collect()
    };
    let root = json.annotations();
    let scenes: Vec<Scene> = scenes.collect::<Result<_, ReadError>>()?;
    Ok(Model {
        asset: json
            .get("asset")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default(),
        scene: json.index("scene", scenes.len())?,
        scenes,
        nodes,
        samplers: json.list("samplers").to_vec(),
        cameras: json.list("cameras").to_vec(),
        required: names("extensionsRequired"),
        used: names("extensionsUsed"),
        annotations: root,
        ..Model::default()
    })
}

fn nodes(json: &Value) -> Result<Vec<Node>, ReadError> {
    let list = json.list("nodes");
    let mut nodes = list
        .iter()
        .map(|node| {
            Ok(Node {
                name: node.name(),
                parent: None,
                children: indices(node, "children", list.len())?,
                transform: transform(node),
                mesh: node.index("mesh", json.list("meshes").len())?,
                skin: node.index("skin", json.list("skins").len())?,
                camera: node.index("camera", json.list("cameras").len())?,
                weights: geometry::weights(node),
                annotations: node.annotations(),
            })
        })
        .collect::<Result<Vec<Node>, ReadError>>()?;
    for parent in 0..nodes.len() {
        for child in nodes[parent].children.clone() {
            if nodes[child].parent.replace(parent).is_some() {
                return Err(broken(format!("node {child} has two parents")));
            }
        }
    }
    // With at most one parent each, what no root reaches goes round in a circle.
    let model = Model {
        nodes,
        ..Model::default()
    };
    if model.parents_first().len() != model.nodes.len() {
        return Err(broken("nodes go round in a circle"));
    }
    Ok(model.nodes)
}

fn transform(node: &Value) -> Transform {
    if let Some(matrix) = node.floats::<16>("matrix") {
        return Transform::Matrix(matrix);
    }
    let rotation = node.floats("rotation").unwrap_or([0.0, 0.0, 0.0, 1.0]);
    Transform::Trs {
        translation: node.floats("translation").unwrap_or_default(),
        rotation,
        scale: node.floats("scale").unwrap_or([1.0; 3]),
    }
}

pub(super) fn skins(document: &Document<'_>, model: &mut Model) -> Result<(), ReadError> {
    let nodes = model.nodes.len();
    let accessors = document.json.list("accessors").len();
    for json in document.json.list("skins") {
        let joints = indices(json, "joints", nodes)?;
        let mut inverse_bind = match json.index("inverseBindMatrices", accessors)? {
            Some(accessor) => document.floats::<16>(accessor, [0.0; 16])?,
            None => Vec::new(),
        };
        if !inverse_bind.is_empty() && inverse_bind.len() < joints.len() {
            return Err(broken("a skin with fewer matrices than joints"));
        }
        inverse_bind.truncate(joints.len());
        model.skins.push(Skin {
            name: json.name(),
            joints,
            skeleton: json.index("skeleton", nodes)?,
            inverse_bind,
            annotations: json.annotations(),
        });
    }
    check_joints(model)
}

/// Joints that vertices name with any weight must be in the skin.
fn check_joints(model: &Model) -> Result<(), ReadError> {
    for node in &model.nodes {
        let (Some(mesh), Some(skin)) = (node.mesh, node.skin) else {
            continue;
        };
        let joints = model.skins[skin].joints.len();
        for primitive in &model.meshes[mesh].primitives {
            let geometry = &model.geometries[primitive.geometry];
            let sets = geometry.joints.iter().zip(&geometry.weights);
            let mut pairs = sets.flat_map(|(joints, weights)| joints.iter().zip(weights));
            let outside = pairs.any(|(names, weights)| {
                let mut used = names.iter().zip(weights).filter(|(_, w)| **w > 0.0);
                used.any(|(name, _)| usize::from(*name) >= joints)
            });
            if outside {
                return Err(broken(format!("a vertex names a joint outside {joints}")));
            }
        }
    }
    Ok(())
}
