//! An object's fields as a tree of values, between bytes and the program.

mod decode;
mod draft;
mod encode;
mod json;
mod number;
mod references;
mod text;

use std::sync::Arc;

pub use decode::decode;
pub use encode::encode;
pub use json::to_json;
pub use references::Reference;
pub use text::to_text;

pub(crate) use draft::Draft;
pub(crate) use number::Primitive;

/// A field, a list, or the whole object. Two values are equal when their bytes would be: −0 is not 0, and a NaN is itself.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value {
    Bool(bool),
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    I32(i32),
    U32(u32),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    /// A `string`: UTF-8 by custom, but any bytes are legal.
    Text(Vec<u8>),
    /// `TypelessData`, or a list of bytes.
    Bytes(Vec<u8>),
    /// A list of anything else; a map is a list of pairs.
    List(Vec<Value>),
    /// A `pair`: first and second.
    Pair(Box<(Value, Value)>),
    /// Fields in their order.
    Struct(Vec<(Arc<str>, Value)>),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::F32(a), Self::F32(b)) => a.to_bits() == b.to_bits(),
            (Self::F64(a), Self::F64(b)) => a.to_bits() == b.to_bits(),
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Text(a), Self::Text(b)) | (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Pair(a), Self::Pair(b)) => a == b,
            (Self::Struct(a), Self::Struct(b)) => a == b,
            _ => {
                let is_same_kind = std::mem::discriminant(self) == std::mem::discriminant(other);
                is_same_kind
                    && self
                        .as_integer()
                        .is_some_and(|n| other.as_integer() == Some(n))
            }
        }
    }
}

impl Eq for Value {}

impl Value {
    /// A field of a structure; `first` or `second` of a pair.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let fields = match (self, name) {
            (Self::Struct(fields), _) => fields,
            (Self::Pair(pair), "first") => return Some(&pair.0),
            (Self::Pair(pair), "second") => return Some(&pair.1),
            _ => return None,
        };
        let field = fields.iter().find(|(field, _)| &**field == name);
        field.map(|(_, value)| value)
    }

    /// A field of a structure, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let fields = match (self, name) {
            (Self::Struct(fields), _) => fields,
            (Self::Pair(pair), "first") => return Some(&mut pair.0),
            (Self::Pair(pair), "second") => return Some(&mut pair.1),
            _ => return None,
        };
        let field = fields.iter_mut().find(|(field, _)| &**field == name);
        field.map(|(_, value)| value)
    }

    /// A field of a field: `m_TextureSettings.m_Aniso`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.')
            .try_fold(self, |value, name| value.get(name))
    }

    /// The elements of a list; of anything else none.
    #[must_use]
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::List(elements) => elements,
            _ => &[],
        }
    }

    /// A text that is UTF-8.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// A run of bytes.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A whole number of any size.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        Some(match *self {
            Self::I8(n) => n.into(),
            Self::U8(n) => n.into(),
            Self::I16(n) => n.into(),
            Self::U16(n) => n.into(),
            Self::I32(n) => n.into(),
            Self::U32(n) => n.into(),
            Self::I64(n) => n.into(),
            Self::U64(n) => n.into(),
            _ => return None,
        })
    }

    /// What the value is, for messages.
    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::F32(_) | Self::F64(_) => "a float",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "a list",
            Self::Pair(_) => "a pair",
            Self::Struct(_) => "a structure",
            _ => "an integer",
        }
    }
}

/// What is wrong with a value, and where: names from the innermost outwards.
struct Fault {
    path: Vec<String>,
    reason: String,
}

impl Fault {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            reason: reason.into(),
        }
    }

    fn below(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }

    /// The error of an object of this class.
    fn of(mut self, class: &str) -> crate::Error {
        self.path.push(class.to_owned());
        self.path.reverse();
        let path = self.path.join(".").replace(".[", "[");
        crate::Error::Value {
            path,
            reason: self.reason,
        }
    }
}

impl From<crate::Error> for Fault {
    fn from(error: crate::Error) -> Self {
        Self::new(error.to_string())
    }
}
