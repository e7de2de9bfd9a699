//! Dead letters: what could not be applied, and what people decide about it.

mod decide;
mod desk;

pub(super) use decide::{__path_discard, __path_redrive, discard, redrive};
pub(super) use desk::Desk;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use kernel::Poison;
use runtime::dead_letters::{Letter, State as Became};
use runtime::ports::{Log, ReadLimits, TopicInfo};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{RecordView, text};
use crate::frame::{ApiError, ErrorBody, GatewayContext};

const DEAD_LETTERS: &str = "dlq.";
const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 1000;
/// Processors that are looked at at a time; each waits for log and store several times.
const AT_A_TIME: usize = 8;

/// Dead letters of one processor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLetters {
    /// The processor that could not apply them.
    processor: String,
    /// What it does with what it rejects: `skip`, `park` or `halt`.
    policy: Option<&'static str>,
    /// Where they are; read them at `/topics/<topic>/records`.
    topic: String,
    /// How many are kept.
    records: u64,
    /// Their bytes.
    bytes: u64,
    /// How many of the live generation nothing was done about yet.
    depth: usize,
    /// Those of them that were rejected themselves; the others wait behind one of their key.
    rejected: usize,
    /// Keys that are parked.
    parked_keys: usize,
    /// Age of the oldest of them, seconds.
    oldest_seconds: i64,
    /// There are more letters than are kept in mind: the numbers are too low.
    truncated: bool,
}

/// One dead letter.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    /// Partition of the processor's input.
    partition: u32,
    /// Offset of the event there.
    offset: u64,
    generation: u32,
    /// The event's aggregate; where it cannot be known, the event's key.
    key: Option<String>,
    code: String,
    message: String,
    /// Later events of its key wait behind it.
    parks: bool,
    /// Offset of the parked event behind which it waited when it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    behind: Option<u64>,
    /// Number of the decision because of which it was tried again, in vain.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<u64>,
    /// When it was written, ms.
    written_at: i64,
    /// `waiting`, `decided` (not carried out yet), `redriven` or `discarded`.
    state: &'static str,
    /// The letter: the event's headers and value, decoded. `null`: retention has removed it.
    letter: Option<RecordView>,
}

/// Which letters.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only of this key.
    key: Option<String>,
    /// Only with this code.
    code: Option<String>,
    /// Only in this state.
    state: Option<String>,
    /// Of this generation; the live one if it does not say.
    generation: Option<u32>,
    /// Leave out so many.
    skip: Option<usize>,
    /// At most so many, 100 if it does not say, 1000 at most.
    limit: Option<usize>,
}

pub(super) fn policy(poison: Poison) -> &'static str {
    match poison {
        Poison::Skip => "skip",
        Poison::Park => "park",
        Poison::Halt => "halt",
    }
}

/// Dead letters, by processor.
#[utoipa::path(get, path = "/dlq", tag = "state", responses((status = 200, body = [DeadLetters])))]
pub(super) async fn dead_letters(
    State(context): State<GatewayContext>,
    Extension(desk): Extension<Arc<Desk>>,
) -> Result<Json<Vec<DeadLetters>>, ApiError> {
    let topics = context.platform.log.topics().await?;
    let all = topics.into_iter().filter_map(|info| {
        let processor = info.spec.name.strip_prefix(DEAD_LETTERS)?.to_owned();
        Some(summed(&context, &desk, processor, info))
    });
    let all: Vec<_> = all.collect();
    let all = stream::iter(all).buffered(AT_A_TIME);
    let mut all: Vec<DeadLetters> = all.try_collect().await?;
    all.sort_by(|a, b| a.processor.cmp(&b.processor));
    Ok(Json(all))
}

/// What is known of one processor's dead letters. `info`: of their topic.
async fn summed(
    context: &GatewayContext,
    desk: &Desk,
    processor: String,
    info: TopicInfo,
) -> Result<DeadLetters, ApiError> {
    let now = context.platform.clock.now_ms();
    let spec = desk::spec(context, &processor).ok();
    let mut of = DeadLetters {
        processor,
        policy: spec.map(|spec| policy(spec.poison)),
        records: info.records,
        bytes: info.bytes,
        depth: 0,
        rejected: 0,
        parked_keys: 0,
        oldest_seconds: 0,
        truncated: false,
        topic: info.spec.name,
    };
    if let Some(spec) = spec.filter(|_| info.records > 0) {
        let look = |letter: &Letter, state: Became| {
            if !state.is_over() {
                of.depth += 1;
                of.rejected += usize::from(letter.behind.is_none());
                of.parked_keys += usize::from(letter.parks);
                let age = (now - letter.written_at).max(0) / 1000;
                of.oldest_seconds = of.oldest_seconds.max(age);
            }
        };
        of.truncated = desk.look(context, spec, None, look).await? > 0;
    }
    Ok(of)
}

pub(super) fn key_of(letter: &Letter) -> Option<String> {
    letter.key.as_deref().map(text)
}

/// Dead letters of one processor, decoded, each with what became of it.
#[utoipa::path(get, path = "/dlq/{processor}", tag = "state",
    params(("processor" = String, Path), Which),
    responses((status = 200, body = [Shown]), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn of_processor(
    State(context): State<GatewayContext>,
    Extension(desk): Extension<Arc<Desk>>,
    Path(processor): Path<String>,
    query: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Vec<Shown>>, ApiError> {
    let Query(which) =
        query.map_err(|e| ApiError::bad_request("invalid_query", e.body_text().to_lowercase()))?;
    let limit = which.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        let message = format!("limit is {limit}; want 1 to {LIMIT_MAX} letters");
        return Err(ApiError::bad_request("invalid_limit", message));
    }
    let spec = desk::spec(&context, &processor)?;
    let (mut skip, mut page) = (which.skip.unwrap_or(0), Vec::new());
    let is = |want: &Option<String>, real: Option<&str>| match want {
        Some(want) => real == Some(want),
        None => true,
    };
    let look = |letter: &Letter, state: Became| {
        let wanted = is(&which.key, key_of(letter).as_deref())
            && is(&which.code, Some(&letter.code))
            && is(&which.state, Some(state.name()));
        if wanted && skip > 0 {
            skip -= 1;
        } else if wanted && page.len() < limit {
            page.push((letter.clone(), state));
        }
    };
    desk.look(&context, spec, which.generation, look).await?;
    let topic = spec.dead_letters();
    let mut shown = Vec::new();
    for (letter, state) in page {
        let record = record(&*context.platform.log, &topic, &letter).await?;
        shown.push(Shown {
            partition: letter.partition,
            offset: letter.offset,
            generation: letter.generation,
            key: key_of(&letter),
            parks: letter.parks,
            behind: letter.behind,
            decision: Some(letter.decision).filter(|number| *number > 0),
            written_at: letter.written_at,
            state: state.name(),
            letter: record,
            code: letter.code,
            message: letter.message,
        });
    }
    Ok(Json(shown))
}

async fn record(
    log: &dyn Log,
    topic: &str,
    letter: &Letter,
) -> Result<Option<RecordView>, ApiError> {
    let (partition, offset) = letter.at;
    let one = ReadLimits {
        records: 1,
        bytes: 1,
    };
    let batch = log.read(topic, partition, offset, one).await?;
    let found = batch.records.iter().find(|r| r.offset == offset);
    Ok(found.map(|record| RecordView::of(topic, partition, record)))
}
