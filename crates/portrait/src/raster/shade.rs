//! The colour of a surface at a point.

use glam::{Vec2, Vec3};

use super::Frame;
use super::project::Corner;
use super::setup::Setup;
use crate::model::{Alpha, Slot};
use crate::scene::Surface;
use crate::shot::{Look, Projection, Shot, Tone};

/// Lighting and tone of one picture.
pub(super) struct Shader {
    tone: Tone,
    /// Towards the light, if there is one.
    light: Option<Vec3>,
    eye: Vec3,
    /// Towards the camera, the same everywhere without perspective.
    towards: Option<Vec3>,
}

fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let part = ((value - from) / (to - from)).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

fn mix(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}

/// What shines where no light falls, and by which the zones of light are measured.
const AMBIENT: f32 = 0.40;

/// Brightness of the client's three zones (images.md B7), by the cosine between normal and light.
fn zones(cosine: f32) -> f32 {
    let half = 0.5 * cosine + 0.5;
    let (lit, dim) = (smoothstep(0.18, 0.20, half), smoothstep(0.15, 0.20, half));
    mix(mix(AMBIENT, 0.4745, dim), 0.50, lit)
}

/// The share of a triangle's corners in one of its points, and what it gives.
struct Point<'a> {
    corners: [&'a Corner; 3],
    shares: [f32; 3],
}

impl<'a> Point<'a> {
    fn new(frame: &'a Frame<'_>, setup: &Setup, [x, y]: [f32; 2]) -> Self {
        let (dx, dy) = (x - setup.origin[0], y - setup.origin[1]);
        let [second, third] = setup
            .shares
            .map(|[gx, gy]| (gx * dx + gy * dy).clamp(0.0, 1.0));
        let first = (1.0 - second - third).max(0.0);
        // What is even in space is not even in a picture with perspective.
        let [w0, w1, w2] = setup.inverse_w;
        let shares = [first * w0, second * w1, third * w2];
        let total = shares[0] + shares[1] + shares[2];
        Self {
            corners: setup.corners.map(|corner| &frame.corners[corner as usize]),
            shares: shares.map(|share| share / total),
        }
    }

    fn uv(&self, set: usize) -> Vec2 {
        let [a, b, c] = self.corners.map(|corner| corner.uvs[set]);
        a * self.shares[0] + b * self.shares[1] + c * self.shares[2]
    }

    fn normal(&self) -> Vec3 {
        let [a, b, c] = self.corners.map(|corner| corner.normal);
        a * self.shares[0] + b * self.shares[1] + c * self.shares[2]
    }

    fn position(&self) -> Vec3 {
        let [a, b, c] = self.corners.map(|corner| corner.position);
        a * self.shares[0] + b * self.shares[1] + c * self.shares[2]
    }

    fn sample(&self, slot: &Slot, lod: f32) -> [f32; 4] {
        let uv = self.uv(slot.set);
        let [m0, m1, m2, m3, m4, m5] = slot.transform;
        let moved = [m0 * uv.x + m1 * uv.y + m2, m3 * uv.x + m4 * uv.y + m5];
        slot.texture.sample(moved, lod, slot.wrap)
    }

    /// The normal of a normal map, in the frame that the texture's directions span on the triangle.
    fn mapped_normal(
        &self,
        surface: &Surface,
        slot: &Slot,
        lod: f32,
        normal: Vec3,
    ) -> Option<Vec3> {
        let [p0, p1, p2] = self.corners.map(|corner| corner.position);
        let [u0, u1, u2] = self.corners.map(|corner| corner.uvs[slot.set]);
        let (e1, e2, d1, d2) = (p1 - p0, p2 - p0, u1 - u0, u2 - u0);
        let turn = d1.perp_dot(d2);
        if turn.abs() < 1e-12 {
            return None;
        }
        let tangent = (e1 * d2.y - e2 * d1.y) * turn.signum();
        let tangent = (tangent - normal * normal.dot(tangent)).try_normalize()?;
        // v points down in glTF, green points up.
        let bitangent = normal.cross(tangent) * turn.signum();
        let [x, y, z, _] = self.sample(slot, lod).map(|part| part * 2.0 - 1.0);
        let scale = surface.normal_scale;
        (tangent * (x * scale) + bitangent * (y * scale) + normal * z).try_normalize()
    }
}

