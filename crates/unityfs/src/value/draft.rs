//! Objects under construction: everything zero at first, then field by field.

use std::sync::Arc;

use super::{Fault, Primitive, Value};
use crate::Result;
use crate::tree::{Branch, Class};

/// A value of a type, all zero, empty and false until set. A field that is set takes the type that the tree gives it,
/// so a caller needn't know whether a layout has a flag as a `bool` or a number.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'a> {
    branch: Branch<'a>,
    value: Value,
}

impl<'a> Draft<'a> {
    /// An object of a class.
    pub(crate) fn new(class: &'a Class) -> Self {
        Self::of(class.tree.root())
    }

    fn of(branch: Branch<'a>) -> Self {
        let value = zero(branch);
        Self { branch, value }
    }

    /// An element of the list at a path, which is not added to it yet.
    pub(crate) fn element(&self, path: &str) -> Result<Self> {
        let list = path.split('.').try_fold(self.branch, Branch::child);
        let element = list.and_then(Branch::element);
        let element = element.ok_or_else(|| self.error(path, "there is no such list"))?;
        Ok(Self::of(element))
    }

    /// Sets a field, which must be there.
    pub(crate) fn set(&mut self, path: &str, value: impl Into<Value>) -> Result<&mut Self> {
        let target = path.split('.').try_fold(&mut self.value, Value::get_mut);
        let assigned = match target {
            Some(target) => assign(target, value.into()),
            None => Err("there is no such field".to_owned()),
        };
        match assigned {
            Ok(()) => Ok(self),
            Err(reason) => Err(self.error(path, reason)),
        }
    }

    /// Sets a field if this layout has it.
    pub(crate) fn set_if_known(
        &mut self,
        path: &str,
        value: impl Into<Value>,
    ) -> Result<&mut Self> {
        if !self.has(path) {
            return Ok(self);
        }
        self.set(path, value)
    }

    /// Whether this layout has a field.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.value.at(path).is_some()
    }

    /// Changes the value as a whole, which must stay of its type.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        change(&mut self.value);
    }

    /// Sets x, y, z of a field.
    pub(crate) fn set_vector(&mut self, path: &str, [x, y, z]: [f32; 3]) -> Result<&mut Self> {
        self.set(&format!("{path}.x"), x)?;
        self.set(&format!("{path}.y"), y)?;
        self.set(&format!("{path}.z"), z)
    }

    /// Sets x, y, z, w of a field.
    pub(crate) fn set_vector4(&mut self, path: &str, [x, y, z, w]: [f32; 4]) -> Result<&mut Self> {
        self.set_vector(path, [x, y, z])?;
        self.set(&format!("{path}.w"), w)
    }

    pub(crate) fn done(self) -> Value {
        self.value
    }

    fn error(&self, path: &str, reason: impl Into<String>) -> crate::Error {
        Fault::new(reason).below(path).of(&self.branch.kind)
    }
}

impl From<Draft<'_>> for Value {
    fn from(draft: Draft<'_>) -> Self {
        draft.value
    }
}

fn zero(branch: Branch<'_>) -> Value {
    if &*branch.kind == "string" {
        return Value::Text(Vec::new());
    }
    if &*branch.kind == "TypelessData" {
        return Value::Bytes(Vec::new());
    }
    if branch.array().is_some() {
        let element = branch.element();
        let is_byte = element.is_some_and(|e| Primitive::of(&e.kind) == Some(Primitive::U8));
        return if is_byte {
            Value::Bytes(Vec::new())
        } else {
            Value::List(Vec::new())
        };
    }
    if let Some(primitive) = Primitive::of(&branch.kind) {
        return primitive.zero();
    }
    let fields = branch
        .children()
        .map(|child| (Arc::clone(&child.name), zero(child)));
    let mut fields: Vec<_> = fields.collect();
    if &*branch.kind == "pair" && fields.len() == 2 {
        let (_, second) = fields.pop().expect("there are two");
        let (_, first) = fields.pop().expect("there are two");
        return Value::Pair(Box::new((first, second)));
    }
    Value::Struct(fields)
}

/// Puts a value where another of its kind is; numbers take the type of the one that is there.
fn assign(target: &mut Value, value: Value) -> Result<(), String> {
    let converted = match (&*target, &value) {
        (Value::F32(_), Value::F32(_) | Value::F64(_)) => as_f32(&value),
        (Value::Bool(_), Value::Bool(_)) => Some(value.clone()),
        (_, Value::Bool(b)) => integer(target, i128::from(*b)),
        (Value::Bool(_), other) => other.as_integer().map(|n| Value::Bool(n != 0)),
        (_, other) if other.as_integer().is_some() => {
            other.as_integer().and_then(|n| integer(target, n))
        }
        (old, new) if std::mem::discriminant(old) == std::mem::discriminant(new) => {
            *target = value;
            return Ok(());
        }
        _ => None,
    };
    match converted {
        Some(converted) => {
            *target = converted;
            Ok(())
        }
        None => Err(format!("{} does not fit {}", value.kind(), target.kind())),
    }
}

fn as_f32(value: &Value) -> Option<Value> {
    match value {
        Value::F32(n) => Some(Value::F32(*n)),
        Value::F64(n) => Some(Value::F32(*n as f32)),
        _ => None,
    }
}

/// A whole number in the type of another; `None` when it does not fit.
fn integer(like: &Value, number: i128) -> Option<Value> {
    Some(match like {
        Value::I8(_) => Value::I8(number.try_into().ok()?),
        Value::U8(_) => Value::U8(number.try_into().ok()?),
        Value::I16(_) => Value::I16(number.try_into().ok()?),
        Value::U16(_) => Value::U16(number.try_into().ok()?),
        Value::I32(_) => Value::I32(number.try_into().ok()?),
        Value::U32(_) => Value::U32(number.try_into().ok()?),
        Value::I64(_) => Value::I64(number.try_into().ok()?),
        Value::U64(_) => Value::U64(number.try_into().ok()?),
        Value::F32(_) => Value::F32(number as f32),
        _ => return None,
    })
}

macro_rules! into_value {
    ($($kind:ty => $variant:ident,)*) => {
        $(impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(value)
            }
        })*
    };
}

into_value! {
    bool => Bool,
    i32 => I32,
    u32 => U32,
    i64 => I64,
    f32 => F32,
    Vec<Value> => List,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.as_bytes().to_vec())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}
