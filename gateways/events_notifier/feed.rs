//! `POST /events`.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::write::{self, BadEvent, Prepared, Terms};
use crate::frame::{self, ApiError, ErrorBody, GatewayContext, auth};

/// Bodies above this are parsed beside the threads that serve requests.
const INLINE_BYTES_MAX: usize = 64 * 1024;

/// The answer to accepted events.
#[derive(Debug, Serialize, ToSchema)]
struct Accepted {
    /// How many events the request had.
    accepted: usize,
    /// Token to wait for, also in the header `x-worldlog-position`.
    position: String,
}

/// The answer to a request with an event that is none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Refused {
    /// `invalid_event`
    error: &'static str,
    /// For people.
    message: String,
    /// Place of the event in the request, from 0.
    index: usize,
    /// What is wrong with it.
    reason: String,
    /// Also in the header `x-request-id`.
    request_id: String,
}

/// Feeds events: one, a JSON array or NDJSON. All of them or none are appended.
#[utoipa::path(post, path = "/events", tag = "events", request_body(content = Object,
        description = "an event of the catalogue, an array of them, or NDJSON"),
    responses((status = 202, body = Accepted), (status = 400, body = Refused),
        (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn feed(
    State(context): State<GatewayContext>,
    request: Request,
) -> Result<Response, ApiError> {
    let token = context.settings.operator.token.as_ref();
    auth::require(request.headers(), token, "operator.token")?;
    let terms = terms(&context);
    let body = frame::bytes(request, &context).await?;
    let prepared = if body.len() > INLINE_BYTES_MAX {
        let parsing = tokio::task::spawn_blocking(move || write::prepare(&body, &terms));
        parsing.await.map_err(ApiError::internal)?
    } else {
        write::prepare(&body, &terms)
    };
    match prepared {
        Ok(prepared) => accept(&context, prepared).await,
        Err(bad) => Ok(refuse(bad)),
    }
}

fn terms(context: &GatewayContext) -> Terms {
    let clock = &context.platform.clock;
    let ahead = context.settings.events_notifier.ahead_max;
    Terms {
        events_max: context.settings.events_notifier.events_max,
        ticking_from: clock.follows_ticks().then(|| clock.now_ms()),
        latest: (!clock.follows_ticks()).then(|| clock.now_ms().saturating_add(ahead.as_millis())),
    }
}

async fn accept(context: &GatewayContext, prepared: Prepared) -> Result<Response, ApiError> {
    let accepted = prepared.records.len();
    if accepted == 0 {
        let position = String::new();
        return Ok((StatusCode::ACCEPTED, Json(Accepted { accepted, position })).into_response());
    }
    // Before they are in the log: what processors make of them at once must not seem to happen before them.
    if let Some(now) = prepared.tick {
        context.platform.clock.observe_tick(now);
    }
    let token = context.platform.append(prepared.records).await?;
    let written = frame::after_write(&context.platform, context.settings.gateway.wait, &[], token);
    let written = written.await;
    let position = written.token().to_string();
    let body = Json(Accepted { accepted, position });
    Ok((StatusCode::ACCEPTED, written, body).into_response())
}

fn refuse(bad: BadEvent) -> Response {
    let body = Refused {
        error: "invalid_event",
        message: format!("event {}: {}", bad.index, bad.reason),
        index: bad.index,
        reason: bad.reason,
        request_id: frame::request_id(),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
