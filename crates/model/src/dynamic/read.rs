//! Avro to JSON. Never trusts a length: every allocation is bounded by the bytes that are there.

use serde_json::{Map, Number, Value};

use super::{OVERLAY, lay};
use crate::schema::{Field, Schema, Shape};

type Result<T> = std::result::Result<T, String>;

/// Reads a whole record and lays its overlay over it.
pub(super) fn record(schema: &Schema, body: &[u8]) -> Result<Value> {
    let mut input = Input { left: body };
    let mut value = match schema.shape() {
        Shape::Record(fields) => Value::Object(input.members(fields)?),
        other => input.value(other)?,
    };
    if !input.left.is_empty() {
        return Err(format!("{} bytes too many", input.left.len()));
    }
    let over = value
        .as_object_mut()
        .and_then(|members| members.shift_remove(OVERLAY));
    if let Some(over) = over {
        lay(&mut value, over);
    }
    Ok(value)
}

struct Input<'a> {
    left: &'a [u8],
}

impl<'a> Input<'a> {
    fn members(&mut self, fields: &[Field]) -> Result<Map<String, Value>> {
        let mut members = Map::with_capacity(fields.len());
        for field in fields {
            let value = match &field.shape {
                Shape::Nullable(inner) => match self.long()? {
                    0 if field.required => Value::Null,
                    0 => continue,
                    1 => self.value(inner)?,
                    n => return Err(format!("{}: union branch {n} of 2", field.name)),
                },
                shape => self.value(shape)?,
            };
            members.insert(field.name.clone(), value);
        }
        Ok(members)
    }

    fn value(&mut self, shape: &Shape) -> Result<Value> {
        Ok(match shape {
            Shape::Boolean => match self.bytes(1)?[0] {
                0 => Value::Bool(false),
                1 => Value::Bool(true),
                n => return Err(format!("boolean {n}")),
            },
            Shape::Long => Value::from(self.long()?),
            Shape::Double => self.double()?,
            Shape::Text => Value::from(self.text()?),
            Shape::Json => {
                serde_json::from_str(self.text()?).map_err(|e| format!("json text: {e}"))?
            }
            Shape::Array(items) => Value::Array(self.items(items)?),
            Shape::Record(fields) => Value::Object(self.members(fields)?),
            Shape::Nullable(inner) => match self.long()? {
                0 => Value::Null,
                1 => self.value(inner)?,
                n => return Err(format!("union branch {n} of 2")),
            },
        })
    }

    fn items(&mut self, shape: &Shape) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        loop {
            let mut count = self.long()?;
            if count == 0 {
                return Ok(items);
            }
            if count < 0 {
                self.long()?; // bytes in the block: only of use to who skips it
                count = count.checked_neg().unwrap_or(i64::MAX);
            }
            // Every item of our schemas takes a byte at least.
            if count as u64 > self.left.len() as u64 {
                return Err(format!("{count} items in {} bytes", self.left.len()));
            }
            items.reserve(count as usize);
            for _ in 0..count {
                items.push(self.value(shape)?);
            }
        }
    }

    fn double(&mut self) -> Result<Value> {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(self.bytes(8)?);
        let float = f64::from_le_bytes(bytes);
        if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 {
            return Ok(Value::from(float as i64));
        }
        Number::from_f64(float)
            .map(Value::Number)
            .ok_or_else(|| format!("{float} is no JSON number"))
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.long()?;
        let length = usize::try_from(length).map_err(|_| format!("text of {length} bytes"))?;
        std::str::from_utf8(self.bytes(length)?).map_err(|e| e.to_string())
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, left) = self
            .left
            .split_at_checked(length)
            .ok_or_else(|| format!("{length} bytes wanted, {} left", self.left.len()))?;
        self.left = left;
        Ok(taken)
    }

    fn long(&mut self) -> Result<i64> {
        let mut n = 0_u64;
        for (i, byte) in self.left.iter().take(10).enumerate() {
            n |= u64::from(byte & 0x7f) << (7 * i);
            if byte & 0x80 == 0 {
                self.left = &self.left[i + 1..];
                return Ok((n >> 1) as i64 ^ -((n & 1) as i64));
            }
        }
        Err("a number without end".to_owned())
    }
}
