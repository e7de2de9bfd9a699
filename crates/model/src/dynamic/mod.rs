//! JSON to Avro and back without a type, losing nothing.
//!
//! The typed fields of a schema carry what they can. Whatever they cannot carry exactly (unknown members, an explicit
//! null of an optional member, 1.5 in a `long`, a text where a number belongs) goes to the record's last field,
//! `extra`, as an *overlay*: JSON that is laid over the decoded value, member by member. Where an array was carried
//! but some items were not carried exactly, the overlay has an object with their indexes as names.

mod read;
mod write;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::codec::{CodecError, frame, open};
use crate::schema::Schema;

/// Name of the field that holds the overlay.
pub const OVERLAY: &str = "extra";

/// A decoded record.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Name of its schema, e.g. `badge/badge-granted`.
    pub name: &'static str,
    /// The record as JSON; an event of the catalogue is the JSON it came in as.
    pub value: Value,
}

/// A value whose required members do not fit the schema: `check` refuses it with a better message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("value does not fit {0}")]
pub struct Unfit(pub &'static str);

/// Frames a JSON object under a schema.
///
/// # Errors
/// A required member is missing or of another type than the schema's.
pub fn encode_json(schema: &Schema, value: &Value) -> Result<Bytes, Unfit> {
    let members = value.as_object().ok_or(Unfit(schema.name))?;
    let mut out = Vec::with_capacity(512);
    frame(schema.wire_id(), &mut out);
    write::record(schema.fields(), members, &mut out).ok_or(Unfit(schema.name))?;
    Ok(out.into())
}

/// Reads any record of this platform as JSON.
///
/// # Errors
/// The bytes are not framed, nobody knows the schema, or the body does not decode.
pub fn decode_json(bytes: &[u8]) -> Result<Decoded, CodecError> {
    let (schema, body) = open(bytes)?;
    let value = read::record(schema, body).map_err(|message| CodecError::Body {
        name: schema.name,
        message,
    })?;
    Ok(Decoded {
        name: schema.name,
        value,
    })
}

/// Lays `over` over `value`.
fn lay(value: &mut Value, over: Value) {
    match (value, over) {
        (Value::Object(members), Value::Object(over)) => lay_members(members, over),
        (Value::Array(items), Value::Object(over)) if !items.is_empty() => {
            for (index, item) in over {
                if let Some(place) = index.parse().ok().and_then(|i: usize| items.get_mut(i)) {
                    lay(place, item);
                }
            }
        }
        (value, over) => *value = over,
    }
}

fn lay_members(members: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, item) in over {
        match members.get_mut(&name) {
            Some(place) => lay(place, item),
            None => {
                members.insert(name, item);
            }
        }
    }
}
