//! Dead letters as they are now.

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
