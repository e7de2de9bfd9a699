//! That it is there.

use axum::Json;
use axum::extract::State;

use super::Server;
use super::fault::{self, Fault};
use crate::frame::Status;

/// Says that it is there.
#[utoipa::path(get, path = "/ping", tag = "status", responses((status = 200, body = String)))]
pub(super) async fn ping() -> &'static str {
    "/ping"
}

/// Says what runs.
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Status)))]
pub(super) async fn status(State(server): State<Server>) -> Json<Status> {
    Json(Status::of(&server.context))
}

/// Is no more.
#[utoipa::path(post, path = "/mute", tag = "status", responses((status = 404, body = Object)))]
pub(super) async fn mute() -> Fault {
    fault::missing("Deprecated endpoint")
}
