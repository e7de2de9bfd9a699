//! `POST /producers/:producer/set-since`: has a producer of chain events read again from a date.

use async_trait::async_trait;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::frame::{self, ApiError, ErrorBody, GatewayContext, auth};

/// The producers, as this gateway needs them.
#[async_trait]
pub trait Producers: Send + Sync {
    /// Reads once from `since` (ms), appends what is found and keeps where it came to.
    ///
    /// # Errors
    /// Says why not all was read.
    async fn run_since(&self, producer: &str, since: i64) -> Result<(), ProducerError>;
}

/// Why a producer did not run to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProducerError {
    /// There is none of that name.
    #[error("no producer is named {0:?}")]
    Unknown(String),
    /// Its indexer is not configured.
    #[error("{0} is not set: nobody can be asked")]
    NotConfigured(&'static str),
    /// The indexer or the log did not do as it should; what was read until then is kept.
    #[error("{0}")]
    Failed(String),
}

/// From when to read.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "read as plain JSON, whose mistakes are told apart"
)]
struct Since {
    /// A date: ISO 8601, or what JavaScript makes of one.
    since: String,
}

/// Has a producer read again from a date, at once.
#[utoipa::path(post, path = "/producers/{producer}/set-since", tag = "producers", request_body = Since,
    params(("producer" = String, Path, description = "sub-type of its events, e.g. item-sold")),
    responses((status = 204), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn set_since(
    State(context): State<GatewayContext>,
    Path(producer): Path<String>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let key = context.settings.events_notifier.signing_key.as_ref();
    auth::require(request.headers(), key, "events_notifier.signing_key")?;
    if !crate::sources::indexer::knows(&producer) {
        return Err(not_found(&producer));
    }
    let body = frame::bytes(request, &context).await?;
    let since = since(&body)?;
    let Some(producers) = &context.producers else {
        return Err(unavailable("no indexer is configured"));
    };
    match producers.run_since(&producer, since).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(ProducerError::Unknown(name)) => Err(not_found(&name)),
        Err(error) => Err(unavailable(error.to_string())),
    }
}

fn since(body: &[u8]) -> Result<i64, ApiError> {
    let bad = |what: &str| ApiError::bad_request("invalid_since", what);
    let body: Value = frame::parse(body)?;
    let since = body.get("since").ok_or_else(|| bad("since is missing"))?;
    let since = since.as_str().ok_or_else(|| bad("since is not a text"))?;
    identity::js_date::parse(since).ok_or_else(|| bad("since is not a date"))
}

fn not_found(producer: &str) -> ApiError {
    let shown: String = producer.chars().take(100).collect();
    ApiError::not_found(format!("no producer is named {shown:?}"))
}

fn unavailable(message: impl Into<String>) -> ApiError {
    ApiError::unavailable(message, 60)
}
