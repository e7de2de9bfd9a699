//! The backpack's list of wearables, as far as it needs no ownership: base wearables are everybody's.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::collections::BASE_AVATARS;
use super::definition;
use super::error::{LambdasError, LambdasErrorBody};
use super::members::{self, Members};
use crate::catalyst::Server;
use crate::catalyst::dto::{Entity, EntityType};
use crate::catalyst::query::{self, Pairs};
use crate::frame::ApiError;

const BASE: &str = "base-wearable";
const TYPES: [&str; 3] = [BASE, "on-chain", "third-party"];
const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 1000;
const ORDERS: [&str; 3] = ["rarity", "name", "date"];
const RARITIES: [&str; 8] = [
    "unique",
    "mythic",
    "exotic",
    "legendary",
    "epic",
    "rare",
    "uncommon",
    "common",
];

/// A page of elements.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::catalyst) struct Elements {
    /// The page.
    #[schema(value_type = Vec<Object>)]
    elements: Vec<Value>,
    /// Elements of all pages.
    total_amount: usize,
    /// The page's number, from 1.
    page_num: usize,
    /// Most elements of a page.
    page_size: usize,
}

/// A base wearable.
struct Wearable {
    urn: String,
    name: String,
    category: Option<Box<RawValue>>,
    metadata: Members,
    entity: Entity,
}

/// Wearables of the backpack: with `collectionType=base-wearable` alone those that everybody has.
///
/// Other types belong to their owners, and no source of ownership is configured.
#[utoipa::path(get, path = "/lambdas/explorer/{address}/wearables", tag = "lambdas",
    params(("address" = String, Path), ("collectionType" = Vec<String>, Query),
        ("category" = Vec<String>, Query), ("name" = Option<String>, Query), ("rarity" = Option<String>, Query),
        ("orderBy" = Option<String>, Query), ("direction" = Option<String>, Query),
        ("trimmed" = Option<String>, Query), ("includeAmount" = Option<String>, Query),
        ("isSmartWearable" = Option<String>, Query), ("network" = Option<String>, Query),
        ("pageSize" = Option<u32>, Query), ("pageNum" = Option<u32>, Query)),
    responses((status = 200, body = Elements), (status = 400, body = LambdasErrorBody),
        (status = 502, body = LambdasErrorBody)))]
pub(super) async fn wearables(
    State(server): State<Server>,
    Path(_address): Path<String>,
    Query(pairs): Query<Pairs>,
) -> Result<Json<Elements>, LambdasError> {
    let types: Vec<&str> = query::all(&pairs, "collectionType").collect();
    if types.iter().any(|kind| !TYPES.contains(kind)) {
        return Err(LambdasError::bad_request(format!(
            "Invalid collection type. Valid types are: {}.",
            TYPES.join(", ")
        )));
    }
    let page_size = number(&pairs, "pageSize", PAGE_DEFAULT)?;
    let page_num = number(&pairs, "pageNum", 1)?;
    if page_size > PAGE_MAX {
        let text = format!("max allowed pageSize is {PAGE_MAX}");
        return Err(LambdasError::bad_request(text));
    }
    let backwards = backwards(&pairs)?;
    check_rarity(&pairs)?;
    if types.is_empty() || types.iter().any(|kind| *kind != BASE) {
        return Err(LambdasError::not_configured(
            "who owns which items is known to an indexer of collections, and none is configured; \
             collectionType=base-wearable alone needs none",
        ));
    }
    let mut found = selected(&server, &pairs).await?;
    sort(&mut found, &pairs, backwards);
    let total_amount = found.len();
    let start = (page_num - 1).saturating_mul(page_size);
    let page = found.iter().skip(start).take(page_size);
    let elements = page.map(|wearable| element(wearable, &pairs));
    Ok(Json(Elements {
        elements: elements.collect::<Result<_, _>>()?,
        total_amount,
        page_num,
        page_size,
    }))
}

fn number(pairs: &Pairs, key: &str, default: usize) -> Result<usize, LambdasError> {
    let Some(text) = query::one(pairs, key) else {
        return Ok(default);
    };
    let number = text.parse().ok().filter(|number| *number >= 1);
    let wrong =
        || LambdasError::bad_request(format!("{key} must be a number from 1, not {text:?}"));
    number.ok_or_else(wrong)
}

fn is_set(pairs: &Pairs, key: &str) -> bool {
    matches!(query::one(pairs, key), Some("true" | "1"))
}

