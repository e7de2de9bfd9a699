//! Whether a gateway lives and can answer.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use runtime::platform::Platform;
use serde_json::json;

use super::ApiError;

const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// `/health/{live,startup,ready}` of one gateway. Ready means that the store of the read models answers.
pub(super) fn routes(platform: Platform) -> Router {
    let live = || async { Json(json!({ "status": "ok" })) };
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
