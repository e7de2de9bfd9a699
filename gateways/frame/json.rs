//! JSON: request bodies with a limit first, then a named error; answers whose size is known.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
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

/// Headers that an answer has when it leaves, ours and the handler's.
const HEADERS: usize = 12;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A JSON answer of about so many bytes, for routes where growing buffers is a part of the whole time.
#[derive(Clone, Copy, Debug)]
pub struct SizedJson<T> {
    /// What is answered.
    pub value: T,
    /// Bytes it will take, roughly; at least those it nearly always has.
    pub bytes: usize,
}

impl<T: Serialize> IntoResponse for SizedJson<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(self.bytes);
        if let Err(error) = serde_json::to_writer(&mut text, &self.value) {
            return ApiError::internal(error).into_response();
        }
        let mut response = Response::new(Body::from(text));
        let mut headers = HeaderMap::with_capacity(HEADERS);
        headers.insert(header::CONTENT_TYPE, JSON);
        *response.headers_mut() = headers;
        response
    }
}