/// Whether the order of names, or where items are equal that of urns, is turned round.
fn backwards(pairs: &Pairs) -> Result<bool, LambdasError> {
    let by = query::one(pairs, "orderBy")
        .unwrap_or("rarity")
        .to_lowercase();
    let default = if by == "name" { "ASC" } else { "DESC" };
    let direction = query::one(pairs, "direction").unwrap_or(default);
    let direction = direction.to_uppercase();
    if !ORDERS.contains(&by.as_str()) || !["ASC", "DESC"].contains(&direction.as_str()) {
        return Err(LambdasError::bad_request(format!(
            "Invalid sorting requested: '{by} {direction}'."
        )));
    }
    // Base wearables have no rarity and no date: the original orders them by urn.
    Ok(matches!(
        (by.as_str(), direction.as_str()),
        ("name", "DESC") | ("rarity", "ASC")
    ))
}

fn check_rarity(pairs: &Pairs) -> Result<(), LambdasError> {
    match query::one(pairs, "rarity").map(str::to_lowercase) {
        Some(rarity) if !RARITIES.contains(&rarity.as_str()) => Err(LambdasError::bad_request(
            format!("Invalid rarity requested: '{rarity}'."),
        )),
        _ => Ok(()),
    }
}

/// The base wearables that pass the filters.
async fn selected(server: &Server, pairs: &Pairs) -> Result<Vec<Wearable>, LambdasError> {
    // What is smart, rare or of a network is none of them.
    let none = is_set(pairs, "isSmartWearable")
        || query::one(pairs, "rarity").is_some()
        || matches!(query::one(pairs, "network"), Some("ETHEREUM" | "MATIC"));
    if none {
        return Ok(Vec::new());
    }
    let categories: Vec<String> = query::all(pairs, "category")
        .map(|category| json!(category.to_lowercase()).to_string())
        .collect();
    let name = query::one(pairs, "name").map(str::to_lowercase);
    let entities = server.catalog.active_by_collection(BASE_AVATARS).await?;
    let wearables = entities
        .into_iter()
        .filter(|entity| entity.kind == EntityType::Wearable)
        .filter_map(wearable);
    let selected = wearables.filter(|wearable| {
        let category = wearable.category.as_ref().map(|raw| raw.get());
        let named = |name: &String| wearable.name.to_lowercase().contains(name.as_str());
        (categories.is_empty()
            || categories
                .iter()
                .any(|wanted| Some(wanted.as_str()) == category))
            && name.as_ref().is_none_or(named)
    });
    Ok(selected.collect())
}

fn wearable(entity: Entity) -> Option<Wearable> {
    let metadata = entity.metadata().and_then(members::of)?;
    let urn: String = members::read(&metadata, "id")?;
    let own: Option<String> = members::read(&metadata, "name");
    let name = own.filter(|name| !name.is_empty());
    Some(Wearable {
        name: name.unwrap_or_else(|| urn.rsplit(':').next().unwrap_or_default().to_owned()),
        category: definition::category(&metadata),
        urn,
        metadata,
        entity,
    })
}

fn sort(found: &mut [Wearable], pairs: &Pairs, backwards: bool) {
    let by_name = query::one(pairs, "orderBy").is_some_and(|by| by.eq_ignore_ascii_case("name"));
    found.sort_by_cached_key(|wearable| {
        let name = by_name.then(|| wearable.name.to_lowercase());
        (name, wearable.urn.to_lowercase())
    });
    if backwards {
        found.reverse();
    }
}

fn element(wearable: &Wearable, pairs: &Pairs) -> Result<Value, LambdasError> {
    let individual = json!([{ "id": wearable.urn }]);
    if !is_set(pairs, "trimmed") {
        return Ok(json!({
            "type": BASE, "urn": wearable.urn, "name": wearable.name, "category": wearable.category,
            "amount": 1, "individualData": individual, "entity": entity(&wearable.entity)?,
        }));
    }
    let thumbnail: Option<String> = members::read(&wearable.metadata, "thumbnail");
    let file = |file: &String| wearable.entity.content.iter().find(|c| c.file == *file);
    let thumbnail = thumbnail.as_ref().and_then(file).map(|c| c.hash.as_str());
    let data: Members = members::read(&wearable.metadata, "data").unwrap_or_default();
    let shapes: Vec<Members> = members::read(&data, "representations").unwrap_or_default();
    let shapes = shapes
        .iter()
        .map(|shape| json!({ "bodyShapes": shape.get("bodyShapes") }));
    let mut element = json!({ "entity": {
        "id": wearable.entity.id, "thumbnail": thumbnail, "individualData": individual,
        "metadata": {
            "id": wearable.urn, "name": wearable.name, "isSmart": false,
            "data": { "category": wearable.category, "representations": shapes.collect::<Vec<_>>() },
        },
    }});
    if is_set(pairs, "includeAmount") {
        element["amount"] = 1.into();
    }
    Ok(element)
}

fn entity(entity: &Entity) -> Result<Value, LambdasError> {
    Ok(serde_json::to_value(entity).map_err(ApiError::internal)?)
}
