//! The camera reel: what people ask about their photos, and what of it others are told.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::Json;
use crate::codec::recorded;

/// What one person asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.reel")]
pub struct Command {
    /// The person, lower case.
    pub address: String,
    /// `reserve`, `keep`, `show`, `delete` or `expire`: which member of [`Ask`] the body is.
    pub command: String,
    /// The same id is carried out once.
    pub command_id: String,
    /// An [`Ask`].
    pub body: Json,
    /// ms.
    pub at: i64,
}

/// What happened to a photo that the catalogue has no event for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.reel")]
pub struct Event {
    /// `camera`
    #[serde(rename = "type")]
    pub kind: String,
    /// `photo-deleted`
    pub sub_type: String,
    /// The photo.
    pub key: String,
    /// Log time of what was asked, seconds: as the catalogue's events of photos.
    pub timestamp: i64,
    /// The rest.
    pub metadata: Json,
}

/// A photo is, or is no more, among those that a place shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.reel")]
pub struct Placed {
    /// The place, as [`place_key`](crate::tables::reel::place_key) spells it.
    pub place: String,
    /// The photo.
    pub photo_id: String,
    /// Whether it is shown from now on.
    pub shown: bool,
    /// When it was taken in, ms.
    pub taken_at: i64,
    /// A [`Photo`]; null where it is not shown.
    pub photo: Json,
}

/// The body of a [`Command`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "camelCase")]
pub enum Ask {
    /// A place for a photo whose files are about to be stored.
    Reserve(Reserve),
    /// The files are stored: the photo is there.
    Keep(Box<Keep>),
    /// Whether others find a photo in lists.
    #[serde(rename_all = "camelCase")]
    Show {
        /// The photo.
        photo_id: String,
        /// Whether they do.
        is_public: bool,
    },
    /// A photo is to be there no more.
    #[serde(rename_all = "camelCase")]
    Delete {
        /// The photo.
        photo_id: String,
    },
    /// Nothing but what time brings.
    Expire,
}

/// A place for a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reserve {
    /// The photo's id, if it comes.
    pub photo_id: String,
    /// Its files.
    pub files: Files,
    /// Photos that one person may have.
    pub most: u64,
    /// How long the files may take to be stored, ms.
    pub patience_ms: i64,
}

/// A photo whose files are stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Keep {
    /// The photo.
    pub photo: Photo,
    /// What the client says of it.
    pub metadata: Metadata,
}

/// The files of a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Files {
    /// SHA-256 of the picture, hexadecimal.
    pub image: String,
    /// SHA-256 of the small picture, hexadecimal.
    pub thumbnail: String,
}

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `image/jpeg`
    #[default]
    Jpeg,
    /// `image/png`
    Png,
}

/// What lists show of a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Photo {
    /// UUID.
    pub id: String,
    /// Name of the file as it was sent.
    pub name: String,
    /// How both its pictures are encoded.
    pub format: Format,
    /// Its files.
    pub files: Files,
    /// Whether others find it in lists.
    pub is_public: bool,
    /// When it was taken, as the client says.
    pub date_time: String,
    /// The place it was taken at, as the client says.
    pub place_id: String,
    /// When it was taken in: log time, ms.
    pub taken_at: i64,
}

/// What a client says of a photo. What it says besides is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Who took it, as they call themselves.
    pub user_name: String,
    /// Who took it.
    pub user_address: String,
    /// Unix seconds, as text.
    pub date_time: String,
    /// The realm it was taken in.
    pub realm: String,
    /// The scene it was taken in.
    pub scene: Scene,
    /// Who can be seen.
    pub visible_people: Vec<Visible>,
    /// Id of the place.
    pub place_id: String,
}

/// A scene in [`Metadata`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// Title of the place.
    pub name: String,
    /// The parcel.
    pub location: Location,
}

/// A parcel, in texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// East.
    pub x: String,
    /// North.
    pub y: String,
}

/// Somebody in a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visible {
    /// As they call themselves.
    pub user_name: String,
    /// Their address.
    pub user_address: String,
    /// What they wear.
    pub wearables: Vec<String>,
    /// Whether they have no wallet.
    #[serde(default)]
    pub is_guest: bool,
    /// Whether they play an emote; nobody knows of older clients.
    #[serde(default)]
    pub is_emoting: Option<bool>,
}

recorded! {
    Command = "reel/command",
    Event = "reel/event",
    Placed = "reel/placed",
}
