//! Numbers: which type has which size.

use super::{Fault, Value};
use crate::cursor::Reader;

/// What a leaf of a type tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Primitive {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

impl Primitive {
    /// Of a type's name.
    pub(crate) fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "bool" => Self::Bool,
            "SInt8" => Self::I8,
            "UInt8" | "char" => Self::U8,
            "SInt16" | "short" => Self::I16,
            "UInt16" | "unsigned short" => Self::U16,
            "SInt32" | "int" => Self::I32,
            "UInt32" | "unsigned int" | "Type*" => Self::U32,
            "SInt64" | "long long" => Self::I64,
            "UInt64" | "unsigned long long" | "FileSize" => Self::U64,
            "float" => Self::F32,
            "double" => Self::F64,
            _ => return None,
        })
    }

    pub(super) fn zero(self) -> Value {
        match self {
            Self::Bool => Value::Bool(false),
            Self::I8 => Value::I8(0),
            Self::U8 => Value::U8(0),
            Self::I16 => Value::I16(0),
            Self::U16 => Value::U16(0),
            Self::I32 => Value::I32(0),
            Self::U32 => Value::U32(0),
            Self::I64 => Value::I64(0),
            Self::U64 => Value::U64(0),
            Self::F32 => Value::F32(0.0),
            Self::F64 => Value::F64(0.0),
        }
    }

    pub(super) fn read(self, reader: &mut Reader<'_>) -> Result<Value, Fault> {
        Ok(match self {
            Self::Bool => match reader.u8("bool")? {
                0 => Value::Bool(false),
                1 => Value::Bool(true),
                other => return Err(Fault::new(format!("{other} is no bool"))),
            },
            Self::I8 => Value::I8(i8::from_le_bytes(reader.fixed("number")?)),
            Self::U8 => Value::U8(reader.u8("number")?),
            Self::I16 => Value::I16(reader.i16("number")?),
            Self::U16 => Value::U16(reader.u16("number")?),
            Self::I32 => Value::I32(reader.i32("number")?),
            Self::U32 => Value::U32(reader.u32("number")?),
            Self::I64 => Value::I64(reader.i64("number")?),
            Self::U64 => Value::U64(reader.u64("number")?),
            Self::F32 => Value::F32(f32::from_le_bytes(reader.fixed("number")?)),
            Self::F64 => Value::F64(f64::from_le_bytes(reader.fixed("number")?)),
        })
    }

    pub(super) fn write(self, value: &Value, out: &mut Vec<u8>) -> Result<(), Fault> {
        match (self, value) {
            (Self::Bool, Value::Bool(b)) => out.push(u8::from(*b)),
            (Self::I8, Value::I8(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::U8, Value::U8(n)) => out.push(*n),
            (Self::I16, Value::I16(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::U16, Value::U16(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::I32, Value::I32(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::U32, Value::U32(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::I64, Value::I64(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::U64, Value::U64(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::F32, Value::F32(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Self::F64, Value::F64(n)) => out.extend_from_slice(&n.to_le_bytes()),
            _ => {
                let text = format!("{} where {self:?} belongs", value.kind());
                return Err(Fault::new(text));
            }
        }
        Ok(())
    }
}
