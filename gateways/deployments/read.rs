//! Looking at the queue: depth, what each consumer has, one entity and its history.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use model::tables::consumers::{self, Status, Window};
use model::tables::queue;
use runtime::ports::PortError;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::dto::{ConsumerState, EntityView, ItemState, Queue, TypeState, WindowState};
use super::tables::{Named, Tables};
use super::{command, pick};
use crate::frame::{ApiError, ErrorBody, GatewayContext};

/// Items that are listed of one window.
const LISTED_MAX: usize = 100;

/// Says that it is there.
#[utoipa::path(get, path = "/ping", tag = "queue", responses((status = 200, body = String)))]
pub(super) async fn ping() -> &'static str {
    "/ping"
}

/// What items may be to a consumer, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Listed {
    /// Nobody has them.
    Waiting,
    /// A worker has them.
    Leased,
    /// They rest.
    Delayed,
    /// They were given up.
    Failed,
}

/// Query of `GET /queue`.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct QueueQuery {
    /// Only this consumer.
    consumer: Option<String>,
    /// Only this entity type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Also list items that are `waiting`, `leased`, `delayed` or `failed`, at most 100 of a type.
    status: Option<Listed>,
}

/// How much waits, for whom.
#[utoipa::path(get, path = "/queue", tag = "queue", params(QueueQuery),
    responses((status = 200, body = Queue), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub(super) async fn queue(
    State(context): State<GatewayContext>,
    query: Result<Query<QueueQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Queue>, ApiError> {
    let Query(query) =
        query.map_err(|e| ApiError::bad_request("invalid_query", e.body_text().to_lowercase()))?;
    let tables = Tables::of(&context.platform);
    let names: Vec<String> = match &query.consumer {
        Some(name) => {
            command::name("consumer", name)?;
            vec![name.clone()]
        }
        None => tables
            .names()
            .await?
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
    };
    let mut states = Vec::with_capacity(names.len());
    for name in names {
        match tables.consumer(&name).await? {
            Some(state) => states.push((name, state)),
            None if query.consumer.is_some() => {
                return Err(ApiError::not_found(format!(
                    "consumer {name} is not registered"
                )));
            }
            None => {}
        }
    }
    let mut orders = tables.orders().await?;
    if let Some(kind) = &query.kind {
        orders.retain(|name, _| name == kind);
    }
    let now = context.platform.clock.now_ms();
    let mut consumers = Vec::with_capacity(states.len());
    for (name, state) in states {
        consumers.push(consumer(&tables, (name, &state), &orders, &query, now).await?);
    }
    let types = orders.into_iter().map(|(kind, order)| {
        let state = TypeState {
            items: order.next,
            last_at: order.last_at,
        };
        (kind, state)
    });
    Ok(Json(Queue {
        types: types.collect(),
        consumers,
    }))
}

async fn consumer(
    tables: &Tables,
    (name, state): (String, &consumers::State),
    orders: &BTreeMap<String, queue::State>,
    query: &QueueQuery,
    now: i64,
) -> Result<ConsumerState, PortError> {
    let fresh = Window::default();
    let mut types = BTreeMap::new();
    for (kind, order) in orders {
        let window = match state.types.get(kind) {
            Some(window) => window,
            None if state.all => &fresh,
            None => continue,
        };
        let first = pick::free(window, order.next, now, 1);
        let oldest = tables
            .items(kind, &first)
            .await?
            .into_iter()
            .next()
            .map(waiting);
        let items = match query.status {
            Some(status) => Some(listed(tables, kind, order, window, (status, now)).await?),
            None => None,
        };
        let shown = WindowState {
            start: window.start,
            depth: window.depth(order.next),
            in_flight: window.in_flight(now),
            delayed: window.delayed.len(),
            failed: window.failed_total,
            acked: window.acked_total,
            oldest,
            items,
        };
        types.insert(kind.clone(), shown);
    }
    Ok(ConsumerState {
        name,
        since: state.since,
        depth: types.values().map(|window| window.depth).sum(),
        types,
    })
}

fn waiting(item: queue::Item) -> ItemState {
    ItemState {
        seq: item.seq,
        entity_id: item.entity_id,
        local_timestamp: Some(item.local_timestamp),
        ..ItemState::default()
    }
}

async fn listed(
    tables: &Tables,
    kind: &str,
    order: &queue::State,
    window: &Window,
    (status, now): (Listed, i64),
) -> Result<Vec<ItemState>, PortError> {
    Ok(match status {
        Listed::Waiting => {
            let seqs = pick::free(window, order.next, now, LISTED_MAX);
            tables
                .items(kind, &seqs)
                .await?
                .into_iter()
                .map(waiting)
                .collect()
        }
        Listed::Leased => {
            let held = window.leases.iter().filter(|(_, lease)| lease.until > now);
            let held = held.map(|(seq, lease)| ItemState {
                seq: *seq,
                entity_id: lease.entity_id.clone(),
                attempts: Some(lease.attempts),
                lease_id: Some(lease.lease_id.clone()),
                until: Some(lease.until),
                ..ItemState::default()
            });
            held.take(LISTED_MAX).collect()
        }
        Listed::Delayed => {
            let resting = window.delayed.iter().map(|(seq, delayed)| ItemState {
                seq: *seq,
                entity_id: delayed.entity_id.clone(),
                attempts: Some(delayed.attempts),
                until: Some(delayed.not_before),
                ..ItemState::default()
            });
            resting.take(LISTED_MAX).collect()
        }
        Listed::Failed => {
            let failed = window.failed.iter().rev().map(|(seq, failed)| ItemState {
                seq: *seq,
                entity_id: failed.entity_id.clone(),
                attempts: Some(failed.attempts),
                reason: failed.reason.clone(),
                ..ItemState::default()
            });
            failed.take(LISTED_MAX).collect()
        }
    })
}

/// One entity, what it is to each consumer, and what became of it.
#[utoipa::path(get, path = "/entities/{id}", tag = "queue", params(("id" = String, Path)),
    responses((status = 200, body = EntityView), (status = 404, body = ErrorBody)))]
