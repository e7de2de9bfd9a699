//! `POST /requeue`: the operator puts items back, for one consumer or for all. Each is a command in the log, with who
//! asked and why.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use model::events::catalyst::{ConsumerCommand, ConsumerItem};
use model::tables::deployments::{self, ByTime, Clock, by_time_partition};
use model::tables::{day, number_key, parse_number_key};
use runtime::ports::{PortError, RowRange};
use runtime::reading::decode;

use super::command;
use super::dto::{Requeue, RequeueUnfinished, Requeued};
use super::tables::{CONSUMERS, Named, Tables};
use super::work::ITEMS_MAX;
use crate::frame::{self, ApiError, ErrorBody, GatewayContext, JsonBody, auth};

/// Entities of one request.
const ENTITIES_MAX: usize = 10_000;
const NAMES_MAX: usize = 1000;
/// Longest id of a caller's: with what [`commands`] adds it must fit the id of a command.
const COMMAND_ID_BYTES_MAX: usize = 100;
const CHUNK: usize = 512;

/// Puts items back into the queue.
#[utoipa::path(post, path = "/requeue", tag = "queue", request_body = Requeue,
    responses((status = 202, body = Requeued), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 503, body = RequeueUnfinished)))]
pub(super) async fn requeue(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Requeue>,
) -> Result<Response, ApiError> {
    let token = context.settings.operator.token.as_ref();
    auth::require(&headers, token, "operator.token")?;
    check(&context, &body)?;
    let tables = Tables::of(&context.platform);
    let named = selected(&tables, &body).await?;
    let items = tables.places(&named).await?;
    let consumers = match &body.consumer {
        Some(consumer) => vec![consumer.clone()],
        None => {
            let names = tables.names().await?.into_iter();
            names.map(|(name, _)| name).collect()
        }
    };
    let found: BTreeSet<&str> = items.iter().map(|item| item.entity_id.as_str()).collect();
    let unknown = named
        .iter()
        .map(|named| &named.id)
        .filter(|id| !found.contains(id.as_str()));
    let requeued = Requeued {
        command_id: body.command_id.clone().unwrap_or_else(command::new_id),
        entities: found.len(),
        consumers: BTreeMap::new(),
        waiting: Vec::new(),
        refused: BTreeMap::new(),
        unknown: unknown.cloned().collect(),
        bounded: BTreeMap::new(),
    };
    let commands = commands(&requeued.command_id, &consumers, &items, &body.reason);
    carry_out(&context, &commands, requeued).await
}

/// Appends the commands, waits for their answers and tells which consumers are done. Whatever goes wrong after the
/// first record may be there is told with the id under which asking again is safe.
async fn carry_out(
    context: &GatewayContext,
    commands: &[ConsumerCommand],
    mut requeued: Requeued,
) -> Result<Response, ApiError> {
    if commands.is_empty() {
        return Ok((StatusCode::ACCEPTED, Json(requeued)).into_response());
    }
    let token = match command::append(context, commands).await {
        Ok(token) => token,
        Err(error) if error.status == StatusCode::SERVICE_UNAVAILABLE => {
            let consumers = commands.iter().map(|command| command.consumer.clone());
            requeued.waiting = consumers.collect();
            requeued.waiting.dedup();
            return Ok(unfinished(requeued));
        }
        Err(error) => return Err(error),
    };
    let written = context.shown(token, &[CONSUMERS]).await;
    collect(&Tables::of(&context.platform), commands, &mut requeued).await?;
    if !requeued.waiting.is_empty() {
        return Ok((written, unfinished(requeued)).into_response());
    }
    match requeued.refused.iter().next() {
        Some((consumer, why)) if requeued.consumers.is_empty() => Err(ApiError::bad_request(
            "invalid_requeue",
            format!("consumer {consumer}: {why}"),
        )),
        _ => Ok((StatusCode::ACCEPTED, written, Json(requeued)).into_response()),
    }
}

/// What became of the commands of one consumer.
enum Answer {
    /// All are carried out.
    Done {
        /// Items put back.
        items: i64,
        /// The bound that kept it from more.
        bounded: Option<String>,
    },
    /// One was not carried out, for this reason.
    Refused(String),
    /// One has no answer yet.
    Waiting,
}

/// Sorts consumers into those that are done, those that refused and those that have not answered yet.
async fn collect(
    tables: &Tables,
    commands: &[ConsumerCommand],
    requeued: &mut Requeued,
) -> Result<(), PortError> {
    for of_one in commands.chunk_by(|a, b| a.consumer == b.consumer) {
        let Some(consumer) = of_one.first().map(|command| command.consumer.clone()) else {
            continue;
        };
        match answer(tables, of_one).await? {
            Answer::Done { items, bounded } => {
                if let Some(bound) = bounded {
                    requeued.bounded.insert(consumer.clone(), bound);
                }
                requeued.consumers.insert(consumer, items);
            }
            Answer::Refused(why) => {
                requeued.refused.insert(consumer, why);
            }
            Answer::Waiting => requeued.waiting.push(consumer),
        }
    }
    Ok(())
}

