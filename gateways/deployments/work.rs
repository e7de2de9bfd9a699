//! What workers do: register, lease, acknowledge, give back.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use futures::future::{BoxFuture, select_all};
use http::HeaderMap;
use model::events::catalyst::{ConsumerCommand, ConsumerItem};
use model::tables::consumers::{self, Granted, Window};
use model::tables::queue;
use runtime::ports::PortError;
use runtime::reading::Token;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::dto::{Begin, Done, LeaseRequest, Leased, LeasedItem, Register, Return};
use super::tables::{Named, QUEUE, Tables};
use super::{command, pick};
use crate::frame::{ApiError, Edge, ErrorBody, GatewayContext, JsonBody, Written};

const QUEUE_TOPIC: &str = "deployments.queue";
/// Items proposed for each one wanted: other workers may be faster with some.
const PROPOSED_FOR_EACH: usize = 4;
/// Items one command may name.
pub(super) const ITEMS_MAX: usize = 1024;
/// How often a waiting lease looks for what became free without a new deployment.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Registers a consumer, or adds types to one.
#[utoipa::path(put, path = "/queue/{consumer}", tag = "queue", request_body = Register,
    params(("consumer" = String, Path)),
    responses((status = 200, body = Done), (status = 400, body = ErrorBody)))]
pub(super) async fn register(
    State(context): State<GatewayContext>,
    Path(consumer): Path<String>,
    edge: Edge,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Register>,
) -> Result<(Written, Json<Done>), ApiError> {
    command::worker(&context, &edge, &headers)?;
    command::name("consumer", &consumer)?;
    let mut items = Vec::new();
    if body.from == Begin::Now {
        let tables = Tables::of(&context.platform);
        let types: Vec<&str> = body.types.iter().map(String::as_str).collect();
        let orders = match types.is_empty() {
            true => tables.orders().await?,
            false => tables.orders_of(&types).await?,
        };
        for (kind, order) in orders {
            items.push(ConsumerItem {
                entity_id: String::new(),
                entity_type: kind,
                seq: order.next,
            });
        }
    }
    let command = ConsumerCommand {
        command: "register".into(),
        command_id: command::new_id(),
        by: consumer.clone(),
        types: body.types,
        items,
        consumer,
        ..ConsumerCommand::default()
    };
    let (outcome, written) = command::run(&context, command).await?;
    Ok((written, Json(done(&outcome, Vec::new()))))
}

fn done(outcome: &consumers::Outcome, mut unknown: Vec<String>) -> Done {
    unknown.extend(outcome.unknown.iter().map(|item| item.entity_id.clone()));
    Done {
        accepted: outcome.accepted.unwrap_or(0),
        unknown,
    }
}

