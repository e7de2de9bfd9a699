//! What players do: actions of the kinds that badges count, of some players in some scenes.

use bytes::Bytes;
use kernel::{Headers, NewRecord, event_id};
use model::events::badges::{Item, Place};
use model::events::catalyst::Deployment;
use model::{Json, Recorded};
use serde_json::{Value, json};

/// Midnight of the first day of play, ms.
const BEGIN_MS: i64 = 1_767_225_600_000;
/// Between two actions of one player: a minute in a scene counts, and a session lasts two hours.
const PAUSE_MS: i64 = 61_000;
/// Parcels with a scene.
const PARCELS: usize = 400;
/// Things that can be worn.
const WEARABLES: usize = 200;

/// The `n`-th thing that one of `players` does: of a hundred, 97 actions and three new profiles.
pub(crate) fn record(n: usize, players: usize) -> NewRecord {
    let (player, round) = (n % players, n / players);
    let at = BEGIN_MS + round as i64 * PAUSE_MS;
    match scattered(n, 100) {
        kind @ 0..97 => acted(&action(&address(player), kind, n, at)),
        _ => profile(player, n, at),
    }
}

/// An action of the `n`-th moment, of a kind from 0 to 96: most walk, many step onto a parcel.
pub(crate) fn action(address: &str, kind: usize, n: usize, at: i64) -> Value {
    let (name, extra) = match kind {
        0..40 => (
            "walked-distance",
            json!({"stepCount": 1 + n % 100, "distance": 12.5}),
        ),
        40..70 => {
            let parcel = parcel(scattered(n / 7, PARCELS));
            let moved = json!({"isEmptyParcel": false, "oldParcel": "0,0", "newParcel": parcel, "sceneHash": ""});
            ("move-to-parcel", json!({ "parcel": moved }))
        }
        70..85 => {
            let emote =
                json!({"emoteIndex": 1, "isBase": true, "itemId": "wave", "source": "shortcut"});
            ("used-emote", json!({ "emote": emote }))
        }
        85..95 => {
            let receiver = self::address(scattered(n, 50_000));
            (
                "passport-opened",
                json!({"passport": {"receiver": receiver}}),
            )
        }
        _ => ("vertical-height-reached", json!({"height": 10 + n % 400})),
    };
    event(name, address, &format!("action-{n}"), at, extra)
}

/// An action that is enough for a badge by itself.
pub(crate) fn climb(address: &str, at: i64) -> Value {
    event(
        "vertical-height-reached",
        address,
        &format!("climb-{address}"),
        at,
        json!({"height": 700}),
    )
}

/// The badge of [`climb`].
pub(crate) const CLIMBED: &str = "vertical_voyager";

fn event(name: &str, address: &str, key: &str, at: i64, extra: Value) -> Value {
    let mut metadata = json!({"userAddress": address, "sessionId": "8a3c187b-aa0a-4485-a8d9-e23b26223b53",
        "realm": "main", "timestamps": {"reportedAt": at, "receivedAt": at + 10}});
    if let (Some(members), Value::Object(extra)) = (metadata.as_object_mut(), extra) {
        members.extend(extra);
    }
    json!({"type": "client", "subType": name, "key": key, "timestamp": at, "metadata": metadata})
}

/// The scenes and the wearables that there are before anybody comes.
pub(crate) fn world() -> Vec<NewRecord> {
    let scenes = (0..PARCELS).map(|n| {
        let place = Place {
            parcel: parcel(n),
            timestamp: BEGIN_MS - 1,
            entity_id: Some(format!("scene-{n}")),
            title: Some(format!("Scene {n}")),
            ..Place::default()
        };
        recorded("badges.places", &place.parcel, &place)
    });
    // The last ones are never told of: who wears one waits.
    let wearables = (0..WEARABLES - 4).map(|n| {
        let item = Item {
            urn: wearable(n),
            entity_id: format!("wearable-{n}"),
            timestamp: BEGIN_MS - 1,
            rarity: Some(["epic", "rare", "legendary", "common"][n % 4].to_owned()),
            item_id: Some(wearable(n)),
            ..Item::default()
        };
        recorded("badges.items", &item.urn, &item)
    });
    scenes.chain(wearables).collect()
}

/// A profile with six wearables.
fn profile(player: usize, n: usize, at: i64) -> NewRecord {
    let address = address(player);
    let wearables: Vec<String> = (0..6)
        .map(|k| wearable(scattered(n + k, WEARABLES)))
        .collect();
    let avatar = json!({"description": "about me", "avatar": {"wearables": wearables}});
    let deployment = Deployment {
        entity_id: format!("profile-{n}"),
        entity_type: "profile".into(),
        pointers: vec![address.clone()],
        entity_timestamp: at,
        deployer: address,
        entity: Json::from(json!({"metadata": {"avatars": [avatar]}})),
        ..Deployment::default()
    };
    recorded("deployments", &deployment.entity_id, &deployment)
}

fn acted(event: &Value) -> NewRecord {
    let encoded = model::encode_event(event).expect("an event of the catalogue");
    let address = event["metadata"]["userAddress"]
        .as_str()
        .unwrap_or_default();
    keyed("user.actions", address, encoded.schema.name, encoded.bytes)
}

/// A typed record under a key.
pub(crate) fn recorded<T: Recorded>(topic: &str, key: &str, value: &T) -> NewRecord {
    keyed(topic, key, T::SCHEMA, model::encode(value))
}

fn keyed(topic: &str, key: &str, kind: &str, value: Bytes) -> NewRecord {
    let headers = Headers::new(event_id(&value), kind, "bench");
    NewRecord::keyed(
        topic.into(),
        Bytes::copy_from_slice(key.as_bytes()),
        headers,
        value,
    )
}

fn address(player: usize) -> String {
    format!("0x{player:040x}")
}

fn parcel(n: usize) -> String {
    format!("{},{}", n % 20, n / 20)
}

fn wearable(n: usize) -> String {
    format!(
        "urn:decentraland:matic:collections-v2:0x{:040x}:{}",
        n / 10,
        n % 10
    )
}

/// A number below `most` that follows no order of `n`.
fn scattered(n: usize, most: usize) -> usize {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % most
}
