//! Refusals in the original's shapes.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::tables::reel::Refused;
use runtime::ports::PortError;
use serde_json::{Value, json};

use crate::frame::ApiError;

/// Why a request is not answered as it hoped.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// In the service's own shape.
    Own(StatusCode, Value),
    /// In words alone.
    Text(StatusCode, String),
    /// In everybody's shape.
    Shared(ApiError),
}

impl Fault {
    /// A status with a message.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::Own(status, json!({ "message": message }))
    }

    /// 400
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401, spelled as clients know it.
    pub(super) fn unsigned() -> Self {
        Self::Text(StatusCode::UNAUTHORIZED, "Unathorized".into())
    }

    /// 403: the photo is another's.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden")
    }

    /// 404
    pub(super) fn no_image() -> Self {
        Self::new(StatusCode::NOT_FOUND, "image not found")
    }

    /// 500 in the words of whoever could not do it; why, the log says.
    pub(super) fn broken(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// What the processor refused.
    pub(super) fn refused(refused: Refused, most: u64) -> Self {
        match refused {
            // Clients tell this one from all others by its body.
            Refused::Full => {
                let message = format!("you have reached the limit of {most} max images");
                let body = json!({"reason": "maxLimitReached", "message": message});
                Self::Own(StatusCode::FORBIDDEN, body)
            }
            Refused::Late => Self::broken("failed to upload image"),
            Refused::Unknown => Self::no_image(),
        }
    }
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

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Own(status, body) => (status, Json(body)).into_response(),
            Self::Text(status, text) => (status, text).into_response(),
            Self::Shared(error) => error.into_response(),
        }
    }
}
