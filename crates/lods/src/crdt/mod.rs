//! A scene's state before its script runs: the log of CRDT messages in `main.crdt`.
//!
//! [`decode`] reads the log, lets the last write win, and gives what can be seen: models and simple
//! shapes, each with its place in the scene. Nothing is run: what a script adds later is not here.
//!
//! The wire format is that of Decentraland's SDK 7: messages of a length and a type, little-endian,
//! components as Protocol Buffers, transforms as 44 bytes.

mod component;
mod message;
mod place;
mod protobuf;
mod state;

pub use component::{Paint, Shape, Transparency};
pub use message::CrdtError;
pub use place::{Place, lossy};

use bundler::model::space::Matrix;

use crate::limits::Limits;

/// What stands in a scene.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SceneState {
    /// Models, by entity.
    pub models: Vec<PlacedModel>,
    /// Simple shapes, by entity.
    pub shapes: Vec<PlacedShape>,
    /// What was there and is left out.
    pub left_out: LeftOut,
}

/// A model and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedModel {
    /// The entity that shows it.
    pub entity: u32,
    /// Its path in the scene, as the scene spells it.
    pub src: String,
    /// Where it stands.
    pub place: Place,
}

/// A simple shape and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedShape {
    /// The entity that shows it.
    pub entity: u32,
    /// What it is.
    pub shape: Shape,
    /// How it looks.
    pub paint: Paint,
    /// Where it stands.
    pub place: Place,
}

/// Entities that show something and are left out, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Made invisible.
    pub invisible: usize,
    /// Bound to the player or the camera: they stand nowhere.
    pub carried: usize,
    /// Their parents form a circle.
    pub endless: usize,
    /// Their transform's numbers are not finite.
    pub nowhere: usize,
    /// Components whose bytes cannot be read.
    pub unreadable: usize,
}

/// Reads a log.
///
/// # Errors
///
/// See [`CrdtError`]. A component that cannot be read is left out, and counted.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<SceneState, CrdtError> {
    let state = state::State::read(bytes, limits)?;
    Ok(place::resolve(&state))
}

/// The matrix of a place as glTF has it: Decentraland's scenes are left-handed, and clients mirror
/// models along x when they load them. So whatever stands at x in the scene stands at -x in a file.
#[must_use]
pub fn mirrored(scene: &Matrix) -> Matrix {
    let mut matrix = *scene;
    for at in [1, 2, 3, 4, 8, 12] {
        matrix[at] = -matrix[at];
    }
    matrix
}