/// Hands out items that nobody has.
#[utoipa::path(post, path = "/queue/{consumer}/lease", tag = "queue", request_body = LeaseRequest,
    params(("consumer" = String, Path)),
    responses((status = 200, body = Leased), (status = 400, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn lease(
    State(context): State<GatewayContext>,
    Path(consumer): Path<String>,
    edge: Edge,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LeaseRequest>,
) -> Result<(Option<Written>, Json<Leased>), ApiError> {
    command::worker(&context, &edge, &headers)?;
    command::name("consumer", &consumer)?;
    check(&context, &body)?;
    let mut wanted = ConsumerCommand {
        command: "lease".into(),
        by: consumer.clone(),
        types: body.types.clone(),
        ttl_ms: body.ttl.as_millis(),
        limit: i64::try_from(body.limit).unwrap_or(i64::MAX),
        consumer,
        ..ConsumerCommand::default()
    };
    if let Some(id) = &body.command_id {
        wanted.command_id.clone_from(id);
        let before = Tables::of(&context.platform)
            .outcome(&wanted.consumer, id)
            .await?;
        if before.is_some() {
            let outcome = command::answer(&context, &wanted).await?;
            return Ok((None, Json(leased(&context, outcome).await?)));
        }
    }
    let until = Instant::now() + body.wait.min(context.settings.deployments.lease_wait_max).0;
    loop {
        wanted.items = proposal(&context, &wanted.consumer, &body).await?;
        if !wanted.items.is_empty() {
            if body.command_id.is_none() {
                wanted.command_id = command::new_id();
            }
            let (outcome, written) = command::run(&context, wanted.clone()).await?;
            let nothing = outcome.granted.as_ref().is_none_or(Vec::is_empty);
            // A command id of the caller's is used up by its first answer, whatever that is.
            if !nothing || body.command_id.is_some() || Instant::now() >= until {
                let leased = leased(&context, outcome).await?;
                return Ok((Some(written), Json(leased)));
            }
        }
        if Instant::now() >= until || context.shutdown.is_cancelled() {
            return Ok((
                None,
                Json(leased(&context, consumers::Outcome::default()).await?),
            ));
        }
        more(&context, until).await?;
    }
}

fn check(context: &GatewayContext, body: &LeaseRequest) -> Result<(), ApiError> {
    let settings = &context.settings.deployments;
    let most = settings.lease_max.min(ITEMS_MAX);
    if !(1..=most).contains(&body.limit) {
        return Err(ApiError::bad_request(
            "invalid_limit",
            format!("limit is {}; want 1 to {most}", body.limit),
        ));
    }
    if body.ttl.0.is_zero() || body.ttl > settings.lease_ttl_max {
        return Err(ApiError::bad_request(
            "invalid_ttl",
            format!(
                "ttl is {}; want more than 0s and at most {}",
                body.ttl, settings.lease_ttl_max
            ),
        ));
    }
    for kind in &body.types {
        command::name("type", kind)?;
    }
    body.command_id
        .as_deref()
        .map_or(Ok(()), |id| command::name("commandId", id))
}

/// Free items of the consumer's windows, of all wanted types in turn.
async fn proposal(
    context: &GatewayContext,
    consumer: &str,
    body: &LeaseRequest,
) -> Result<Vec<ConsumerItem>, ApiError> {
    let tables = Tables::of(&context.platform);
    let state = tables.consumer(consumer).await?.ok_or_else(|| {
        ApiError::not_found(format!(
            "consumer {consumer} is not registered; PUT /queue/{consumer} does that"
        ))
    })?;
    let types: Vec<&str> = match body.types.is_empty() {
        true => state.types.keys().map(String::as_str).collect(),
        false => body.types.iter().map(String::as_str).collect(),
    };
    // Who reads all reads types, too, that came since.
    let orders = match state.all && body.types.is_empty() {
        true => tables.orders().await?,
        false => tables.orders_of(&types).await?,
    };
    let now = context.platform.clock.now_ms();
    let most = (body.limit * PROPOSED_FOR_EACH).clamp(64, ITEMS_MAX);
    let mut by_type: Vec<Vec<ConsumerItem>> = Vec::new();
    let fresh = Window::default();
    for (kind, order) in &orders {
        let window = match state.types.get(kind) {
            Some(window) => window,
            None if state.all => &fresh,
            None => continue,
        };
        by_type.push(free(&tables, kind, order, window, (now, most)).await?);
    }
    Ok(in_turn(by_type, most))
}

async fn free(
    tables: &Tables,
    kind: &str,
    order: &queue::State,
    window: &Window,
    (now, most): (i64, usize),
) -> Result<Vec<ConsumerItem>, PortError> {
    let seqs = pick::free(window, order.next, now, most);
    let items = tables
        .items(kind, &seqs)
        .await?
        .into_iter()
        .map(|item| ConsumerItem {
            entity_id: item.entity_id,
            entity_type: kind.to_owned(),
            seq: item.seq,
        });
    Ok(items.collect())
}

/// One of each list, then the next of each.
fn in_turn(lists: Vec<Vec<ConsumerItem>>, most: usize) -> Vec<ConsumerItem> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    let rounds = (0..longest).flat_map(|n| lists.iter().filter_map(move |list| list.get(n)));
    rounds.take(most).cloned().collect()
}

/// Waits for a new deployment that the read model shows, or for a moment.
async fn more(context: &GatewayContext, until: Instant) -> Result<(), ApiError> {
    let log = &context.platform.log;
    let ends = log.ends(QUEUE_TOPIC).await?;
    let waits: Vec<BoxFuture<'_, Result<(), PortError>>> = (0..)
        .zip(&ends)
        .map(|(partition, end)| log.wait(QUEUE_TOPIC, partition, *end))
        .collect();
    let look_again = until.min(Instant::now() + LOOK_EVERY);
    tokio::select! {
        () = tokio::time::sleep_until(look_again) => return Ok(()),
        () = context.shutdown.cancelled() => return Ok(()),
        (ready, _, _) = select_all(waits) => ready?,
    }
    let mut token = Token::default();
    for (partition, end) in (0..).zip(log.ends(QUEUE_TOPIC).await?) {
        if end > 0 {
            token.add(QUEUE_TOPIC.into(), partition, end - 1);
        }
    }
    let shown = context.platform.waiter.passed(QUEUE, &token);
    // When it does not show in time the next look finds it.
    match tokio::time::timeout_at(look_again, shown).await {
        Ok(shown) => Ok(shown?),
        Err(_) => Ok(()),
    }
}

/// What was handed out, with all a worker needs.
async fn leased(context: &GatewayContext, outcome: consumers::Outcome) -> Result<Leased, ApiError> {
    let granted = outcome.granted.unwrap_or_default();
    let lease_id = outcome.lease_id.filter(|_| !granted.is_empty());
    let tables = Tables::of(&context.platform);
    let ids: Vec<&str> = granted.iter().map(|item| item.entity_id.as_str()).collect();
    let stored = tables.stored(&ids).await?;
    let mut items = Vec::with_capacity(granted.len());
    for (granted, stored) in granted.into_iter().zip(stored) {
        // The queue is written after the deployment it names; one without a document waits for its lease to run out.
        let Some(stored) = stored else {
            tracing::warn!(
                entity.id = granted.entity_id,
                "a leased entity has no document yet"
            );
            continue;
        };
        items.push(item(lease_id.clone().unwrap_or_default(), granted, stored)?);
    }
    Ok(Leased {
        until: outcome.until.filter(|_| lease_id.is_some()),
        lease_id,
        items,
        bounded: outcome.bounded,
    })
}

/// The union of the API form and the queue's form: readers of either find what they look for.
fn item(
    lease_id: String,
    granted: Granted,
    stored: super::tables::Stored,
) -> Result<LeasedItem, ApiError> {
    let mut entity: Map<String, Value> =
        serde_json::from_str(stored.entity.get()).map_err(ApiError::internal)?;
    let chain: Value = serde_json::from_str(stored.auth_chain.get()).map_err(ApiError::internal)?;
    let members = [
        ("entityId", Value::from(stored.entity_id.as_str())),
        ("entityType", stored.entity_type.as_str().into()),
        ("pointers", stored.pointers.clone().into()),
        ("entityTimestamp", stored.entity_timestamp.into()),
        ("localTimestamp", stored.local_timestamp.into()),
        ("authChain", chain),
    ];
    entity.extend(members.map(|(name, value)| (name.to_owned(), value)));
    Ok(LeasedItem {
        lease_id,
        entity_id: granted.entity_id,
        entity_type: granted.entity_type,
        seq: granted.seq,
        attempts: granted.attempts,
        content_server_urls: stored.servers_by_age(),
        auth_chain: stored.auth_chain,
        entity,
    })
}

/// Says that items are done.
#[utoipa::path(post, path = "/queue/{consumer}/ack", tag = "queue", request_body = Return,
    params(("consumer" = String, Path)),
    responses((status = 200, body = Done), (status = 400, body = ErrorBody)))]
