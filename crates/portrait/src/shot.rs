//! Where the picture is taken from, how large it is, and how it is lit and toned.

use glam::{Mat4, Vec3};

/// How depth becomes size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Projection {
    /// The picture is this many metres high, at any distance.
    Orthographic { height_metres: f32 },
    /// The picture is this many degrees high.
    Perspective { height_degrees: f32 },
}

/// A camera in the avatar's space (metres, y up, the avatar looks to +z). Unturned it looks to -z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    pub position: [f32; 3],
    /// Turned about the vertical, degrees; 90 looks to -x.
    pub yaw_degrees: f32,
    /// Turned down, degrees.
    pub pitch_down_degrees: f32,
    pub projection: Projection,
    /// What is nearer or farther is not drawn, metres.
    pub near: f32,
    pub far: f32,
}

/// A camera and the size of its picture in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    pub camera: Camera,
    pub width: u32,
    pub height: u32,
}

impl Shot {
    /// The whole avatar, as profile pictures show it; usually 256 by 512.
    #[must_use]
    pub fn body(width: u32, height: u32) -> Self {
        Self::front([0.0, 1.25, 3.5], 5.0, 2.5, width, height)
    }

    /// The face, as profile pictures show it; usually 256 by 256.
    #[must_use]
    pub fn face(width: u32, height: u32) -> Self {
        Self::front([0.0, 1.70, 1.25], 0.0, 0.55, width, height)
    }

    fn front(position: [f32; 3], pitch: f32, height_metres: f32, width: u32, height: u32) -> Self {
        let camera = Camera {
            position,
            yaw_degrees: 0.0,
            pitch_down_degrees: pitch,
            projection: Projection::Orthographic { height_metres },
            near: 0.05,
            far: 100.0,
        };
        Self {
            camera,
            width,
            height,
        }
    }
}

impl Camera {
    /// From the world to the camera's own space, where it looks to -z.
    pub(crate) fn view(&self) -> Mat4 {
        let position = Mat4::from_translation(Vec3::from_array(self.position));
        let yaw = Mat4::from_rotation_y(self.yaw_degrees.to_radians());
        let pitch = Mat4::from_rotation_x(-self.pitch_down_degrees.to_radians());
        (position * yaw * pitch).inverse()
    }
}

/// What becomes of light before it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Tone {
    /// As the pictures of the live service: white comes out as a light grey (190 of 255).
    #[default]
    Reference,
    /// Colours as they are painted.
    Neutral,
}

/// The client's light of three zones, as in the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Toon {
    /// Where the light comes from; any length.
    pub direction: [f32; 3],
}

impl Default for Toon {
    /// From the upper left in front.
    fn default() -> Self {
        Self {
            direction: [-0.5, 0.8, 1.0],
        }
    }
}

/// How surfaces are lit and toned.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    pub tone: Tone,
    /// Flat without one, as profile pictures are: all shading is painted into the textures.
    pub toon: Option<Toon>,
}
