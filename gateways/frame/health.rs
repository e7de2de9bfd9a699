//! Whether a gateway lives and can answer, and whether the process does.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use runtime::platform::Platform;
use serde_json::json;

use super::{ApiError, GatewayContext};

const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// It lives.
pub(super) fn alive() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

/// `/health/ready` of the process, for pods that may have no gateway: every processor has partitions, none is blocked,
/// and the store answers. Never lag: a process that catches up is well.
pub(super) async fn whole(context: &GatewayContext) -> Response {
    if let Some(process) = &context.process {
        let waiting = process.waiting();
        if !waiting.is_empty() {
            let names = waiting.join(", ");
            return ApiError::unavailable(format!("no partition assigned yet: {names}"), 1)
                .into_response();
        }
        if let Some(first) = process.blocked().first() {
            let what = format!(
                "partition {} of {} is blocked ({}): {}",
                first.partition, first.processor, first.reason, first.message
            );
            return ApiError::unavailable(what, 5).into_response();
        }
    }
    ready(context.platform.clone()).await
}

/// `/health/{live,startup,ready}` of one gateway. Ready means that the store of the read models answers.
pub(super) fn routes(platform: Platform) -> Router {
    let live = || async { alive() };
    Router::new()
        .route("/health/live", get(live))
        .route("/health/startup", get(live))
        .route("/health/ready", get(move || ready(platform.clone())))
}

async fn ready(platform: Platform) -> Response {
    let asked = platform.store.pointer("health");
    match tokio::time::timeout(STORE_ANSWERS_WITHIN, asked).await {
        Ok(Ok(_)) => Json(json!({ "status": "ok" })).into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the store does not answer");
            ApiError::unavailable("the store does not answer", 1).into_response()
        }
        Err(_) => ApiError::unavailable("the store does not answer in time", 1).into_response(),
    }
}
