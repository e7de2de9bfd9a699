//! Effects, dead letters and generations as they are now.

use axum::Json;
use axum::extract::State;
use runtime::effects::Due;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::{ApiError, GatewayContext};

const DEAD_LETTERS: &str = "dlq.";

/// What effects are left to do.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Effects {
    /// By kind.
    #[schema(value_type = Vec<Object>)]
    kinds: Vec<Due>,
    /// Those that wait for another try.
    pending: Vec<PendingEffect>,
}

/// An effect that waits for another try. Its request is not shown: it may hold what an operator must not read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PendingEffect {
    kind: String,
    key: String,
    /// Tries so far.
    attempts: u32,
    /// When the next try is due, ms.
    due: i64,
    /// After this nobody wants it any more, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<i64>,
    /// Why the last try failed.
    reason: String,
}

/// Effects that are due or wait.
#[utoipa::path(get, path = "/effects", tag = "state", responses((status = 200, body = Effects)))]
pub(super) async fn effects(
    State(context): State<GatewayContext>,
) -> Result<Json<Effects>, ApiError> {
    let Some(process) = &context.process else {
        return Ok(Json(Effects::default()));
    };
    let pending = process
        .effects_pending()
        .into_iter()
        .map(|p| PendingEffect {
            kind: p.kind,
            key: p.key,
            attempts: p.attempts,
            due: p.due,
            not_after: p.not_after,
            reason: p.reason,
        });
    Ok(Json(Effects {
        pending: pending.collect(),
        kinds: process.effects_due().await?,
    }))
}

/// Dead letters of one processor.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeadLetters {
    /// The processor that could not apply them.
    processor: String,
    /// Where they are; read them at `/topics/<topic>/records`.
    topic: String,
    /// How many are kept.
    records: u64,
    /// Their bytes.
    bytes: u64,
}

/// Dead letters, by processor.
#[utoipa::path(get, path = "/dlq", tag = "state", responses((status = 200, body = [DeadLetters])))]
pub(super) async fn dead_letters(
    State(context): State<GatewayContext>,
) -> Result<Json<Vec<DeadLetters>>, ApiError> {
    let topics = context.platform.log.topics().await?.into_iter();
    let mut letters: Vec<DeadLetters> = topics
        .filter_map(|info| {
            let processor = info.spec.name.strip_prefix(DEAD_LETTERS)?.to_owned();
            Some(DeadLetters {
                processor,
                topic: info.spec.name,
                records: info.records,
                bytes: info.bytes,
            })
        })
        .collect();
    letters.sort_by(|a, b| a.processor.cmp(&b.processor));
    Ok(Json(letters))
}

/// A read model and its live generation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Generation {
    read_model: &'static str,
    /// The generation that requests read.
    live: u32,
    /// Revision of the processor of this program.
    revision: u32,
}

/// Read models and their generations.
#[utoipa::path(get, path = "/generations", tag = "state",
    responses((status = 200, body = [Generation])))]
pub(super) async fn generations(State(context): State<GatewayContext>) -> Json<Vec<Generation>> {
    let specs = context.platform.waiter.specs().iter();
    let generations = specs.map(|spec| Generation {
        read_model: spec.name,
        live: context.platform.views.live(spec.name),
        revision: spec.revision,
    });
    Json(generations.collect())
}
