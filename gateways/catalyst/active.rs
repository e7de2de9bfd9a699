//! Active entities: by id, by pointer, by collection, and the files of items.

use std::collections::BTreeSet;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, header};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Server;
use super::content;
use super::dto::{Collection, Entity, EntityType};
use super::error::{ContentError, ContentErrorBody};
use super::query::{self, Pairs};

/// Most ids or pointers of one request.
const NAMES_MAX: usize = 1000;
const PAGE_MAX: usize = 1000;
const PAGE_DEFAULT: usize = 100;
const BASE_COLLECTIONS: [&str; 2] = [
    "urn:decentraland:off-chain:base-avatars",
    "urn:decentraland:off-chain:base-emotes",
];

/// Body of `POST /entities/active`: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Entity ids.
    ids: Option<Vec<String>>,
    /// Pointers, in any case.
    pointers: Option<Vec<String>>,
}

/// Active entities by id or by pointer.
#[utoipa::path(post, path = "/content/entities/active", tag = "content", request_body = Wanted,
    responses((status = 200, body = [Entity]), (status = 400, body = ContentErrorBody)))]
pub(super) async fn active_entities(
    State(server): State<Server>,
    body: Bytes,
) -> Result<Json<Vec<Entity>>, ContentError> {
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|e| ContentError::bad_request(format!("The body is not valid: {e}")))?;
    let entities = match (wanted.ids, wanted.pointers) {
        (Some(ids), None) => {
            server
                .catalog
                .active_by_ids(&names("ids", ids, false)?)
                .await?
        }
        (None, Some(pointers)) => {
            let pointers = names("pointers", pointers, true)?;
            server.catalog.active_by_pointers(&pointers).await?
        }
        _ => {
            return Err(ContentError::bad_request(
                "ids or pointers must be present, but not both",
            ));
        }
    };
    Ok(Json(once(entities)))
}

/// 1 to 1000 names, none empty, each once.
fn names(what: &str, given: Vec<String>, lower: bool) -> Result<Vec<String>, ContentError> {
    if given.is_empty() || given.len() > NAMES_MAX {
        return Err(ContentError::bad_request(format!(
            "{what} must have 1 to {NAMES_MAX} items, not {}",
            given.len()
        )));
    }
    if given.iter().any(String::is_empty) {
        return Err(ContentError::bad_request(format!(
            "{what} must not have an empty item"
        )));
    }
    let names = given.into_iter().map(|name| match lower {
        true => name.to_lowercase(),
        false => name,
    });
    Ok(names.collect::<BTreeSet<_>>().into_iter().collect())
}

fn once(mut entities: Vec<Entity>) -> Vec<Entity> {
    let mut seen = BTreeSet::new();
    entities.retain(|entity| seen.insert(entity.id.clone()));
    entities
}

/// Active entities of a collection.
#[utoipa::path(get, path = "/content/entities/active/collections/{urn}", tag = "content",
    params(("urn" = String, Path), ("pageSize" = Option<u32>, Query), ("pageNum" = Option<u32>, Query)),
    responses((status = 200, body = Collection), (status = 400, body = ContentErrorBody)))]
pub(super) async fn active_in_collection(
    State(server): State<Server>,
    Path(urn): Path<String>,
    Query(pairs): Query<Pairs>,
) -> Result<Json<Collection>, ContentError> {
    let urn = urn.to_lowercase();
    if !is_collection(&urn) {
        return Err(ContentError::bad_request(format!(
            "Invalid collection urn: {urn}"
        )));
    }
    let number = |key: &str, default: usize, most: usize| match query::one(&pairs, key) {
        None => Ok(default),
        Some(text) => match text.parse::<usize>() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(ContentError::bad_request(format!(
                "{key} must be a number from 1 to {most}, not {text:?}"
            ))),
        },
    };
    let page_size = number("pageSize", PAGE_DEFAULT, PAGE_MAX)?;
    let page_num = number("pageNum", 1, usize::MAX / PAGE_MAX)?;
    let entities = server.catalog.active_by_collection(&urn).await?;
    let total = entities.len();
    let page = entities.into_iter().skip((page_num - 1) * page_size);
    Ok(Json(Collection {
        total,
        entities: page.take(page_size).collect(),
    }))
}

/// A v1, v2 or third-party collection, or one of the two base collections.
fn is_collection(urn: &str) -> bool {
    if BASE_COLLECTIONS.contains(&urn) {
        return true;
    }
    let parts: Vec<&str> = urn.split(':').collect();
    match parts[..] {
        [
            "urn",
            "decentraland",
            _,
            "collections-v1" | "collections-v2",
            name,
        ] => !name.is_empty(),
        ["urn", "decentraland", _, "collections-thirdparty", ..] => {
            (5..=6).contains(&parts.len()) && parts.iter().all(|part| !part.is_empty())
        }
        _ => false,
    }
}

