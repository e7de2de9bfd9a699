//! How a surface looks: material and texture, the avatar's tints, the pictures of the face.

use std::sync::Arc;

use crate::avatar::Colour;
use crate::category::Category;
use crate::compose::Tints;
use crate::model::{Alpha, Material, Slot};
use crate::srgb;
use crate::texture::{Texture, Wrap};

/// How much stronger than its factor says a surface glows.
const EMISSION: f32 = 5.0;

/// What the rasteriser needs of a material. Colours are linear.
#[derive(Clone, Debug)]
pub(crate) struct Surface {
    /// Multiplies the texture.
    pub(crate) base: [f32; 4],
    pub(crate) base_slot: Option<Slot>,
    /// Where white, `base` does not tint.
    pub(crate) untinted: Option<Slot>,
    pub(crate) emissive: [f32; 3],
    pub(crate) emissive_slot: Option<Slot>,
    pub(crate) normal_slot: Option<Slot>,
    pub(crate) normal_scale: f32,
    pub(crate) alpha: Alpha,
    pub(crate) double_sided: bool,
    /// Metres by which it is drawn nearer than it is.
    pub(crate) lift: f32,
}

fn linear(colour: Colour) -> [f32; 4] {
    let channel = |value: f64| {
        let value = value as f32;
        srgb::decode(if value.is_finite() {
            value.clamp(0.0, 1.0)
        } else {
            0.0
        })
    };
    [channel(colour.r), channel(colour.g), channel(colour.b), 1.0]
}

/// The pictures of the face lie in the surface of the head. Corners of the two do not always agree to
/// the last bit.
const FACE_LIFT_METRES: f32 = 0.0005;

fn plain_slot(texture: Arc<Texture>) -> Slot {
    Slot {
        texture,
        set: 0,
        transform: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        wrap: [Wrap::Clamp; 2],
    }
}

impl Surface {
    /// A material's surface. Its name says whether skin or hair colour tints it, in place of its own
    /// factor.
    pub(crate) fn new(material: &Material, tints: &Tints) -> Self {
        let name = material.name.to_lowercase();
        let base = if name.contains("skin") {
            linear(tints.skin)
        } else if name.contains("hair") {
            linear(tints.hair)
        } else {
            material.base.map(|factor| {
                if factor.is_finite() {
                    factor.clamp(0.0, 1.0)
                } else {
                    1.0
                }
            })
        };
        let glow = |factor: f32| {
            if factor.is_finite() {
                factor.clamp(0.0, 100.0) * EMISSION
            } else {
                0.0
            }
        };
        Self {
            base,
            base_slot: material.base_slot.clone(),
            untinted: None,
            emissive: material.emissive.map(glow),
            emissive_slot: material.emissive_slot.clone(),
            normal_slot: material.normal_slot.clone(),
            normal_scale: material.normal_scale,
            alpha: material.alpha,
            double_sided: material.double_sided,
            lift: 0.0,
        }
    }

    /// A picture on the face. Brows and mouth are tinted all over; eyes where their mask is dark, and
    /// without a mask nowhere.
    pub(crate) fn face(
        category: Category,
        picture: Arc<Texture>,
        mask: Option<Arc<Texture>>,
        tints: &Tints,
    ) -> Self {
        let base = match category {
            Category::Eyebrows => linear(tints.hair),
            Category::Mouth => linear(tints.skin),
            _ if mask.is_some() => linear(tints.eyes),
            _ => [1.0; 4],
        };
        Self {
            base,
            base_slot: Some(plain_slot(picture)),
            untinted: mask.map(plain_slot),
            alpha: Alpha::Mask(0.5),
            double_sided: true,
            lift: FACE_LIFT_METRES,
            ..Self::new(&Material::default(), tints)
        }
    }
}
