//! What this gateway answers when it has nothing to answer: `{"error": "<text>"}`, as the original.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// The body.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FaultBody {
    error: &'static str,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No catalyst is well, or none may be offered.
    NoCatalyst,
    /// What is known is too old, and nobody said anything new in time.
    Late,
    /// There is no such realm.
    NoRealm,
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::NoCatalyst => (
                StatusCode::SERVICE_UNAVAILABLE,
                "No content catalysts available",
            ),
            Self::Late => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The catalysts did not answer in time",
            ),
            Self::NoRealm => (StatusCode::NOT_FOUND, "Realm not found"),
        };
        (status, Json(FaultBody { error })).into_response()
    }
}
