//! From values to an object's bytes.

use super::{Fault, Primitive, Value};
use crate::Result;
use crate::cursor::fill;
use crate::tree::{Branch, TypeTree};

/// The bytes of an object with these fields.
///
/// # Errors
/// When a value is not of the type that the tree says, or a field is missing, too many or out of order.
pub fn encode(tree: &TypeTree, value: &Value) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let root = tree.root();
    put(root, value, &mut out).map_err(|fault| fault.of(&root.kind))?;
    Ok(out)
}

fn put(branch: Branch<'_>, value: &Value, out: &mut Vec<u8>) -> Result<(), Fault> {
    match (&*branch.kind, value) {
        ("string", Value::Text(run)) | ("TypelessData", Value::Bytes(run)) => {
            put_run(run, out)?;
            fill(out, 4);
        }
        ("string" | "TypelessData", other) => {
            let text = format!("{} where a {} belongs", other.kind(), branch.kind);
            return Err(Fault::new(text));
        }
        _ => put_other(branch, value, out)?,
    }
    if branch.is_aligned() {
        fill(out, 4);
    }
    Ok(())
}

fn put_length(length: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let length = i32::try_from(length).map_err(|_| Fault::new("it is over 2 GiB"))?;
    out.extend_from_slice(&length.to_le_bytes());
    Ok(())
}

fn put_run(run: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    put_length(run.len(), out)?;
    out.extend_from_slice(run);
    Ok(())
}

fn put_other(branch: Branch<'_>, value: &Value, out: &mut Vec<u8>) -> Result<(), Fault> {
    if let Some(array) = branch.array() {
        return put_list(array, value, out);
    }
    if let Some(primitive) = Primitive::of(&branch.kind) {
        return primitive.write(value, out);
    }
    match value {
        Value::Pair(pair) => {
            let children: Vec<_> = branch.children().collect();
            let [first, second] = children[..] else {
                return Err(Fault::new("a pair where none belongs"));
            };
            put(first, &pair.0, out).map_err(|fault| fault.below("first"))?;
            put(second, &pair.1, out).map_err(|fault| fault.below("second"))
        }
        Value::Struct(fields) => {
            let mut fields = fields.iter();
            for child in branch.children() {
                let (_, field) = fields
                    .next()
                    .filter(|(name, _)| *name == child.name)
                    .ok_or_else(|| Fault::new(format!("no field {} here", child.name)))?;
                put(child, field, out).map_err(|fault| fault.below(&*child.name))?;
            }
            match fields.next() {
                Some((name, _)) => Err(Fault::new(format!("the type has no field {name}"))),
                None => Ok(()),
            }
        }
        other => {
            let text = format!("{} where a {} belongs", other.kind(), branch.kind);
            Err(Fault::new(text))
        }
    }
}

fn put_list(array: Branch<'_>, value: &Value, out: &mut Vec<u8>) -> Result<(), Fault> {
    let Some(element) = array.element() else {
        return Err(Fault::new("a list of nothing"));
    };
    let is_byte = Primitive::of(&element.kind) == Some(Primitive::U8);
    match value {
        Value::Bytes(run) if is_byte && !element.is_aligned() => put_run(run, out)?,
        Value::List(elements) => {
            put_length(elements.len(), out)?;
            for (index, value) in elements.iter().enumerate() {
                let put = put(element, value, out);
                put.map_err(|fault| fault.below(format!("[{index}]")))?;
            }
        }
        other => return Err(Fault::new(format!("{} where a list belongs", other.kind()))),
    }
    if array.is_aligned() {
        fill(out, 4);
    }
    Ok(())
}
