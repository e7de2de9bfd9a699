//! Deciding about dead letters.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use kernel::{Poison, Spec};
use runtime::dead_letters::{Decision, Event, Letter, State as Became};
use runtime::generations::{self, NotDecided};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::desk::{Desk, spec};
use super::key_of;
use crate::frame::{ApiError, ErrorBody, GatewayContext, JsonBody, auth};

/// How often it is tried when others decide at the same time.
const TRIES: usize = 5;

/// What to decide about: one event, those of a key, or all.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::operator) struct Asked {
    /// Partition of the event in the processor's input.
    #[serde(default)]
    partition: Option<u32>,
    /// Its offset there.
    #[serde(default)]
    offset: Option<u64>,
    /// Every event of this key.
    #[serde(default)]
    key: Option<String>,
    /// Only events with this code.
    #[serde(default)]
    code: Option<String>,
    /// Every event.
    #[serde(default)]
    all: bool,
    /// Whose letters; the live generation if it does not say.
    #[serde(default)]
    generation: Option<u32>,
    /// Why; kept with the decision.
    #[serde(default)]
    reason: String,
    /// Who says so; kept with the decision.
    #[serde(default)]
    by: Option<String>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::operator) struct Decided {
    processor: &'static str,
    /// `redrive` or `discard`.
    action: &'static str,
    /// Its number among the decisions about this processor.
    number: u64,
    /// The events, as partition and offset. What waits behind them follows.
    events: Vec<(u32, u64)>,
    /// Events that were meant, too, and are left for another decision: one takes `operator.decision_events` at most.
    left: usize,
}

