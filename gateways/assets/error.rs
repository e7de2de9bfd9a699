//! Errors in the shapes of this service.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use identity::signed_fetch::SignedFetchError;
use runtime::ports::PortError;
use serde_json::{Value, json};

use crate::frame::ApiError;

/// An error of a route: a body of its own, or one of the platform's.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Status and body.
    Own(StatusCode, Value),
    /// One of the platform's.
    Platform(ApiError),
}

impl Fault {
    /// `{"ok":false,"message":…}`.
    pub(super) fn not_ok(status: StatusCode, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::Own(status, json!({"ok": false, "message": message}))
    }

    /// 400 in the words of the generic handler.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        let message: String = message.into();
        let body = json!({"error": "Bad request", "message": message});
        Self::Own(StatusCode::BAD_REQUEST, body)
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Platform(error)
    }
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        Self::Platform(error.into())
    }
}

impl From<SignedFetchError> for Fault {
    fn from(error: SignedFetchError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::UNAUTHORIZED);
        Self::Own(status, error.adr44_body())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Own(status, body) => (status, Json(body)).into_response(),
            Self::Platform(error) if error.status == StatusCode::INTERNAL_SERVER_ERROR => {
                let body = json!({"error": "Internal Server Error"});
                (error.status, Json(body)).into_response()
            }
            Self::Platform(error) => error.into_response(),
        }
    }
}
