//! Where nodes stand in the world at rest.

use super::{Model, Transform};

/// A matrix, column by column.
pub type Matrix = [f64; 16];

/// The matrix that changes nothing.
pub const IDENTITY: Matrix = [
    1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
];

/// `a` after `b`.
#[must_use]
pub fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| {
        let (column, row) = (i / 4, i % 4);
        (0..4).map(|k| a[k * 4 + row] * b[column * 4 + k]).sum()
    })
}

/// A point moved by a matrix.
#[must_use]
pub fn transform_point(matrix: &Matrix, point: [f32; 3]) -> [f64; 3] {
    let p = point.map(f64::from);
    std::array::from_fn(|row| {
        matrix[row] * p[0] + matrix[4 + row] * p[1] + matrix[8 + row] * p[2] + matrix[12 + row]
    })
}

/// The factor by which a matrix stretches most.
#[must_use]
pub fn stretch(matrix: &Matrix) -> f64 {
    let column = |c: usize| {
        let squares = (0..3).map(|row| matrix[c * 4 + row] * matrix[c * 4 + row]);
        squares.sum::<f64>().sqrt()
    };
    (0..3).map(column).fold(0.0, f64::max)
}

impl Transform {
    /// As a matrix.
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        match self {
            Self::Matrix(matrix) => matrix.map(f64::from),
            Self::Trs {
                translation,
                rotation,
                scale,
            } => from_trs(*translation, *rotation, *scale),
        }
    }
}

fn from_trs(translation: [f32; 3], rotation: [f32; 4], scale: [f32; 3]) -> Matrix {
    let [x, y, z, w] = rotation.map(f64::from);
    let s = scale.map(f64::from);
    let t = translation.map(f64::from);
    let axes = [
        [
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y + z * w),
            2.0 * (x * z - y * w),
        ],
        [
            2.0 * (x * y - z * w),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z + x * w),
        ],
        [
            2.0 * (x * z + y * w),
            2.0 * (y * z - x * w),
            1.0 - 2.0 * (x * x + y * y),
        ],
    ];
    let mut matrix = IDENTITY;
    for column in 0..3 {
        for row in 0..3 {
            matrix[column * 4 + row] = axes[column][row] * s[column];
        }
    }
    matrix[12..15].copy_from_slice(&t);
    matrix
}

impl Model {
    /// Nodes, each after its parent.
    #[must_use]
    pub fn parents_first(&self) -> Vec<usize> {
        let roots = (0..self.nodes.len()).filter(|&i| self.nodes[i].parent.is_none());
        let mut order: Vec<usize> = roots.collect();
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            order.extend(&self.nodes[node].children);
            next += 1;
        }
        order
    }

    /// The matrix of each node from its own space to the world's, at rest.
    #[must_use]
    pub fn world_matrices(&self) -> Vec<Matrix> {
        let mut world = vec![IDENTITY; self.nodes.len()];
        for node in self.parents_first() {
            let own = self.nodes[node].transform.matrix();
            world[node] = match self.nodes[node].parent {
                Some(parent) => multiply(&world[parent], &own),
                None => own,
            };
        }
        world
    }

    /// The matrix from the space of a node's mesh to the world: the node's own, or for a skinned mesh
    /// that of its first joint, because skinned meshes stand where their joints are.
    #[must_use]
    pub fn mesh_matrix(&self, node: usize, world: &[Matrix]) -> Matrix {
        let skin = self.nodes[node].skin.map(|skin| &self.skins[skin]);
        let Some((skin, &joint)) = skin.and_then(|skin| Some((skin, skin.joints.first()?))) else {
            return world[node];
        };
        match skin.inverse_bind.first() {
            Some(bind) => multiply(&world[joint], &bind.map(f64::from)),
            None => world[joint],
        }
    }
}
