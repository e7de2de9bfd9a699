//! Errors in the content server's own shape: `{"error": "<text>"}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::ApiError;

/// What a client of a content server sees of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContentErrorBody {
    /// For people.
    pub(super) error: String,
}

/// An error of a content route.
#[derive(Clone, Debug)]
pub(super) struct ContentError(ApiError);

impl ContentError {
    /// 400 with the text the original gives.
    pub(super) fn bad_request(text: impl Into<String>) -> Self {
        Self(ApiError::bad_request("bad_request", text))
    }

    /// 404.
    pub(super) fn not_found(text: impl Into<String>) -> Self {
        Self(ApiError::not_found(text))
    }

    /// 503 until something is there.
    pub(super) fn not_yet(text: impl Into<String>) -> Self {
        Self(ApiError::unavailable(text, 5))
    }

    /// Its status.
    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.0.status
    }
}

impl From<ApiError> for ContentError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<PortError> for ContentError {
    fn from(error: PortError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ContentError {
    fn into_response(self) -> Response {
        let error = match self.0.status {
            StatusCode::INTERNAL_SERVER_ERROR => "Internal Server Error".to_owned(),
            _ => self.0.message,
        };
        let mut response = (self.0.status, Json(ContentErrorBody { error })).into_response();
        if let Some(seconds) = self.0.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
