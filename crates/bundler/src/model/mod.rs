//! The canonical model: what a glTF file says, decoded, checked and free of its container.
//!
//! Units are those of glTF: metres, seconds, right-handed, Y up, matrices column by column. Indices
//! refer to the lists of the same [`Model`]; the reader promises that all of them are in range, that
//! the nodes are a forest, and that every vertex index is below its geometry's vertex count. Nothing
//! here knows about writing: other writers (engines' own bundles, levels of detail) start here too.

mod animation;
mod geometry;
mod material;
mod node;
pub mod space;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use animation::{Animation, Channel, Interpolation, Path};
pub use geometry::{Custom, Geometry, MorphTarget, Topology};
pub use material::{AlphaMode, Material, TextureUsage, TextureUse, texture_uses};
pub use node::{Mesh, Node, Primitive, Scene, Skin, Transform};

/// What an object carries beside its known members; passed through untouched.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotations {
    /// The application's own data.
    pub extras: Option<Value>,
    /// Extension objects by name.
    pub extensions: Map<String, Value>,
}

/// A whole file.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// `asset`, as it was (version, generator, copyright, extras).
    pub asset: Map<String, Value>,
    /// Scenes, in order.
    pub scenes: Vec<Scene>,
    /// The scene to show first.
    pub scene: Option<usize>,
    /// Nodes, in the file's order.
    pub nodes: Vec<Node>,
    /// Meshes, in the file's order.
    pub meshes: Vec<Mesh>,
    /// Vertex data, shared by the primitives that use the same accessors.
    pub geometries: Vec<Geometry>,
    /// Skins, in the file's order.
    pub skins: Vec<Skin>,
    /// Materials, in the file's order.
    pub materials: Vec<Material>,
    /// Textures: an image seen through a sampler.
    pub textures: Vec<Texture>,
    /// Samplers, as JSON.
    pub samplers: Vec<Value>,
    /// Images, encoded as they came.
    pub images: Vec<Image>,
    /// Clips, in the file's order.
    pub animations: Vec<Animation>,
    /// Cameras, as JSON.
    pub cameras: Vec<Value>,
    /// Names of extensions that a reader must understand.
    pub required: Vec<String>,
    /// Names of all extensions in use.
    pub used: Vec<String>,
    /// Extras and extensions of the file itself.
    pub annotations: Annotations,
}

/// An image seen through a sampler.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texture {
    /// Its name.
    pub name: Option<String>,
    /// The sampler's index.
    pub sampler: Option<usize>,
    /// The image's index.
    pub image: Option<usize>,
    /// Extras and extensions; those that name another image are resolved already.
    pub annotations: Annotations,
}

/// An encoded image.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Its name.
    pub name: Option<String>,
    /// The media type, by its first bytes where they say one.
    pub mime: String,
    /// The encoded bytes.
    pub bytes: Arc<[u8]>,
    /// Where it came from, below the entity's root, when it was a file of its own.
    pub file: Option<String>,
    /// Extras and extensions.
    pub annotations: Annotations,
}

impl Model {
    /// Triangles of every primitive, each mesh once.
    #[must_use]
    pub fn triangle_count(&self) -> usize {
        self.primitives()
            .map(|primitive| self.geometries[primitive.geometry].triangle_count_of(primitive.level))
            .sum()
    }

    /// Every primitive of every mesh, in order.
    pub fn primitives(&self) -> impl Iterator<Item = &Primitive> {
        self.meshes.iter().flat_map(|mesh| &mesh.primitives)
    }

    /// Indices of the nodes that are colliders, in order.
    pub fn colliders(&self) -> impl Iterator<Item = usize> + '_ {
        let nodes = self.nodes.iter().enumerate();
        nodes
            .filter(|(_, node)| node.is_collider())
            .map(|(index, _)| index)
    }

    /// Bytes of all images.
    #[must_use]
    pub fn image_bytes(&self) -> usize {
        self.images.iter().map(|image| image.bytes.len()).sum()
    }
}