/// Tries dead letters again, at their position and in their order; what waits behind them follows.
#[utoipa::path(post, path = "/dlq/{processor}/redrive", tag = "state",
    params(("processor" = String, Path)), request_body = Asked,
    responses((status = 202, body = Decided), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(in crate::operator) async fn redrive(
    State(context): State<GatewayContext>,
    Extension(desk): Extension<Arc<Desk>>,
    Path(processor): Path<String>,
    headers: HeaderMap,
    JsonBody(asked): JsonBody<Asked>,
) -> Result<(StatusCode, Json<Decided>), ApiError> {
    decide(&context, &desk, &processor, &headers, asked, false).await
}

/// Leaves rejected events out for good; what waits behind them is applied.
#[utoipa::path(post, path = "/dlq/{processor}/discard", tag = "state",
    params(("processor" = String, Path)), request_body = Asked,
    responses((status = 202, body = Decided), (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(in crate::operator) async fn discard(
    State(context): State<GatewayContext>,
    Extension(desk): Extension<Arc<Desk>>,
    Path(processor): Path<String>,
    headers: HeaderMap,
    JsonBody(asked): JsonBody<Asked>,
) -> Result<(StatusCode, Json<Decided>), ApiError> {
    decide(&context, &desk, &processor, &headers, asked, true).await
}

async fn decide(
    context: &GatewayContext,
    desk: &Desk,
    processor: &str,
    headers: &HeaderMap,
    asked: Asked,
    discard: bool,
) -> Result<(StatusCode, Json<Decided>), ApiError> {
    let token = context.settings.operator.token.as_ref();
    auth::require(headers, token, "operator.token")?;
    let spec = spec(context, processor)?;
    let place = asked.partition.zip(asked.offset);
    if place.is_none() && asked.key.is_none() && asked.code.is_none() && !asked.all {
        let message = "name partition and offset, or key, or code, or all";
        return Err(ApiError::bad_request("nothing_named", message));
    }
    let conflict = |code, message: String| ApiError::new(StatusCode::CONFLICT, code, message);
    for _ in 0..TRIES {
        let (mut events, generation) = match spec.poison {
            Poison::Halt => (halted(context, spec, place, discard).await?, None),
            _ => waiting(context, desk, spec, &asked, place).await?,
        };
        let max = context.settings.operator.decision_events.max(1);
        let left = events.len().saturating_sub(max);
        events.truncate(max);
        let live = context.platform.views.live(spec.name);
        let decision = Decision {
            processor: spec.name.to_owned(),
            number: desk.decisions.last(spec.name) + 1,
            discard,
            generation: generation.unwrap_or(live),
            before: Vec::new(),
            reason: asked.reason.clone(),
            by: asked.by.clone().unwrap_or_else(|| "operator".to_owned()),
            at: context.platform.clock.now_ms(),
            events,
        };
        let made = decision.clone();
        match generations::decide(&context.platform, spec, &desk.decisions, made).await {
            Ok(()) => {}
            Err(NotDecided::Overtaken) => continue,
            Err(NotDecided::Port(error)) => return Err(error.into()),
            Err(crowded @ NotDecided::Crowded) => {
                return Err(conflict("crowded", format!("{}: {crowded}", spec.name)));
            }
        }
        let events = decision.events.iter().map(|e| (e.partition, e.offset));
        let events: Vec<(u32, u64)> = events.collect();
        let action = if discard { "discard" } else { "redrive" };
        tracing::info!(
            processor.name = spec.name,
            action,
            decision = decision.number,
            events = events.len(),
            reason = decision.reason,
            "an operator decided about dead letters"
        );
        let decided = Decided {
            processor: spec.name,
            action,
            number: decision.number,
            events,
            left,
        };
        return Ok((StatusCode::ACCEPTED, Json(decided)));
    }
    let message = format!("{}: others decide all the time", spec.name);
    Err(conflict("overtaken", message))
}

/// The events that are meant, of those that were rejected themselves and nobody has decided about.
async fn waiting(
    context: &GatewayContext,
    desk: &Desk,
    spec: &'static Spec,
    asked: &Asked,
    place: Option<(u32, u64)>,
) -> Result<(Vec<Event>, Option<u32>), ApiError> {
    let (mut events, mut behind, mut over) = (Vec::new(), None, None);
    let look = |letter: &Letter, state: Became| {
        let meant = place.is_none_or(|place| place == (letter.partition, letter.offset))
            && (asked.key.is_none() || asked.key == key_of(letter))
            && asked.code.as_ref().is_none_or(|code| *code == letter.code);
        match state {
            _ if !meant => {}
            Became::Waiting if letter.behind.is_some() => behind = letter.behind,
            Became::Waiting => events.push(Event {
                partition: letter.partition,
                offset: letter.offset,
                parks: letter.parks,
            }),
            state => over = Some(state),
        }
    };
    desk.look(context, spec, asked.generation, look).await?;
    match (events.is_empty(), behind, over) {
        (false, _, _) => Ok((events, asked.generation)),
        (true, Some(first), _) if place.is_some() => Err(ApiError::new(
            StatusCode::CONFLICT,
            "behind",
            format!("it waits behind the parked event at offset {first}: decide about that one"),
        )),
        (true, _, Some(state)) if place.is_some() => Err(ApiError::new(
            StatusCode::CONFLICT,
            "decided",
            format!("it is {} already", state.name()),
        )),
        _ => Err(ApiError::not_found(format!(
            "{}: no such dead letter waits for a decision",
            spec.name
        ))),
    }
}

/// The event that a partition stands before.
async fn halted(
    context: &GatewayContext,
    spec: &'static Spec,
    place: Option<(u32, u64)>,
    discard: bool,
) -> Result<Vec<Event>, ApiError> {
    let refused = |message: String| Err(ApiError::new(StatusCode::CONFLICT, "halts", message));
    let (name, input) = (spec.name, spec.input);
    let Some((partition, offset)) = place.filter(|_| discard) else {
        return refused(format!(
            "{name} stops at what it rejects: pause and resume it to try again, or discard the event it stands before \
             by partition and offset"
        ));
    };
    let platform = &context.platform;
    let live = platform.views.live(name);
    let marks = platform.store.marks(name, live).await?;
    let mark = marks.get(&(input.to_owned(), partition));
    let next = mark.map_or(0, |mark| mark.next);
    let ends = platform.log.ends(input).await?;
    let end = ends.get(partition as usize).copied().unwrap_or(0);
    if next != offset || offset >= end {
        return refused(format!(
            "{name} does not stand before {input}/{partition}/{offset}: it has come to {next} of {end}"
        ));
    }
    Ok(vec![Event {
        partition,
        offset,
        parks: false,
    }])
}
