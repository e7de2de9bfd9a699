//! One form of a deployment out of three: the catalogue's event, the queue's message, and their union.
//!
//! The catalogue's form has the whole entity in `entity` and the chain beside it; the queue's has `entityId`,
//! `entityType`, `entityTimestamp` and `authChain` in `entity`, no `content`, and `contentServerUrls` beside it.

use serde_json::{Map, Value, json};

use super::catalogue::{EventError, Path, check as check_event, missing, mistyped, object};
use super::catalyst::{AuthLink, Sighting};
use crate::schema::Shape;

/// Members of the event that the sighting has a place for.
const TOP: [&str; 7] = [
    "type",
    "subType",
    "key",
    "timestamp",
    "entity",
    "authChain",
    "contentServerUrls",
];
/// Members of the entity that the sighting has a place for.
const ENTITY: [&str; 12] = [
    "version",
    "id",
    "entityId",
    "type",
    "entityType",
    "pointers",
    "timestamp",
    "entityTimestamp",
    "content",
    "metadata",
    "authChain",
    "localTimestamp",
];

/// The required parts of a deployment, wherever its form has them.
struct Parts<'a> {
    entity: &'a Map<String, Value>,
    id: &'a str,
    kind: &'a str,
    pointers: Vec<String>,
    timestamp: i64,
    chain: Vec<AuthLink>,
    servers: Vec<String>,
}

/// Checks a `catalyst-deployment` whose envelope is right.
pub(super) fn check(event: &Map<String, Value>, sub_type: &str) -> Result<(), EventError> {
    parts(event, sub_type).map(|_| ())
}

/// Checks the entity of a `world/deployment`.
pub(super) fn check_world(event: &Map<String, Value>) -> Result<(), EventError> {
    let path = Path::Top.member("entity");
    let entity = object(event.get("entity").unwrap_or(&Value::Null), &path)?;
    text(entity, &["entityId"], &path)?;
    match entity.get("authChain") {
        Some(Value::Array(_)) => Ok(()),
        Some(other) => Err(mistyped(&path.member("authChain"), "array", other)),
        None => Err(missing(&path.member("authChain"), &list())),
    }
}

/// The sighting that a `catalyst-deployment` of any form reports. Pointers are lower-cased; the entity is in API
/// form, without `content` when the event had none (the queue's form never has); members without a place of their
/// own are in `extra`, where they stood (`{"entity":{"deploymentId":7},"force":true}`).
///
/// # Errors
/// As [`super::check`]; also for an event that is no deployment of a catalyst.
pub fn sighting_of(event: &Value) -> Result<Sighting, EventError> {
    let kind = check_event(event)?;
    let sub_type = kind
        .name()
        .strip_prefix("catalyst-deployment/")
        .ok_or_else(|| EventError::Unknown(kind.name().to_owned()))?;
    let event = object(event, &Path::Top)?;
    let parts = parts(event, sub_type)?;
    let extra = extra(event, &parts);
    Ok(Sighting {
        entity_id: parts.id.to_owned(),
        entity_type: parts.kind.to_owned(),
        entity_timestamp: parts.timestamp,
        servers: parts.servers.clone(),
        entity: api_form(&parts).into(),
        origin: "fed".to_owned(),
        local_timestamp: parts.entity.get("localTimestamp").and_then(Value::as_i64),
        extra: (!extra.is_empty()).then(|| Value::Object(extra).into()),
        pointers: parts.pointers,
        auth_chain: parts.chain,
    })
}

/// The id of the entity of a `catalyst-deployment`.
pub(crate) fn entity_id(event: &Value) -> Option<&str> {
    let entity = event.get("entity")?;
    ["entityId", "id"]
        .into_iter()
        .find_map(|name| entity.get(name)?.as_str())
}

fn parts<'a>(event: &'a Map<String, Value>, sub_type: &'a str) -> Result<Parts<'a>, EventError> {
    let path = Path::Top.member("entity");
    let entity = object(event.get("entity").unwrap_or(&Value::Null), &path)?;
    let id = text(entity, &["entityId", "id"], &path)?;
    let kind = match text(entity, &["entityType", "type"], &path) {
        Err(EventError::Missing { .. }) => sub_type,
        kind => kind?,
    };
    if kind != sub_type {
        return Err(EventError::Contradiction {
            path: path.member("type").to_string(),
            got: kind.to_owned(),
            other: "subType",
            want: sub_type.to_owned(),
        });
    }
    let pointers = texts(entity, "pointers", &path)?
        .ok_or_else(|| missing(&path.member("pointers"), &list()))?
        .iter()
        .map(|p| p.to_lowercase())
        .collect();
    let timestamp = timestamp(event, entity, &path)?;
    let servers = texts(event, "contentServerUrls", &Path::Top)?.unwrap_or_default();
    Ok(Parts {
        entity,
        id,
        kind,
        pointers,
        timestamp,
        chain: chain(event, entity, &path)?,
        servers,
    })
}

