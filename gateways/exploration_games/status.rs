//! That it is there, at both paths where the original answers.

use axum::Json;
use axum::extract::State;

use crate::frame::{GatewayContext, Status};

/// Says what runs.
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Status)))]
pub(super) async fn status(State(context): State<GatewayContext>) -> Json<Status> {
    Json(Status::of(&context))
}

/// Says what runs.
#[utoipa::path(get, path = "/api/status", tag = "status", responses((status = 200, body = Status)))]
pub(super) async fn api_status(State(context): State<GatewayContext>) -> Json<Status> {
    Json(Status::of(&context))
}
