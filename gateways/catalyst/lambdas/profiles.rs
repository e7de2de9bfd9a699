//! Profiles as clients read them: the avatars of the active entity, with links to their images.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{LambdasError, LambdasErrorBody};
use super::http_date;
use super::members::{self, Members};
use crate::catalyst::Server;
use crate::catalyst::dto::{Entity, EntityType};
use crate::frame::{self, Edge};

/// Most ids of one request.
const IDS_MAX: usize = 1000;
const NO_IDS: &str = "No profile ids were specified. Expected ids:string[] in body";
/// How old profiles write the urns of base wearables.
const OLD_BASE_AVATARS: &str = "dcl://base-avatars/";
const BASE_AVATARS: &str = "urn:decentraland:off-chain:base-avatars:";

/// Body of `POST /lambdas/profiles`.
#[derive(Debug, Deserialize, ToSchema)]
struct ProfileIds {
    /// Addresses in any case, and names of default profiles; at most 1000.
    ids: Option<Vec<String>>,
}

/// A profile.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::catalyst) struct Profile {
    /// When it was deployed, ms.
    timestamp: i64,
    /// The avatars of the entity, with links in `avatar.snapshots`.
    #[schema(value_type = Vec<Object>)]
    avatars: Vec<Members>,
}

/// Profiles of addresses; unknown ones are missing.
///
/// No source of ownership is configured: `hasClaimedName`, wearables and emotes are what the profile itself says.
#[utoipa::path(post, path = "/lambdas/profiles", tag = "lambdas", request_body = ProfileIds,
    params(("if-modified-since" = Option<String>, Header, description = "304 when none is newer, to the second")),
    responses((status = 200, body = [Profile]), (status = 304, description = "none is newer"),
        (status = 400, body = LambdasErrorBody)))]
pub(super) async fn profiles(
    State(server): State<Server>,
    edge: Edge,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, LambdasError> {
    let body = frame::bytes(request, &()).await?;
    let body: ProfileIds = serde_json::from_slice(&body)
        .map_err(|e| LambdasError::bad_request(format!("{NO_IDS} ({e})")))?;
    let ids = body.ids.ok_or_else(|| LambdasError::bad_request(NO_IDS))?;
    if ids.len() > IDS_MAX {
        return Err(LambdasError::bad_request(format!(
            "At most {IDS_MAX} profile ids may be asked for at a time, not {}",
            ids.len()
        )));
    }
    let entities = entities(&server, &ids).await?;
    if since(&headers).is_some_and(|since| entities.iter().all(|e| seconds(e) <= since)) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let images = server.facts.images(&edge);
    let mut found = Vec::with_capacity(entities.len());
    for entity in &entities {
        found.extend(profile_of(entity, &images)?);
    }
    Ok(Json(found).into_response())
}

/// One profile.
#[utoipa::path(get, path = "/lambdas/profiles/{id}", tag = "lambdas",
    params(("id" = String, Path, description = "address in any case, or name of a default profile")),
    responses((status = 200, body = Profile), (status = 404, body = LambdasErrorBody)))]
pub(super) async fn profile(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<Json<Profile>, LambdasError> {
    let found = one(&server, &edge, id).await?;
    let found = found.ok_or_else(|| LambdasError::not_found("Profile not found"))?;
    Ok(Json(found))
}

/// One profile; a missing one is an empty one, as old clients expect.
#[utoipa::path(get, path = "/lambdas/profile/{id}", tag = "lambdas",
    params(("id" = String, Path, description = "address in any case, or name of a default profile")),
    responses((status = 200, body = Profile)))]
pub(super) async fn profile_or_stub(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
) -> Result<Json<Profile>, LambdasError> {
    let found = one(&server, &edge, id).await?;
    Ok(Json(found.unwrap_or_default()))
}

async fn one(server: &Server, edge: &Edge, id: String) -> Result<Option<Profile>, LambdasError> {
    let found = entities(server, &[id]).await?;
    match found.first() {
        Some(entity) => profile_of(entity, &server.facts.images(edge)),
        None => Ok(None),
    }
}

