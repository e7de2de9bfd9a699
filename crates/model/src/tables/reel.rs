//! The read models of the camera reel: `reel` (whose photos there are) and `reel_places` (what places show).

use serde::{Deserialize, Serialize};

use super::timed_key;
use crate::events::reel::Photo;

/// People: one document an address, with [`Person`] in it.
pub const TABLE: &str = "reel";
/// Photos: partition = photo id, row empty, document [`Image`]. Of a deleted one the owner stays.
pub const IMAGES: &str = "reel_images";
/// What clients said of them: partition = photo id, row empty, document [`Metadata`](crate::events::reel::Metadata).
pub const METADATA: &str = "reel_metadata";
/// Photos of a person: partition = address, row [`order`], document [`Photo`].
pub const GALLERIES: &str = "reel_galleries";
/// The public ones of them: the same.
pub const PUBLIC: &str = "reel_public";
/// Answers to commands: partition = address, row = command id, document [`Answer`]. The last ones only.
pub const ANSWERS: &str = "reel_answers";
/// Photos whose files are being stored: partition [`ALL`], row = photo id, document [`Pending`].
pub const PENDING: &str = "reel_pending";
/// The one partition of [`PENDING`].
pub const ALL: &str = "all";

/// Places: one document each, key [`place_key`], [`Place`].
pub const PLACES: &str = "reel_places";
/// Public photos of a place: partition [`place_key`], row [`order`], document [`Photo`].
pub const PLACE_IMAGES: &str = "reel_place_images";

/// Longest id of a place that is listed, bytes.
pub const PLACE_BYTES_MAX: usize = 128;
/// Among the blobs: where the files of photos lie.
const FILES: &str = "camera-reel";

/// What of a person's document others read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Person {
    /// All their photos.
    pub total: u64,
    /// Those that others find.
    pub public: u64,
}

/// A photo and whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Image {
    /// Whose it is: an address, lower case.
    pub owner: String,
    /// The photo; `None`: it was deleted.
    pub photo: Option<Photo>,
}

/// The answer to a command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// Why it was refused.
    pub refused: Option<Refused>,
    /// Photos of the person afterwards.
    pub total: u64,
}

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refused {
    /// They have as many photos as they may.
    Full,
    /// The files came too late, or nobody had asked for a place.
    Late,
    /// They have no such photo.
    Unknown,
}

/// A photo whose files are being stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pending {
    /// Whose it will be.
    pub address: String,
    /// Log time from which it is not waited for any more, ms.
    pub until: i64,
}

/// What a place shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    /// Public photos.
    pub public: u64,
}

/// The row of a photo in lists: they are in order of the time they were taken in at.
pub fn order(photo: &Photo) -> Vec<u8> {
    timed_key(photo.taken_at, &photo.id)
}

/// The blob of a picture. It is named by its content and belongs to one photo, so that what is removed for one photo is
/// no other's.
pub fn blob(hash: &str, photo_id: &str) -> String {
    format!("{FILES}/{hash}/{photo_id}")
}

/// How a place is spelled in keys: a UUID in lower case with its hyphens, anything else as it is. `None` for what is not
/// listed.
pub fn place_key(id: &str) -> Option<String> {
    if id.is_empty() || id.len() > PLACE_BYTES_MAX {
        return None;
    }
    let uuid = uuid::Uuid::try_parse(id).ok();
    Some(uuid.map_or_else(|| id.to_owned(), |uuid| uuid.hyphenated().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_key_however_its_uuid_is_spelled() {
        let key = Some("2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11".to_owned());
        assert_eq!(place_key("2f1f0d2c-8a05-4a3f-8ad5-0c1c8b4c8e11"), key);
        assert_eq!(place_key("2F1F0D2C-8A05-4A3F-8AD5-0C1C8B4C8E11"), key);
        assert_eq!(place_key("Unknown place").as_deref(), Some("Unknown place"));
        assert_eq!(place_key(""), None);
        assert_eq!(place_key(&"x".repeat(PLACE_BYTES_MAX + 1)), None);
    }
}
