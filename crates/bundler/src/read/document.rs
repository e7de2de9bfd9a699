//! The parsed JSON with its buffers, and the budget of what may be decoded.

use std::cell::Cell;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::fields::Fields;
use super::image::Place;
use super::{ReadError, broken, container, is_known};
use crate::limits::Limits;
use crate::source::{Source, resolve};

pub(super) struct Document<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) limits: &'a Limits,
    pub(super) json: Value,
    /// Bytes of each buffer; a fallback of compressed views has none.
    pub(super) buffers: Vec<Bytes<'a>>,
    /// Uncompressed bytes of compressed views.
    pub(super) decompressed: Vec<Option<Vec<u8>>>,
    spent_bytes: Cell<usize>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Bytes of a buffer.
pub(super) enum Bytes<'a> {
    /// Of the input.
    Input(&'a [u8]),
    /// Of a data URI.
    Own(Vec<u8>),
    /// Of a file.
    File(String),
}

/// What a URI leads to.
pub(super) enum Target {
    Inline { mime: String, bytes: Vec<u8> },
    File(String),
}

impl<'a> Document<'a> {
    pub(super) fn open(source: &'a Source<'a>, limits: &'a Limits) -> Result<Self, ReadError> {
        let bytes = source.bytes;
        if bytes.len() > limits.file_bytes_max {
            return Err(over("the file", bytes.len(), limits.file_bytes_max));
        }
        let (text, binary) = container::split(bytes)?;
        if text.len() > limits.json_bytes_max {
            return Err(over("its JSON", text.len(), limits.json_bytes_max));
        }
        let values = json_values(text);
        if values > limits.json_values_max {
            return Err(over("values in its JSON", values, limits.json_values_max));
        }
        let json: Value = serde_json::from_slice(trimmed(text))
            .map_err(|error| broken(format!("its JSON is broken: {error}")))?;
        check_header(&json)?;
        let mut document = Self {
            source,
            limits,
            json,
            buffers: Vec::new(),
            decompressed: Vec::new(),
            spent_bytes: Cell::new(0),
            files: BTreeMap::new(),
        };
        document.read_buffers(binary)?;
        Ok(document)
    }

    fn read_buffers(&mut self, binary: Option<&'a [u8]>) -> Result<(), ReadError> {
        let uris: Vec<Option<String>> = self
            .json
            .list("buffers")
            .iter()
            .map(|buffer| buffer.text("uri").map(str::to_owned))
            .collect();
        for (index, uri) in uris.into_iter().enumerate() {
            let bytes = match uri {
                Some(uri) => match self.follow(&uri)? {
                    Target::Inline { bytes, .. } => Bytes::Own(bytes),
                    Target::File(path) => Bytes::File(path),
                },
                None if index == 0 => Bytes::Input(binary.unwrap_or_default()),
                None => Bytes::Input(&[]),
            };
            self.buffers.push(bytes);
        }
        Ok(())
    }

    /// Follows a URI: decodes a data URI, or fetches a file. Files that are not there are
    /// reported together by [`Document::missing`].
    pub(super) fn follow(&mut self, uri: &str) -> Result<Target, ReadError> {
        if let Some(data) = uri.strip_prefix("data:") {
            self.charge(data.len() / 4 * 3)?;
            let (mime, bytes) = decode_data_uri(data)?;
            return Ok(Target::Inline { mime, bytes });
        }
        let path = resolve(self.source.path, uri)?;
        if !self.files.contains_key(&path)
            && let Some(bytes) = self.source.files.get(&path)
        {
            self.charge(bytes.len())?;
            self.files.insert(path.clone(), bytes.into_owned());
        }
        Ok(Target::File(path))
    }

    pub(super) fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }

    pub(super) fn buffer(&self, index: usize) -> &[u8] {
        match self.buffers.get(index) {
            Some(Bytes::Input(bytes)) => bytes,
            Some(Bytes::Own(bytes)) => bytes,
            Some(Bytes::File(path)) => self.file(path).unwrap_or_default(),
            None => &[],
        }
    }

    /// Counts bytes that are about to be decoded.
    pub(super) fn charge(&self, bytes: usize) -> Result<(), ReadError> {
        let spent = self.spent_bytes.get().saturating_add(bytes);
        self.spent_bytes.set(spent);
        if spent > self.limits.decoded_bytes_max {
            let max = self.limits.decoded_bytes_max;
            return Err(over("what it decodes to", spent, max));
        }
        Ok(())
    }
}

