//! Catalogues of items: by collection and by urn.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::definition;
use super::error::{LambdasError, LambdasErrorBody};
use super::members::{self, Members};
use crate::catalyst::Server;
use crate::catalyst::dto::{Entity, EntityType};
use crate::catalyst::query::{self, Pairs};
use crate::frame::Edge;

/// Most items of a page, and most values of a filter.
const LIMIT_MAX: usize = 500;
const TEXT_MIN: usize = 3;
pub(super) const BASE_AVATARS: &str = "urn:decentraland:off-chain:base-avatars";
const OFF_CHAIN: &str = "urn:decentraland:off-chain:";

/// What a catalogue was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::catalyst) struct ItemFilters {
    /// Collections, lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collection_ids: Vec<String>,
    /// Items, lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item_ids: Vec<String>,
    /// A part of the name, lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_search: Option<String>,
}

/// How to go on after a page.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::catalyst) struct ItemPagination {
    /// Most items of a page.
    limit: usize,
    /// The cursor of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_id: Option<String>,
    /// Query string of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The answer of `GET /lambdas/collections/wearables`.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::catalyst) struct WearablesCatalog {
    /// The page: metadata with URLs in place of file names.
    #[schema(value_type = Vec<Object>)]
    wearables: Vec<Members>,
    /// What was asked for.
    filters: ItemFilters,
    /// Where it ends and how to go on.
    pagination: ItemPagination,
}

/// The answer of `GET /lambdas/collections/emotes`.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::catalyst) struct EmotesCatalog {
    /// The page: metadata with URLs in place of file names.
    #[schema(value_type = Vec<Object>)]
    emotes: Vec<Members>,
    /// What was asked for.
    filters: ItemFilters,
    /// Where it ends and how to go on.
    pagination: ItemPagination,
}

/// Wearables by collection or by urn, those off chain first, then by urn.
///
/// `textSearch` narrows the other two down; alone it is refused, for there is no index of names.
#[utoipa::path(get, path = "/lambdas/collections/wearables", tag = "lambdas",
    params(("collectionId" = Vec<String>, Query), ("wearableId" = Vec<String>, Query),
        ("textSearch" = Option<String>, Query), ("limit" = Option<u32>, Query), ("lastId" = Option<String>, Query)),
    responses((status = 200, body = WearablesCatalog), (status = 400, body = LambdasErrorBody),
        (status = 502, body = LambdasErrorBody)))]
pub(super) async fn wearables(
    State(server): State<Server>,
    edge: Edge,
    Query(pairs): Query<Pairs>,
) -> Result<Json<WearablesCatalog>, LambdasError> {
    let asked = Asked::read(&pairs, EntityType::Wearable)?;
    let (wearables, pagination) = asked.answer(&server, &server.facts.base(&edge)).await?;
    Ok(Json(WearablesCatalog {
        wearables,
        filters: asked.filters,
        pagination,
    }))
}

/// Emotes by collection or by urn, in the order of their urns.
///
/// `textSearch` narrows the other two down; alone it is refused, for there is no index of names.
#[utoipa::path(get, path = "/lambdas/collections/emotes", tag = "lambdas",
    params(("collectionId" = Vec<String>, Query), ("emoteId" = Vec<String>, Query),
        ("textSearch" = Option<String>, Query), ("limit" = Option<u32>, Query), ("lastId" = Option<String>, Query)),
    responses((status = 200, body = EmotesCatalog), (status = 400, body = LambdasErrorBody),
        (status = 502, body = LambdasErrorBody)))]
pub(super) async fn emotes(
    State(server): State<Server>,
    edge: Edge,
    Query(pairs): Query<Pairs>,
) -> Result<Json<EmotesCatalog>, LambdasError> {
    let asked = Asked::read(&pairs, EntityType::Emote)?;
    let (emotes, pagination) = asked.answer(&server, &server.facts.base(&edge)).await?;
    Ok(Json(EmotesCatalog {
        emotes,
        filters: asked.filters,
        pagination,
    }))
}

/// A request for a page of a catalogue.
struct Asked {
    kind: EntityType,
    filters: ItemFilters,
    limit: usize,
    last_id: Option<String>,
}

/// Place of an item in its catalogue.
type Place = (bool, String);

fn place(urn: &str) -> Place {
    (!urn.starts_with(OFF_CHAIN), urn.to_owned())
}

fn urn(entity: &Entity) -> &str {
    entity.pointers.first().map_or("", String::as_str)
}

impl Asked {
    fn read(pairs: &Pairs, kind: EntityType) -> Result<Self, LambdasError> {
        let lower = |key| query::all(pairs, key).map(str::to_lowercase).collect();
        let first = |key| query::one(pairs, key).map(str::to_lowercase);
        let asked = Self {
            kind,
            filters: ItemFilters {
                collection_ids: lower("collectionId"),
                item_ids: lower(id_key(kind)),
                text_search: first("textSearch"),
            },
            limit: query::one(pairs, "limit")
                .and_then(|text| text.parse().ok())
                .filter(|limit| (1..=LIMIT_MAX).contains(limit))
                .unwrap_or(LIMIT_MAX),
            last_id: first("lastId"),
        };
        asked.check()?;
        Ok(asked)
    }

