//! Models: GLB and glTF files of the wild, read leniently and within limits.
//!
//! Read are meshes, skins, nodes and materials with their textures. Scenes, animations, cameras, lights
//! and morph targets are not: a portrait poses the skeleton itself.

mod accessor;
mod container;
mod graph;
mod material;
mod mesh;
mod schema;

use std::collections::BTreeSet;

use bytes::Bytes;
use glam::Mat4;

pub use container::Neighbours;
pub use graph::{Graph, Node};
pub use material::{Alpha, Known, Material, Slot};
pub use mesh::Primitive;

use crate::limits::Limits;
use crate::texture;
use container::Container;

/// A file is no model, or one beyond the limits.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the file is {0} bytes, more than is allowed")]
    FileBytes(usize),
    #[error("version {0} of glTF is not read, only 2")]
    Version(u32),
    #[error("the file has no JSON chunk")]
    NoJson,
    #[error("the JSON is no glTF: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a data URI cannot be decoded")]
    Uri,
    #[error("the file {0:?} that the model refers to is not there")]
    NoFile(String),
    #[error("a reference leads nowhere: {0}")]
    Range(&'static str),
    #[error("an accessor has an impossible {0}")]
    Accessor(&'static str),
    #[error("a node is its own ancestor")]
    Cycle,
    #[error("the model has too many {0}: {1}")]
    TooMany(&'static str, usize),
    #[error("the model needs the extension {0}")]
    Extension(String),
    #[error(transparent)]
    Texture(#[from] texture::Error),
}

/// Joints of a skin with the way from the model to each at rest.
#[derive(Clone, Debug)]
pub struct Skin {
    pub joints: Vec<usize>,
    pub inverse_binds: Vec<Mat4>,
}

/// A mesh at a node.
#[derive(Clone, Debug)]
pub struct Instance {
    pub node: usize,
    pub mesh: usize,
    pub skin: Option<usize>,
    /// Names of the node and of the mesh.
    pub names: [String; 2],
}

/// A model in memory.
#[derive(Debug)]
pub struct Model {
    pub graph: Graph,
    pub instances: Vec<Instance>,
    pub meshes: Vec<Vec<Primitive>>,
    pub skins: Vec<Skin>,
    pub materials: Vec<Material>,
    self_contained: bool,
    bytes: usize,
}

impl Instance {
    /// The name that says what of an avatar it is: the node's, or the mesh's where that has none.
    pub(crate) fn part(&self) -> &str {
        let [node, mesh] = &self.names;
        if node.is_empty() { mesh } else { node }
    }

    /// Whether it is there for running into, not for being seen.
    pub(crate) fn collides(&self) -> bool {
        let mut names = self.names.iter();
        names.any(|name| name.to_lowercase().contains("collider"))
    }
}

/// Extensions without which the rest of a file still shows the right thing.
fn may_be_required(extension: &str) -> bool {
    const BEYOND: [&str; 4] = [
        "KHR_draco_mesh_compression",
        "EXT_meshopt_compression",
        "KHR_texture_basisu",
        "EXT_texture_webp",
    ];
    !BEYOND.contains(&extension)
}

impl Model {
    /// Reads a GLB or glTF. `beside` finds the files it refers to by name; `known` saves decoding a
    /// picture again, and may be `&()`.
    ///
    /// # Errors
    /// Not a model, broken references, a circle of nodes, or more of something than `limits` allows.
    /// Whatever the bytes are, memory stays within a small multiple of the limits.
    pub fn read(
        file: &Bytes,
        beside: &Neighbours<'_>,
        known: &dyn Known,
        limits: &Limits,
    ) -> Result<Self, Error> {
        Self::read_seen(file, beside, known, limits, |_| true)
    }

    /// The same, but materials that no instance shows for which `seen` holds come without their pictures.
    pub(crate) fn read_seen(
        file: &Bytes,
        beside: &Neighbours<'_>,
        known: &dyn Known,
        limits: &Limits,
        seen: impl Fn(&Instance) -> bool,
    ) -> Result<Self, Error> {
        let container = Container::read(file, beside, limits)?;
        let document = &container.document;
        let mut required = document.extensions_required.iter();
        if let Some(extension) = required.find(|name| !may_be_required(name)) {
            return Err(Error::Extension(extension.chars().take(100).collect()));
        }
        let count = document.nodes.len();
        if count > limits.nodes {
            return Err(Error::TooMany("nodes", count));
        }
        let graph = Graph::read(&document.nodes)?;
        let meshes = meshes(&container, limits)?;
        let skins = skins(&container, limits)?;
        let instances = instances(&container, &meshes, skins.len(), limits)?;
        let seen = instances.iter().filter(|instance| seen(instance));
        let seen = seen.flat_map(|instance| &meshes[instance.mesh]);
        let seen: BTreeSet<usize> = seen.filter_map(|primitive| primitive.material).collect();
        let mut textures = material::Textures::new(&container, beside, limits, known);
        let materials = document.materials.iter().enumerate();
        let materials = materials.map(|(index, wire)| match seen.contains(&index) {
            true => textures.material(wire),
            false => Ok(Material::plain(wire)),
        });
        let materials = materials.collect::<Result<Vec<_>, _>>()?;
        let bytes = meshes_bytes(&meshes) + count * 200;
        Ok(Self {
            graph,
            instances,
            meshes,
            skins,
            materials,
            self_contained: container.self_contained,
            bytes,
        })
    }

    /// Whether the file alone decides the model.
    #[must_use]
    pub fn is_self_contained(&self) -> bool {
        self.self_contained
    }

    /// Bytes in memory, about, without textures.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

fn meshes(container: &Container, limits: &Limits) -> Result<Vec<Vec<Primitive>>, Error> {
    let mut rest = mesh::Rest {
        vertices: limits.vertices,
        triangles: limits.triangles,
    };
    let mut meshes = Vec::new();
    for wire in &container.document.meshes {
        let mut primitives = Vec::new();
        for wire in &wire.primitives {
            primitives.extend(Primitive::read(container, wire, &mut rest)?);
        }
        meshes.push(primitives);
    }
    Ok(meshes)
}

fn meshes_bytes(meshes: &[Vec<Primitive>]) -> usize {
    let primitives = meshes.iter().flatten();
    primitives
        .map(|p| p.positions.len() * 72 + p.triangles.len() * 12 + 200)
        .sum()
}

fn skins(container: &Container, limits: &Limits) -> Result<Vec<Skin>, Error> {
    let document = &container.document;
    let joints: usize = document.skins.iter().map(|skin| skin.joints.len()).sum();
    if joints > limits.joints {
        return Err(Error::TooMany("joints", joints));
    }
    let mut rest = 4 * limits.joints;
    let read = |wire: &schema::Skin| {
        if wire
            .joints
            .iter()
            .any(|joint| *joint >= document.nodes.len())
        {
            return Err(Error::Range("joint"));
        }
        let count = wire.joints.len();
        let matrices = match wire.inverse_bind_matrices {
            Some(index) if count > 0 => accessor::floats::<16>(container, index, rest)?,
            _ => Vec::new(),
        };
        // Skins without end could name one long array again and again.
        rest -= matrices.len();
        let matrices = matrices.iter().map(Mat4::from_cols_array);
        let matrices = matrices.chain(std::iter::repeat(Mat4::IDENTITY));
        Ok(Skin {
            joints: wire.joints.clone(),
            inverse_binds: matrices.take(count).collect(),
        })
    };
    document.skins.iter().map(read).collect()
}

/// Meshes at nodes. One mesh at many nodes counts as often, since it is drawn as often.
fn instances(
    container: &Container,
    meshes: &[Vec<Primitive>],
    skins: usize,
    limits: &Limits,
) -> Result<Vec<Instance>, Error> {
    let document = &container.document;
    let (mut instances, mut vertices, mut triangles) = (Vec::new(), 0, 0);
    for (node, wire) in document.nodes.iter().enumerate() {
        let Some(mesh) = wire.mesh else { continue };
        let primitives = meshes.get(mesh).ok_or(Error::Range("mesh"))?;
        if wire.skin.is_some_and(|skin| skin >= skins) {
            return Err(Error::Range("skin"));
        }
        vertices += primitives.iter().map(|p| p.positions.len()).sum::<usize>();
        triangles += primitives.iter().map(|p| p.triangles.len()).sum::<usize>();
        if vertices > limits.vertices || triangles > limits.triangles {
            return Err(Error::TooMany("triangles", triangles));
        }
        let names = [wire.name.clone(), document.meshes[mesh].name.clone()];
        instances.push(Instance {
            node,
            mesh,
            skin: wire.skin,
            names: names.map(Option::unwrap_or_default),
        });
    }
    Ok(instances)
}
