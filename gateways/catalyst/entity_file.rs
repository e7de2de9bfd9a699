//! The file of an entity, as its author wrote it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::dto::{ContentFile, Entity, EntityType};

/// An entity file; older ones have no version, none has its id.
#[derive(Debug, Deserialize)]
pub(super) struct EntityFile {
    #[serde(rename = "type")]
    pub(super) kind: EntityType,
    /// In the case the author wrote.
    pub(super) pointers: Vec<String>,
    pub(super) timestamp: i64,
    #[serde(default)]
    pub(super) content: Vec<ContentFile>,
    pub(super) metadata: Option<Box<RawValue>>,
}

impl EntityFile {
    /// The entity in API form.
    pub(super) fn into_entity(self, id: String) -> Entity {
        Entity {
            version: "v3".into(),
            id,
            kind: self.kind,
            pointers: self.pointers.iter().map(|p| p.to_lowercase()).collect(),
            timestamp: self.timestamp,
            content: self.content,
            metadata: self.metadata,
        }
    }
}
