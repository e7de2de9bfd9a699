//! Seasons: shown to everybody, defined by who has the admin's token.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde_json::{Value, json};

use super::command;
use super::error::{Failure, Fault};
use super::program;
use super::tables::Tables;
use crate::frame::{GatewayContext, JsonBody, Status, Written, auth};

/// That the server is there.
#[utoipa::path(get, path = "/status", tag = "program", responses((status = 200, body = Status)))]
pub(super) async fn status(State(context): State<GatewayContext>) -> Json<Status> {
    Json(Status::of(&context))
}

/// The season that lasts, in short.
#[utoipa::path(get, path = "/season", tag = "program",
    responses((status = 200, body = Value), (status = 404, body = Failure)))]
pub(super) async fn season(State(context): State<GatewayContext>) -> Result<Json<Value>, Fault> {
    let tables = Tables::of(&context.platform);
    let (program, now) = (tables.program().await?, tables.clock().await?.now);
    let found = program::seasons(&program, now);
    let season = found
        .current
        .or(found.last)
        .ok_or_else(|| Fault::not_found("no season has begun"))?;
    let week = program::week(season, now.min(season.end - 1));
    Ok(Json(json!({
        "id": season.id,
        "week": week,
        "isPaused": season.paused,
    })))
}

/// The last, the current and the next season, in the shapes of both clients.
#[utoipa::path(get, path = "/seasons", tag = "program", responses((status = 200, body = Value)))]
pub(super) async fn seasons(State(context): State<GatewayContext>) -> Result<Json<Value>, Fault> {
    let tables = Tables::of(&context.platform);
    let (program, now) = (tables.program().await?, tables.clock().await?.now);
    Ok(Json(program::shown(&program, now)))
}

/// The same under the path of newer clients.
#[utoipa::path(get, path = "/v2/seasons", tag = "program", responses((status = 200, body = Value)))]
pub(super) async fn seasons_v2(context: State<GatewayContext>) -> Result<Json<Value>, Fault> {
    seasons(context).await
}

/// Defines a season, or a later version of one: the body is the metadata of `credits/season-defined`.
#[utoipa::path(post, path = "/admin/seasons", tag = "admin", request_body = Value,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 401, body = Failure),
        (status = 409, body = Failure)))]
pub(super) async fn define(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let token = context.settings.credits.api_admin_token.as_ref();
    auth::require(&headers, token, "credits.api_admin_token")?;
    command::answer(&context, &headers, "season-defined", (String::new(), body)).await
}
