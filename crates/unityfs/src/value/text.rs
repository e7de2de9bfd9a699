//! Values as text to read.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::{Value, to_json};

/// Lists longer than this are cut.
const SHOWN_ELEMENTS: usize = 32;

/// The value as lines, a field a line, two blanks of indent a level; small structures stay on one line. Lists are cut
/// after 32 elements, and say so.
#[must_use]
pub fn to_text(value: &Value) -> String {
    let mut out = String::new();
    lines(&to_json(value), 0, &mut out);
    out
}

/// Whether it has no structure below itself.
fn is_flat(value: &Json) -> bool {
    let is_leaf = |value: &Json| !value.is_object() && !value.is_array();
    match value {
        Json::Object(fields) => fields.len() <= 4 && fields.values().all(is_leaf),
        Json::Array(elements) => elements.len() <= 4 && elements.iter().all(is_leaf),
        _ => true,
    }
}

fn lines(value: &Json, level: usize, out: &mut String) {
    match value {
        Json::Object(fields) => {
            for (name, field) in fields {
                line(&format!("{name}:"), field, level, out);
            }
        }
        Json::Array(elements) => {
            for element in elements.iter().take(SHOWN_ELEMENTS) {
                line("-", element, level, out);
            }
            if elements.len() > SHOWN_ELEMENTS {
                let more = elements.len() - SHOWN_ELEMENTS;
                put(out, level, &format!("… and {more} more"));
            }
        }
        leaf => put(out, level, &leaf.to_string()),
    }
}

fn line(label: &str, value: &Json, level: usize, out: &mut String) {
    if is_flat(value) {
        put(out, level, &format!("{label} {value}"));
    } else {
        put(out, level, label);
        lines(value, level + 1, out);
    }
}

fn put(out: &mut String, level: usize, text: &str) {
    let indent = level * 2;
    writeln!(out, "{:indent$}{text}", "").expect("a String takes everything");
}
