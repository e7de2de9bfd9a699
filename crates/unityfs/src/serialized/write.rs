//! From a serialized file to bytes.

use super::read::HEADER_BYTES;
use super::{Object, SerializedFile, Type};
use crate::cursor::{fill, put_text};
use crate::{Error, Result, tree};

/// Every object starts at a multiple of this.
const OBJECT_ALIGN: usize = 8;
/// More a format with i32 sizes inside objects can't hold.
const OBJECT_BYTES_MAX: u64 = i32::MAX as u64;

impl SerializedFile {
    /// The file's bytes, objects in ascending order of their path ids.
    ///
    /// # Errors
    /// When two objects have one path id, an object's type is not there, or an object is over 2 GiB.
    pub fn write(&self) -> Result<Vec<u8>> {
        let mut objects: Vec<&Object> = self.objects.iter().collect();
        objects.sort_by_key(|object| object.path_id);
        if let Some(pair) = objects
            .windows(2)
            .find(|pair| pair[0].path_id == pair[1].path_id)
        {
            let text = format!("{} is there twice", pair[0].path_id);
            return Err(Error::invalid("path id", text));
        }
        let mut out = vec![0; HEADER_BYTES];
        put_text(&mut out, &self.engine);
        out.extend_from_slice(&self.platform.to_le_bytes());
        out.push(1);
        put_count(&mut out, self.types.len());
        for kind in &self.types {
            put_type(&mut out, kind, &self.engine);
        }
        let data = self.put_objects(&mut out, &objects)?;
        self.put_references(&mut out);

        let metadata_bytes = (out.len() - HEADER_BYTES) as u32;
        fill(&mut out, 16);
        let data_offset = out.len();
        for (object, offset) in objects.iter().zip(data) {
            out.resize(data_offset + offset, 0);
            out.extend_from_slice(&object.bytes);
        }
        let size = out.len() as i64;
        out[8..12].copy_from_slice(&22_u32.to_be_bytes());
        out[20..24].copy_from_slice(&metadata_bytes.to_be_bytes());
        out[24..32].copy_from_slice(&size.to_be_bytes());
        out[32..40].copy_from_slice(&(data_offset as i64).to_be_bytes());
        Ok(out)
    }

    /// The list of objects; their offsets in the data.
    fn put_objects(&self, out: &mut Vec<u8>, objects: &[&Object]) -> Result<Vec<usize>> {
        put_count(out, objects.len());
        let mut end: usize = 0;
        let mut offsets = Vec::with_capacity(objects.len());
        for object in objects {
            Error::check("object", object.bytes.len() as u64, OBJECT_BYTES_MAX)?;
            self.type_of(object)?;
            let offset = end.next_multiple_of(OBJECT_ALIGN);
            fill(out, 4);
            out.extend_from_slice(&object.path_id.to_le_bytes());
            out.extend_from_slice(&(offset as i64).to_le_bytes());
            out.extend_from_slice(&(object.bytes.len() as u32).to_le_bytes());
            put_count(out, object.type_index);
            end = offset + object.bytes.len();
            offsets.push(offset);
        }
        Ok(offsets)
    }

    fn put_references(&self, out: &mut Vec<u8>) {
        put_count(out, self.script_types.len());
        for script in &self.script_types {
            out.extend_from_slice(&script.file_id.to_le_bytes());
            fill(out, 4);
            out.extend_from_slice(&script.path_id.to_le_bytes());
        }
        put_count(out, self.externals.len());
        for external in &self.externals {
            put_text(out, &external.asset_path);
            out.extend_from_slice(&external.guid);
            out.extend_from_slice(&external.kind.to_le_bytes());
            put_text(out, &external.path);
        }
        put_count(out, 0);
        put_text(out, &self.user_information);
    }
}

fn put_type(out: &mut Vec<u8>, kind: &Type, engine: &str) {
    out.extend_from_slice(&kind.class_id.to_le_bytes());
    out.push(u8::from(kind.is_stripped));
    out.extend_from_slice(&kind.script_index.to_le_bytes());
    if let Some(hash) = kind.script_hash {
        out.extend_from_slice(&hash);
    }
    out.extend_from_slice(&kind.hash);
    tree::write(&kind.tree, engine, out);
    put_count(out, kind.dependencies.len());
    for dependency in &kind.dependencies {
        out.extend_from_slice(&dependency.to_le_bytes());
    }
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&(count as i32).to_le_bytes());
}
