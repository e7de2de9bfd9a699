//! The Initial Scene State: which assets stand where before a scene's script runs.
//!
//! Clients read a JSON object with one list, `assets`, whose entries have `hash`, `position`, `rotation`
//! and `scale`, vectors as objects with `x`, `y`, `z` (and `w`), in the scene's own left-handed space.
//! They fetch it as `lods-unity/manifests/{scene id}_InitialSceneState.json`.

use bundler::model::Transform;
use bundler::model::space::Matrix;
use serde::{Deserialize, Serialize};

use crate::crdt::{Place, lossy};

/// The file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Descriptor {
    /// In the order of the scene's entities.
    pub assets: Vec<Asset>,
}

/// An asset and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// The content hash of the model.
    pub hash: String,
    /// Metres from the south-west corner of the base parcel.
    pub position: Vector,
    /// A unit quaternion.
    pub rotation: Quaternion,
    /// Factors.
    pub scale: Vector,
}

/// Three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "an axis each")]
pub struct Vector {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

/// A rotation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the vector's axes and the scalar part")]
pub struct Quaternion {
    pub x: f32,
    pub y: f32,
    pub z: f32,
    pub w: f32,
}

impl Asset {
    /// Where it stands, for [`crate::scene::Piece`].
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        let (position, rotation, scale) = (self.position, self.rotation, self.scale);
        let place = Transform::Trs {
            translation: [position.x, position.y, position.z],
            rotation: [rotation.x, rotation.y, rotation.z, rotation.w],
            scale: [scale.x, scale.y, scale.z],
        };
        place.matrix()
    }
}

impl Descriptor {
    /// From content hashes and the places of the models that have them.
    pub fn new<'a>(assets: impl IntoIterator<Item = (&'a str, &'a Place)>) -> Self {
        let assets = assets.into_iter().map(|(hash, place)| {
            let (position, rotation, scale) = lossy(place);
            let [x, y, z, w] = rotation.map(short);
            Asset {
                hash: hash.to_owned(),
                position: vector(position),
                rotation: Quaternion { x, y, z, w },
                scale: vector(scale),
            }
        });
        Self {
            assets: assets.collect(),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> String {
        // Only floats and texts: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The name of a scene's descriptor.
#[must_use]
pub fn file_name(scene_id: &str) -> String {
    format!("{scene_id}_InitialSceneState.json")
}

fn vector([x, y, z]: [f64; 3]) -> Vector {
    let [x, y, z] = [x, y, z].map(short);
    Vector { x, y, z }
}

/// Minus zero is zero: equal places are written alike.
fn short(value: f64) -> f32 {
    value as f32 + 0.0
}
