//! From bytes to a serialized file.

use super::{External, Object, ScriptType, SerializedFile, Type};
use crate::cursor::Reader;
use crate::{Error, Limits, Result, tree};

pub(super) const HEADER_BYTES: usize = 48;
const MONO_BEHAVIOUR: i32 = 114;

struct Header {
    metadata_bytes: usize,
    data_offset: usize,
}

/// Where an object's bytes are, from the start of the data.
struct Entry {
    path_id: i64,
    offset: u64,
    size: u64,
    type_index: usize,
}

impl SerializedFile {
    /// Reads a serialized file of format 22 with type trees.
    ///
    /// # Errors
    /// When it is of another format, ends early, contradicts itself, or is over a limit.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let header = header(&mut reader, bytes.len())?;
        let (file, entries) = metadata(&mut reader, limits)?;
        let end = HEADER_BYTES + header.metadata_bytes;
        if reader.position() != end {
            let text = format!("it ends at {}, not at {end}", reader.position());
            return Err(Error::invalid("metadata", text));
        }
        let data = &bytes[header.data_offset..];
        // Objects may share no bytes, so that what they take is bounded by what is there.
        let total = entries
            .iter()
            .fold(0, |sum: u64, entry| sum.saturating_add(entry.size));
        Error::check("objects", total, data.len() as u64)?;
        let objects = entries.iter().map(|entry| object(entry, data));
        let objects = objects.collect::<Result<Vec<_>>>()?;
        no_twins(&objects)?;
        Ok(Self { objects, ..file })
    }
}

fn header(reader: &mut Reader<'_>, length: usize) -> Result<Header> {
    let leftovers = [reader.u32_be("header")?, reader.u32_be("header")?];
    let format = reader.u32_be("format")?;
    if format != 22 {
        return Err(Error::unsupported("serialized file format", format));
    }
    let leftover = reader.u32_be("header")?;
    let endian: [u8; 4] = reader.fixed("byte order")?;
    if leftovers != [0, 0] || leftover != 0 || endian != [0; 4] {
        let text = "its unused fields or its byte order are not zero";
        return Err(Error::unsupported("serialized file header", text));
    }
    let metadata_bytes = reader.u32_be("metadata size")? as usize;
    let size = reader.i64_be("size of the serialized file")?;
    let data_offset = reader.i64_be("data offset")?;
    let reserved = reader.i64_be("header")?;
    if size != length as i64 {
        let text = format!("{size} are declared, {length} are there");
        return Err(Error::invalid("size of the serialized file", text));
    }
    let metadata_end = HEADER_BYTES + metadata_bytes;
    let data_offset = usize::try_from(data_offset)
        .ok()
        .filter(|at| (metadata_end..=length).contains(at))
        .ok_or_else(|| Error::invalid("data offset", data_offset))?;
    if reserved != 0 {
        return Err(Error::unsupported("serialized file header", reserved));
    }
    Ok(Header {
        metadata_bytes,
        data_offset,
    })
}

fn metadata(reader: &mut Reader<'_>, limits: &Limits) -> Result<(SerializedFile, Vec<Entry>)> {
    let engine = reader.text("engine version")?.to_owned();
    let platform = reader.i32("target platform")?;
    let with_trees = reader.u8("type trees")?;
    if with_trees != 1 {
        return Err(Error::unsupported("a file without type trees", with_trees));
    }
    let mut nodes_left = limits.tree_nodes;
    let count = reader.count("type count", 31, limits.entries)?;
    let types = (0..count).map(|_| read_type(reader, limits, &mut nodes_left));
    let types: Vec<Type> = types.collect::<Result<_>>()?;
    let count = reader.count("object count", 24, limits.entries)?;
    let entries = (0..count).map(|_| entry(reader, types.len()));
    let entries = entries.collect::<Result<_>>()?;
    let count = reader.count("script type count", 12, limits.entries)?;
    let script_types = (0..count).map(|_| script_type(reader));
    let script_types = script_types.collect::<Result<_>>()?;
    let count = reader.count("external count", 22, limits.entries)?;
    let externals = (0..count).map(|_| external(reader));
    let externals = externals.collect::<Result<_>>()?;
    let reference_types = reader.i32("reference type count")?;
    if reference_types != 0 {
        return Err(Error::unsupported("reference types", reference_types));
    }
    let user_information = reader.text("user information")?.to_owned();
    let file = SerializedFile {
        engine,
        platform,
        types,
        objects: Vec::new(),
        script_types,
        externals,
        user_information,
    };
    Ok((file, entries))
}

fn read_type(reader: &mut Reader<'_>, limits: &Limits, nodes_left: &mut u32) -> Result<Type> {
    let class_id = reader.i32("class id")?;
    let is_stripped = match reader.u8("stripped")? {
        0 => false,
        1 => true,
        other => return Err(Error::invalid("stripped", other)),
    };
    let script_index = reader.i16("script index")?;
    let script_hash = if class_id == MONO_BEHAVIOUR {
        Some(reader.fixed("script hash")?)
    } else {
        None
    };
    let hash = reader.fixed("type hash")?;
    let tree = tree::read(reader, limits, nodes_left)?;
    let count = reader.count("type dependency count", 4, limits.entries)?;
    let dependencies = (0..count).map(|_| reader.i32("type dependency"));
    Ok(Type {
        class_id,
        is_stripped,
        script_index,
        script_hash,
        hash,
        tree,
        dependencies: dependencies.collect::<Result<_>>()?,
    })
}

fn entry(reader: &mut Reader<'_>, types: usize) -> Result<Entry> {
    reader.align("object", 4)?;
    let path_id = reader.i64("path id")?;
    let offset = reader.i64("offset of an object")?;
    let size = reader.u32("size of an object")?;
    let type_index = reader.i32("type of an object")?;
    let offset =
        u64::try_from(offset).map_err(|_| Error::invalid("offset of an object", offset))?;
    let type_index = usize::try_from(type_index)
        .ok()
        .filter(|index| *index < types);
    Ok(Entry {
        path_id,
        offset,
        size: u64::from(size),
        type_index: type_index
            .ok_or_else(|| Error::invalid("type of an object", format!("object {path_id}")))?,
    })
}

fn script_type(reader: &mut Reader<'_>) -> Result<ScriptType> {
    let file_id = reader.i32("script's file id")?;
    reader.align("script's path id", 4)?;
    let path_id = reader.i64("script's path id")?;
    Ok(ScriptType { file_id, path_id })
}

fn external(reader: &mut Reader<'_>) -> Result<External> {
    Ok(External {
        asset_path: reader.text("external's asset path")?.to_owned(),
        guid: reader.fixed("external's guid")?,
        kind: reader.i32("external's type")?,
        path: reader.text("external's path")?.to_owned(),
    })
}

fn object(entry: &Entry, data: &[u8]) -> Result<Object> {
    let end = entry.offset.saturating_add(entry.size);
    Error::check("end of an object in the data", end, data.len() as u64)?;
    Ok(Object {
        path_id: entry.path_id,
        type_index: entry.type_index,
        bytes: data[entry.offset as usize..end as usize].to_vec(),
    })
}

fn no_twins(objects: &[Object]) -> Result<()> {
    let mut ids: Vec<i64> = objects.iter().map(|object| object.path_id).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::invalid(
            "path id",
            format!("{} is there twice", pair[0]),
        )),
        None => Ok(()),
    }
}
