//! Images and textures. Images stay encoded.

use std::sync::Arc;

use serde_json::Value;

use super::document::{Document, Target};
use super::fields::Fields;
use super::{ReadError, broken};
use crate::model::{Image, Texture};

/// Where an image's bytes are.
pub(super) enum Place {
    Inline(String, Vec<u8>),
    File(String),
    View(usize),
}

/// Finds where the bytes of every image are.
pub(super) fn places(document: &mut Document<'_>) -> Result<Vec<Place>, ReadError> {
    let images: Vec<(Option<String>, Option<usize>)> = document
        .json
        .list("images")
        .iter()
        .map(|image| {
            let views = document.json.list("bufferViews").len();
            Ok((
                image.text("uri").map(str::to_owned),
                image.index("bufferView", views)?,
            ))
        })
        .collect::<Result<_, ReadError>>()?;
    let mut places = Vec::with_capacity(images.len());
    for image in images {
        places.push(match image {
            (Some(uri), _) => match document.follow(&uri)? {
                Target::Inline { mime, bytes } => Place::Inline(mime, bytes),
                Target::File(path) => Place::File(path),
            },
            (None, Some(view)) => Place::View(view),
            (None, None) => return Err(broken("an image without bytes")),
        });
    }
    Ok(places)
}

pub(super) fn finish(document: &Document<'_>, places: Vec<Place>) -> Result<Vec<Image>, ReadError> {
    let images = document.json.list("images").iter().zip(places);
    images
        .map(|(json, place)| {
            let told = json.text("mimeType").unwrap_or_default().to_owned();
            let (told, bytes, file) = match place {
                Place::Inline(mime, bytes) if told.is_empty() => (mime, bytes.into(), None),
                Place::Inline(_, bytes) => (told, bytes.into(), None),
                Place::View(view) => {
                    let bytes = document.view(view)?.0;
                    document.charge(bytes.len())?;
                    (told, Arc::from(bytes), None)
                }
                Place::File(path) => {
                    let bytes = document.file(&path).unwrap_or_default();
                    document.charge(bytes.len())?;
                    (told, Arc::from(bytes), Some(path))
                }
            };
            Ok(Image {
                name: json.name(),
                mime: media_type(&bytes, &told).to_owned(),
                bytes,
                file,
                annotations: json.annotations(),
            })
        })
        .collect()
}

/// The media type by the first bytes; what the file says where they say nothing.
fn media_type<'a>(bytes: &[u8], told: &'a str) -> &'a str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "image/webp",
        [0xab, b'K', b'T', b'X', b' ', b'2', b'0', ..] => "image/ktx2",
        _ if told.is_empty() => "application/octet-stream",
        _ => told,
    }
}

pub(super) fn textures(document: &Document<'_>, images: usize) -> Result<Vec<Texture>, ReadError> {
    let samplers = document.json.list("samplers").len();
    let textures = document.json.list("textures").iter();
    textures
        .map(|json| {
            let mut annotations = json.annotations();
            let mut image = json.index("source", images)?;
            // These name the image that is meant; `source` is then the substitute.
            for name in ["EXT_texture_webp", "KHR_texture_basisu"] {
                if let Some(Value::Object(better)) = annotations.extensions.shift_remove(name) {
                    image = better.index("source", images)?.or(image);
                }
            }
            Ok(Texture {
                name: json.name(),
                sampler: json.index("sampler", samplers)?,
                image,
                annotations,
            })
        })
        .collect()
}
