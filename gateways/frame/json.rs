//! JSON request bodies: a limit first, then a named error.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::ApiError;

/// A request body read as JSON, whatever its content type says. The gateway's body limit applies.
#[derive(Clone, Copy, Debug)]
pub struct JsonBody<T>(pub T);

/// A request body of at most the gateway's limit.
///
/// # Errors
/// 413 beyond the limit, 400 when the client breaks off.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|error| {
        let status = error.status();
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::too_large("the body is larger than this route reads")
        } else {
            ApiError::new(status, "invalid_body", "the body could not be read")
        }
    })
}

/// Parses JSON.
///
/// # Errors
/// 400 with the parser's text.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes)
        .map_err(|e| ApiError::bad_request("invalid_body", format!("the body is not valid: {e}")))
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        parse(&bytes(request, state).await?).map(Self)
    }
}