pub(super) async fn entity(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
) -> Result<Json<EntityView>, ApiError> {
    let tables = Tables::of(&context.platform);
    let stored = tables.stored(&[&id]).await?.into_iter().next().flatten();
    let Some(stored) = stored else {
        let id: String = id.chars().take(100).collect();
        return Err(ApiError::not_found(format!("there is no entity {id:?}")));
    };
    let named = Named {
        kind: Some(stored.entity_type.clone()),
        ..Named::by_id(&id)
    };
    let places = tables.places(&[named]).await?;
    let seq = places.first().map(|place| place.seq);
    let mut consumers = BTreeMap::new();
    for (name, _) in tables.names().await? {
        let state = tables.consumer(&name).await?.unwrap_or_default();
        if let Some(status) = status(
            &state,
            &stored.entity_type,
            seq,
            context.platform.clock.now_ms(),
        ) {
            consumers.insert(name, status);
        }
    }
    let history = tables.history(&id).await?;
    Ok(Json(EntityView {
        entity_id: stored.entity_id,
        entity_type: stored.entity_type,
        pointers: stored.pointers,
        entity_timestamp: stored.entity_timestamp,
        local_timestamp: stored.local_timestamp,
        deployer: stored.deployer,
        servers: stored.servers,
        seq,
        entity: stored.entity,
        consumers,
        history,
    }))
}

/// What an item is to a consumer; `None` when it does not read its type.
fn status(state: &consumers::State, kind: &str, seq: Option<i64>, now: i64) -> Option<Status> {
    match state.types.get(kind) {
        Some(window) => Some(window.status(seq?, now)),
        None if state.all && seq.is_some() => Some(Status::Waiting),
        None => None,
    }
}
