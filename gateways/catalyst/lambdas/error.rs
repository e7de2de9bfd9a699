//! Errors in the shape of these routes: `{"error": "<what kind>", "message": "<why>"}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::ApiError;

/// What a client sees of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::catalyst) struct LambdasErrorBody {
    /// Its kind, the same for each status.
    error: String,
    /// For people.
    message: String,
}

/// An error of a `/lambdas` route.
#[derive(Clone, Debug)]
pub(in crate::catalyst) struct LambdasError(ApiError);

impl LambdasError {
    /// 400.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self(ApiError::bad_request("bad_request", message))
    }

    /// 404.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self(ApiError::not_found(message))
    }

    /// 502: the answer lies with a source that is not configured.
    pub(super) fn not_configured(message: impl Into<String>) -> Self {
        Self(ApiError::new(
            StatusCode::BAD_GATEWAY,
            "not_configured",
            message,
        ))
    }

    fn kind(&self) -> &'static str {
        match self.0.status {
            StatusCode::BAD_REQUEST => "Bad request",
            StatusCode::BAD_GATEWAY => "The requested items cannot be fetched right now",
            other => other.canonical_reason().unwrap_or("Error"),
        }
    }
}

impl From<ApiError> for LambdasError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<PortError> for LambdasError {
    fn from(error: PortError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for LambdasError {
    fn into_response(self) -> Response {
        let body = LambdasErrorBody {
            error: self.kind().to_owned(),
            message: self.0.message,
        };
        let mut response = (self.0.status, Json(body)).into_response();
        if let Some(seconds) = self.0.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
