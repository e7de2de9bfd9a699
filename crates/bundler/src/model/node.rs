//! The scene graph: nodes, what they show, and skins.

use serde_json::Value;

use super::Annotations;

/// A scene: the roots it shows.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// Its name.
    pub name: Option<String>,
    /// Root nodes.
    pub nodes: Vec<usize>,
    /// Extras and extensions.
    pub annotations: Annotations,
}

/// Where a node stands in its parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Transform {
    /// Scale, then rotation (x y z w), then translation.
    Trs {
        /// Metres.
        translation: [f32; 3],
        /// A unit quaternion.
        rotation: [f32; 4],
        /// Factors.
        scale: [f32; 3],
    },
    /// A matrix, column by column.
    Matrix([f32; 16]),
}

impl Default for Transform {
    fn default() -> Self {
        Self::Trs {
            translation: [0.0; 3],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [1.0; 3],
        }
    }
}

/// A node.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Its name; scenes address nodes by it.
    pub name: Option<String>,
    /// Its parent, where it has one.
    pub parent: Option<usize>,
    /// Its children, in order.
    pub children: Vec<usize>,
    /// Where it stands in its parent.
    pub transform: Transform,
    /// What it shows.
    pub mesh: Option<usize>,
    /// What bends that.
    pub skin: Option<usize>,
    /// The camera's index.
    pub camera: Option<usize>,
    /// Morph weights of its own; empty when the mesh's count.
    pub weights: Vec<f32>,
    /// Extras and extensions.
    pub annotations: Annotations,
}

impl Node {
    /// Whether it is a collider: solid and never drawn. Its name says so.
    #[must_use]
    pub fn is_collider(&self) -> bool {
        self.name
            .as_deref()
            .is_some_and(|name| name.contains("_collider"))
    }
}

/// A mesh.
#[derive(Debug, Clone, Default)]
pub struct Mesh {
    /// Its name.
    pub name: Option<String>,
    /// Its parts.
    pub primitives: Vec<Primitive>,
    /// Morph weights at rest.
    pub weights: Vec<f32>,
    /// Extras (names of morph targets are there) and extensions.
    pub annotations: Annotations,
}

/// A part of a mesh with one material.
#[derive(Debug, Clone, Default)]
pub struct Primitive {
    /// The geometry's index.
    pub geometry: usize,
    /// The material's index; without one, the default.
    pub material: Option<usize>,
    /// Which list of the geometry's indices it draws: 0 the full one, then [`super::Geometry::levels`].
    pub level: usize,
    /// Extras and extensions.
    pub annotations: Annotations,
}

/// A skin.
#[derive(Debug, Clone, Default)]
pub struct Skin {
    /// Its name.
    pub name: Option<String>,
    /// Nodes, in the order in which vertices name them.
    pub joints: Vec<usize>,
    /// The node that is their common root, where the file says.
    pub skeleton: Option<usize>,
    /// One matrix a joint, column by column; empty when all are identity.
    pub inverse_bind: Vec<[f32; 16]>,
    /// Extras and extensions.
    pub annotations: Annotations,
}

impl Mesh {
    /// The names of its morph targets, as exporters leave them in the extras.
    #[must_use]
    pub fn target_names(&self) -> Vec<&str> {
        let names = self.annotations.extras.as_ref();
        let names = names
            .and_then(|extras| extras.get("targetNames"))
            .and_then(Value::as_array);
        names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}
