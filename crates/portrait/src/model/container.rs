//! A model's file cut into its JSON and its buffers: GLB 2.0 in one piece, or glTF with files beside it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::Error;
use super::schema::{BufferView, Document};
use crate::limits::Limits;

const MAGIC: &[u8; 4] = b"glTF";
const JSON: u32 = 0x4e4f_534a;
const BIN: u32 = 0x004e_4942;

/// Files beside a model, by the name the model gives them.
pub type Neighbours<'a> = dyn Fn(&str) -> Option<Bytes> + 'a;

/// The JSON and all its buffers.
pub(super) struct Container {
    pub(super) document: Document,
    pub(super) buffers: Vec<Bytes>,
    /// No file beside it was asked for.
    pub(super) self_contained: bool,
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(word.try_into().ok()?))
}

/// The JSON chunk and the binary chunk of a GLB. Lengths that reach beyond the file are cut.
fn chunks(file: &Bytes) -> Result<(Bytes, Option<Bytes>), Error> {
    match word(file, 4) {
        Some(2) => {}
        version => return Err(Error::Version(version.unwrap_or(0))),
    }
    let (mut json, mut bin) = (None, None);
    let mut at = 12;
    while let (Some(length), Some(kind)) = (word(file, at), word(file, at + 4)) {
        let start = at + 8;
        let end = start.saturating_add(length as usize).min(file.len());
        let chunk = file.slice(start..end);
        match kind {
            JSON if json.is_none() => json = Some(chunk),
            BIN if bin.is_none() => bin = Some(chunk),
            _ => {}
        }
        at = end;
    }
    Ok((json.ok_or(Error::NoJson)?, bin))
}

/// The bytes of a data URI, or of the file beside the model that a relative URI names.
pub(super) fn fetch(uri: &str, beside: &Neighbours<'_>, limits: &Limits) -> Result<Bytes, Error> {
    let bytes = match uri.strip_prefix("data:") {
        Some(data) => {
            let (_, text) = data.split_once(";base64,").ok_or(Error::Uri)?;
            Bytes::from(STANDARD.decode(text.trim()).map_err(|_| Error::Uri)?)
        }
        None => {
            let name = percent_encoding::percent_decode_str(uri).decode_utf8_lossy();
            let found = beside(name.trim_start_matches("./"));
            found.ok_or_else(|| Error::NoFile(uri.chars().take(200).collect()))?
        }
    };
    if bytes.len() > limits.file_bytes {
        return Err(Error::FileBytes(bytes.len()));
    }
    Ok(bytes)
}

impl Container {
    pub(super) fn read(
        file: &Bytes,
        beside: &Neighbours<'_>,
        limits: &Limits,
    ) -> Result<Self, Error> {
        if file.len() > limits.file_bytes {
            return Err(Error::FileBytes(file.len()));
        }
        let (json, bin) = if file.starts_with(MAGIC) {
            chunks(file)?
        } else {
            (file.clone(), None)
        };
        if json.len() > limits.json_bytes {
            return Err(Error::FileBytes(json.len()));
        }
        // Some writers pad with zeros instead of blanks.
        let padded = json.iter().rev().take_while(|byte| **byte == 0).count();
        let document: Document = serde_json::from_slice(&json[..json.len() - padded])?;
        let (mut buffers, mut total) = (Vec::new(), 0_usize);
        let mut self_contained = true;
        for (index, buffer) in document.buffers.iter().enumerate() {
            let bytes = match (&buffer.uri, index) {
                (Some(uri), _) => {
                    self_contained &= uri.starts_with("data:");
                    fetch(uri, beside, limits)?
                }
                (None, 0) => bin.clone().unwrap_or_default(),
                (None, _) => Bytes::new(),
            };
            total += bytes.len();
            if total > limits.file_bytes {
                return Err(Error::FileBytes(total));
            }
            buffers.push(bytes);
        }
        let mut images = document
            .images
            .iter()
            .filter_map(|image| image.uri.as_ref());
        self_contained &= images.all(|uri| uri.starts_with("data:"));
        Ok(Self {
            document,
            buffers,
            self_contained,
        })
    }

    pub(super) fn view(&self, index: usize) -> Result<(&BufferView, Bytes), Error> {
        let view = self
            .document
            .buffer_views
            .get(index)
            .ok_or(Error::Range("buffer view"))?;
        let buffer = self
            .buffers
            .get(view.buffer)
            .ok_or(Error::Range("buffer"))?;
        let end = view.byte_offset.checked_add(view.byte_length);
        let end = end
            .filter(|end| *end <= buffer.len())
            .ok_or(Error::Range("buffer view"))?;
        Ok((view, buffer.slice(view.byte_offset..end)))
    }
}