/// The answer to the commands of one consumer.
async fn answer(tables: &Tables, commands: &[ConsumerCommand]) -> Result<Answer, PortError> {
    let (mut items, mut bounded) = (0, None);
    for command in commands {
        let outcome = tables.outcome(&command.consumer, &command.command_id);
        let outcome = match outcome.await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => return Ok(Answer::Waiting),
            Err(error) if error.is_retry() => {
                tracing::warn!(%error, "the answer to a requeue cannot be read");
                return Ok(Answer::Waiting);
            }
            Err(error) => return Err(error),
        };
        if let Some(refused) = outcome.refused {
            return Ok(Answer::Refused(refused.message));
        }
        items += outcome.accepted.unwrap_or(0);
        bounded = outcome.bounded.or(bounded);
    }
    Ok(Answer::Done { items, bounded })
}

/// 503 that says what was done all the same.
fn unfinished(done: Requeued) -> Response {
    let body = RequeueUnfinished {
        error: "unavailable",
        message: format!(
            "not carried out yet for {}; ask again with commandId {}: what is done is not done twice",
            done.waiting.join(", "),
            done.command_id
        ),
        request_id: frame::request_id(),
        done,
    };
    let again = [(header::RETRY_AFTER, "1")];
    (StatusCode::SERVICE_UNAVAILABLE, again, Json(body)).into_response()
}

fn check(context: &GatewayContext, body: &Requeue) -> Result<(), ApiError> {
    let bad = |message: String| Err(ApiError::bad_request("invalid_requeue", message));
    if body.reason.trim().is_empty() {
        return bad("reason must say why".into());
    }
    command::reason(context, &body.reason)?;
    let timed = body.kind.is_some() || body.from.is_some() || body.to.is_some();
    let ways = [!body.ids.is_empty(), !body.pointers.is_empty()];
    match ways {
        [true, true] => return bad("ids and pointers exclude each other".into()),
        [false, false] if !timed => return bad("want ids, pointers, type, or from and to".into()),
        [true, _] | [_, true] if body.from.is_some() || body.to.is_some() => {
            return bad("from and to go with type, not with ids or pointers".into());
        }
        _ => {}
    }
    if body.ids.len() > NAMES_MAX || body.pointers.len() > NAMES_MAX {
        return bad(format!(
            "at most {NAMES_MAX} ids or pointers in one request"
        ));
    }
    if let Some(consumer) = &body.consumer {
        command::name("consumer", consumer)?;
    }
    if let Some(id) = &body.command_id {
        command::name("commandId", id)?;
        if id.len() > COMMAND_ID_BYTES_MAX {
            return bad(format!(
                "commandId has {} bytes; want at most {COMMAND_ID_BYTES_MAX}",
                id.len()
            ));
        }
    }
    body.kind
        .as_deref()
        .map_or(Ok(()), |kind| command::name("type", kind))
}

/// The entities that a request means.
async fn selected(tables: &Tables, body: &Requeue) -> Result<Vec<Named>, ApiError> {
    let of_any_type = |ids: BTreeSet<&String>| {
        let named = ids.into_iter().map(|id| Named {
            id: id.clone(),
            kind: body.kind.clone(),
        });
        named.collect()
    };
    if !body.ids.is_empty() {
        return Ok(of_any_type(body.ids.iter().collect()));
    }
    if !body.pointers.is_empty() {
        let pointers: Vec<String> = body.pointers.iter().map(|p| p.to_lowercase()).collect();
        let tops = tables.tops(&pointers).await?;
        return Ok(of_any_type(tops.iter().collect()));
    }
    let named = taken_between(tables, body).await?;
    if named.len() > ENTITIES_MAX {
        return Err(ApiError::bad_request(
            "invalid_requeue",
            format!("more than {ENTITIES_MAX} entities; narrow from and to"),
        ));
    }
    Ok(named)
}

/// Entities that the platform took between two times, oldest first; one more than allowed tells that there are more.
async fn taken_between(tables: &Tables, body: &Requeue) -> Result<Vec<Named>, PortError> {
    let key = |number: i64| Some(number_key(number).to_vec().into());
    let days = RowRange {
        from: body.from.and_then(|from| key(day(from))),
        to: body.to.and_then(|to| key(day(to).saturating_add(1))),
        descending: false,
        limit: usize::MAX >> 1,
    };
    let view = &tables.deployments;
    let mut named = Vec::new();
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
                    named.push(Named {
                        id: found.entity_id,
                        kind: Some(found.entity_type),
                    });
                }
            }
            if named.len() > ENTITIES_MAX {
                return Ok(named);
            }
            match rows.last() {
                Some(last) if rows.len() == CHUNK => {
                    from = Some([&last.row[..], &[0]].concat().into());
                }
                _ => break,
            }
        }
    }
    Ok(named)
}

/// As many commands for each consumer as the items need, in order of the consumers. Their ids follow from the
/// request's, so that each is carried out once however often the request comes.
fn commands(
    id: &str,
    consumers: &[String],
    items: &[ConsumerItem],
    reason: &str,
) -> Vec<ConsumerCommand> {
    let each = consumers.iter().flat_map(|consumer| {
        let chunks = (0..).zip(items.chunks(ITEMS_MAX));
        chunks.map(move |(number, items): (u32, _)| ConsumerCommand {
            consumer: consumer.clone(),
            command: "requeue".into(),
            command_id: format!("requeue:{id}:{number}"),
            by: "operator".into(),
            reason: Some(reason.to_owned()),
            items: items.to_vec(),
            ..ConsumerCommand::default()
        })
    });
    each.collect()
}
