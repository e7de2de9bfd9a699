//! JSON inside a document as JSON, not as the quoted text that a record of the log holds.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::Json;

/// Writes the text as it stands.
pub(super) fn serialize<S: Serializer>(json: &Json, serializer: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(json.text()).map_err(S::Error::custom)?;
    raw.serialize(serializer)
}

/// Keeps the text as it stands.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer).map_err(D::Error::custom)?;
    Ok(Json::from_text(raw.get()))
}
