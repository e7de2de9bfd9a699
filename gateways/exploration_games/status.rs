//! That it is there, at both paths where the original answers.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::frame::GatewayContext;

fn body(context: &GatewayContext) -> Json<Value> {
    let now = context.platform.clock.now_ms();
    Json(json!({"version": context.version, "currentTime": now, "commitHash": context.commit}))
}

/// Says what runs.
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Object)))]
pub(super) async fn status(State(context): State<GatewayContext>) -> Json<Value> {
    body(&context)
}

/// Says what runs.
#[utoipa::path(get, path = "/api/status", tag = "status", responses((status = 200, body = Object)))]
pub(super) async fn api_status(State(context): State<GatewayContext>) -> Json<Value> {
    body(&context)
}
