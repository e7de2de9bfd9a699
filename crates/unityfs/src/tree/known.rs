//! The layouts this crate can write, from the tables that the build script made, and the strings all trees share.

use std::sync::Arc;

use super::{Node, TypeTree};

/// level, type, name, byte size, type flags, version, meta flags
type RawNode = (u8, &'static str, &'static str, i32, i32, i32, i32);

struct Layout {
    version: &'static str,
    classes: &'static [RawClass],
}

struct RawClass {
    id: i32,
    hash: [u8; 16],
    nodes: &'static [RawNode],
}

mod table {
    use super::{Layout, RawClass as Class};

    include!(concat!(env!("OUT_DIR"), "/trees.rs"));
}

/// An engine version whose layout can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// 2021.3.20f1, of the older converter. Clients still load it.
    Unity2021,
    /// 6000.2.6f2, of today's converter.
    Unity6000,
}

/// A class as an engine lays it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Unity's number of the class.
    pub id: i32,
    /// The layout's hash. An engine that has the same one reads fast.
    pub hash: [u8; 16],
    /// The layout.
    pub tree: TypeTree,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Unity2021, Self::Unity6000];

    fn layout(self) -> &'static Layout {
        match self {
            Self::Unity2021 => &table::LAYOUTS[0],
            Self::Unity6000 => &table::LAYOUTS[1],
        }
    }

    /// As containers and serialized files name it.
    #[must_use]
    pub fn version(self) -> &'static str {
        self.layout().version
    }

    /// A class that this crate has a layout of.
    #[must_use]
    pub fn class(self, id: i32) -> Option<Class> {
        let raw = self.layout().classes.iter().find(|class| class.id == id)?;
        let nodes = raw.nodes.iter().map(node).collect();
        Some(Class {
            id,
            hash: raw.hash,
            tree: TypeTree::new(nodes).expect("the database holds trees"),
        })
    }
}

fn node(raw: &RawNode) -> Node {
    let (level, kind, name, byte_size, type_flags, version, meta_flags) = *raw;
    Node {
        level,
        kind: Arc::from(kind),
        name: Arc::from(name),
        byte_size,
        type_flags: type_flags as u8,
        version: version as u16,
        meta_flags: meta_flags as u32,
        ref_type_hash: 0,
    }
}

/// The name of a class by its number, as far as layouts are known here.
#[must_use]
pub fn class_name(id: i32) -> Option<&'static str> {
    let classes = table::LAYOUTS.iter().flat_map(|layout| layout.classes);
    let class = classes.into_iter().find(|class| class.id == id)?;
    class.nodes.first().map(|root| root.1)
}

/// The strings that trees of an engine version may refer to, each with its offset.
pub(super) fn common_strings(version: &str) -> impl Iterator<Item = (u32, &'static str)> + use<> {
    let version = parse(version);
    let counts = table::COMMON_COUNTS.iter();
    let known = counts.take_while(|(since, _)| *since <= version).last();
    let count = known.map_or(0, |(_, count)| *count);
    offsets().take(count)
}

/// The string of an offset, of any version.
pub(super) fn common_string(offset: u32) -> Option<&'static str> {
    offsets().find_map(|(at, text)| (at == offset).then_some(text))
}

fn offsets() -> impl Iterator<Item = (u32, &'static str)> + use<> {
    table::COMMON.iter().scan(0, |next, text| {
        let at = *next;
        *next += text.len() as u32 + 1;
        Some((at, *text))
    })
}

/// `6000.2.6f2` as (6000, 2, 6); what can't be read is 0.
fn parse(version: &str) -> (u16, u16, u16) {
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|n| n.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}
