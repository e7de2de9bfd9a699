//! The node tree of a model: parents before children, whatever order the file has.

use glam::{Mat4, Quat, Vec3};

use super::Error;
use super::schema;

/// A node: its name, its parent, and where it stands to it at rest.
#[derive(Clone, Debug)]
pub struct Node {
    pub name: String,
    pub parent: Option<usize>,
    pub local: Mat4,
}

/// All nodes, and an order in which each comes after its parent.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub order: Vec<usize>,
}

/// Where a node stands to its parent. Numbers that are not finite, and turns of no direction, count as
/// absent.
fn local(node: &schema::Node) -> Mat4 {
    if let Some(matrix) = node.matrix {
        let matrix = Mat4::from_cols_array(&matrix);
        return if matrix.is_finite() {
            matrix
        } else {
            Mat4::IDENTITY
        };
    }
    let translation = node.translation.map_or(Vec3::ZERO, Vec3::from_array);
    let rotation = node.rotation.map_or(Quat::IDENTITY, Quat::from_array);
    let scale = node.scale.map_or(Vec3::ONE, Vec3::from_array);
    let length = rotation.length();
    let rotation = if length.is_finite() && length > 1e-6 {
        rotation * (1.0 / length)
    } else {
        Quat::IDENTITY
    };
    let matrix = Mat4::from_scale_rotation_translation(scale, rotation, translation);
    if matrix.is_finite() {
        matrix
    } else {
        Mat4::IDENTITY
    }
}

impl Graph {
    /// The tree of a document's nodes.
    ///
    /// # Errors
    /// A child that does not exist, or a node that is its own ancestor. Of two parents of one node the
    /// first counts.
    pub(super) fn read(nodes: &[schema::Node]) -> Result<Self, Error> {
        let mut parents = vec![None; nodes.len()];
        let mut children = vec![Vec::new(); nodes.len()];
        for (index, node) in nodes.iter().enumerate() {
            for &child in &node.children {
                let parent = parents.get_mut(child).ok_or(Error::Range("child node"))?;
                if parent.is_none() {
                    *parent = Some(index);
                    children[index].push(child);
                }
            }
        }
        let roots = (0..nodes.len()).filter(|node| parents[*node].is_none());
        let mut order: Vec<usize> = roots.collect();
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            order.extend_from_slice(&children[node]);
            next += 1;
        }
        // With one parent each, only a circle is out of every root's reach.
        if order.len() != nodes.len() {
            return Err(Error::Cycle);
        }
        let nodes = nodes.iter().zip(parents).map(|(node, parent)| Node {
            name: node.name.clone().unwrap_or_default(),
            parent,
            local: local(node),
        });
        Ok(Self {
            nodes: nodes.collect(),
            order,
        })
    }

    /// Where each node stands in the world. `posed` may say so of a node by its name; the others keep
    /// their place under their parent.
    pub fn globals(&self, posed: impl Fn(&str) -> Option<Mat4>) -> Vec<Mat4> {
        let mut globals = vec![Mat4::IDENTITY; self.nodes.len()];
        for &index in &self.order {
            let node = &self.nodes[index];
            globals[index] = posed(&node.name).unwrap_or_else(|| {
                let parent = node.parent.map_or(Mat4::IDENTITY, |parent| globals[parent]);
                parent * node.local
            });
        }
        globals
    }
}
