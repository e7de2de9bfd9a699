//! Type trees: the fields of a class as an engine version lays them out.

mod binary;
mod known;

use std::ops::Deref;
use std::sync::Arc;

use crate::{Error, Result};

pub use known::{Class, Engine, class_name};

pub(crate) use binary::{read, write};

/// After a node with this meta flag, or an array with it, bytes are filled to a multiple of four.
const ALIGN: u32 = 0x4000;
const IS_ARRAY: u8 = 1;

/// One field, or one level of a field that is a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// 0 for the class, one more for each level below.
    pub level: u8,
    /// The type: `int`, `string`, `vector`, `Array`, `PPtr<Mesh>`, ….
    pub kind: Arc<str>,
    /// The field: `m_Name`, or `Base` for the class.
    pub name: Arc<str>,
    /// −1 when it varies.
    pub byte_size: i32,
    /// 1 for the array inside a list.
    pub type_flags: u8,
    /// The field's own version.
    pub version: u16,
    /// 0x4000: fill to a multiple of four behind it. Others are for the editor.
    pub meta_flags: u32,
    /// Of a type that is serialised by reference; else 0.
    pub ref_type_hash: u64,
}

impl Node {
    /// Whether bytes are filled to a multiple of four behind it.
    #[must_use]
    pub fn is_aligned(&self) -> bool {
        self.meta_flags & ALIGN != 0
    }
}

/// The nodes of a class, depth first. The first is the class; every other hangs below one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeTree {
    nodes: Vec<Node>,
    /// For each node the first that is not below it.
    ends: Vec<usize>,
}

/// A node and what hangs below it.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'a> {
    tree: &'a TypeTree,
    at: usize,
}

impl TypeTree {
    /// A tree of these nodes.
    ///
    /// # Errors
    /// When there are none, or their levels are not those of one tree.
    pub fn new(nodes: Vec<Node>) -> Result<Self> {
        if nodes.first().is_none_or(|root| root.level != 0) {
            return Err(Error::invalid("type tree", "no root"));
        }
        let mut ends = vec![nodes.len(); nodes.len()];
        let mut open: Vec<usize> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let level = usize::from(node.level);
            if level > open.len() || (at > 0 && level == 0) {
                let text = format!("node {at} ({}) is at level {level}", node.name);
                return Err(Error::invalid("type tree", text));
            }
            for closed in open.drain(level..) {
                ends[closed] = at;
            }
            open.push(at);
        }
        Ok(Self { nodes, ends })
    }

    /// All nodes, depth first.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The class.
    #[must_use]
    pub fn root(&self) -> Branch<'_> {
        Branch { tree: self, at: 0 }
    }

    /// The deepest level.
    #[must_use]
    pub fn levels(&self) -> u8 {
        self.nodes.iter().map(|node| node.level).max().unwrap_or(0)
    }
}

impl Deref for Branch<'_> {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.tree.nodes[self.at]
    }
}

impl<'a> Branch<'a> {
    /// The nodes one level below, in order.
    pub fn children(self) -> impl Iterator<Item = Branch<'a>> + use<'a> {
        let tree = self.tree;
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            if at >= tree.ends[self.at] {
                return None;
            }
            let child = Branch { tree, at };
            at = tree.ends[at];
            Some(child)
        })
    }

    /// The child of this name.
    #[must_use]
    pub fn child(self, name: &str) -> Option<Branch<'a>> {
        self.children().find(|child| &*child.name == name)
    }

    /// If this is a list: the array inside it, which is itself for a bare array.
    pub(crate) fn array(self) -> Option<Branch<'a>> {
        if self.type_flags & IS_ARRAY != 0 {
            return Some(self);
        }
        let first = self.children().next()?;
        (first.type_flags & IS_ARRAY != 0).then_some(first)
    }

    /// If this is a list: what it is a list of.
    #[must_use]
    pub fn element(self) -> Option<Branch<'a>> {
        self.array()?.children().nth(1)
    }
}
