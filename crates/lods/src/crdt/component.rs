//! Components: what an entity shows, where, and how it looks.

use super::protobuf::{Value, field, fields};

/// An entity's transform, relative to its parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Local {
    pub(super) position: [f32; 3],
    /// x y z w
    pub(super) rotation: [f32; 4],
    pub(super) scale: [f32; 3],
    pub(super) parent: u32,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            position: [0.0; 3],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [1.0; 3],
            parent: 0,
        }
    }
}

impl Local {
    /// 44 bytes: position, rotation, scale as floats, then the parent.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let words = bytes.first_chunk::<44>()?.as_chunks::<4>().0;
        let float = |at: usize| f32::from_le_bytes(words[at]);
        Some(Self {
            position: std::array::from_fn(float),
            rotation: std::array::from_fn(|k| float(3 + k)),
            scale: std::array::from_fn(|k| float(7 + k)),
            parent: u32::from_le_bytes(words[10]),
        })
    }
}

/// The path of a model.
pub(super) fn source(bytes: &[u8]) -> Option<String> {
    let src = field(bytes, 1)?.text()?;
    (!src.is_empty()).then(|| src.to_owned())
}

/// Whether an entity is shown, and whether that holds for its children too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visibility {
    pub(super) visible: bool,
    pub(super) inherited: bool,
}

pub(super) fn visibility(bytes: &[u8]) -> Option<Visibility> {
    let mut read = Visibility {
        visible: true,
        inherited: false,
    };
    fields(bytes, |number, value| match (number, value) {
        (1, Value::Varint(visible)) => read.visible = visible != 0,
        (2, Value::Varint(inherited)) => read.inherited = inherited != 0,
        _ => {}
    })?;
    Some(read)
}

/// A simple shape around its entity's origin, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// A cube of 1 m.
    Box,
    /// A square of 1 m, upright, seen from both sides.
    Plane,
    /// A ball of radius 0.5 m.
    Sphere,
    /// A truncated cone of 1 m.
    Cylinder {
        /// Of its upper end.
        radius_top: f32,
        /// Of its lower end.
        radius_bottom: f32,
    },
}

pub(super) fn shape(bytes: &[u8]) -> Option<Shape> {
    let mut shape = None;
    fields(bytes, |number, value| {
        let Value::Bytes(inner) = value else {
            return;
        };
        let radius = |number| field(inner, number).and_then(Value::float).unwrap_or(0.5);
        shape = match number {
            1 => Some(Shape::Box),
            2 => Some(Shape::Sphere),
            3 => Some(Shape::Cylinder {
                radius_top: radius(1),
                radius_bottom: radius(2),
            }),
            4 => Some(Shape::Plane),
            _ => shape,
        };
    })?;
    shape
}

/// How a surface lets light through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transparency {
    /// Not at all.
    Opaque,
    /// Where alpha is low.
    Cutout,
    /// By alpha.
    Blend,
}

/// How a shape looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Paint {
    /// Red, green, blue (sRGB) and alpha.
    pub color: [f32; 4],
    /// Red, green, blue (sRGB) times its intensity.
    pub emissive: [f32; 3],
    /// The path of its texture in the scene; one on the web is none.
    pub texture: Option<String>,
    /// Whether the texture repeats.
    pub repeats: bool,
    /// How it lets light through.
    pub transparency: Transparency,
    /// Below it nothing is drawn of a cut-out.
    pub cutoff: f32,
}

impl Default for Paint {
    fn default() -> Self {
        Self {
            color: [1.0; 4],
            emissive: [0.0; 3],
            texture: None,
            repeats: false,
            transparency: Transparency::Opaque,
            cutoff: 0.5,
        }
    }
}

pub(super) fn paint(bytes: &[u8]) -> Option<Paint> {
    let unlit = field(bytes, 1).and_then(Value::bytes);
    let lit = field(bytes, 2).and_then(Value::bytes);
    match (unlit, lit) {
        (_, Some(lit)) => paint_of(lit, 7),
        (Some(unlit), None) => paint_of(unlit, 4),
        (None, None) => fields(bytes, |_, _| {}).map(|()| Paint::default()),
    }
}

/// Lit and unlit materials differ in where the colour is, and in what only lit ones have.
fn paint_of(bytes: &[u8], color_field: u64) -> Option<Paint> {
    const AUTO: u64 = 4;
    let lit = color_field == 7;
    let mut paint = Paint::default();
    let (mut mode, mut cutoff, mut strength) = (AUTO, None, 2.0);
    fields(bytes, |number, value| match number {
        1 => {
            if let Some(union) = value.bytes() {
                (paint.texture, paint.repeats) = texture(union);
            }
        }
        2 => cutoff = value.float(),
        8 if lit => {
            if let Some(color) = value.bytes().and_then(color) {
                paint.emissive = [color[0], color[1], color[2]];
            }
        }
        10 if lit => mode = value.int().unwrap_or(AUTO),
        15 if lit => strength = value.float().unwrap_or(strength),
        number if number == color_field => {
            if let Some(color) = value.bytes().and_then(color) {
                paint.color = color;
            }
        }
        _ => {}
    })?;
    paint.emissive = paint.emissive.map(|c| (c * strength).clamp(0.0, 1.0));
    paint.cutoff = cutoff.unwrap_or(0.5);
    paint.transparency = match mode {
        0 => Transparency::Opaque,
        1 => Transparency::Cutout,
        2 | 3 => Transparency::Blend,
        _ if cutoff.is_some() && lit => Transparency::Cutout,
        _ if paint.color[3] < 1.0 => Transparency::Blend,
        _ => Transparency::Opaque,
    };
    Some(paint)
}

/// Red, green, blue and, where there is one, alpha.
fn color(bytes: &[u8]) -> Option<[f32; 4]> {
    // What is zero is not sent.
    let mut color = [0.0, 0.0, 0.0, 1.0];
    let mut alpha = None;
    fields(bytes, |number, value| {
        if let Some(float) = value.float().map(|float| float.clamp(0.0, 1.0)) {
            match number {
                1..=3 => color[number as usize - 1] = float,
                4 => alpha = Some(float),
                _ => {}
            }
        }
    })?;
    color[3] = alpha.unwrap_or(1.0);
    Some(color)
}

/// The path of a texture in the scene, and whether it repeats.
fn texture(union: &[u8]) -> (Option<String>, bool) {
    let Some(texture) = field(union, 1).and_then(Value::bytes) else {
        return (None, false);
    };
    let src = field(texture, 1).and_then(Value::text);
    let repeats = field(texture, 2).and_then(Value::int) == Some(0);
    let is_here = |src: &&str| !src.is_empty() && !src.contains("://") && !src.contains(':');
    (src.filter(is_here).map(str::to_owned), repeats)
}
