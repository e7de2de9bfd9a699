//! Wearables as their entities describe them, and the names under which they are found.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::category::{Categories, Category};

/// How a wearable looks on some body shapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Representation {
    /// URNs of body shapes, lower case.
    pub body_shapes: Vec<String>,
    /// Name of the model's or picture's file, lower case.
    pub main_file: String,
    /// Names of all its files, lower case.
    pub contents: Vec<String>,
    /// What it hides instead of [`Wearable::hides`], if anything.
    pub override_hides: Categories,
    /// What it replaces instead of [`Wearable::replaces`], if anything.
    pub override_replaces: Categories,
}

/// A wearable's entity, as far as pictures need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wearable {
    /// The entity's id, or its URN where the entity says none.
    pub id: String,
    /// URN of the item, lower case.
    pub urn: String,
    pub category: Category,
    pub hides: Categories,
    pub replaces: Categories,
    /// What its category would hide by itself and this wearable does not.
    pub removes_default_hiding: Categories,
    pub representations: Vec<Representation>,
    /// Hash of each file by its name in lower case.
    pub content: BTreeMap<String, String>,
}

/// The JSON is no entity of a wearable.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the entity is not JSON of the expected shape: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the entity is of the unknown category {0:?}")]
    Category(String),
}

#[derive(Deserialize)]
struct Entity {
    #[serde(default)]
    id: String,
    #[serde(default)]
    pointers: Vec<String>,
    #[serde(default)]
    content: Vec<File>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct File {
    file: String,
    hash: String,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    id: Option<String>,
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    category: String,
    #[serde(default)]
    hides: Option<Vec<String>>,
    #[serde(default)]
    replaces: Option<Vec<String>>,
    #[serde(default)]
    removes_default_hiding: Option<Vec<String>>,
    #[serde(default)]
    representations: Vec<WireRepresentation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepresentation {
    #[serde(default)]
    body_shapes: Vec<String>,
    #[serde(default)]
    main_file: String,
    #[serde(default)]
    contents: Vec<String>,
    #[serde(default)]
    override_hides: Option<Vec<String>>,
    #[serde(default)]
    override_replaces: Option<Vec<String>>,
}

fn categories(names: Option<Vec<String>>) -> Categories {
    Categories::parse(&names.unwrap_or_default())
}

fn lower(names: Vec<String>) -> Vec<String> {
    names.iter().map(|name| name.to_lowercase()).collect()
}

impl From<WireRepresentation> for Representation {
    fn from(wire: WireRepresentation) -> Self {
        Self {
            body_shapes: lower(wire.body_shapes),
            main_file: wire.main_file.to_lowercase(),
            contents: lower(wire.contents),
            override_hides: categories(wire.override_hides),
            override_replaces: categories(wire.override_replaces),
        }
    }
}

impl Wearable {
    /// Reads an entity as a content server answers it.
    ///
    /// # Errors
    /// The text is not JSON of an entity, or its category is none that can be worn.
    pub fn from_entity_json(json: &[u8]) -> Result<Self, Error> {
        let entity: Entity = serde_json::from_slice(json)?;
        let data = entity.metadata.data;
        let category = Category::parse(&data.category).filter(|category| category.is_worn());
        let category = category.ok_or(Error::Category(data.category))?;
        let pointer = entity.pointers.into_iter().next();
        let urn = entity.metadata.id.or(pointer).unwrap_or_default();
        let urn = item_urn(&urn);
        let files = entity.content.into_iter();
        Ok(Self {
            id: if entity.id.is_empty() {
                urn.clone()
            } else {
                entity.id
            },
            urn,
            category,
            hides: categories(data.hides),
            replaces: categories(data.replaces),
            removes_default_hiding: categories(data.removes_default_hiding),
            representations: data.representations.into_iter().map(Into::into).collect(),
            content: files
                .map(|file| (file.file.to_lowercase(), file.hash))
                .collect(),
        })
    }

    /// The first representation for a body shape (URN in any case).
    #[must_use]
    pub fn representation(&self, body_shape: &str) -> Option<&Representation> {
        let body_shape = body_shape.to_lowercase();
        let mut all = self.representations.iter();
        all.find(|representation| representation.body_shapes.contains(&body_shape))
    }

    /// Names of the files of a face's picture and mask. Some representations list no files, or name a picture without its
    /// ending: then the entity's own files are looked through.
    pub(crate) fn face_files<'a>(
        &'a self,
        representation: &'a Representation,
    ) -> (&'a str, Option<&'a str>) {
        let listed = representation.contents.iter();
        let listed = listed.filter(|file| self.content.contains_key(*file));
        let mut files: Vec<&String> = listed.collect();
        if files.is_empty() {
            files = self.content.keys().collect();
        }
        let is_mask = |file: &str| file.ends_with("_mask.png");
        let main = &representation.main_file;
        let picture = if self.content.contains_key(main) {
            main
        } else {
            let mut pictures = files.iter();
            let picture = pictures.find(|file| file.ends_with(".png") && !is_mask(file));
            picture.map_or(main, |file| *file)
        };
        // Only eyes are tinted in parts.
        let mut masks = files.iter().filter(|_| self.category == Category::Eyes);
        let mask = masks.find(|file| is_mask(file));
        (picture, mask.map(|file| file.as_str()))
    }

    /// Hash of a file by its name in any case.
    #[must_use]
    pub fn hash_of(&self, file: &str) -> Option<&str> {
        self.content.get(&file.to_lowercase()).map(String::as_str)
    }
}

/// The URN under which an item's entity is found: lower case, and without the token id that profiles
/// put behind the items of collections. A linked wearable of a third party has one segment more
/// before its token.
#[must_use]
pub fn item_urn(urn: &str) -> String {
    let urn = urn.to_lowercase();
    let segments: Vec<&str> = urn.split(':').collect();
    let kept = match segments.get(3) {
        Some(&("collections-v1" | "collections-v2")) => 6,
        Some(&"collections-thirdparty") => 7,
        _ => segments.len(),
    };
    segments[..kept.min(segments.len())].join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_ids_are_cut_where_there_are_some() {
        let cases = [
            (
                "urn:decentraland:matic:collections-v2:0xA:2:99",
                "urn:decentraland:matic:collections-v2:0xa:2",
            ),
            (
                "urn:decentraland:ethereum:collections-v1:x:hat:7",
                "urn:decentraland:ethereum:collections-v1:x:hat",
            ),
            (
                "urn:decentraland:matic:collections-thirdparty:tp:col:item:5",
                "urn:decentraland:matic:collections-thirdparty:tp:col:item",
            ),
            (
                "urn:decentraland:off-chain:base-avatars:BaseMale",
                "urn:decentraland:off-chain:base-avatars:basemale",
            ),
            ("", ""),
        ];
        for (urn, item) in cases {
            assert_eq!(item_urn(urn), item);
        }
    }

    #[test]
    fn entities_of_other_things_are_refused() {
        let entity =
            |category: &str| format!(r#"{{"metadata":{{"data":{{"category":"{category}"}}}}}}"#);
        let read = |category| Wearable::from_entity_json(entity(category).as_bytes());
        assert!(read("Hat").is_ok());
        assert!(matches!(read("head"), Err(Error::Category(_))));
        assert!(matches!(
            Wearable::from_entity_json(b"[]"),
            Err(Error::Json(_))
        ));
    }
}
