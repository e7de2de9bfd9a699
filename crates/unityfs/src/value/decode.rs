//! From an object's bytes to values.

use std::sync::Arc;

use super::{Fault, Primitive, Value};
use crate::cursor::Reader;
use crate::tree::{Branch, TypeTree};
use crate::{Limits, Result};

struct Decoder<'a> {
    reader: Reader<'a>,
    values_left: u64,
}

/// The fields of an object, all of its bytes.
///
/// # Errors
/// When the bytes end early or too late, a length lies, or there are more values than the limit.
pub fn decode(tree: &TypeTree, bytes: &[u8], limits: &Limits) -> Result<Value> {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        values_left: limits.values,
    };
    let root = tree.root();
    let fault = |fault: Fault| fault.of(&root.kind);
    let value = decoder.value(root).map_err(fault)?;
    match decoder.reader.left() {
        0 => Ok(value),
        left => Err(fault(Fault::new(format!(
            "{left} bytes are left behind it"
        )))),
    }
}

impl Decoder<'_> {
    fn value(&mut self, branch: Branch<'_>) -> Result<Value, Fault> {
        let Some(left) = self.values_left.checked_sub(1) else {
            return Err(Fault::new("there are more values than the limit allows"));
        };
        self.values_left = left;
        let value = match &*branch.kind {
            "string" => Value::Text(self.run("text")?),
            "TypelessData" => Value::Bytes(self.run("bytes")?),
            _ => self.other(branch)?,
        };
        if branch.is_aligned() {
            self.reader.align("fill", 4)?;
        }
        Ok(value)
    }

    /// A length, that many bytes, and fill.
    fn run(&mut self, what: &'static str) -> Result<Vec<u8>, Fault> {
        let length = self.length()?;
        let bytes = self.reader.take(what, length)?.to_vec();
        self.reader.align("fill", 4)?;
        Ok(bytes)
    }

    fn length(&mut self) -> Result<usize, Fault> {
        let length = self.reader.i32("length")?;
        usize::try_from(length).map_err(|_| Fault::new(format!("{length} is no length")))
    }

    fn other(&mut self, branch: Branch<'_>) -> Result<Value, Fault> {
        if let Some(array) = branch.array() {
            return self.list(array);
        }
        if let Some(primitive) = Primitive::of(&branch.kind) {
            return primitive.read(&mut self.reader);
        }
        if branch.byte_size > 0 && branch.children().next().is_none() {
            let text = format!("the type {} is not known", branch.kind);
            return Err(Fault::new(text));
        }
        let mut fields = Vec::new();
        for child in branch.children() {
            let value = self.value(child);
            let value = value.map_err(|fault| fault.below(&*child.name))?;
            fields.push((Arc::clone(&child.name), value));
        }
        if &*branch.kind == "pair" && fields.len() == 2 {
            let (_, second) = fields.pop().expect("there are two");
            let (_, first) = fields.pop().expect("there are two");
            return Ok(Value::Pair(Box::new((first, second))));
        }
        Ok(Value::Struct(fields))
    }

    fn list(&mut self, array: Branch<'_>) -> Result<Value, Fault> {
        let Some(element) = array.element() else {
            return Err(Fault::new("a list of nothing"));
        };
        let length = self.length()?;
        let is_byte = Primitive::of(&element.kind) == Some(Primitive::U8);
        let value = if is_byte && !element.is_aligned() {
            Value::Bytes(self.reader.take("bytes", length)?.to_vec())
        } else {
            let mut elements = Vec::new();
            for index in 0..length {
                let value = self.value(element);
                elements.push(value.map_err(|fault| fault.below(format!("[{index}]")))?);
            }
            Value::List(elements)
        };
        if array.is_aligned() {
            self.reader.align("fill", 4)?;
        }
        Ok(value)
    }
}
