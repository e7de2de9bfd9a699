//! Members of JSON objects, read leniently: a member of the wrong kind counts as absent, except where
//! it names another object.

use serde_json::{Map, Value};

use super::{ReadError, broken};
use crate::model::Annotations;

const NOTHING: &[Value] = &[];

pub(super) trait Fields {
    fn member(&self, name: &str) -> Option<&Value>;

    fn list(&self, name: &str) -> &[Value] {
        let list = self.member(name).and_then(Value::as_array);
        list.map_or(NOTHING, Vec::as_slice)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.member(name).and_then(Value::as_str)
    }

    fn name(&self) -> Option<String> {
        self.text("name").map(str::to_owned)
    }

    /// A whole number that is not negative, also as `3.0`.
    fn whole(&self, name: &str) -> Option<u64> {
        let value = self.member(name)?;
        value.as_u64().or_else(|| {
            let float = value.as_f64()?;
            // Above 2^53 no float is a size of anything.
            let whole = float >= 0.0 && float.fract() == 0.0 && float < 9e15;
            whole.then_some(float as u64)
        })
    }

    fn size(&self, name: &str, otherwise: usize) -> usize {
        let size = self.whole(name).map(usize::try_from);
        size.and_then(Result::ok).unwrap_or(otherwise)
    }

    /// The index of one of `count` objects.
    fn index(&self, name: &str, count: usize) -> Result<Option<usize>, ReadError> {
        if self.member(name).is_none() {
            return Ok(None);
        }
        let index = self.whole(name).and_then(|i| usize::try_from(i).ok());
        match index.filter(|&index| index < count) {
            Some(index) => Ok(Some(index)),
            None => Err(broken(format!("{name} names nothing of {count}"))),
        }
    }

    fn float(&self, name: &str) -> Option<f32> {
        self.member(name).and_then(float)
    }

    fn floats<const N: usize>(&self, name: &str) -> Option<[f32; N]> {
        let list = self.list(name);
        if list.len() != N {
            return None;
        }
        let mut floats = [0.0; N];
        for (float_at, value) in floats.iter_mut().zip(list) {
            *float_at = float(value)?;
        }
        Some(floats)
    }

    fn annotations(&self) -> Annotations {
        let extensions = self.member("extensions").and_then(Value::as_object);
        Annotations {
            extras: self.member("extras").cloned(),
            extensions: extensions.cloned().unwrap_or_default(),
        }
    }
}

/// A finite number; JSON has no others, but a double may be too large for a float.
fn float(value: &Value) -> Option<f32> {
    let float = value.as_f64()? as f32;
    float.is_finite().then_some(float)
}

impl Fields for Value {
    fn member(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Fields for Map<String, Value> {
    fn member(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// A list of indices of `count` objects.
pub(super) fn indices(value: &Value, name: &str, count: usize) -> Result<Vec<usize>, ReadError> {
    let index = |value: &Value| {
        let index = value.as_u64().and_then(|i| usize::try_from(i).ok());
        index.filter(|&index| index < count)
    };
    let indices: Option<Vec<usize>> = value.list(name).iter().map(index).collect();
    indices.ok_or_else(|| broken(format!("{name} names something outside {count}")))
}
