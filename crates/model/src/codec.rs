//! Bytes on the wire: Confluent's framing (byte 0, schema id, Avro) around typed records.
//!
//! Events of the catalogue, which are JSON outside, go through [`crate::dynamic`].

use std::io::BufRead;
use std::sync::OnceLock;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::registry::Registry;
use crate::schema::Schema;

/// Bytes before the Avro body.
pub const FRAME_BYTES: usize = 5;

/// A record type that mirrors one `.avsc` file.
pub trait Recorded: Serialize + DeserializeOwned {
    /// Name of the schema: the path of its file below `schemas/`, without extension.
    const SCHEMA: &'static str;

    /// The current version of that schema.
    fn schema() -> &'static Schema;
}

/// Implements [`Recorded`] for types, with the schema looked up once each.
macro_rules! recorded {
    ($($type:ident = $name:literal,)*) => {$(
        impl $crate::codec::Recorded for $type {
            const SCHEMA: &'static str = $name;

            fn schema() -> &'static $crate::schema::Schema {
                static SCHEMA: ::std::sync::OnceLock<&'static $crate::schema::Schema> =
                    ::std::sync::OnceLock::new();
                $crate::codec::current(&SCHEMA, $name)
            }
        }
    )*};
}
pub(crate) use recorded;

/// Bytes that are no record this platform knows.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Not byte 0 and four bytes of schema id.
    #[error("value of {0} bytes is not framed (want byte 0 and a 4-byte schema id)")]
    NotFramed(usize),
    /// An id that means no schema of ours.
    #[error("schema id {0} is unknown")]
    UnknownSchema(u32),
    /// A record of another kind than was asked for.
    #[error("value is a {found}, wanted {wanted}")]
    OtherRecord {
        /// Schema of the value.
        found: &'static str,
        /// Schema that was asked for.
        wanted: &'static str,
    },
    /// The body does not decode under its schema.
    #[error("body of {name}: {message}")]
    Body {
        /// Schema of the value.
        name: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

/// The cached current schema of a record type.
#[doc(hidden)]
pub fn current(cell: &'static OnceLock<&'static Schema>, name: &'static str) -> &'static Schema {
    cell.get_or_init(|| {
        Registry::global()
            .current(name)
            .expect("a record type names a schema of schemas/: a test encodes each")
    })
}

/// Frames a typed record under the current version of its schema.
pub fn encode<T: Recorded>(record: &T) -> Bytes {
    let schema = T::schema();
    let mut out = Vec::with_capacity(256);
    frame(schema.wire_id(), &mut out);
    let mut config = serde_avro_fast::ser::SerializerConfig::new(schema.avro());
    serde_avro_fast::to_datum(record, out, &mut config)
        .expect("a record type fits its schema: a test compares the two")
        .into()
}

/// Reads a typed record, written under any published version of its schema.
///
/// # Errors
/// The bytes are not framed, are another record, or do not decode.
pub fn decode<T: Recorded>(bytes: &[u8]) -> Result<T, CodecError> {
    let (schema, body) = open(bytes)?;
    if schema.name != T::SCHEMA {
        return Err(CodecError::OtherRecord {
            found: schema.name,
            wanted: T::SCHEMA,
        });
    }
    let mut state = serde_avro_fast::de::DeserializerState::from_slice(body, schema.avro());
    let record = T::deserialize(state.deserializer()).map_err(|e| CodecError::Body {
        name: schema.name,
        message: e.to_string(),
    })?;
    let left = state.into_reader().fill_buf().map_or(0, <[u8]>::len);
    if left > 0 {
        return Err(CodecError::Body {
            name: schema.name,
            message: format!("{left} bytes too many"),
        });
    }
    Ok(record)
}

/// Reads the members that `T` names and skips the rest: how a processor takes what it needs of a catalogue event
/// without building its JSON. Sees the typed fields only, not what had to go to `extra`.
///
/// # Errors
/// The bytes are not framed, nobody knows the schema, or a member is missing or of another type.
pub fn project<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, CodecError> {
    let (schema, body) = open(bytes)?;
    let mut state = serde_avro_fast::de::DeserializerState::from_slice(body, schema.avro());
    T::deserialize(state.deserializer()).map_err(|e| CodecError::Body {
        name: schema.name,
        message: e.to_string(),
    })
}

/// The schema and the body of a framed value.
///
/// # Errors
/// The bytes are not framed, or nobody knows the schema id.
pub fn open(bytes: &[u8]) -> Result<(&'static Schema, &[u8]), CodecError> {
    let id = schema_id(bytes).ok_or(CodecError::NotFramed(bytes.len()))?;
    let schema = Registry::global()
        .by_wire_id(id)
        .ok_or(CodecError::UnknownSchema(id))?;
    Ok((schema, &bytes[FRAME_BYTES..]))
}

/// The schema id of a framed value.
pub fn schema_id(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [0, a, b, c, d, ..] => Some(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => None,
    }
}

/// The same value under the platform's own id, which every platform reads, whatever registry it has. Bytes whose id
/// nobody knows stay as they are.
pub fn neutral(value: Bytes) -> Bytes {
    under(value, |schema| crate::wire::own(schema.id))
}

/// The same value under the id that this process writes. Bytes whose id nobody knows stay as they are.
pub fn adopted(value: Bytes) -> Bytes {
    under(value, Schema::wire_id)
}

fn under(value: Bytes, id: impl Fn(&'static Schema) -> u32) -> Bytes {
    let Some(found) = schema_id(&value) else {
        return value;
    };
    match Registry::global().by_wire_id(found).map(id) {
        Some(wanted) if wanted != found => {
            let mut out = Vec::with_capacity(value.len());
            frame(wanted, &mut out);
            out.extend_from_slice(&value[FRAME_BYTES..]);
            out.into()
        }
        _ => value,
    }
}

/// Starts a framed value.
pub(crate) fn frame(id: u32, out: &mut Vec<u8>) {
    out.push(0);
    out.extend_from_slice(&id.to_be_bytes());
}
