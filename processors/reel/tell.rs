//! What others are told of photos.

use bytes::Bytes;
use kernel::Emit;
use model::Json;
use model::events::reel::{Event, Metadata, Photo, Placed};
use model::tables::reel::place_key;
use serde_json::{Value, json};

use crate::wire;

/// Where the catalogue's events of photos go.
pub(super) const ACTIONS: &str = "user.actions";
/// Where the others go.
pub(super) const EVENTS: &str = "reel.events";
/// Where places are told what they show.
pub(super) const PLACES: &str = "reel.places";

const MS: i64 = 1000;

/// That a photo was taken. Its subscribers read seconds, unlike those of every other event.
pub(super) fn taken(address: &str, photo: &Photo, metadata: &Metadata, now: i64) -> Emit {
    let seen = metadata.visible_people.iter().map(|person| {
        json!({"address": person.user_address, "isEmoting": person.is_emoting.unwrap_or(false)})
    });
    let users: Vec<Value> = seen.collect();
    let metadata = json!({"photoId": photo.id, "userAddress": address, "realm": metadata.realm,
        "sceneId": metadata.scene.name, "placeId": metadata.place_id, "isPublic": photo.is_public,
        "users": users});
    catalogued(address, "photo-taken", &photo.id, &metadata, now)
}

/// That others find it now, or find it no more.
pub(super) fn privacy_changed(address: &str, photo: &Photo, now: i64) -> Emit {
    let metadata =
        json!({"photoId": photo.id, "userAddress": address, "isPublic": photo.is_public});
    catalogued(address, "photo-privacy-changed", &photo.id, &metadata, now)
}

fn catalogued(address: &str, sub_type: &str, key: &str, metadata: &Value, now: i64) -> Emit {
    let event = json!({"type": "camera", "subType": sub_type, "key": key,
        "timestamp": now.max(0) / MS, "metadata": metadata});
    let encoded = model::encode_event(&event).expect("every member is there, as tests show");
    Emit {
        topic: ACTIONS,
        key: Bytes::copy_from_slice(address.as_bytes()),
        id: None,
        kind: encoded.schema.name.into(),
        value: encoded.bytes,
        headers: Vec::new(),
    }
}

/// That it is gone.
pub(super) fn deleted(address: &str, photo: &Photo, now: i64) -> Emit {
    let metadata = json!({"photoId": photo.id, "userAddress": address, "placeId": photo.place_id,
        "wasPublic": photo.is_public});
    let event = Event {
        kind: "camera".into(),
        sub_type: "photo-deleted".into(),
        key: photo.id.clone(),
        timestamp: now.max(0) / MS,
        metadata: Json::from(metadata),
    };
    wire::emit(EVENTS, address, &event)
}

/// What its place shows from now on; nothing of a photo that was taken nowhere.
pub(super) fn placed(photo: &Photo, shown: bool) -> Option<Emit> {
    let place = place_key(&photo.place_id)?;
    let placed = Placed {
        place: place.clone(),
        photo_id: photo.id.clone(),
        shown,
        taken_at: photo.taken_at,
        photo: match shown {
            true => Json::of(photo).expect("a photo serialises: it has no maps"),
            false => Json::default(),
        },
    };
    Some(wire::emit(PLACES, &place, &placed))
}
