//! Serialized files, format 22: types with their trees, objects, and references to other files.

mod read;
mod write;

use crate::tree::TypeTree;
use crate::value::{self, Value};
use crate::{Error, Limits, Result};

/// Objects with their types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SerializedFile {
    /// The engine that wrote it: `6000.2.6f2`.
    pub engine: String,
    /// For which player: 19 Windows, 2 macOS, 24 Linux, 20 WebGL.
    pub platform: i32,
    /// Classes of the objects, in the order of their first use.
    pub types: Vec<Type>,
    /// Objects. They are written in ascending order of their path ids.
    pub objects: Vec<Object>,
    /// Scripts of the types that have one.
    pub script_types: Vec<ScriptType>,
    /// Other files; a reference with file id n means the n-th, from 1.
    pub externals: Vec<External>,
    /// Free text; empty in bundles.
    pub user_information: String,
}

/// A class and its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// Unity's number of the class.
    pub class_id: i32,
    /// Whether editor-only fields were left out of the tree.
    pub is_stripped: bool,
    /// Index into the script types, or −1.
    pub script_index: i16,
    /// Of a script's class.
    pub script_hash: Option<[u8; 16]>,
    /// The layout's hash.
    pub hash: [u8; 16],
    /// The layout.
    pub tree: TypeTree,
    /// Types that this one uses.
    pub dependencies: Vec<i32>,
}

/// One object, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its name in this file; never 0.
    pub path_id: i64,
    /// Index of its type.
    pub type_index: usize,
    /// Its fields.
    pub bytes: Vec<u8>,
}

/// A script in another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptType {
    /// As in a reference.
    pub file_id: i32,
    /// As in a reference.
    pub path_id: i64,
}

/// Another file that references point into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// Empty in bundles.
    pub asset_path: String,
    /// Zeros in bundles.
    pub guid: [u8; 16],
    /// 0 in bundles.
    pub kind: i32,
    /// `archive:/CAB-x/CAB-x`.
    pub path: String,
}

impl SerializedFile {
    /// The object of a path id.
    #[must_use]
    pub fn object(&self, path_id: i64) -> Option<&Object> {
        self.objects.iter().find(|object| object.path_id == path_id)
    }

    /// The type of an object.
    ///
    /// # Errors
    /// When the file has no type of this index.
    pub fn type_of(&self, object: &Object) -> Result<&Type> {
        self.types.get(object.type_index).ok_or_else(|| {
            let (index, count) = (object.type_index, self.types.len());
            Error::invalid("type of an object", format!("{index} of {count}"))
        })
    }

    /// The fields of an object.
    ///
    /// # Errors
    /// When its bytes are not what its type says, or its values are over the limit.
    pub fn value(&self, object: &Object, limits: &Limits) -> Result<Value> {
        let tree = &self.type_of(object)?.tree;
        value::decode(tree, &object.bytes, limits)
    }
}