/// The active profiles of these ids, each once, in the order asked.
async fn entities(server: &Server, ids: &[String]) -> Result<Vec<Entity>, LambdasError> {
    let mut places = BTreeMap::new();
    for (place, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
        places.entry(id.to_lowercase()).or_insert(place);
    }
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let pointers: Vec<String> = places.keys().cloned().collect();
    let found = server.catalog.active_by_pointers(&pointers).await?;
    let place = |entity: &Entity| entity.pointers.iter().find_map(|p| places.get(p).copied());
    let mut placed = BTreeMap::new();
    for entity in found {
        if let (EntityType::Profile, Some(place)) = (entity.kind, place(&entity)) {
            placed.insert(place, entity);
        }
    }
    Ok(placed.into_values().collect())
}

fn since(headers: &HeaderMap) -> Option<i64> {
    http_date::parse(headers.get(header::IF_MODIFIED_SINCE)?.to_str().ok()?)
}

/// When an entity was deployed, in the precision of an HTTP date.
fn seconds(entity: &Entity) -> i64 {
    entity.timestamp.div_euclid(1000)
}

/// The profile of an entity; `None` when its metadata are not those of a profile.
fn profile_of(entity: &Entity, images: &str) -> Result<Option<Profile>, LambdasError> {
    let metadata = entity.metadata().and_then(members::of).unwrap_or_default();
    let Some(mut avatars) = members::read::<Vec<Members>>(&metadata, "avatars") else {
        return Ok(None);
    };
    for avatar in &mut avatars {
        let Some(mut look) = members::read::<Members>(avatar, "avatar") else {
            continue;
        };
        let mut snapshots = members::read::<Members>(&look, "snapshots").unwrap_or_default();
        for (name, image) in [("face256", "face"), ("body", "body")] {
            let url = format!("{images}/entities/{}/{image}.png", entity.id);
            members::set(&mut snapshots, name, &url)?;
        }
        members::set(&mut look, "snapshots", &snapshots)?;
        if members::read::<Vec<Value>>(&look, "emotes").is_none() {
            members::set(&mut look, "emotes", &[(); 0])?;
        }
        let shape = members::read::<String>(&look, "bodyShape").unwrap_or_default();
        if let Some(name) = shape.strip_prefix(OLD_BASE_AVATARS) {
            members::set(&mut look, "bodyShape", &format!("{BASE_AVATARS}{name}"))?;
        }
        members::set(avatar, "avatar", &look)?;
    }
    Ok(Some(Profile {
        timestamp: entity.timestamp,
        avatars,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(metadata: &str) -> Option<String> {
        let text = format!(
            r#"{{"id":"bafy","type":"profile","pointers":["0xa"],"timestamp":1999,"metadata":{metadata}}}"#
        );
        let entity: Entity = serde_json::from_str(&text).expect("an entity");
        assert_eq!(seconds(&entity), 1);
        let profile = profile_of(&entity, "https://i.test").expect("json")?;
        Some(serde_json::to_string(&profile).expect("json"))
    }

    #[test]
    fn an_avatar_without_images_gets_links_and_keeps_the_rest_as_written() {
        let found = profile(
            r#"{"avatars":[{"name":"A","hasClaimedName":true,"avatar":
                {"bodyShape":"dcl://base-avatars/BaseMale","eyes":{"color":{"r":0.1000000000000000055}}}}]}"#,
        );
        let found = found.expect("a profile");
        assert!(found.contains("0.1000000000000000055"), "{found}");
        let found: Value = serde_json::from_str(&found).expect("json");
        let avatar = &found["avatars"][0];
        assert_eq!(avatar["hasClaimedName"], true);
        let look = &avatar["avatar"];
        let links = serde_json::json!({
            "face256": "https://i.test/entities/bafy/face.png",
            "body": "https://i.test/entities/bafy/body.png",
        });
        assert_eq!(look["snapshots"], links);
        assert_eq!(look["emotes"], serde_json::json!([]));
        assert_eq!(look["bodyShape"], format!("{BASE_AVATARS}BaseMale"));
    }

    #[test]
    fn metadata_of_something_else_is_no_profile() {
        for metadata in [
            "null",
            "{}",
            "[]",
            r#"{"avatars":{}}"#,
            r#"{"avatars":[1]}"#,
        ] {
            assert!(profile(metadata).is_none(), "{metadata}");
        }
        let odd = profile(r#"{"avatars":[{"name":"A"}]}"#).expect("a profile");
        assert_eq!(odd, r#"{"timestamp":1999,"avatars":[{"name":"A"}]}"#);
    }
}
