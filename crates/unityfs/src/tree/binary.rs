//! Type trees as bytes: nodes of 32 bytes, then their strings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::known::{common_string, common_strings};
use super::{Node, TypeTree};
use crate::cursor::{Reader, put_text};
use crate::{Error, Limits, Result};

/// A string's offset with this bit is one into the engine's own table.
const COMMON: u32 = 1 << 31;
const NODE_BYTES: usize = 32;

/// Reads a tree; `nodes_left` is how many nodes the file's trees may still have.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    limits: &Limits,
    nodes_left: &mut u32,
) -> Result<TypeTree> {
    let count = reader.i32("node count")?;
    let size = reader.i32("string buffer")?;
    let count = u32::try_from(count).map_err(|_| Error::invalid("node count", count))?;
    let size = usize::try_from(size).map_err(|_| Error::invalid("string buffer", size))?;
    Error::check(
        "nodes of type trees",
        u64::from(count),
        u64::from(*nodes_left),
    )?;
    *nodes_left -= count;
    let nodes = reader.take("nodes", count as usize * NODE_BYTES)?;
    let mut strings = Strings {
        buffer: reader.take("string buffer", size)?,
        made: BTreeMap::new(),
    };
    let nodes = nodes.as_chunks::<NODE_BYTES>().0.iter().enumerate();
    let nodes = nodes.map(|(index, bytes)| node(bytes, index, &mut strings));
    let tree = TypeTree::new(nodes.collect::<Result<_>>()?)?;
    let levels = u64::from(tree.levels());
    Error::check(
        "levels of a type tree",
        levels,
        u64::from(limits.tree_levels),
    )?;
    Ok(tree)
}

/// The string buffer. A string is made once, however many nodes have it, and only if one has: a lying tree must not make
/// many of a long one, nor an unused buffer any.
struct Strings<'a> {
    buffer: &'a [u8],
    made: BTreeMap<u32, Arc<str>>,
}

impl Strings<'_> {
    fn get(&mut self, offset: u32) -> Result<Arc<str>> {
        if let Some(made) = self.made.get(&offset) {
            return Ok(Arc::clone(made));
        }
        let text = if offset & COMMON == 0 {
            self.own(offset as usize)
        } else {
            common_string(offset & !COMMON)
        };
        let text = text.ok_or_else(|| {
            let text = format!("no text starts at {offset:#x}");
            Error::invalid("string of a node", text)
        })?;
        let text: Arc<str> = Arc::from(text);
        self.made.insert(offset, Arc::clone(&text));
        Ok(text)
    }

    /// The text that starts at an offset, if the one before it ends there.
    fn own(&self, at: usize) -> Option<&str> {
        if at > 0 && self.buffer.get(at - 1) != Some(&0) {
            return None;
        }
        let rest = self.buffer.get(at..)?;
        let length = rest.iter().position(|byte| *byte == 0)?;
        std::str::from_utf8(&rest[..length]).ok()
    }
}

fn node(bytes: &[u8; NODE_BYTES], index: usize, strings: &mut Strings<'_>) -> Result<Node> {
    let mut reader = Reader::new(bytes);
    let version = reader.u16("version")?;
    let level = reader.u8("level")?;
    let type_flags = reader.u8("type flags")?;
    let kind = strings.get(reader.u32("type")?)?;
    let name = strings.get(reader.u32("name")?)?;
    let byte_size = reader.i32("byte size")?;
    let own_index = reader.i32("index")?;
    if usize::try_from(own_index) != Ok(index) {
        let text = format!("{own_index} for node {index}");
        return Err(Error::invalid("index of a node", text));
    }
    Ok(Node {
        level,
        kind,
        name,
        byte_size,
        type_flags,
        version,
        meta_flags: reader.u32("meta flags")?,
        ref_type_hash: reader.u64("reference hash")?,
    })
}

/// Appends a tree as a file of this engine version has it.
pub(crate) fn write(tree: &TypeTree, engine: &str, out: &mut Vec<u8>) {
    let common: BTreeMap<_, _> = common_strings(engine)
        .map(|(at, text)| (text, at | COMMON))
        .collect();
    let mut own: BTreeMap<&str, u32> = BTreeMap::new();
    let mut buffer = Vec::new();
    let mut offset = |text| {
        if let Some(at) = common.get(text).or_else(|| own.get(text)) {
            return *at;
        }
        let at = buffer.len() as u32;
        put_text(&mut buffer, text);
        own.insert(text, at);
        at
    };
    let mut nodes = Vec::with_capacity(tree.nodes().len() * NODE_BYTES);
    for (index, node) in tree.nodes().iter().enumerate() {
        nodes.extend_from_slice(&node.version.to_le_bytes());
        nodes.extend_from_slice(&[node.level, node.type_flags]);
        nodes.extend_from_slice(&offset(&*node.kind).to_le_bytes());
        nodes.extend_from_slice(&offset(&*node.name).to_le_bytes());
        nodes.extend_from_slice(&node.byte_size.to_le_bytes());
        nodes.extend_from_slice(&(index as i32).to_le_bytes());
        nodes.extend_from_slice(&node.meta_flags.to_le_bytes());
        nodes.extend_from_slice(&node.ref_type_hash.to_le_bytes());
    }
    out.extend_from_slice(&(tree.nodes().len() as i32).to_le_bytes());
    out.extend_from_slice(&(buffer.len() as i32).to_le_bytes());
    out.extend_from_slice(&nodes);
    out.extend_from_slice(&buffer);
}
