//! What a model names beside itself, without reading more of it than its JSON.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::source::{RefusedUri, resolve};

/// Bytes of a file that say where its JSON is: a GLB's header and the header of its first chunk.
pub const HEAD_BYTES: usize = 20;

/// Extensions, lower case, of the files that a digest counts.
const COUNTED: [&str; 11] = [
    "bin", "jpg", "jpeg", "png", "tga", "gif", "bmp", "psd", "tiff", "iff", "ktx",
];
/// Hex digits of a digest.
const DIGITS: usize = 32;

/// Where the JSON of a model lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonAt {
    /// The whole file is JSON.
    Everywhere,
    /// A GLB's first chunk: first byte and length.
    Chunk(usize, usize),
}

/// What is wrong with a model's JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamesError {
    /// It is no glTF.
    #[error("{0}")]
    Unreadable(String),
    /// It names something that may not be followed.
    #[error(transparent)]
    Refused(#[from] RefusedUri),
}

/// Where the JSON lies in a file that begins so ([`HEAD_BYTES`], or all of a shorter file).
///
/// # Errors
/// A GLB that is cut off, of another version, or without JSON first.
pub fn json_at(head: &[u8]) -> Result<JsonAt, NamesError> {
    if !head.starts_with(b"glTF") {
        return Ok(JsonAt::Everywhere);
    }
    let word = |at: usize| {
        let four = head.get(at..at + 4)?;
        four.try_into().ok().map(u32::from_le_bytes)
    };
    let bad = |what: &str| NamesError::Unreadable(what.to_owned());
    let (Some(version), Some(length), Some(kind)) = (word(4), word(12), head.get(16..20)) else {
        return Err(bad("the GLB header is cut off"));
    };
    if version != 2 {
        return Err(bad(&format!("GLB version {version}, not 2")));
    }
    if kind != b"JSON" {
        return Err(bad("the first GLB chunk is not JSON"));
    }
    Ok(JsonAt::Chunk(HEAD_BYTES, length as usize))
}

/// The paths, below the entity's root, of the files that a model at `path` names, each once in the order it names them.
/// Data URIs are no files.
///
/// # Errors
/// No JSON object, or a URI that may not be followed.
pub fn named_files(path: &str, json: &[u8]) -> Result<Vec<String>, NamesError> {
    let document: Value = serde_json::from_slice(json_text(json))
        .map_err(|error| NamesError::Unreadable(format!("its JSON: {error}")))?;
    if !document.is_object() {
        return Err(NamesError::Unreadable("its JSON is no object".to_owned()));
    }
    let mut paths: Vec<String> = Vec::new();
    for list in ["images", "buffers"] {
        let of = document.get(list).and_then(Value::as_array);
        for uri in of.into_iter().flatten().filter_map(|of| of.get("uri")) {
            let Some(uri) = uri.as_str() else { continue };
            if uri.starts_with("data:") {
                continue;
            }
            let found = resolve(path, uri)?;
            if !paths.contains(&found) {
                paths.push(found);
            }
        }
    }
    Ok(paths)
}

/// The JSON without the mark before it, and without the zeros that some writers fill a chunk up with.
pub(crate) fn json_text(json: &[u8]) -> &[u8] {
    let text = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    let end = text.iter().rposition(|byte| *byte != 0);
    &text[..end.map_or(0, |at| at + 1)]
}

/// The digest of what a model names: part of the name of its bundle, since the same file is another model where it names
/// other files. `named` are paths, as the model spells them, and content hashes.
pub fn deps_digest(named: &[(String, String)]) -> String {
    let is_counted = |path: &str| {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|of| COUNTED.contains(&&*of.to_lowercase()))
    };
    let mut pairs: Vec<&(String, String)> =
        named.iter().filter(|(path, _)| is_counted(path)).collect();
    let utf16 = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    pairs.sort_by_cached_key(|(path, hash)| (utf16(path), utf16(hash)));
    pairs.dedup();
    let text = serde_json::to_string(&pairs).unwrap_or_default();
    let mut digest = hex(&Sha256::digest(text));
    digest.truncate(DIGITS);
    digest
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(pairs: &[(&str, &str)]) -> String {
        let owned = |(path, hash): &(&str, &str)| ((*path).to_owned(), (*hash).to_owned());
        deps_digest(&pairs.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn digests_are_the_converters() {
        // The vectors of the original's fixture.
        let vectors: [(&[(&str, &str)], &str); 8] = [
            (&[], "4f53cda18c2baa0c0354bb5f9a3ecbe5"),
            (&[("tex.png", "h1")], "e694ee215f7a8eec10fadc72585d9642"),
            (&[("buffer.bin", "hb")], "6d8ca9ae0cadaab6104c6cb24abee3c4"),
            (
                &[("b.png", "hB"), ("a.png", "hA")],
                "677cef1bdb040a547679096667d45dd2",
            ),
            (
                &[("alpha.png", "shared"), ("beta.png", "shared")],
                "e5f53eb03e94d2f9b2dc73ef34c3f860",
            ),
            (
                &[
                    ("scene.json", "h_s"),
                    ("game.js", "h_g"),
                    ("model.glb", "h_m"),
                    ("tex.png", "h_tex"),
                    ("buffer.bin", "h_bin"),
                ],
                "4905066b2b13ef4eb86ebbed960e9336",
            ),
            (&[("TEX.PNG", "hU")], "e8d2094843331e676ad9e0e2a6950bcd"),
            (
                &[("c.png", "h2"), ("a\tb.png", "h1")],
                "3706f4528a42efd38558a16feacf25f9",
            ),
        ];
        for (pairs, wanted) in vectors {
            assert_eq!(digest(pairs), wanted, "{pairs:?}");
        }
        assert_eq!(
            digest(&[("a.png", "h"), ("a.png", "h")]),
            digest(&[("a.png", "h")])
        );
    }

    #[test]
    fn names_are_paths_below_the_root() {
        let json = br#"{"images":[{"uri":"../t/a%20b.png"},{"uri":"data:image/png;base64,AA"},{"bufferView":0},
            {"uri":"../t/a b.png"}],"buffers":[{"uri":"d.bin","byteLength":1}]}"#;
        let named = named_files("models/d.gltf", json).expect("names");
        assert_eq!(named, ["t/a b.png", "models/d.bin"]);
        assert_eq!(named_files("d.glb", b"{}\0\0").expect("none"), [""; 0]);
        for bad in ["", "[]", "{", r#"{"images":[{"uri":"https://h/a.png"}]}"#] {
            assert!(named_files("d.gltf", bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_head_says_where_the_json_is() {
        let mut head = b"glTF\x02\0\0\0\x40\0\0\0\x10\0\0\0JSON".to_vec();
        assert_eq!(json_at(&head), Ok(JsonAt::Chunk(20, 16)));
        assert_eq!(json_at(b"{}"), Ok(JsonAt::Everywhere));
        assert!(json_at(&head[..19]).is_err());
        head[4] = 1;
        assert!(json_at(&head).is_err());
    }
}
