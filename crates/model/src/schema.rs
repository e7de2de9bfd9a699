//! One published schema: its text, and the two forms the codecs walk.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

/// One version of one schema of `schemas/`.
#[derive(Debug)]
pub struct Schema {
    /// Id in `schemas/ids.json`; what stands in front of a value is [`Schema::wire_id`].
    pub id: u32,
    /// Path of its file below `schemas/` without extension, e.g. `badge/badge-granted`.
    pub name: &'static str,
    /// From 1.
    pub version: u32,
    /// The `.avsc` file.
    pub text: &'static str,
    avro: OnceLock<serde_avro_fast::Schema>,
    shape: OnceLock<Shape>,
}

/// A schema as the JSON codec walks it.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `boolean`.
    Boolean,
    /// `long` or `int`.
    Long,
    /// `double` or `float`.
    Double,
    /// `string`.
    Text,
    /// `string` that holds JSON.
    Json,
    /// `array`.
    Array(Box<Shape>),
    /// `["null", T]`.
    Nullable(Box<Shape>),
    /// `record`.
    Record(Vec<Field>),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name, the same in JSON.
    pub name: String,
    /// Type.
    pub shape: Shape,
    /// The member must be there in JSON, be it null. Its own attribute in the file when the type is nullable.
    pub required: bool,
    /// Least number allowed.
    pub minimum: Option<f64>,
    /// Least count of items allowed.
    pub min_items: Option<usize>,
    /// Default; of `type` and `subType` it is the pair.
    pub default: Value,
}

/// A schema file the codecs cannot walk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("schema at {at}: {what}")]
pub struct ShapeError {
    /// Where in the schema.
    pub at: String,
    /// What is not understood.
    pub what: String,
}

impl Schema {
    pub(crate) fn new(id: u32, name: &'static str, version: u32, text: &'static str) -> Self {
        Self {
            id,
            name,
            version,
            text,
            avro: OnceLock::new(),
            shape: OnceLock::new(),
        }
    }

    /// Id in front of a value: an own one, or the outside registry's once its ids are installed.
    pub fn wire_id(&self) -> u32 {
        crate::wire::written(self.id)
    }

    /// The parsed schema of the typed codec.
    pub(crate) fn avro(&self) -> &serde_avro_fast::Schema {
        self.avro.get_or_init(|| {
            self.text
                .parse()
                .expect("a schema of schemas/ parses: a test parses each")
        })
    }

    /// The parsed schema of the JSON codec.
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            Shape::parse(self.text).expect("a schema of schemas/ has a shape: a test parses each")
        })
    }

    /// Its subject in a schema registry: the full name of the record (Confluent's RecordNameStrategy), since most
    /// topics carry several kinds of records.
    pub fn subject(&self) -> String {
        let value: Value = serde_json::from_str(self.text).unwrap_or_default();
        let member = |name: &str| value[name].as_str().unwrap_or_default();
        full_name(member("name"), member("namespace"))
    }

    /// Whether it is an event of the catalogue: then `type` and `subType` have its name as their defaults.
    pub fn is_event(&self) -> bool {
        match (self.fields(), self.name.split_once('/')) {
            ([kind, sub_type, ..], Some((domain, name))) => {
                (&*kind.name, &*sub_type.name) == ("type", "subType")
                    && kind.default == domain
                    && sub_type.default == name
            }
            _ => false,
        }
    }

    /// Fields of the record; none when it is no record.
    pub fn fields(&self) -> &[Field] {
        match self.shape() {
            Shape::Record(fields) => fields,
            _ => &[],
        }
    }
}

impl Shape {
    /// The shape of an `.avsc` text.
    ///
    /// # Errors
    /// Not JSON, or a type that no schema of ours uses.
    pub fn parse(text: &str) -> Result<Self, ShapeError> {
        let value: Value = serde_json::from_str(text).map_err(|e| error("", e.to_string()))?;
        Self::of(&value, "", "", &mut BTreeMap::new())
    }

    fn of(
        value: &Value,
        at: &str,
        namespace: &str,
        named: &mut BTreeMap<String, Self>,
    ) -> Result<Self, ShapeError> {
        match value {
            Value::String(name) => Self::by_name(name, at, namespace, named),
            Value::Array(branches) => match branches.as_slice() {
                [Value::String(null), other] if null == "null" => Ok(Self::Nullable(Box::new(
                    Self::of(other, at, namespace, named)?,
                ))),
                _ => Err(error(at, "a union other than [\"null\", T]".into())),
            },
            Value::Object(members) => match members.get("type") {
                Some(Value::String(kind)) if kind == "array" => {
                    let items = members.get("items").unwrap_or(&Value::Null);
                    let at = format!("{at}[]");
                    Ok(Self::Array(Box::new(Self::of(
                        items, &at, namespace, named,
                    )?)))
                }
                Some(Value::String(kind)) if kind == "record" => {
                    Self::record(value, at, namespace, named)
                }
                Some(inner) => {
                    let shape = Self::of(inner, at, namespace, named)?;
                    let json = members.get("logicalType").and_then(Value::as_str) == Some("json");
                    Ok(if json && shape == Self::Text {
                        Self::Json
                    } else {
                        shape
                    })
                }
                None => Err(error(at, "no type".into())),
            },
            _ => Err(error(at, format!("not a type: {value}"))),
        }
    }

    fn by_name(
        name: &str,
        at: &str,
        namespace: &str,
        named: &BTreeMap<String, Self>,
    ) -> Result<Self, ShapeError> {
        Ok(match name {
            "boolean" => Self::Boolean,
            "long" | "int" => Self::Long,
            "double" => Self::Double,
            "string" => Self::Text,
            _ => named
                .get(&full_name(name, namespace))
                .cloned()
                .ok_or_else(|| error(at, format!("unknown type {name}")))?,
        })
    }

    fn record(
        value: &Value,
        at: &str,
        namespace: &str,
        named: &mut BTreeMap<String, Self>,
    ) -> Result<Self, ShapeError> {
        let namespace = value["namespace"].as_str().unwrap_or(namespace);
        let name = value["name"].as_str().unwrap_or_default();
        let mut fields = Vec::new();
        for field in value["fields"].as_array().into_iter().flatten() {
            let name = field["name"].as_str().unwrap_or_default();
            let at = if at.is_empty() {
                name.to_owned()
            } else {
                format!("{at}.{name}")
            };
            if field.get("default").is_none() {
                return Err(error(&at, "no default".into()));
            }
            let shape = Self::of(&field["type"], &at, namespace, named)?;
            let marked = field["required"].as_bool().unwrap_or(false);
            fields.push(Field {
                name: name.to_owned(),
                required: marked || !matches!(shape, Self::Nullable(_)),
                shape,
                minimum: field["minimum"].as_f64(),
                min_items: field["minItems"].as_u64().map(|n| n as usize),
                default: field["default"].clone(),
            });
        }
        named.insert(full_name(name, namespace), Self::Record(fields.clone()));
        Ok(Self::Record(fields))
    }
}

fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}

fn error(at: &str, what: String) -> ShapeError {
    ShapeError {
        at: if at.is_empty() { "top" } else { at }.to_owned(),
        what,
    }
}
