//! Hashes of JSON that JavaScript wrote: ADR-32 (several files as one) and ADR-62 (Merkle leaves).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha3::{Digest, Keccak256};

use super::hash_v1;
use crate::js_json;

/// One file of an entity: its name inside the entity and its content hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentItem {
    /// Path inside the entity, as the author wrote it.
    pub file: String,
    /// Content hash of the file.
    pub hash: String,
}

/// The bytes ADR-32 hashes: `{"content":[{"key","hash"}],"metadata"}` with the content sorted by
/// (hash, file) in UTF-16 order; `metadata` is left out when `None`, as JavaScript leaves out
/// `undefined`.
pub fn adr32_data(content: &[ContentItem], metadata: Option<&Value>) -> Vec<u8> {
    let mut sorted: Vec<&ContentItem> = content.iter().collect();
    sorted.sort_by(|a, b| {
        let by_hash = a.hash.encode_utf16().cmp(b.hash.encode_utf16());
        by_hash.then_with(|| a.file.encode_utf16().cmp(b.file.encode_utf16()))
    });
    let content = sorted.into_iter().map(|item| {
        let key = ("key".to_owned(), Value::String(item.file.clone()));
        let hash = ("hash".to_owned(), Value::String(item.hash.clone()));
        Value::Object(Map::from_iter([key, hash]))
    });
    let mut body = Map::new();
    body.insert("content".to_owned(), content.collect());
    if let Some(metadata) = metadata {
        body.insert("metadata".to_owned(), metadata.clone());
    }
    js_json::stringify(&Value::Object(body)).into_bytes()
}

/// ADR-32: one hash for several files and their metadata (linked wearables), as [`hash_v1`] of
/// [`adr32_data`].
pub fn adr32_multi_hash(content: &[ContentItem], metadata: Option<&Value>) -> String {
    hash_v1(adr32_data(content, metadata))
}

/// ADR-62: keccak-256, in lower-case hex without `0x`, of the JSON of the chosen `keys` of
/// `metadata`, in the order of `keys`; keys the object lacks are left out.
pub fn adr62_keccak256(metadata: &Map<String, Value>, keys: &[&str]) -> String {
    let mut picked = Map::new();
    for key in keys {
        if let Some(value) = metadata.get(*key) {
            picked.insert((*key).to_owned(), value.clone());
        }
    }
    hex::encode(Keccak256::digest(js_json::stringify(&Value::Object(
        picked,
    ))))
}
