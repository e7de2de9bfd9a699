//! Who is in a scene, or in a world.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::fault::{self, Fault};
use super::permissions::escaped;
use super::{Server, places, rooms, work};

/// The realm of those who name none.
const MAIN: &str = "main";

/// Where.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(super) struct Asked {
    /// A parcel, `x,y`.
    pointer: Option<String>,
    /// A realm; a world ends with `.eth`.
    realm_name: Option<String>,
}

/// Who is in a room.
#[utoipa::path(get, path = "/scene-participants", tag = "scenes", params(Asked), responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 404, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn participants(
    State(server): State<Server>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Fault> {
    let pointer = asked.pointer.filter(|pointer| !pointer.is_empty());
    let realm = asked.realm_name.filter(|realm| !realm.is_empty());
    if pointer.is_none() && realm.is_none() {
        return Err(fault::bad("Either pointer or realm_name must be provided"));
    }
    let realm = realm.unwrap_or_else(|| MAIN.to_owned());
    let most = server.settings().name_chars_max;
    if realm.chars().count() > most {
        return Err(fault::bad("realm_name is too long"));
    }
    let room = room(&server, &realm, pointer.as_deref()).await?;
    let inside = server.livekit()?.participants(&room).await?;
    let addresses: BTreeSet<String> = inside
        .iter()
        .filter_map(|participant| work::address(&participant.identity))
        .collect();
    Ok(Json(
        json!({ "ok": true, "data": { "addresses": addresses } }),
    ))
}

async fn room(server: &Server, realm: &str, pointer: Option<&str>) -> Result<String, Fault> {
    let settings = server.settings();
    let is_world = rooms::is_world(realm);
    let Some(pointer) = pointer else {
        return match is_world {
            true => Ok(rooms::world(settings, realm)),
            // A realm as a whole has no room.
            false => Err(fault::bad("Either pointer or realm_name must be provided")),
        };
    };
    let lost = || fault::missing(format!("No scene found for pointer: {pointer}"));
    let parcel = places::parcel(pointer).ok_or_else(lost)?;
    let scene = match is_world {
        true => of_world(server, realm, &parcel).await?,
        false => of_land(server, &parcel).await?,
    };
    Ok(rooms::scene(settings, realm, &scene.ok_or_else(lost)?))
}

fn set(url: &Option<String>) -> Option<&str> {
    url.as_deref().filter(|url| !url.is_empty())
}

fn silent(error: impl std::fmt::Display) -> Fault {
    tracing::warn!(%error, "which scene is at a parcel is not known");
    fault::unavailable("Scenes cannot be asked just now")
}

async fn of_world(server: &Server, world: &str, parcel: &str) -> Result<Option<String>, Fault> {
    let Some(url) = set(&server.settings().world_content_url) else {
        return Ok(None);
    };
    let path = format!("/world/{}/scenes", escaped(world));
    let body = json!({ "pointers": [parcel] });
    let answer = server
        .outside
        .post(url, &path, &body)
        .await
        .map_err(silent)?;
    let answer = answer.unwrap_or_default();
    let scenes = answer["scenes"].as_array().or(answer.as_array());
    let first = scenes.and_then(|scenes| scenes.first());
    Ok(first.and_then(|scene| {
        let id = scene["entityId"].as_str().or(scene["id"].as_str())?;
        Some(id.to_owned())
    }))
}

async fn of_land(server: &Server, parcel: &str) -> Result<Option<String>, Fault> {
    let Some(url) = set(&server.settings().catalyst_content_url) else {
        return Ok(places::active(server, parcel).await?);
    };
    let body = json!({ "pointers": [parcel] });
    let answer = server.outside.post(url, "/entities/active", &body);
    let answer = answer.await.map_err(silent)?.unwrap_or_default();
    let first = answer.as_array().and_then(|list| list.first());
    Ok(first.and_then(|entity| Some(entity["id"].as_str()?.to_owned())))
}
