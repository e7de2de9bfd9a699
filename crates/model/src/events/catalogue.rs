//! The catalogue of events: which there are, and what makes one well-formed.
//!
//! The facts stand in the schemas (`required`, `minimum`, `minItems`). Checked is what a processor must be able to
//! count on: the pair, the envelope, and every required member down to its items. Members nobody knows, and optional
//! ones of another type, are kept and passed on; enumerations and patterns are the reader's affair.

use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::sighting;
use crate::dynamic::{OVERLAY, encode_json};
use crate::json::canonical;
use crate::registry::Registry;
use crate::schema::{Field, Schema, Shape};

/// Bytes of JSON that one event may have: a scene of 25,000 files comes to some 3 MiB.
pub const MAX_EVENT_BYTES: usize = 4 << 20;
/// Objects and arrays within each other.
pub const MAX_EVENT_DEPTH: usize = 64;

/// Why something is not an event.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EventError {
    /// Not looked at any further.
    #[error("event of {bytes} bytes, at most {max} are taken")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Not looked at any further.
    #[error("event is nested more than {MAX_EVENT_DEPTH} deep")]
    TooDeep,
    /// Not JSON at all.
    #[error("event is not JSON: {0}")]
    NotJson(String),
    /// Not a pair of the catalogue.
    #[error("{0:?} is no event of the catalogue (type/subType)")]
    Unknown(String),
    /// A member of another type.
    #[error("{path}: expected {expected}, got {got}")]
    Mistyped {
        /// Where.
        path: String,
        /// What the catalogue says.
        expected: &'static str,
        /// What came.
        got: &'static str,
    },
    /// A member that must be there.
    #[error("{path}: missing, expected {expected}")]
    Missing {
        /// Where.
        path: String,
        /// What the catalogue says.
        expected: &'static str,
    },
    /// A number or a count below the least allowed.
    #[error("{path}: {got} is less than {least}")]
    TooLittle {
        /// Where.
        path: String,
        /// The number or the count.
        got: f64,
        /// The least allowed.
        least: f64,
    },
    /// Two members that contradict each other.
    #[error("{path}: {got:?} differs from {other} {want:?}")]
    Contradiction {
        /// Where.
        path: String,
        /// What it says.
        got: String,
        /// The other member.
        other: &'static str,
        /// What that says.
        want: String,
    },
}

/// A well-formed event's place in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct EventKind {
    /// The current schema of the pair.
    pub schema: &'static Schema,
}

impl EventKind {
    /// `type/subType`.
    pub fn name(&self) -> &'static str {
        self.schema.name
    }
}

/// An event as JSON, with its envelope at hand.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a>(pub &'a Value);

impl<'a> Event<'a> {
    /// `type/subType`.
    pub fn kind(&self) -> String {
        format!("{}/{}", self.text("type"), self.text("subType"))
    }

    /// `key`; empty when there is none.
    pub fn key(&self) -> &'a str {
        self.text("key")
    }

    /// `timestamp` as its producer gave it, mostly ms.
    pub fn timestamp(&self) -> Option<f64> {
        self.0.get("timestamp").and_then(Value::as_f64)
    }

    /// `metadata`; null when there is none.
    pub fn metadata(&self) -> &'a Value {
        self.0.get("metadata").unwrap_or(&Value::Null)
    }

    /// The text at a path such as `metadata.sender.address`.
    pub fn at(&self, path: &str) -> Option<&'a str> {
        let mut value = self.0;
        for name in path.split('.') {
            value = value.get(name)?;
        }
        value.as_str()
    }

    fn text(&self, name: &str) -> &'a str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A framed event.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The schema it was written under.
    pub schema: &'static Schema,
    /// Framed Avro.
    pub bytes: Bytes,
}

/// Every pair of the catalogue, the platform's own inputs included.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    let registry = Registry::global();
    registry
        .names()
        .filter(|name| registry.current(name).is_some_and(Schema::is_event))
}

/// Parses the JSON of one event within the limits.
///
/// # Errors
/// Too large, not JSON, or nested too deeply.
pub fn parse(bytes: &[u8], max_bytes: usize) -> Result<Value, EventError> {
    if bytes.len() > max_bytes {
        return Err(EventError::TooLarge {
            bytes: bytes.len(),
            max: max_bytes,
        });
    }
    let value = serde_json::from_slice(bytes).map_err(|e| EventError::NotJson(e.to_string()))?;
    check_depth(&value, MAX_EVENT_DEPTH)?;
    Ok(value)
}