fn over(what: &str, is: usize, max: usize) -> ReadError {
    ReadError::BudgetExceeded(format!("{what}: {is}, at most {max}"))
}

/// GLB pads with spaces; some exporters pad with zeros.
fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != 0);
    &text[..end.map_or(0, |end| end + 1)]
}

/// An upper bound of the values in a JSON text, without building any: what separates or opens them,
/// outside strings.
fn json_values(text: &[u8]) -> usize {
    let (mut values, mut in_string, mut escaped) = (1_usize, false, false);
    for &byte in text {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else {
            in_string = byte == b'"';
            values += usize::from(matches!(byte, b',' | b':' | b'[' | b'{'));
        }
    }
    values
}

fn check_header(json: &Value) -> Result<(), ReadError> {
    if !json.is_object() {
        return Err(broken("its JSON is no object"));
    }
    let asset = json.get("asset");
    let version = asset.and_then(|asset| asset.text("version")).unwrap_or("");
    if !version.starts_with("2.") {
        return Err(broken(format!("asset version {version:?}, not 2.x")));
    }
    let required = json.list("extensionsRequired").iter();
    let unknown = required
        .filter_map(Value::as_str)
        .find(|name| !is_known(name));
    if let Some(name) = unknown {
        return Err(ReadError::Unsupported(format!("requires {name}")));
    }
    let used = json.list("extensionsUsed").iter().filter_map(Value::as_str);
    for name in used.filter(|name| !is_known(name)) {
        // Accessors and views get new numbers, so an extension that names some cannot survive.
        if names_data(json, name, false) {
            return Err(ReadError::Unsupported(format!(
                "{name} has data of its own"
            )));
        }
    }
    Ok(())
}

/// Whether the extension `name` anywhere in `value` has members that name accessors or views.
fn names_data(value: &Value, name: &str, inside: bool) -> bool {
    const NAMES: [&str; 6] = [
        "accessor",
        "attributes",
        "bufferView",
        "indices",
        "pointer",
        "buffer",
    ];
    match value {
        Value::Array(items) => items.iter().any(|item| names_data(item, name, inside)),
        Value::Object(object) => object.iter().any(|(key, member)| {
            inside && NAMES.contains(&key.as_str())
                || names_data(member, name, inside || key == name)
        }),
        _ => false,
    }
}

fn decode_data_uri(data: &str) -> Result<(String, Vec<u8>), ReadError> {
    let (head, body) = data
        .split_once(',')
        .ok_or_else(|| broken("a data URI without a comma"))?;
    let mime = head.split(';').next().unwrap_or_default().to_owned();
    let bytes = if head.ends_with(";base64") {
        let body = body.trim().as_bytes();
        let decoded = STANDARD
            .decode(body)
            .or_else(|_| STANDARD_NO_PAD.decode(body));
        decoded.map_err(|error| broken(format!("a data URI: {error}")))?
    } else {
        percent_decode_str(body).collect()
    };
    Ok((mime, bytes))
}

impl Document<'_> {
    fn buffer_files(&self) -> impl Iterator<Item = &String> {
        self.buffers.iter().filter_map(|buffer| match buffer {
            Bytes::File(path) => Some(path),
            Bytes::Input(_) | Bytes::Own(_) => None,
        })
    }

    pub(super) fn has_missing_buffers(&self) -> bool {
        let mut files = self.buffer_files();
        files.any(|path| !self.files.contains_key(path))
    }

    /// Fails when files are named that are not there.
    pub(super) fn missing(&self, images: &[Place]) -> Result<(), ReadError> {
        let images = images.iter().filter_map(|place| match place {
            Place::File(path) => Some(path),
            Place::Inline(..) | Place::View(_) => None,
        });
        let named = self.buffer_files().chain(images);
        let mut missing: Vec<String> = named
            .filter(|path| !self.files.contains_key(*path))
            .cloned()
            .collect();
        missing.sort();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        Err(ReadError::MissingDependencies(missing))
    }
}