pub(super) async fn ack(
    State(context): State<GatewayContext>,
    Path(consumer): Path<String>,
    edge: Edge,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Return>,
) -> Result<(Written, Json<Done>), ApiError> {
    command::worker(&context, &edge, &headers)?;
    give(&context, "ack", consumer, body).await
}

/// Gives items back, to be handed out again at once or after a rest.
#[utoipa::path(post, path = "/queue/{consumer}/nack", tag = "queue", request_body = Return,
    params(("consumer" = String, Path)),
    responses((status = 200, body = Done), (status = 400, body = ErrorBody)))]
pub(super) async fn nack(
    State(context): State<GatewayContext>,
    Path(consumer): Path<String>,
    edge: Edge,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Return>,
) -> Result<(Written, Json<Done>), ApiError> {
    command::worker(&context, &edge, &headers)?;
    give(&context, "nack", consumer, body).await
}

async fn give(
    context: &GatewayContext,
    verb: &str,
    consumer: String,
    body: Return,
) -> Result<(Written, Json<Done>), ApiError> {
    command::name("consumer", &consumer)?;
    command::name("leaseId", &body.lease_id)?;
    if let Some(id) = &body.command_id {
        command::name("commandId", id)?;
    }
    if body.entity_ids.is_empty() || body.entity_ids.len() > ITEMS_MAX {
        return Err(ApiError::bad_request(
            "invalid_items",
            format!(
                "entityIds has {} items; want 1 to {ITEMS_MAX}",
                body.entity_ids.len()
            ),
        ));
    }
    if let Some(reason) = &body.reason {
        command::reason(context, reason)?;
    }
    let named: Vec<Named> = body.entity_ids.iter().map(|id| Named::by_id(id)).collect();
    let items = Tables::of(&context.platform).places(&named).await?;
    let found: BTreeMap<&str, ()> = items.iter().map(|i| (i.entity_id.as_str(), ())).collect();
    let known = |id: &String| found.contains_key(id.as_str());
    let unknown = body
        .entity_ids
        .iter()
        .filter(|id| !known(id))
        .cloned()
        .collect();
    let command = ConsumerCommand {
        command: verb.into(),
        command_id: body.command_id.unwrap_or_else(command::new_id),
        lease_id: Some(body.lease_id),
        by: consumer.clone(),
        reason: body.reason,
        delay_ms: body.delay.map_or(0, |delay| delay.as_millis()),
        items,
        consumer,
        ..ConsumerCommand::default()
    };
    let (outcome, written) = command::run(context, command).await?;
    Ok((written, Json(done(&outcome, unknown))))
}
