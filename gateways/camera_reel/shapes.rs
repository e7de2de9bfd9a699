//! Photos as clients see them.

use model::events::reel::{Metadata, Photo};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{GATEWAY, Server};
use crate::frame::Edge;

/// What a name may not have in the path of a link.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');
/// Between the id of a photo and its name, for the small picture.
const SMALL: &str = "thumbnail-";

/// A photo with what its client said of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    id: String,
    url: String,
    thumbnail_url: String,
    is_public: bool,
    #[schema(value_type = Object)]
    metadata: Value,
}

/// A photo in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GalleryImage {
    id: String,
    url: String,
    thumbnail_url: String,
    is_public: bool,
    date_time: String,
    /// Only in lists of several places.
    #[serde(skip_serializing_if = "Option::is_none")]
    place_id: Option<String>,
}

/// What links to photos start with.
pub(super) struct Links(String);

impl Links {
    /// As configured, else as the request came.
    pub(super) fn of(server: &Server, edge: &Edge) -> Self {
        let settings = &server.context.settings;
        let trimmed = |base: &str| base.trim_end_matches('/').to_owned();
        let own = settings.camera_reel.api_url.as_deref().map(trimmed);
        let public = settings.cdn.public_url.as_deref();
        let public = public.map(|base| format!("{}/{}", trimmed(base), GATEWAY.name));
        Self(own.or(public).unwrap_or_else(|| trimmed(&edge.base_url)))
    }

    fn link(&self, photo: &Photo, small: &str) -> String {
        let name = utf8_percent_encode(&photo.name, IN_PATH);
        format!("{}/api/images/{}-{small}{name}", self.0, photo.id)
    }

    /// A photo with its metadata.
    pub(super) fn image(&self, photo: &Photo, metadata: &Metadata) -> Image {
        Image {
            id: photo.id.clone(),
            url: self.link(photo, ""),
            thumbnail_url: self.link(photo, SMALL),
            is_public: photo.is_public,
            metadata: serde_json::to_value(metadata).unwrap_or_default(),
        }
    }

    /// A photo in a list.
    pub(super) fn in_gallery(&self, photo: Photo) -> GalleryImage {
        GalleryImage {
            url: self.link(&photo, ""),
            thumbnail_url: self.link(&photo, SMALL),
            id: photo.id,
            is_public: photo.is_public,
            date_time: photo.date_time,
            place_id: None,
        }
    }

    /// A photo in a list of several places.
    pub(super) fn in_places(&self, photo: Photo) -> GalleryImage {
        let place_id = Some(photo.place_id.clone());
        GalleryImage {
            place_id,
            ..self.in_gallery(photo)
        }
    }
}

/// Which file of its photo a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The picture.
    Image,
    /// The small one.
    Thumbnail,
}

/// The id of the photo that a key is of. Ids have their one spelling.
pub(super) fn photo_id(text: &str) -> Option<&str> {
    let uuid = uuid::Uuid::try_parse(text).ok()?;
    let mut spelled = uuid::Uuid::encode_buffer();
    let spelled = uuid.hyphenated().encode_lower(&mut spelled);
    (*spelled == *text).then_some(text)
}

/// A key's photo, and the rest of the key.
pub(super) fn parse_key(key: &str) -> Option<(&str, &str)> {
    let id = photo_id(key.get(..uuid::fmt::Hyphenated::LENGTH)?)?;
    let rest = key[id.len()..].strip_prefix('-')?;
    Some((id, rest))
}

/// Which file the rest of a key names. A name may itself begin like that of a small one.
pub(super) fn part(photo: &Photo, rest: &str) -> Option<Part> {
    if rest == photo.name {
        return Some(Part::Image);
    }
    (rest.strip_prefix(SMALL) == Some(photo.name.as_str())).then_some(Part::Thumbnail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11";

    #[test]
    fn keys_name_one_file_of_one_photo() {
        let photo = |name: &str| Photo {
            id: ID.into(),
            name: name.into(),
            ..Photo::default()
        };
        for (name, key, found) in [
            ("a.jpg", format!("{ID}-a.jpg"), Some(Part::Image)),
            (
                "a.jpg",
                format!("{ID}-thumbnail-a.jpg"),
                Some(Part::Thumbnail),
            ),
            (
                "thumbnail-a",
                format!("{ID}-thumbnail-a"),
                Some(Part::Image),
            ),
            (
                "thumbnail-a",
                format!("{ID}-thumbnail-thumbnail-a"),
                Some(Part::Thumbnail),
            ),
            ("a.jpg", format!("{ID}-b.jpg"), None),
            ("a.jpg", format!("{ID}a.jpg"), None),
            ("a.jpg", format!("{}-a.jpg", ID.to_uppercase()), None),
            ("a.jpg", "a.jpg".to_owned(), None),
            ("a.jpg", "é".repeat(40), None),
        ] {
            let parsed = parse_key(&key).and_then(|(_, rest)| part(&photo(name), rest));
            assert_eq!(parsed, found, "{key}");
        }
    }

    #[test]
    fn links_are_paths() {
        let links = Links("http://h/camera-reel".into());
        let photo = Photo {
            id: ID.into(),
            name: "my photo?#1.jpg".into(),
            ..Photo::default()
        };
        let shown = links.in_gallery(photo);
        let wanted = format!("http://h/camera-reel/api/images/{ID}-my%20photo%3F%231.jpg");
        assert_eq!(shown.url, wanted);
    }
}
