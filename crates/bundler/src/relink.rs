//! A model as it came, but for the names of the files beside it.

use serde_json::Value;

use crate::dependencies::{HEAD_BYTES, JsonAt, json_at, json_text};
use crate::source::resolve;

/// Gives the files that a model at `path` names other names: `name` is asked with each path below the entity's root.
/// Everything else stays, byte for byte where it is not JSON. `None` when the model is not readable, or when nothing is
/// named.
pub fn relink(path: &str, bytes: &[u8], name: &dyn Fn(&str) -> Option<String>) -> Option<Vec<u8>> {
    let (json, rest) = parts(bytes)?;
    let mut document: Value = serde_json::from_slice(json).ok()?;
    let mut changed = false;
    for list in ["images", "buffers"] {
        let of = document.get_mut(list).and_then(Value::as_array_mut);
        for uri in of.into_iter().flatten().filter_map(|of| of.get_mut("uri")) {
            let text = uri.as_str().filter(|text| !text.starts_with("data:"));
            let found = text.and_then(|text| resolve(path, text).ok());
            if let Some(new) = found.and_then(|found| name(&found)) {
                *uri = new.into();
                changed = true;
            }
        }
    }
    if !changed {
        return None;
    }
    let text = serde_json::to_vec(&document).ok()?;
    Some(match rest {
        None => text,
        Some(rest) => glb(text, rest),
    })
}

/// The JSON, and what follows it in a GLB.
fn parts(bytes: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    match json_at(&bytes[..bytes.len().min(HEAD_BYTES)]).ok()? {
        JsonAt::Everywhere => Some((json_text(bytes), None)),
        JsonAt::Chunk(from, length) => {
            let end = from.checked_add(length)?;
            Some((json_text(bytes.get(from..end)?), Some(&bytes[end..])))
        }
    }
}

fn glb(mut json: Vec<u8>, rest: &[u8]) -> Vec<u8> {
    while !json.len().is_multiple_of(4) {
        json.push(b' ');
    }
    let mut out = b"glTF".to_vec();
    let total = 20 + json.len() + rest.len();
    for word in [2, total as u32, json.len() as u32] {
        out.extend(word.to_le_bytes());
    }
    out.extend(b"JSON");
    out.extend(json);
    out.extend(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_change() {
        let json = br#"{"asset":{"version":"2.0"},"images":[{"uri":"a.png"},{"uri":"data:,x"}]}"#;
        let name = |path: &str| Some(format!("{}-new", path.replace('/', "_")));
        let out = relink("m/d.gltf", json, &name).expect("it changed");
        let out: Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(out["images"][0]["uri"], "m_a.png-new");
        assert_eq!(out["images"][1]["uri"], "data:,x");
        let whole = glb(json.to_vec(), b"\x04\0\0\0BIN\0abcd");
        let out = relink("d.glb", &whole, &name).expect("it changed");
        assert!(out.ends_with(b"BIN\0abcd"));
        assert_eq!(out.len() % 4, 0);
        assert_eq!(out[8..12], (out.len() as u32).to_le_bytes());
        assert_eq!(relink("d.glb", &whole, &|_| None), None);
        assert_eq!(relink("d.glb", b"glTF", &name), None);
    }
}
