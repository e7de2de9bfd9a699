//! Errors in the shapes that clients of the original know.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use identity::signed_fetch::SignedFetchError;
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::ApiError;

/// What a client sees of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Refusal {
    /// What kind.
    pub(super) error: String,
    /// What is wrong.
    pub(super) message: String,
}

/// Why a request is not answered.
#[derive(Debug)]
pub(super) enum Fault {
    /// 400
    Bad(String),
    /// 401: no or a wrong credential.
    Unauthorized(String),
    /// 429: this wallet asks too often, or for too much at once.
    TooMany(String),
    /// The request is signed by nobody.
    Unsigned(SignedFetchError),
    /// Anything else, in the shape of all gateways.
    Api(ApiError),
}

impl Fault {
    /// 400 with a text.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::Bad(message.into())
    }

    /// 503: not configured, or not now.
    pub(super) fn unavailable(message: impl Into<String>) -> Self {
        Self::Api(ApiError::unavailable(message, 5))
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        Self::Api(error.into())
    }
}

impl From<SignedFetchError> for Fault {
    fn from(error: SignedFetchError) -> Self {
        Self::Unsigned(error)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let refusal = |status: StatusCode, error: &str, message: String| {
            let error = error.to_owned();
            (status, Json(Refusal { error, message })).into_response()
        };
        match self {
            Self::Bad(message) => refusal(StatusCode::BAD_REQUEST, "Bad request", message),
            Self::Unauthorized(message) => {
                refusal(StatusCode::UNAUTHORIZED, "Not Authorized", message)
            }
            Self::TooMany(message) => {
                refusal(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", message)
            }
            Self::Unsigned(error) => {
                let status = StatusCode::from_u16(error.status);
                let status = status.unwrap_or(StatusCode::UNAUTHORIZED);
                (status, Json(error.adr44_body())).into_response()
            }
            Self::Api(error) => error.into_response(),
        }
    }
}
