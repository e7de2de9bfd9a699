//! `POST /requeue`: the operator puts items back, for one consumer or for all. Each is a command in the log, with who
//! asked and why.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use model::events::catalyst::{ConsumerCommand, ConsumerItem};
use model::tables::deployments::{self, ByTime, Clock, by_time_partition};
use model::tables::{day, number_key, parse_number_key};
use runtime::ports::{PortError, RowRange};
use runtime::reading::decode;

use super::command;
use super::dto::{Requeue, Requeued};
use super::tables::{CONSUMERS, Tables};
use super::work::ITEMS_MAX;
use crate::frame::{self, ApiError, ErrorBody, GatewayContext, JsonBody, Written, auth};

/// Entities of one request.
const ENTITIES_MAX: usize = 10_000;
const NAMES_MAX: usize = 1000;
const REASON_CHARS_MAX: usize = 1000;
const CHUNK: usize = 512;

/// Puts items back into the queue.
#[utoipa::path(post, path = "/requeue", tag = "queue", request_body = Requeue,
    responses((status = 202, body = Requeued), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(super) async fn requeue(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Requeue>,
) -> Result<(StatusCode, Written, Json<Requeued>), ApiError> {
    let token = context.settings.operator.token.as_ref();
    auth::require(&headers, token, "operator.token")?;
    check(&body)?;
    let tables = Tables::of(&context.platform);
    let ids = selected(&tables, &body).await?;
    let mut items = tables.places(&ids).await?;
    if let Some(kind) = &body.kind {
        items.retain(|item| item.entity_type == *kind);
    }
    let consumers = match &body.consumer {
        Some(consumer) => vec![consumer.clone()],
        None => tables
            .names()
            .await?
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
    };
    let found: BTreeSet<&str> = items.iter().map(|item| item.entity_id.as_str()).collect();
    let unknown = ids
        .iter()
        .filter(|id| !found.contains(id.as_str()))
        .cloned()
        .collect();
    let entities = found.len();
    let commands = commands(&consumers, &items, &body.reason);
    let token = match commands.is_empty() {
        true => runtime::reading::Token::default(),
        false => command::append(&context, &commands).await?,
    };
    let wait = context.settings.gateway.wait;
    let written = frame::after_write(&context.platform, wait, &[CONSUMERS], token).await;
    let mut requeued = Requeued {
        entities,
        consumers: BTreeMap::new(),
        unknown,
        bounded: BTreeMap::new(),
    };
    for command in &commands {
        let outcome = command::answer(&context, command).await?;
        let count = requeued
            .consumers
            .entry(command.consumer.clone())
            .or_default();
        *count += outcome.accepted.unwrap_or(0);
        if let Some(bound) = outcome.bounded {
            requeued.bounded.insert(command.consumer.clone(), bound);
        }
    }
    Ok((StatusCode::ACCEPTED, written, Json(requeued)))
}

fn check(body: &Requeue) -> Result<(), ApiError> {
    let bad = |message: &str| Err(ApiError::bad_request("invalid_requeue", message));
    if body.reason.trim().is_empty() || body.reason.chars().count() > REASON_CHARS_MAX {
        return bad("reason must say why, in at most 1000 characters");
    }
    let timed = body.kind.is_some() || body.from.is_some() || body.to.is_some();
    let ways = [!body.ids.is_empty(), !body.pointers.is_empty()];
    match ways {
        [true, true] => return bad("ids and pointers exclude each other"),
        [false, false] if !timed => return bad("want ids, pointers, type, or from and to"),
        [true, _] | [_, true] if body.from.is_some() || body.to.is_some() => {
            return bad("from and to go with type, not with ids or pointers");
        }
        _ => {}
    }
    if body.ids.len() > NAMES_MAX || body.pointers.len() > NAMES_MAX {
        return bad("at most 1000 ids or pointers in one request");
    }
    if let Some(consumer) = &body.consumer {
        command::name("consumer", consumer)?;
    }
    body.kind
        .as_deref()
        .map_or(Ok(()), |kind| command::name("type", kind))
}

/// Ids of the entities that a request means.
async fn selected(tables: &Tables, body: &Requeue) -> Result<Vec<String>, ApiError> {
    if !body.ids.is_empty() {
        let ids: BTreeSet<String> = body.ids.iter().cloned().collect();
        return Ok(ids.into_iter().collect());
    }
    if !body.pointers.is_empty() {
        let pointers: Vec<String> = body.pointers.iter().map(|p| p.to_lowercase()).collect();
        return Ok(tables.tops(&pointers).await?);
    }
    let ids = taken_between(tables, body).await?;
    if ids.len() > ENTITIES_MAX {
        return Err(ApiError::bad_request(
            "invalid_requeue",
            format!("more than {ENTITIES_MAX} entities; narrow from and to"),
        ));
    }
    Ok(ids)
}

/// Ids that the platform took between two times, oldest first; one more than allowed tells that there are more.
async fn taken_between(tables: &Tables, body: &Requeue) -> Result<Vec<String>, PortError> {
    let key = |number: i64| Some(number_key(number).to_vec().into());
    let days = RowRange {
        from: body.from.and_then(|from| key(day(from))),
        to: body.to.and_then(|to| key(day(to).saturating_add(1))),
        descending: false,
        limit: usize::MAX >> 1,
    };
    let view = &tables.deployments;
    let mut ids = Vec::new();
    for row in view
        .range(deployments::DAYS, Clock::Local.name().as_bytes(), days)
        .await?
    {
        let Some(day) = parse_number_key(&row.row) else {
            continue;
        };
        let partition = by_time_partition(Clock::Local, day);
        let mut from = body.from.and_then(key);
        loop {
            let range = RowRange {
                from: from.clone(),
                to: body.to.and_then(|to| key(to.saturating_add(1))),
                descending: false,
                limit: CHUNK,
            };
            let rows = view
                .range(deployments::BY_TIME, partition.as_bytes(), range)
                .await?;
            for row in &rows {
                let found: ByTime = decode(deployments::BY_TIME, row)?;
                if body
                    .kind
                    .as_ref()
                    .is_none_or(|kind| *kind == found.entity_type)
                {
                    ids.push(found.entity_id);
                }
            }
            if ids.len() > ENTITIES_MAX {
                return Ok(ids);
            }
            match rows.last() {
                Some(last) if rows.len() == CHUNK => {
                    from = Some([&last.row[..], &[0]].concat().into());
                }
                _ => break,
            }
        }
    }
    Ok(ids)
}

/// As many commands for each consumer as the items need.
fn commands(consumers: &[String], items: &[ConsumerItem], reason: &str) -> Vec<ConsumerCommand> {
    let each = consumers.iter().flat_map(|consumer| {
        items.chunks(ITEMS_MAX).map(move |items| ConsumerCommand {
            consumer: consumer.clone(),
            command: "requeue".into(),
            command_id: command::new_id(),
            by: "operator".into(),
            reason: Some(reason.to_owned()),
            items: items.to_vec(),
            ..ConsumerCommand::default()
        })
    });
    each.collect()
}
