//! Dead letters and generations as they are now.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::{ApiError, GatewayContext};

const DEAD_LETTERS: &str = "dlq.";

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
