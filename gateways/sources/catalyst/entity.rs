//! The entity file: what it says, whether a row tells the same, and its API form.

use identity::hash::{ContentHash, EntityHash};
use model::Json;
use serde_json::{Map, Value, json};

use super::reject::Code;
use super::row::{Row, TYPES, pointers};

/// Most content files of an entity.
const CONTENT_MAX: usize = 25_000;

/// An entity whose bytes were confirmed.
#[derive(Clone, Debug)]
pub(super) struct Entity {
    kind: &'static str,
    /// Lower case, sorted, each once.
    pointers: Vec<String>,
    timestamp: i64,
    /// API form.
    pub(super) api: Json,
}

impl Entity {
    /// Reads a file that hashes to `id`.
    pub(super) fn parse(id: &EntityHash, bytes: &[u8]) -> Result<Self, String> {
        let file: Map<String, Value> = serde_json::from_slice(bytes)
            .map_err(|error| format!("entity file is no JSON object: {error}"))?;
        let kind = file.get("type").and_then(Value::as_str).unwrap_or_default();
        let kind = TYPES.into_iter().find(|known| *known == kind);
        let kind = kind.ok_or("entity file: type is unknown")?;
        let named =
            pointers(file.get("pointers")).map_err(|(_, what)| format!("entity file: {what}"))?;
        let timestamp = file.get("timestamp").and_then(whole);
        let timestamp = timestamp.ok_or("entity file: timestamp is no integer")?;
        let content = content(file.get("content"))?;
        let version = file.get("version").cloned().unwrap_or_else(|| json!("v3"));
        let mut api = Map::new();
        api.insert("version".to_owned(), version);
        api.insert("id".to_owned(), json!(id.as_str()));
        api.insert("type".to_owned(), json!(kind));
        api.insert("pointers".to_owned(), json!(named));
        api.insert("timestamp".to_owned(), json!(timestamp));
        api.insert("content".to_owned(), content);
        if let Some(metadata) = file.get("metadata") {
            api.insert("metadata".to_owned(), metadata.clone());
        }
        let api = Json::from(Value::Object(api));
        Ok(Self {
            kind,
            pointers: sorted(&named),
            timestamp,
            api,
        })
    }

    /// Whether the row says the same as the file.
    pub(super) fn agrees(&self, row: &Row) -> Result<(), (Code, String)> {
        let differs = |what: String| Err((Code::EntityDiffers, what));
        if self.kind != row.kind {
            return differs(format!(
                "the row says {}, the entity file {}",
                row.kind, self.kind
            ));
        }
        if self.timestamp != row.timestamp {
            let (row, file) = (row.timestamp, self.timestamp);
            return differs(format!(
                "the row says timestamp {row}, the entity file {file}"
            ));
        }
        if self.pointers != sorted(&row.pointers) {
            return differs("the row names other pointers than the entity file".to_owned());
        }
        Ok(())
    }

    /// Bytes in memory, near enough for a cache.
    pub(super) fn size(&self) -> usize {
        self.api.text().len() + self.pointers.iter().map(|p| p.len() + 24).sum::<usize>() + 128
    }
}

fn sorted(pointers: &[String]) -> Vec<String> {
    let mut sorted = pointers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

fn whole(value: &Value) -> Option<i64> {
    let float = || {
        value
            .as_f64()
            .filter(|f| f.fract() == 0.0 && f.abs() < 9e15)
    };
    value.as_i64().or_else(|| float().map(|f| f as i64))
}

/// The list of content files, as `[{file, hash}]`; a file without one has none.
fn content(value: Option<&Value>) -> Result<Value, String> {
    let items = match value {
        None | Some(Value::Null) => return Ok(json!([])),
        Some(Value::Array(items)) => items,
        Some(_) => return Err("entity file: content is no array".to_owned()),
    };
    if items.len() > CONTENT_MAX {
        return Err(format!(
            "entity file: {} content files, at most {CONTENT_MAX}",
            items.len()
        ));
    }
    for item in items {
        let file = item.get("file").and_then(Value::as_str);
        let hash = item
            .get("hash")
            .and_then(Value::as_str)
            .map(ContentHash::parse);
        if !matches!((file, hash), (Some(_), Some(Ok(_)))) {
            let shown: String = item.to_string().chars().take(120).collect();
            return Err(format!(
                "entity file: content item {shown} has no file or no hash"
            ));
        }
    }
    Ok(Value::Array(items.clone()))
}

#[cfg(test)]
mod tests {
    use super::Entity;
    use identity::hash::{EntityHash, hash_v1};

    fn parse(text: &str) -> Result<Entity, String> {
        let id = EntityHash::parse(&hash_v1(text)).expect("a hasher's name");
        Entity::parse(&id, text.as_bytes())
    }

    #[test]
    fn the_api_form_lowers_pointers_and_fills_the_version() {
        let text = r#"{"type":"profile","pointers":["0xAB"],"timestamp":5,"metadata":{"n":1.50}}"#;
        let entity = parse(text).expect("an entity");
        let id = hash_v1(text);
        let expected = format!(
            r#"{{"version":"v3","id":"{id}","type":"profile","pointers":["0xab"],"timestamp":5,"content":[],"metadata":{{"n":1.5}}}}"#
        );
        assert_eq!(entity.api.text(), expected);
    }

    #[test]
    fn files_that_are_no_entities_are_named() {
        for text in [
            "",
            "[]",
            r#"{"type":"x","pointers":["a"],"timestamp":5}"#,
            r#"{"type":"scene","pointers":[],"timestamp":5}"#,
            r#"{"type":"scene","pointers":["a"],"timestamp":"5"}"#,
            r#"{"type":"scene","pointers":["a"],"timestamp":5,"content":[{"file":"a","hash":"b"}]}"#,
        ] {
            let error = parse(text).expect_err("no entity");
            assert!(error.starts_with("entity file"), "{error}");
        }
    }
}