/// Active entities of one type by pointer or by id; deprecated.
#[utoipa::path(get, path = "/content/entities/{type}", tag = "content",
    params(("type" = String, Path), ("pointer" = Vec<String>, Query), ("id" = Vec<String>, Query),
        ("fields" = Option<String>, Query, description = "content,pointers,metadata")),
    responses((status = 200, body = [Object]), (status = 400, body = ContentErrorBody)))]
pub(super) async fn entities_of_type(
    State(server): State<Server>,
    Path(kind): Path<String>,
    Query(pairs): Query<Pairs>,
) -> Result<Response, ContentError> {
    let kind = EntityType::parse(&kind)
        .ok_or_else(|| ContentError::bad_request(format!("Unrecognized type: {kind}")))?;
    let ids: Vec<String> = query::all(&pairs, "id").map(str::to_owned).collect();
    let pointers: Vec<String> = query::all(&pairs, "pointer").map(str::to_owned).collect();
    let mut entities = match (ids.is_empty(), pointers.is_empty()) {
        (false, true) => {
            server
                .catalog
                .active_by_ids(&names("id", ids, false)?)
                .await?
        }
        (true, false) => {
            let pointers = names("pointer", pointers, true)?;
            server.catalog.active_by_pointers(&pointers).await?
        }
        _ => {
            return Err(ContentError::bad_request(
                "ids or pointers must be present, but not both",
            ));
        }
    };
    entities.retain(|entity| entity.kind == kind);
    let fields = query::one(&pairs, "fields");
    let wanted: Vec<Value> = once(entities)
        .into_iter()
        .filter_map(|entity| serde_json::to_value(entity).ok())
        .map(|entity| trimmed(entity, fields))
        .collect();
    let cache = HeaderValue::from_static("public,max-age=10");
    Ok(([(header::CACHE_CONTROL, cache)], Json(wanted)).into_response())
}

/// The entity without the fields that were not asked for.
fn trimmed(mut entity: Value, fields: Option<&str>) -> Value {
    let (Some(fields), Some(object)) = (fields, entity.as_object_mut()) else {
        return entity;
    };
    for optional in ["content", "pointers", "metadata"] {
        if !fields.split(',').any(|field| field.trim() == optional) {
            object.remove(optional);
        }
    }
    entity
}

/// The thumbnail of an item.
#[utoipa::path(get, path = "/content/queries/items/{pointer}/thumbnail", tag = "content",
    params(("pointer" = String, Path, description = "urn of a wearable or an emote")),
    responses((status = 200, description = "the file"), (status = 404, body = ContentErrorBody)))]
pub(super) async fn item_thumbnail(
    State(server): State<Server>,
    Path(pointer): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ContentError> {
    item_file(&server, &pointer, "thumbnail", &method, &headers).await
}

/// The image of an item.
#[utoipa::path(get, path = "/content/queries/items/{pointer}/image", tag = "content",
    params(("pointer" = String, Path, description = "urn of a wearable or an emote")),
    responses((status = 200, description = "the file"), (status = 404, body = ContentErrorBody)))]
pub(super) async fn item_image(
    State(server): State<Server>,
    Path(pointer): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ContentError> {
    item_file(&server, &pointer, "image", &method, &headers).await
}

async fn item_file(
    server: &Server,
    pointer: &str,
    member: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ContentError> {
    let none = || ContentError::not_found("Entity not found.");
    let found = server
        .catalog
        .active_by_pointers(&[pointer.to_lowercase()])
        .await?;
    let item = found
        .into_iter()
        .find(|entity| matches!(entity.kind, EntityType::Wearable | EntityType::Emote))
        .ok_or_else(none)?;
    let metadata: Value = item
        .metadata()
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .ok_or_else(none)?;
    let file = metadata
        .get(member)
        .and_then(Value::as_str)
        .ok_or_else(none)?;
    let content = item.content.iter().find(|content| content.file == file);
    let hash = &content.ok_or_else(none)?.hash;
    content::answer(server, hash, true, method, headers).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_collections_are_collections() {
        for urn in [
            "urn:decentraland:off-chain:base-avatars",
            "urn:decentraland:ethereum:collections-v1:halloween_2019",
            "urn:decentraland:matic:collections-v2:0xabc",
            "urn:decentraland:matic:collections-thirdparty:cryptohats",
            "urn:decentraland:matic:collections-thirdparty:cryptohats:0xabc",
        ] {
            assert!(is_collection(urn), "{urn}");
        }
        for urn in [
            "0,0",
            "urn:decentraland:matic:collections-v2:0xabc:0",
            "urn:decentraland:matic:collections-v2:",
        ] {
            assert!(!is_collection(urn), "{urn}");
        }
    }
}