/// Checks an event against the catalogue.
///
/// # Errors
/// Names the member that is wrong by its path.
pub fn check(event: &Value) -> Result<EventKind, EventError> {
    check_depth(event, MAX_EVENT_DEPTH)?;
    let top = Path::Top;
    let members = object(event, &top)?;
    let kind = text(members, "type")?;
    let sub_type = text(members, "subType")?;
    let pair = format!("{kind}/{sub_type}");
    let schema = Registry::global()
        .current(&pair)
        .filter(|schema| schema.is_event())
        .ok_or(EventError::Unknown(pair))?;
    let fields = schema.fields().iter().filter(|f| f.name != OVERLAY);
    for field in fields {
        let path = top.member(&field.name);
        match members.get(&field.name) {
            None if field.required => return Err(missing(&path, &field.shape)),
            Some(value) if field.required || matches!(&*field.name, "key" | "timestamp") => {
                check_field(field, value, &path)?;
            }
            _ => {}
        }
    }
    match kind {
        "catalyst-deployment" => sighting::check(members, sub_type)?,
        "world" if sub_type == "deployment" => sighting::check_world(members)?,
        _ => {}
    }
    Ok(EventKind { schema })
}

/// Checks and frames an event.
///
/// # Errors
/// As [`check`].
pub fn encode_event(event: &Value) -> Result<Encoded, EventError> {
    let EventKind { schema } = check(event)?;
    let bytes = encode_json(schema, event).map_err(|_| EventError::Unknown(schema.name.into()))?;
    Ok(Encoded { schema, bytes })
}

/// The id of an event: equal as JSON means equal id (order of members is nothing, 1 is 1.0).
pub fn event_id(event: &Value) -> Uuid {
    kernel::event_id(canonical(event).as_bytes())
}

fn check_depth(value: &Value, left: usize) -> Result<(), EventError> {
    if !value.is_object() && !value.is_array() {
        return Ok(());
    }
    let left = left.checked_sub(1).ok_or(EventError::TooDeep)?;
    match value {
        Value::Object(members) => members.values().try_for_each(|v| check_depth(v, left)),
        Value::Array(items) => items.iter().try_for_each(|v| check_depth(v, left)),
        _ => Ok(()),
    }
}

fn check_field(field: &Field, value: &Value, path: &Path<'_>) -> Result<(), EventError> {
    let shape = match &field.shape {
        Shape::Nullable(_) if value.is_null() && field.required => return Ok(()),
        Shape::Nullable(inner) => inner,
        shape => shape,
    };
    check_value(shape, value, path)?;
    let too_little = |got: f64, least: Option<f64>| match least {
        Some(least) if got < least => Err(EventError::TooLittle {
            path: path.to_string(),
            got,
            least,
        }),
        _ => Ok(()),
    };
    match value {
        Value::Number(number) => too_little(number.as_f64().unwrap_or_default(), field.minimum),
        Value::Array(items) => too_little(items.len() as f64, field.min_items.map(|n| n as f64)),
        _ => Ok(()),
    }
}

fn check_value(shape: &Shape, value: &Value, path: &Path<'_>) -> Result<(), EventError> {
    match (shape, value) {
        (Shape::Record(fields), Value::Object(members)) => {
            for field in fields.iter().filter(|f| f.required) {
                let path = path.member(&field.name);
                match members.get(&field.name) {
                    None => return Err(missing(&path, &field.shape)),
                    Some(value) => check_field(field, value, &path)?,
                }
            }
            Ok(())
        }
        (Shape::Array(shape), Value::Array(items)) => {
            for (i, item) in items.iter().enumerate() {
                check_value(shape, item, &path.item(i))?;
            }
            Ok(())
        }
        (Shape::Nullable(inner), value) if !value.is_null() => check_value(inner, value, path),
        (Shape::Boolean, Value::Bool(_))
        | (Shape::Long | Shape::Double, Value::Number(_))
        | (Shape::Text, Value::String(_))
        | (Shape::Json, _)
        | (Shape::Nullable(_), _) => Ok(()),
        _ => Err(mistyped(path, word(shape), value)),
    }
}

/// A path into an event; text only when somebody wants to read it.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Top,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(super) fn member(&'a self, name: &'a str) -> Self {
        Self::Member(self, name)
    }

    pub(super) fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => f.write_str("event"),
            Self::Member(Self::Top, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

pub(super) fn object<'a>(
    value: &'a Value,
    path: &Path<'_>,
) -> Result<&'a Map<String, Value>, EventError> {
    value
        .as_object()
        .ok_or_else(|| mistyped(path, "object", value))
}

/// A member of the envelope that must be a text.
fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, EventError> {
    let path = Path::Top.member(name);
    match members.get(name) {
        None => Err(missing(&path, &Shape::Text)),
        Some(Value::String(text)) => Ok(text),
        Some(value) => Err(mistyped(&path, "string", value)),
    }
}

pub(super) fn mistyped(path: &Path<'_>, expected: &'static str, got: &Value) -> EventError {
    EventError::Mistyped {
        path: path.to_string(),
        expected,
        got: match got {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        },
    }
}

pub(super) fn missing(path: &Path<'_>, shape: &Shape) -> EventError {
    EventError::Missing {
        path: path.to_string(),
        expected: word(shape),
    }
}

fn word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Boolean => "boolean",
        Shape::Long | Shape::Double => "number",
        Shape::Text => "string",
        Shape::Json | Shape::Record(_) => "object",
        Shape::Array(_) => "array",
        Shape::Nullable(inner) => word(inner),
    }
}
