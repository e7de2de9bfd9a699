//! Meshes.

mod morph;
mod object;
mod skin;
mod vertices;

use crate::{Error, Result};

pub(super) use object::add_mesh;
pub(super) use vertices::flip;

/// A mesh in glTF's conventions. All lists of vertices are empty or of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Its name.
    pub name: String,
    /// Metres.
    pub positions: Vec<[f32; 3]>,
    /// Unit vectors.
    pub normals: Vec<[f32; 3]>,
    /// Unit vectors, and a sign.
    pub tangents: Vec<[f32; 4]>,
    /// Linear.
    pub colors: Vec<[f32; 4]>,
    /// Up to eight sets.
    pub uvs: Vec<Vec<[f32; 2]>>,
    /// Indices of joints, and how much each moves the vertex.
    pub joints: Vec<[u32; 4]>,
    /// In the order of the joints.
    pub weights: Vec<[f32; 4]>,
    /// For each joint, its inverse bind matrix: 16 numbers, column after column.
    pub inverse_binds: Vec<[f32; 16]>,
    /// Pieces with a material each.
    pub submeshes: Vec<SubMesh>,
    /// Shapes that it can take.
    pub targets: Vec<Target>,
}

/// A piece of a mesh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubMesh {
    /// What the indices make.
    pub topology: Topology,
    /// Into the mesh's vertices. Strips and fans of triangles are to be expanded before.
    pub indices: Vec<u32>,
}

/// What indices make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Topology {
    #[default]
    Triangles,
    Lines,
    LineStrip,
    Points,
}

/// A morph target: what is added to each vertex.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// Its name, or its index as text.
    pub name: String,
    /// Added to positions.
    pub positions: Vec<[f32; 3]>,
    /// Added to normals; empty if nothing is.
    pub normals: Vec<[f32; 3]>,
    /// Added to tangents; empty if nothing is.
    pub tangents: Vec<[f32; 3]>,
}

impl Topology {
    fn number(self) -> i32 {
        match self {
            Self::Triangles => 0,
            Self::Lines => 3,
            Self::LineStrip => 4,
            Self::Points => 5,
        }
    }
}

impl Mesh {
    /// Lists agree in length, and indices hit vertices.
    pub(super) fn check(&self) -> Result<()> {
        let count = self.positions.len();
        let lengths = [
            ("normals", self.normals.len()),
            ("tangents", self.tangents.len()),
            ("colors", self.colors.len()),
            ("joints", self.joints.len()),
            ("weights", self.weights.len()),
        ];
        let wrong = |what: &str, length: usize| {
            let text = format!("mesh {}: {length} {what} for {count} vertices", self.name);
            Error::invalid("vertices", text)
        };
        for (what, length) in lengths {
            if length != 0 && length != count {
                return Err(wrong(what, length));
            }
        }
        if self.joints.len() != self.weights.len() {
            return Err(wrong("joints or weights", self.joints.len()));
        }
        for uvs in &self.uvs {
            if uvs.len() != count {
                return Err(wrong("texture coordinates", uvs.len()));
            }
        }
        Error::check("texture coordinate sets", self.uvs.len() as u64, 8)?;
        for target in &self.targets {
            for list in [&target.positions, &target.normals, &target.tangents] {
                if !list.is_empty() && list.len() != count {
                    return Err(wrong("vertices of a morph target", list.len()));
                }
            }
        }
        for index in self.submeshes.iter().flat_map(|submesh| &submesh.indices) {
            if *index as usize >= count {
                return Err(Error::Dangling {
                    from: format!("mesh {}", self.name),
                    to: format!("vertex {index} of {count}"),
                });
            }
        }
        let joints = self.inverse_binds.len();
        let highest = self.joints.iter().flatten().max();
        match highest {
            Some(highest) if joints > 0 && *highest as usize >= joints => Err(Error::Dangling {
                from: format!("mesh {}", self.name),
                to: format!("joint {highest} of {joints}"),
            }),
            _ => Ok(()),
        }
    }
}