impl Shader {
    pub(super) fn new(look: &Look, shot: &Shot) -> Self {
        let to_world = shot.camera.view().inverse();
        let towards = to_world.z_axis.truncate();
        let light = look.toon.map(|toon| Vec3::from_array(toon.direction));
        Self {
            tone: look.tone,
            light: light.map(|light| light.try_normalize().unwrap_or(Vec3::Y)),
            eye: to_world.w_axis.truncate(),
            towards: match shot.camera.projection {
                Projection::Orthographic { .. } => Some(towards),
                Projection::Perspective { .. } => None,
            },
        }
    }

    /// Alpha of a triangle's texture at a point of the picture.
    pub(super) fn alpha(&self, frame: &Frame<'_>, setup: &Setup, at: [f32; 2]) -> f32 {
        let surface = &frame.scene.surfaces[setup.surface as usize];
        let point = Point::new(frame, setup, at);
        let texel = surface
            .base_slot
            .as_ref()
            .map_or(1.0, |slot| point.sample(slot, setup.lod)[3]);
        texel * surface.base[3]
    }

    /// Linear colour and straight alpha of a triangle at a point of the picture.
    pub(super) fn colour(&self, frame: &Frame<'_>, setup: &Setup, at: [f32; 2]) -> [f32; 4] {
        let surface = &frame.scene.surfaces[setup.surface as usize];
        let point = Point::new(frame, setup, at);
        let mut tint = surface.base;
        if let Some(slot) = &surface.untinted {
            let [part, _, _, alpha] = point.sample(slot, setup.lod);
            tint = tint.map(|channel| mix(channel, 1.0, part * alpha));
        }
        let texel = surface.base_slot.as_ref();
        let texel = texel.map_or([1.0; 4], |slot| point.sample(slot, setup.lod));
        let mut colour: [f32; 4] = std::array::from_fn(|channel| texel[channel] * tint[channel]);
        if let Some(light) = self.light {
            self.lit(&point, surface, setup, light, &mut colour);
        }
        if surface.emissive != [0.0; 3] {
            let slot = surface.emissive_slot.as_ref();
            let glow = slot.map_or([1.0; 4], |slot| point.sample(slot, setup.lod));
            for channel in 0..3 {
                colour[channel] += surface.emissive[channel] * glow[channel];
            }
        }
        let [r, g, b, alpha] = colour;
        let [r, g, b] = [r, g, b].map(|channel| self.toned(channel));
        let alpha = if surface.alpha == Alpha::Opaque {
            1.0
        } else {
            alpha
        };
        [r, g, b, alpha]
    }

    fn lit(
        &self,
        point: &Point<'_>,
        surface: &Surface,
        setup: &Setup,
        light: Vec3,
        colour: &mut [f32; 4],
    ) {
        let normal = point.normal().try_normalize().unwrap_or(Vec3::Z);
        let normal = if setup.is_back { -normal } else { normal };
        let slot = surface.normal_slot.as_ref();
        let mapped = slot.and_then(|slot| point.mapped_normal(surface, slot, setup.lod, normal));
        let normal = mapped.unwrap_or(normal);
        let towards = self
            .towards
            .or_else(|| (self.eye - point.position()).try_normalize());
        let cosine = normal.dot(light);
        let facing = normal.dot(towards.unwrap_or(Vec3::Z)).clamp(0.0, 1.0);
        let rim = (1.0 - facing).powi(5) * 0.2 * smoothstep(0.0, 0.3, cosine);
        let brightness = zones(cosine) / AMBIENT;
        for channel in colour.iter_mut().take(3) {
            *channel = *channel * brightness + rim;
        }
    }

    /// The measured curve of the live service's pictures (images.md B7).
    fn toned(&self, linear: f32) -> f32 {
        match self.tone {
            Tone::Reference => 0.61 * linear / (1.0 + 0.19 * linear),
            Tone::Neutral => linear.min(1.0),
        }
    }
}
