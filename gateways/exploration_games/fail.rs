//! Refusals in the original's shapes.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use identity::signed_fetch::SignedFetchError;
use runtime::ports::PortError;
use serde_json::{Value, json};

use crate::frame::ApiError;

/// Why a request is not answered as it hoped.
#[derive(Debug)]
pub(super) enum Fail {
    /// In the service's own shape.
    Own(StatusCode, Value),
    /// In everybody's.
    Shared(ApiError),
}

/// 400 with the service's words.
pub(super) fn bad(message: impl Into<String>) -> Fail {
    let message: String = message.into();
    let body = json!({"error": "Bad request", "message": message});
    Fail::Own(StatusCode::BAD_REQUEST, body)
}

/// 500 without a cause, where the original fails.
pub(super) fn broken() -> Fail {
    let body = json!({"error": "Internal Server Error"});
    Fail::Own(StatusCode::INTERNAL_SERVER_ERROR, body)
}

impl From<ApiError> for Fail {
    fn from(error: ApiError) -> Self {
        Self::Shared(error)
    }
}

impl From<PortError> for Fail {
    fn from(error: PortError) -> Self {
        Self::Shared(error.into())
    }
}

impl From<SignedFetchError> for Fail {
    fn from(error: SignedFetchError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::UNAUTHORIZED);
        Self::Own(status, error.body())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        match self {
            Self::Own(status, body) => (status, Json(body)).into_response(),
            Self::Shared(error) => error.into_response(),
        }
    }
}
