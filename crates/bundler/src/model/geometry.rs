//! Vertex data of a primitive.

/// What each group of indices draws. Strips, loops and fans are lists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Topology {
    /// One index a point.
    Points,
    /// Two indices a line.
    Lines,
    /// Three indices a triangle, counter-clockwise seen from the front.
    #[default]
    Triangles,
}

/// Vertices and indices. Each list of vertex data is empty or as long as `positions`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Geometry {
    /// What the indices draw.
    pub topology: Topology,
    /// Vertex indices, all below the vertex count.
    pub indices: Vec<u32>,
    /// Coarser lists of the same vertices, from fine to coarse; what [`super::Primitive::level`] names.
    pub levels: Vec<Vec<u32>>,
    /// In the mesh's own units.
    pub positions: Vec<[f32; 3]>,
    /// Unit vectors.
    pub normals: Vec<[f32; 3]>,
    /// Unit vectors with the sign of the bitangent last.
    pub tangents: Vec<[f32; 4]>,
    /// Texture coordinates by set.
    pub texcoords: Vec<Vec<[f32; 2]>>,
    /// Linear colours by set; alpha is 1 where the file has none.
    pub colors: Vec<Vec<[f32; 4]>>,
    /// Joints of the skin by set.
    pub joints: Vec<Vec<[u16; 4]>>,
    /// Weights of those joints by set.
    pub weights: Vec<Vec<[f32; 4]>>,
    /// Attributes of the application, whose names start with `_`.
    pub custom: Vec<Custom>,
    /// Morph targets.
    pub targets: Vec<MorphTarget>,
}

/// An attribute of the application's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Custom {
    /// Its name.
    pub name: String,
    /// Floats a vertex, 1 to 4.
    pub width: usize,
    /// `vertices * width` floats.
    pub values: Vec<f32>,
}

/// What a morph target at weight 1 adds to each vertex. Lists are empty or one entry a vertex.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MorphTarget {
    /// To positions.
    pub positions: Vec<[f32; 3]>,
    /// To normals.
    pub normals: Vec<[f32; 3]>,
    /// To tangents' directions.
    pub tangents: Vec<[f32; 3]>,
}

impl Geometry {
    /// The number of vertices.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.positions.len()
    }

    /// The indices of a level: 0 is the full list. Empty beyond the last.
    #[must_use]
    pub fn level(&self, level: usize) -> &[u32] {
        match level.checked_sub(1) {
            None => &self.indices,
            Some(coarser) => self.levels.get(coarser).map_or(&[], Vec::as_slice),
        }
    }

    /// The number of triangles; 0 for lines and points.
    #[must_use]
    pub fn triangle_count(&self) -> usize {
        self.triangle_count_of(0)
    }

    /// The same of a level.
    #[must_use]
    pub fn triangle_count_of(&self, level: usize) -> usize {
        match self.topology {
            Topology::Triangles => self.level(level).len() / 3,
            Topology::Points | Topology::Lines => 0,
        }
    }

    /// The corners of the box around all vertices that are drawn; `None` without any.
    #[must_use]
    pub fn bounds(&self) -> Option<([f32; 3], [f32; 3])> {
        let mut used = self.indices.iter().map(|&i| self.positions[i as usize]);
        let first = used.next()?;
        Some(used.fold((first, first), |(low, high), p| {
            (
                std::array::from_fn(|k| low[k].min(p[k])),
                std::array::from_fn(|k| high[k].max(p[k])),
            )
        }))
    }
}
