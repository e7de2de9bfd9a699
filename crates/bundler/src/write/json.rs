//! JSON as text, written straight and short: numbers in as few digits as read back the same.

use std::fmt::{Display, Write};

use serde_json::{Map, Value};

use crate::model::Annotations;

/// An object being written.
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    pub(super) fn close(mut self) -> String {
        self.0.push('}');
        self.0
    }

    /// A member whose value is JSON already.
    pub(super) fn raw(&mut self, name: &str, value: impl Display) {
        if !self.is_empty() {
            self.0.push(',');
        }
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{}:{value}", quoted(name));
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.raw(name, quoted(value));
    }

    pub(super) fn name(&mut self, name: Option<&String>) {
        if let Some(name) = name {
            self.text("name", name);
        }
    }

    pub(super) fn some(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.raw(name, value);
        }
    }

    pub(super) fn float(&mut self, name: &str, value: f32, default: f32) {
        if value != default {
            self.raw(name, number(value));
        }
    }

    pub(super) fn floats(&mut self, name: &str, values: &[f32]) {
        self.raw(name, list(values.iter().map(|&value| number(value))));
    }

    /// A list that is left out when it is empty.
    pub(super) fn items<T: Display>(&mut self, name: &str, items: &[T]) {
        if !items.is_empty() {
            self.raw(name, list(items));
        }
    }

    pub(super) fn annotations(&mut self, annotations: &Annotations) {
        self.extensions(&annotations.extensions);
        self.some("extras", annotations.extras.as_ref());
    }

    pub(super) fn extensions(&mut self, extensions: &Map<String, Value>) {
        if !extensions.is_empty() {
            let mut object = Object::new();
            for (name, value) in extensions {
                object.raw(name, value);
            }
            self.raw("extensions", object.close());
        }
    }
}

pub(super) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = "[".to_owned();
    for item in items {
        if text.len() > 1 {
            text.push(',');
        }
        let _ = write!(text, "{item}");
    }
    text.push(']');
    text
}

pub(super) fn quoted(text: &str) -> String {
    let plain = |b: u8| b >= 0x20 && b != b'"' && b != b'\\';
    if text.bytes().all(plain) {
        return format!("\"{text}\"");
    }
    Value::String(text.to_owned()).to_string()
}

/// The shortest text that reads back as the same float. JSON has no infinities; the model has none.
pub(super) fn number(value: f32) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let plain = value.to_string();
    if plain.len() <= 6 {
        return plain;
    }
    let scientific = format!("{value:e}");
    if scientific.len() < plain.len() {
        return scientific;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_read_back() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1.0, "1"),
            (1e-10, "1e-10"),
            (0.640_000_05, "0.64000005"),
            (1e20, "1e20"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn texts_are_escaped() {
        assert_eq!(quoted("a\"\n\u{1}ü"), r#""a\"\n\u0001ü""#);
    }
}
