//! Clips: tracks of keys that move nodes.

use std::sync::Arc;

use super::Annotations;

/// A clip.
#[derive(Debug, Clone, Default)]
pub struct Animation {
    /// Its name; scenes address clips by it.
    pub name: Option<String>,
    /// Its tracks.
    pub channels: Vec<Channel>,
    /// Extras and extensions.
    pub annotations: Annotations,
}

/// What a track moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// The node's translation, 3 floats a key.
    Translation,
    /// The node's rotation, a quaternion x y z w.
    Rotation,
    /// The node's scale, 3 floats a key.
    Scale,
    /// The weights of the mesh's morph targets, one float each a key.
    Weights,
}

impl Path {
    /// As glTF spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Translation => "translation",
            Self::Rotation => "rotation",
            Self::Scale => "scale",
            Self::Weights => "weights",
        }
    }
}

/// How values between two keys are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// The earlier key's value.
    Step,
    /// In proportion (rotations along the sphere).
    Linear,
    /// Hermite splines; each key has an in-tangent, a value and an out-tangent.
    CubicSpline,
}

/// One track of a clip.
#[derive(Debug, Clone)]
pub struct Channel {
    /// The node it moves.
    pub node: usize,
    /// What of it.
    pub path: Path,
    /// How to interpolate.
    pub interpolation: Interpolation,
    /// Seconds, strictly increasing, never empty.
    pub times: Arc<[f32]>,
    /// Floats a value.
    pub width: usize,
    /// `times.len() * width` floats, three times as many for splines.
    pub values: Arc<[f32]>,
}

impl Channel {
    /// The value at key `key`, without tangents.
    #[must_use]
    pub fn key(&self, key: usize) -> &[f32] {
        let at = match self.interpolation {
            Interpolation::CubicSpline => (3 * key + 1) * self.width,
            _ => key * self.width,
        };
        &self.values[at..at + self.width]
    }

    /// The time of the last key, in seconds.
    #[must_use]
    pub fn end(&self) -> f32 {
        self.times.last().copied().unwrap_or(0.0)
    }
}

impl Animation {
    /// The time of the last key of any track, in seconds.
    #[must_use]
    pub fn duration(&self) -> f32 {
        self.channels.iter().map(Channel::end).fold(0.0, f32::max)
    }
}
