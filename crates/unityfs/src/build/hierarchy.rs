//! The scene as a tree of named objects: root, unique names, what collides.

use std::collections::BTreeMap;

use super::model::{Model, Node};
use crate::{Error, Result};

const COLLIDER: &str = "_collider";

/// A model's nodes as they will stand below the root.
pub(super) struct Hierarchy {
    /// Node that is the root itself; `None` when the root is an object of its own.
    pub(super) root_node: Option<usize>,
    /// Names, unique among siblings.
    pub(super) names: Vec<String>,
    /// Children of each node, in order; those of an own root last.
    children: Vec<Vec<usize>>,
    parents: Vec<Option<usize>>,
}

fn check(from: impl Fn() -> String, index: usize, count: usize, what: &str) -> Result<()> {
    if index < count {
        return Ok(());
    }
    Err(Error::Dangling {
        from: from(),
        to: format!("{what} {index} of {count}"),
    })
}

impl Hierarchy {
    /// # Errors
    /// When a node refers to what is not there, or is below itself.
    pub(super) fn of(model: &Model<'_>) -> Result<Self> {
        for (index, node) in model.nodes.iter().enumerate() {
            check_node(model, index, node)?;
        }
        let count = model.nodes.len();
        let mut children = vec![Vec::new(); count + 1];
        for (index, node) in model.nodes.iter().enumerate() {
            children[node.parent.unwrap_or(count)].push(index);
        }
        let parents: Vec<_> = model.nodes.iter().map(|node| node.parent).collect();
        let mut reached = children[count].clone();
        let mut next = 0;
        while next < reached.len() {
            reached.extend(&children[reached[next]]);
            next += 1;
        }
        if reached.len() != count {
            return Err(Error::invalid("nodes", "some are below themselves"));
        }
        let root_node = match children[count][..] {
            [only] if model.clips.is_empty() => Some(only),
            _ => None,
        };
        let mut names: Vec<String> = model.nodes.iter().map(|node| node.name.clone()).collect();
        for siblings in &children {
            make_unique(&mut names, siblings);
        }
        if let Some(root) = root_node {
            model.name.clone_into(&mut names[root]);
        }
        Ok(Self {
            root_node,
            names,
            children,
            parents,
        })
    }

    /// Children of a node, or with `None` of an own root.
    pub(super) fn children(&self, node: Option<usize>) -> &[usize] {
        &self.children[node.unwrap_or(self.parents.len())]
    }

    /// Names from below the root down to a node; empty for the root.
    pub(super) fn path(&self, node: usize) -> String {
        let mut names = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next.filter(|node| Some(*node) != self.root_node) {
            names.push(&*self.names[node]);
            next = self.parents[node];
        }
        names.reverse();
        names.join("/")
    }

    /// Whether what is drawn at a node collides instead: by its own name, or that of a node above it.
    pub(super) fn is_collider(&self, node: usize) -> bool {
        let mut next = Some(node);
        while let Some(node) = next {
            if has_collider_name(&self.names[node]) {
                return true;
            }
            next = self.parents[node];
        }
        false
    }

    /// The nearest node that all of some nodes are below, or are.
    pub(super) fn common_ancestor(&self, nodes: &[usize]) -> Option<usize> {
        let above = |node: usize| {
            let mut path = vec![node];
            while let Some(parent) = self.parents[path[path.len() - 1]] {
                path.push(parent);
            }
            path.reverse();
            path
        };
        let mut shared = above(*nodes.first()?);
        for node in &nodes[1..] {
            let path = above(*node);
            let same = shared.iter().zip(&path).take_while(|(a, b)| a == b).count();
            shared.truncate(same);
        }
        shared.pop()
    }
}

pub(super) fn has_collider_name(name: &str) -> bool {
    name.to_lowercase().contains(COLLIDER)
}

fn check_node(model: &Model<'_>, index: usize, node: &Node) -> Result<()> {
    let name = || format!("node {index}");
    let nodes = model.nodes.len();
    if let Some(parent) = node.parent {
        check(name, parent, nodes, "node")?;
    }
    for part in &node.parts {
        check(name, part.mesh, model.meshes.len(), "mesh")?;
        for material in part.materials.iter().flatten() {
            check(name, *material, model.materials.len(), "material")?;
        }
    }
    if let Some(skin) = &node.skin {
        for joint in skin.joints.iter().chain(&skin.root) {
            check(name, *joint, nodes, "joint")?;
        }
    }
    Ok(())
}

/// The second of a name gets `_0`, the third `_1`, and so on.
fn make_unique(names: &mut [String], siblings: &[usize]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for sibling in siblings {
        let mut name = names[*sibling].clone();
        while let Some(next) = seen.get_mut(&name) {
            let number = *next;
            *next += 1;
            name = format!("{}_{number}", names[*sibling]);
        }
        seen.insert(name.clone(), 0);
        names[*sibling] = name;
    }
}
