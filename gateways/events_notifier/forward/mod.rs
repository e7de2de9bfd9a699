//! `POST /forward`: what explorers report to Segment, relayed by its webhook.
//!
//! The signature proves that Segment relayed the body, the chain proves that the wallet signed in. The answers' bodies
//! and the order of checks are the original's; Segment tries again on any status but 200, so that what can never become
//! right is worth counting and what is only late (503) is not lost.

mod signature;
#[cfg(test)]
mod tests;
mod track;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use kernel::event_id;
use serde::Serialize;
use utoipa::ToSchema;

use self::track::{Refusal, Track};
use super::write::SOURCE;
use crate::frame::{self, ApiError, ErrorBody, GatewayContext, inbox_record};
use crate::settings::Secret;

/// Counter {reason}: bodies that were refused: `too_large`, `signature`, `event`, `chain` or `time`.
pub const REFUSED: &str = "forward_refused_total";
const SIGNATURE: &str = "x-signature";

/// The answer to a body that became an event, now or when it came for the first time.
#[derive(Debug, Serialize, ToSchema)]
struct Forwarded {
    /// true
    ok: bool,
}

/// The answer to a body that became none.
#[derive(Debug, Serialize, ToSchema)]
struct NotForwarded {
    /// `Invalid signature`, `Invalid event` or `Invalid AuthChain`.
    error: &'static str,
    /// false
    ok: bool,
}

/// Takes one Segment track object.
#[utoipa::path(post, path = "/forward", tag = "events", request_body(content = Object,
        description = "a Segment track object, signed in x-signature"),
    responses((status = 200, body = Forwarded), (status = 400, body = NotForwarded),
        (status = 401, body = NotForwarded), (status = 413, body = ErrorBody),
        (status = 503, body = ErrorBody)))]
pub(super) async fn forward(
    State(context): State<GatewayContext>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let signature = signature_of(&parts.headers).map(str::to_owned);
    let body = match frame::bytes(Request::from_parts(parts, body), &context).await {
        Ok(body) => body,
        Err(error) => {
            if error.status == StatusCode::PAYLOAD_TOO_LARGE {
                count("too_large");
            }
            return Err(error);
        }
    };
    let parsed = serde_json::from_slice(&body).ok();
    let key = Secret::present(&context.settings.events_notifier.segment_signing_key);
    let signed = key.zip(signature).is_some_and(|(key, signature)| {
        signature::is_signed(&signature, key, &body, parsed.as_ref())
    });
    if !signed {
        return Ok(refuse("signature"));
    }
    let Some(parsed) = parsed else {
        return Ok(refuse("event"));
    };
    let clock = &context.platform.clock;
    let now = clock.now_ms();
    // Where time only moves by ticks, nothing says what is ahead of it.
    let ahead = (!clock.follows_ticks()).then_some(now);
    let track = track::read(&parsed, now).and_then(|track| track.in_time(ahead));
    match track {
        Ok(track) => accept(&context, &track).await,
        Err(Refusal::Event(why)) => Ok(explain("event", &why)),
        Err(Refusal::Chain(why)) => Ok(explain("chain", &why)),
        Err(Refusal::Time(why)) => Ok(explain("time", &why)),
    }
}

fn signature_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(SIGNATURE)?.to_str().ok()
}

async fn accept(context: &GatewayContext, track: &Track) -> Result<Response, ApiError> {
    let id = event_id(format!("{SOURCE}/forward\n{}", track.identity).as_bytes());
    let mut record = match inbox_record(&track.event, id, SOURCE) {
        Ok(record) => record,
        // A member of another type than the catalogue's.
        Err(error) => return Ok(explain("event", &error.to_string())),
    };
    let platform = &context.platform;
    let clock = &platform.clock;
    record.timestamp = clock.follows_ticks().then(|| clock.now_ms());
    let token = platform.append(vec![record]).await?;
    let written = frame::after_write(platform, context.settings.gateway.wait, &[], token).await;
    Ok((StatusCode::OK, written, Json(Forwarded { ok: true })).into_response())
}

fn count(reason: &'static str) {
    metrics::counter!(REFUSED, "reason" => reason).increment(1);
}

fn explain(reason: &'static str, why: &str) -> Response {
    tracing::debug!(reason, "a forwarded body is refused: {why}");
    refuse(reason)
}

fn refuse(reason: &'static str) -> Response {
    count(reason);
    let (status, error) = match reason {
        "event" | "time" => (StatusCode::BAD_REQUEST, "Invalid event"),
        "chain" => (StatusCode::UNAUTHORIZED, "Invalid AuthChain"),
        _ => (StatusCode::UNAUTHORIZED, "Invalid signature"),
    };
    (status, Json(NotForwarded { error, ok: false })).into_response()
}
