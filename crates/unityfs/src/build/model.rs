//! A model as the writers want it: glTF's conventions, glTF's scene rules already half applied.
//!
//! Numbers are as glTF has them: right-handed, +Y up, metres, texture origin at the top left, linear colours. The
//! writers mirror them into Unity's conventions. Indices are into the model's own lists.

use super::texture::Texture;

pub use super::clip::{Clip, Curve, Interpolation, Track};
pub use super::material::{Alpha, Base, Map, Material, Scaled};
pub use super::mesh::{Mesh, SubMesh, Target as MorphTarget, Topology};

/// A scene and what it uses.
#[derive(Clone, Debug, Default)]
pub struct Model<'a> {
    /// Name of the root object: the content id of the source, in its own case. The client looks it up by that.
    pub name: &'a str,
    /// Nodes of the scene; a parent may stand behind its children. Siblings keep this order.
    pub nodes: Vec<Node>,
    /// Meshes.
    pub meshes: Vec<Mesh>,
    /// Materials.
    pub materials: Vec<Material>,
    /// Textures.
    pub textures: Vec<Texture<'a>>,
    /// Clips of the legacy player.
    pub clips: Vec<Clip>,
}

/// A node of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name, or its mesh's, or `Node-{index}`. Names with `_collider` make it and all below it colliders.
    pub name: String,
    /// Its parent; `None` at the top.
    pub parent: Option<usize>,
    /// Metres.
    pub translation: [f32; 3],
    /// Quaternion x, y, z, w.
    pub rotation: [f32; 4],
    /// Factors.
    pub scale: [f32; 3],
    /// What is drawn here: the first part on the node itself, each further one on a child of its own.
    pub parts: Vec<Part>,
    /// Which nodes move its vertices.
    pub skin: Option<Skin>,
    /// Weights of its meshes' morph targets.
    pub weights: Vec<f32>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            name: String::new(),
            parent: None,
            translation: [0.0; 3],
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [1.0; 3],
            parts: Vec::new(),
            skin: None,
            weights: Vec::new(),
        }
    }
}

/// A mesh with its materials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which mesh.
    pub mesh: usize,
    /// Material of each submesh; `None` for the default one.
    pub materials: Vec<Option<usize>>,
}

/// Nodes that move vertices. The inverse bind matrices are the mesh's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skin {
    /// Nodes, in the order that the mesh's joint indices count.
    pub joints: Vec<usize>,
    /// The skeleton's root; `None` for the nearest common ancestor of the joints.
    pub root: Option<usize>,
}

/// Where the shader of scene models is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shader {
    /// Name of its bundle.
    pub bundle: String,
    /// Its path id there.
    pub path_id: i64,
    /// Keywords that it declares; others are written as invalid.
    pub keywords: Vec<String>,
}

impl Shader {
    /// `DCL/Scene`, that the client ships for a platform (`windows`, `mac`).
    #[must_use]
    pub fn scene(platform: &str) -> Self {
        let keywords = [
            "_ADDITIONAL_LIGHT_SHADOWS",
            "_ALPHAPREMULTIPLY_ON",
            "_ALPHATEST_ON",
            "_MAIN_LIGHT_SHADOWS_CASCADE",
            "_METALLICSPECGLOSSMAP",
            "_PARALLAXMAP",
            "_SHADOWS_SOFT",
            "_SURFACE_TYPE_TRANSPARENT",
        ];
        Self {
            bundle: format!("dcl/scene_ignore_{platform}"),
            path_id: 7_645_288_030_342_540_701,
            keywords: keywords.map(str::to_owned).to_vec(),
        }
    }
}
