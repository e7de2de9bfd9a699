//! JSON as a value of a record: kept as text, read when somebody needs it, compared as JSON.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use apache_avro::Schema;
use apache_avro::schema::{Name, NamespaceRef, RecordField};
use apache_avro::serde::AvroSchemaComponent;
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// JSON text in a record: Avro `{"type":"string","logicalType":"json"}`.
///
/// Passing it on costs a reference count; nothing is parsed before somebody asks. Equality is of texts, use
/// [`canonical`] of both values to compare as JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Json(Arc<str>);

impl Json {
    /// JSON text as it stands; reading it later fails when it is none.
    pub fn from_text(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The JSON of anything that serialises with text keys.
    ///
    /// # Errors
    /// A map with keys that are not text, or a type whose `Serialize` fails.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self(serde_json::to_string(value)?.into()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The value.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn value(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The value as a type.
    ///
    /// # Errors
    /// The text is not JSON of that shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

impl Default for Json {
    fn default() -> Self {
        Self("null".into())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        Self(value.to_string().into())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Json;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json(text.into()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl AvroSchemaComponent for Json {
    fn get_schema_in_ctxt(_: &mut HashSet<Name>, _: NamespaceRef<'_>) -> Schema {
        Schema::String
    }

    fn get_record_fields_in_ctxt(
        _: &mut HashSet<Name>,
        _: NamespaceRef<'_>,
    ) -> Option<Vec<RecordField>> {
        None
    }
}

/// The one text of all equal JSON values: members in order of their names, no spaces, whole numbers as integers.
pub fn canonical(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            out.push('{');
            for (i, name) in names.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write_canonical(&members[name.as_str()], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Value::Number(number) => out
            .push_str(&whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string())),
        other => out.push_str(&other.to_string()),
    }
}

/// A number that is whole, and small enough for a float to say so exactly, as an integer.
fn whole(number: &serde_json::Number) -> Option<i128> {
    if let Some(n) = number.as_i64() {
        return Some(n.into());
    }
    if let Some(n) = number.as_u64() {
        return Some(n.into());
    }
    let float = number.as_f64()?;
    (float.fract() == 0.0 && float.abs() < 1e19).then_some(float as i128)
}
