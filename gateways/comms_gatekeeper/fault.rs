//! Errors in the shapes that clients of the original know.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use identity::signed_fetch::SignedFetchError;
use runtime::ports::PortError;
use serde_json::{Value, json};

use crate::frame::ApiError;
use crate::frame::livekit::LiveKitError;

/// Why a request is not answered as it hoped.
#[derive(Debug)]
pub(super) enum Fault {
    /// A status and a body.
    Own(StatusCode, Value),
    /// In the shape of all gateways.
    Shared(ApiError),
}

/// `{"error":…}`.
pub(super) fn said(status: StatusCode, text: impl Into<String>) -> Fault {
    let text: String = text.into();
    Fault::Own(status, json!({ "error": text }))
}

/// 400.
pub(super) fn bad(text: impl Into<String>) -> Fault {
    said(StatusCode::BAD_REQUEST, text)
}

/// 401.
pub(super) fn unauthorized(text: impl Into<String>) -> Fault {
    said(StatusCode::UNAUTHORIZED, text)
}

/// 403.
pub(super) fn forbidden(text: impl Into<String>) -> Fault {
    said(StatusCode::FORBIDDEN, text)
}

/// 404.
pub(super) fn missing(text: impl Into<String>) -> Fault {
    said(StatusCode::NOT_FOUND, text)
}

/// 503.
pub(super) fn unavailable(text: impl Into<String>) -> Fault {
    said(StatusCode::SERVICE_UNAVAILABLE, text)
}

/// `{"error":…,"message":…}`, as bans answer.
pub(super) fn told(status: StatusCode, error: &str, message: impl Into<String>) -> Fault {
    let message: String = message.into();
    Fault::Own(status, json!({ "error": error, "message": message }))
}

/// 400 for a body that is no JSON, in the middleware's shape.
pub(super) fn unparsed(text: impl Into<String>) -> Fault {
    let text: String = text.into();
    let body = json!({ "ok": false, "message": text });
    Fault::Own(StatusCode::BAD_REQUEST, body)
}

/// 400 for JSON of another shape; names what is wrong.
pub(super) fn misshapen(wrong: &[&str]) -> Fault {
    let data: Vec<Value> = wrong
        .iter()
        .map(|text| json!({ "message": text }))
        .collect();
    let body = json!({ "ok": false, "message": "Invalid JSON body", "data": data });
    Fault::Own(StatusCode::BAD_REQUEST, body)
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Shared(error)
    }
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        Self::Shared(error.into())
    }
}

impl From<SignedFetchError> for Fault {
    fn from(error: SignedFetchError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::UNAUTHORIZED);
        Self::Own(status, error.body())
    }
}

impl From<LiveKitError> for Fault {
    fn from(error: LiveKitError) -> Self {
        tracing::warn!(%error, "a request needs the LiveKit server");
        unavailable("The LiveKit server does not answer")
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Own(status, body) => (status, Json(body)).into_response(),
            Self::Shared(error) if error.status == StatusCode::INTERNAL_SERVER_ERROR => {
                let body = json!({ "error": "Internal Server Error" });
                (error.status, Json(body)).into_response()
            }
            Self::Shared(error) => error.into_response(),
        }
    }
}
