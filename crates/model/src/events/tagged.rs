//! A kind and its members, as records with many kinds carry them: a text, and JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Json;

/// The kind of a value of an enum that is tagged by `kind` and `data`, and its members as JSON.
pub(super) fn parts(value: &impl Serialize) -> (String, Json) {
    let mut tagged = serde_json::to_value(value).expect("it serialises: its keys are text");
    let kind = tagged["kind"].as_str().unwrap_or_default().to_owned();
    (kind, Json::from(tagged["data"].take()))
}

/// The value with these [`parts`].
///
/// # Errors
/// The kind is not known, or its members are not there.
pub(super) fn whole<T: DeserializeOwned>(kind: &str, data: &Json) -> Result<T, serde_json::Error> {
    let mut tagged = Map::new();
    tagged.insert("kind".into(), kind.into());
    let data = data.value()?;
    if !data.is_null() {
        tagged.insert("data".into(), data);
    }
    serde_json::from_value(Value::Object(tagged))
}
