//! Items as catalogues show them: the metadata of an entity, with URLs in place of file names.

use serde::Serialize;
use serde_json::value::RawValue;

use super::error::LambdasError;
use super::members::{self, Members};
use crate::catalyst::dto::{Entity, EntityType};

/// A file of a representation.
#[derive(Serialize)]
struct Content<'a> {
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// The definition of an item; `None` when its metadata are not those of an item. `base` is the server's own URL.
pub(super) fn of(entity: &Entity, base: &str) -> Result<Option<Members>, LambdasError> {
    let Some(mut metadata) = entity.metadata().and_then(members::of) else {
        return Ok(None);
    };
    for name in ["thumbnail", "image"] {
        let file: Option<String> = members::read(&metadata, name);
        match file.and_then(|file| url(entity, base, &file)) {
            Some(url) => members::set(&mut metadata, name, &url)?,
            // An image may be a URL already.
            None if name == "image" => {}
            None => drop(metadata.remove(name)),
        }
    }
    let emote = entity.kind == EntityType::Emote;
    let member = match emote && metadata.contains_key("emoteDataADR74") {
        true => "emoteDataADR74",
        false => "data",
    };
    let Some(mut data) = members::read::<Members>(&metadata, member) else {
        return Ok(None);
    };
    let listed: Vec<Members> = members::read(&data, "representations").unwrap_or_default();
    let mut representations = Vec::with_capacity(listed.len());
    for representation in listed {
        representations.push(linked(representation, entity, base)?);
    }
    members::set(&mut data, "representations", &representations)?;
    if emote && member == "data" {
        old_emote(&mut metadata, data)?;
    } else {
        members::set(&mut metadata, member, &data)?;
    }
    Ok(Some(metadata))
}

/// A representation, with URLs of its files.
fn linked(
    mut representation: Members,
    entity: &Entity,
    base: &str,
) -> Result<Members, LambdasError> {
    let files: Vec<String> = members::read(&representation, "contents").unwrap_or_default();
    let contents: Vec<Content<'_>> = files
        .iter()
        .map(|file| Content {
            key: file,
            url: url(entity, base, file),
        })
        .collect();
    members::set(&mut representation, "contents", &contents)?;
    Ok(representation)
}

/// Emotes from before ADR-74 are shown in its form.
fn old_emote(metadata: &mut Members, mut data: Members) -> Result<(), LambdasError> {
    metadata.remove("data");
    let old = metadata.remove("emoteDataV0");
    let old = old.as_deref().and_then(members::of);
    let repeats = old.and_then(|old| members::read::<bool>(&old, "loop"));
    data.retain(|name, _| name == "tags" || name == "representations");
    members::set(&mut data, "category", "dance")?;
    members::set(&mut data, "loop", &repeats.unwrap_or(false))?;
    members::set(metadata, "emoteDataADR74", &data)
}

fn url(entity: &Entity, base: &str, file: &str) -> Option<String> {
    let content = entity.content.iter().find(|c| c.file == file)?;
    Some(format!("{base}/content/contents/{}", content.hash))
}

/// The name of an item: its English one, else the one in its metadata, else the last part of its urn.
pub(super) fn name(metadata: &Members, urn: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Translation {
        code: String,
        text: String,
    }
    let translations: Vec<Translation> = members::read(metadata, "i18n").unwrap_or_default();
    let english = translations.into_iter().find(|t| t.code == "en");
    english
        .map(|english| english.text)
        .or_else(|| members::read(metadata, "name"))
        .unwrap_or_else(|| urn.rsplit(':').next().unwrap_or_default().to_owned())
}

/// The category of a wearable.
pub(super) fn category(metadata: &Members) -> Option<Box<RawValue>> {
    members::read::<Members>(metadata, "data")?.remove("category")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn defined(kind: &str, metadata: Value) -> Option<Value> {
        let entity: Entity = serde_json::from_value(json!({
            "id": "bafy", "type": kind, "pointers": ["urn:x"], "timestamp": 1,
            "content": [{"file": "t.png", "hash": "QmT"}, {"file": "m/a.glb", "hash": "QmM"}],
            "metadata": metadata,
        }))
        .expect("an entity");
        let found = of(&entity, "http://c").expect("json")?;
        Some(serde_json::to_value(found).expect("json"))
    }

    #[test]
    fn files_become_urls() {
        let found = defined(
            "wearable",
            json!({"id": "urn:x", "thumbnail": "t.png", "image": "none.png", "data": {"category": "hat",
                "representations": [{"mainFile": "m/a.glb", "contents": ["m/a.glb", "gone.png"]}]}}),
        );
        let found = found.expect("an item");
        assert_eq!(found["thumbnail"], "http://c/content/contents/QmT");
        assert_eq!(found["image"], "none.png");
        let shape = &found["data"]["representations"][0];
        assert_eq!(shape["mainFile"], "m/a.glb");
        assert_eq!(
            shape["contents"],
            json!([{"key": "m/a.glb", "url": "http://c/content/contents/QmM"},
                {"key": "gone.png"}])
        );
        assert!(defined("wearable", json!({"id": "urn:x"})).is_none());
        assert!(defined("wearable", Value::Null).is_none());
    }

    #[test]
    fn an_old_emote_is_shown_in_the_new_form() {
        let found = defined(
            "emote",
            json!({"id": "urn:x", "emoteDataV0": {"loop": true},
                "data": {"category": "dance", "hides": [], "tags": ["a"], "representations": []}}),
        );
        let expected = json!({"id": "urn:x", "emoteDataADR74":
            {"category": "dance", "loop": true, "tags": ["a"], "representations": []}});
        assert_eq!(found, Some(expected));
    }
}