    fn check(&self) -> Result<(), LambdasError> {
        let ItemFilters {
            collection_ids: collections,
            item_ids: items,
            text_search: text,
        } = &self.filters;
        let key = id_key(self.kind);
        let refuse = |text: String| Err(LambdasError::bad_request(text));
        if collections.is_empty() && items.is_empty() && text.is_none() {
            return refuse(format!(
                "You must use one of the filters: 'textSearch', 'collectionId' or '{key}'"
            ));
        }
        if text.as_ref().is_some_and(|t| t.chars().count() < TEXT_MIN) {
            return refuse(format!(
                "The text search must be at least {TEXT_MIN} characters long"
            ));
        }
        if items.len() > LIMIT_MAX {
            let items = format!("{}s", self.kind.name());
            return refuse(format!("You can't ask for more than {LIMIT_MAX} {items}"));
        }
        if collections.len() > LIMIT_MAX {
            return refuse(format!(
                "You can't filter for more than {LIMIT_MAX} collection ids"
            ));
        }
        if collections.is_empty() && items.is_empty() {
            return Err(LambdasError::not_configured(
                "a search by name alone needs an indexer of items, and none is configured; \
                 add collectionId to search within collections",
            ));
        }
        Ok(())
    }

    async fn answer(
        &self,
        server: &Server,
        base: &str,
    ) -> Result<(Vec<Members>, ItemPagination), LambdasError> {
        let found = self.found(server).await?;
        let more = found.len() > self.limit;
        let page: Vec<Entity> = found.into_values().take(self.limit).collect();
        let next = page
            .last()
            .filter(|_| more)
            .map(|last| self.next(urn(last)));
        let mut items = Vec::with_capacity(page.len());
        for entity in &page {
            items.extend(definition::of(entity, base)?);
        }
        let pagination = ItemPagination {
            limit: self.limit,
            last_id: self.last_id.clone(),
            next,
        };
        Ok((items, pagination))
    }

    /// Matching items after the cursor: at least one more than a page, if there are.
    async fn found(&self, server: &Server) -> Result<BTreeMap<Place, Entity>, LambdasError> {
        let after = self.last_id.as_deref().map(place);
        let mut found = BTreeMap::new();
        let mut take = |entities: Vec<Entity>| {
            for entity in entities {
                let place = place(urn(&entity));
                if after.as_ref().is_none_or(|after| place > *after) && self.selects(&entity) {
                    found.insert(place, entity);
                }
            }
            found.len() > self.limit
        };
        let (items, collections) = (&self.filters.item_ids, &self.filters.collection_ids);
        if !items.is_empty() {
            take(server.catalog.active_by_pointers(items).await?);
            return Ok(found);
        }
        // In the order of their items, so that a full page ends the search.
        let mut collections: Vec<Place> = collections.iter().map(|urn| place(urn)).collect();
        collections.sort_by_cached_key(|(on_chain, urn)| (*on_chain, format!("{urn}:")));
        for (_, collection) in &collections {
            if take(server.catalog.active_by_collection(collection).await?) {
                break;
            }
        }
        Ok(found)
    }

    fn selects(&self, entity: &Entity) -> bool {
        let ItemFilters {
            collection_ids: collections,
            text_search: text,
            ..
        } = &self.filters;
        let urn = urn(entity);
        let within = |collection: &String| {
            let rest = urn.strip_prefix(collection.as_str());
            rest.is_some_and(|rest| rest.starts_with(':'))
        };
        let named = |text: &String| {
            let metadata = entity.metadata().and_then(members::of).unwrap_or_default();
            let name = definition::name(&metadata, urn).to_lowercase();
            name.contains(text.as_str())
        };
        entity.kind == self.kind
            && (collections.is_empty() || collections.iter().any(within))
            && text.as_ref().is_none_or(named)
    }

    /// Query string of the page after an item.
    fn next(&self, last: &str) -> String {
        let ItemFilters {
            collection_ids,
            item_ids,
            text_search,
        } = &self.filters;
        let limit = self.limit.to_string();
        let collections = collection_ids
            .iter()
            .map(|id| ("collectionId", id.as_str()));
        let items = item_ids.iter().map(|id| (id_key(self.kind), id.as_str()));
        let text = text_search.iter().map(|text| ("textSearch", text.as_str()));
        let page = [("limit", limit.as_str()), ("lastId", last)];
        let pairs = collections.chain(items).chain(text).chain(page);
        let pairs: Vec<String> = pairs
            .map(|(key, value)| format!("{key}={}", query::escaped(value)))
            .collect();
        format!("?{}", pairs.join("&"))
    }
}

fn id_key(kind: EntityType) -> &'static str {
    match kind {
        EntityType::Emote => "emoteId",
        _ => "wearableId",
    }
}
