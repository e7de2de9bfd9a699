//! The few members of an entity's API form that decisions depend on.

use std::borrow::Cow;

use model::Json;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// An entity, read as far as needed.
#[derive(Deserialize)]
pub(crate) struct Entity<'a> {
    /// Its files.
    #[serde(borrow, default)]
    content: Option<Vec<File<'a>>>,
    /// Whatever its type says.
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
}

/// One file of an entity.
#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, default)]
    hash: Option<Cow<'a, str>>,
}

/// The members of a scene's metadata that are read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    multiplayer_id: Value,
}

impl<'a> Entity<'a> {
    /// Reads an entity; the whole text is checked to be JSON.
    ///
    /// # Errors
    /// It is not a JSON object, or its `content` is not a list of objects; says why in a line.
    pub(crate) fn read(json: &'a Json) -> Result<Self, String> {
        // A list would do for a struct, its items as the members in order.
        if !json.text().trim_start().starts_with('{') {
            return Err("not a JSON object".into());
        }
        serde_json::from_str(json.text()).map_err(|e| {
            let why = e.to_string();
            // It quotes the text it found, whatever its length.
            why.chars().take(200).collect()
        })
    }

    /// Hashes of its files, each once, in order of the entity. What cannot be a hash is left out.
    pub(crate) fn hashes(&self) -> Vec<&str> {
        let files = self.content.iter().flatten();
        let mut seen = std::collections::BTreeSet::new();
        files
            .filter_map(|file| file.hash.as_deref())
            .filter(|hash| is_content_id(hash) && seen.insert(*hash))
            .collect()
    }

    /// Whether it has a list of files, if only an empty one.
    pub(crate) fn has_content(&self) -> bool {
        self.content.is_some()
    }

    /// How many files it names.
    pub(crate) fn files(&self) -> usize {
        self.content.as_ref().map_or(0, Vec::len)
    }

    /// Whether a scene is for many players, as the original queue decides it: `metadata.multiplayerId` is truthy.
    pub(crate) fn is_multiplayer(&self, entity_type: &str) -> bool {
        let metadata = self.metadata.filter(|_| entity_type == "scene");
        metadata
            .and_then(|raw| serde_json::from_str::<Metadata>(raw.get()).ok())
            .is_some_and(|metadata| is_truthy(&metadata.multiplayer_id))
    }
}

/// Whether a text can be the id of an entity or a file, as the original queue checks it, with a bound.
pub(crate) fn is_content_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// What JavaScript takes as true.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => n.as_f64() != Some(0.0),
        Value::String(s) => !s.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn multiplayer(metadata: &str) -> bool {
        let json = Json::from_text(format!(r#"{{"metadata":{metadata}}}"#));
        let entity = Entity::read(&json).unwrap();
        assert!(!entity.is_multiplayer("wearable"), "only scenes");
        entity.is_multiplayer("scene")
    }

    #[test]
    fn multiplayer_is_what_javascript_takes_as_true() {
        for truthy in [r#""room""#, r#""0""#, "1", "-1.5", "true", "[]", "{}"] {
            assert!(
                multiplayer(&format!(r#"{{"multiplayerId":{truthy}}}"#)),
                "{truthy}"
            );
        }
        for falsy in [r#""""#, "0", "0.0", "false", "null"] {
            assert!(
                !multiplayer(&format!(r#"{{"multiplayerId":{falsy}}}"#)),
                "{falsy}"
            );
        }
        for none in ["{}", "null", "[]", r#""text""#] {
            assert!(!multiplayer(none), "{none}");
        }
    }

    #[test]
    fn hashes_are_each_once_and_in_order() {
        let json = Json::from_text(
            r#"{"content":[{"file":"b","hash":"QmB"},{"key":"a","hash":"QmA"},{"file":"c","hash":"QmB"},
                {"file":"d","hash":"../x"},{"file":"e"}]}"#,
        );
        let entity = Entity::read(&json).unwrap();
        assert_eq!(entity.hashes(), ["QmB", "QmA"]);
        assert_eq!(entity.files(), 5);
    }

    #[test]
    fn what_is_no_entity_is_refused() {
        for text in [
            "null",
            "[]",
            "{}x",
            "",
            "{",
            r#"{"content":7}"#,
            r#"{"metadata":{]}"#,
        ] {
            assert!(Entity::read(&Json::from_text(text)).is_err(), "{text}");
        }
    }
}