fn timestamp(
    event: &Map<String, Value>,
    entity: &Map<String, Value>,
    path: &Path<'_>,
) -> Result<i64, EventError> {
    let places = [
        (entity, *path, "entityTimestamp"),
        (entity, *path, "timestamp"),
        (event, Path::Top, "timestamp"),
    ];
    for (members, path, name) in places {
        let path = path.member(name);
        match members.get(name) {
            None => {}
            Some(Value::Number(number)) => {
                let ms = number.as_f64().unwrap_or_default();
                if ms < 1.0 {
                    return Err(EventError::TooLittle {
                        path: path.to_string(),
                        got: ms,
                        least: 1.0,
                    });
                }
                return Ok(number.as_i64().unwrap_or(ms as i64));
            }
            Some(other) => return Err(mistyped(&path, "number", other)),
        }
    }
    Err(missing(&path.member("timestamp"), &Shape::Long))
}

fn chain(
    event: &Map<String, Value>,
    entity: &Map<String, Value>,
    path: &Path<'_>,
) -> Result<Vec<AuthLink>, EventError> {
    let (links, path) = match (event.get("authChain"), entity.get("authChain")) {
        (Some(links), _) => (links, Path::Top.member("authChain")),
        (None, Some(links)) => (links, path.member("authChain")),
        (None, None) => return Err(missing(&Path::Top.member("authChain"), &list())),
    };
    let links = links
        .as_array()
        .ok_or_else(|| mistyped(&path, "array", links))?;
    let mut chain = Vec::with_capacity(links.len());
    for (i, link) in links.iter().enumerate() {
        let path = path.item(i);
        let link = object(link, &path)?;
        chain.push(AuthLink {
            kind: text(link, &["type"], &path)?.to_owned(),
            payload: text(link, &["payload"], &path)?.to_owned(),
            signature: link
                .get("signature")
                .and_then(Value::as_str)
                .map(str::to_owned),
        });
    }
    Ok(chain)
}

fn api_form(parts: &Parts<'_>) -> Value {
    let entity = parts.entity;
    let version = entity.get("version").and_then(Value::as_str);
    let mut api = json!({
        "version": version.unwrap_or("v3"),
        "id": parts.id,
        "type": parts.kind,
        "pointers": parts.pointers,
        "timestamp": parts.timestamp,
    });
    if let Some(Value::Array(files)) = entity.get("content") {
        api["content"] = files.iter().map(content_file).collect();
    }
    if let Some(metadata) = entity.get("metadata") {
        api["metadata"] = metadata.clone();
    }
    api
}

/// A row of `content`; `/deployments` calls `key` what the entity calls `file`.
fn content_file(row: &Value) -> Value {
    match (row.get("file"), row.get("key"), row.get("hash")) {
        (None, Some(file), Some(hash)) => json!({"file": file, "hash": hash}),
        _ => row.clone(),
    }
}

/// What has no place in the sighting, where it stood.
fn extra(event: &Map<String, Value>, parts: &Parts<'_>) -> Map<String, Value> {
    let unknown = |members: &Map<String, Value>, known: &[&str]| -> Map<String, Value> {
        members
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let mut extra = unknown(event, &TOP);
    let entity = unknown(parts.entity, &ENTITY);
    if !entity.is_empty() {
        extra.insert("entity".to_owned(), Value::Object(entity));
    }
    if let Some(key) = event.get("key").filter(|key| *key != parts.id) {
        extra.insert("key".to_owned(), key.clone());
    }
    let own = event.get("timestamp");
    if let Some(time) = own.filter(|t| t.as_f64() != Some(parts.timestamp as f64)) {
        extra.insert("timestamp".to_owned(), time.clone());
    }
    extra
}

/// The first of the members that is there, as text.
fn text<'a>(
    members: &'a Map<String, Value>,
    names: &[&'a str],
    path: &Path<'_>,
) -> Result<&'a str, EventError> {
    for name in names {
        match members.get(*name) {
            None => {}
            Some(Value::String(text)) => return Ok(text),
            Some(other) => return Err(mistyped(&path.member(name), "string", other)),
        }
    }
    Err(missing(
        &path.member(names.first().copied().unwrap_or_default()),
        &Shape::Text,
    ))
}

/// A member that is a list of texts.
fn texts(
    members: &Map<String, Value>,
    name: &str,
    path: &Path<'_>,
) -> Result<Option<Vec<String>>, EventError> {
    let path = path.member(name);
    let items = match members.get(name) {
        None => return Ok(None),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(mistyped(&path, "array", other)),
    };
    let mut texts = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        match item {
            Value::String(text) => texts.push(text.clone()),
            other => return Err(mistyped(&path.item(i), "string", other)),
        }
    }
    Ok(Some(texts))
}

fn list() -> Shape {
    Shape::Array(Box::new(Shape::Text))
}
