//! Errors in the shapes of this service.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use runtime::ports::PortError;
use serde_json::{Value, json};

use crate::frame::ApiError;

/// A picture that is not there may be there in a moment.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// An error of a route.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Status and body.
    Own(StatusCode, Value),
    /// There is no picture; seconds after which there may be one.
    NoPicture(Value, Option<u64>),
    /// One of the platform's.
    Platform(ApiError),
}

impl Fault {
    /// 400 in the words of the generic handler.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        let message: String = message.into();
        let body = json!({"error": "Bad request", "message": message});
        Self::Own(StatusCode::BAD_REQUEST, body)
    }

    /// 401.
    pub(super) fn unauthorized(message: &str) -> Self {
        let body = json!({"error": "Not Authorized", "message": message});
        Self::Own(StatusCode::UNAUTHORIZED, body)
    }

    /// 500 as routes say it that could not do their work.
    pub(super) fn internal() -> Self {
        let body = json!({"error": "Internal server error"});
        Self::Own(StatusCode::INTERNAL_SERVER_ERROR, body)
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

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Own(status, body) => (status, Json(body)).into_response(),
            Self::NoPicture(body, after) => {
                let mut response = (StatusCode::NOT_FOUND, Json(body)).into_response();
                let headers = response.headers_mut();
                headers.insert(header::CACHE_CONTROL, NOT_KEPT);
                if let Some(seconds) = after {
                    headers.insert(header::RETRY_AFTER, seconds.into());
                }
                response
            }
            Self::Platform(error) if error.status == StatusCode::INTERNAL_SERVER_ERROR => {
                let body = json!({"error": "Internal Server Error"});
                (error.status, Json(body)).into_response()
            }
            Self::Platform(error) => error.into_response(),
        }
    }
}
