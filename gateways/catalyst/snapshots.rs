//! `/snapshots`.

use axum::Json;
use axum::extract::State;

use super::Server;
use super::dto::Snapshot;
use super::error::{ContentError, ContentErrorBody};

/// The snapshot files there are.
#[utoipa::path(get, path = "/content/snapshots", tag = "content",
    responses((status = 200, body = [Snapshot]), (status = 503, body = ContentErrorBody)))]
pub(super) async fn snapshots(
    State(server): State<Server>,
) -> Result<Json<Vec<Snapshot>>, ContentError> {
    match server.catalog.snapshots().await? {
        Some(snapshots) => Ok(Json(snapshots)),
        None => Err(ContentError::not_yet("New Snapshots not yet created")),
    }
}
