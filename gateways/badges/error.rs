//! Errors in the shapes of this service.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::ApiError;

/// What a client sees of an error.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BadgesErrorBody {
    /// Its kind.
    error: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// What a client sees of a backfill that was not carried out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BackfillErrorBody {
    /// For people.
    message: String,
    /// Nothing of ours: the original's callers read the member.
    details: BackfillErrorDetails,
}

/// See [`BackfillErrorBody`].
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BackfillErrorDetails {
    /// Always empty.
    stack: String,
}

/// An error of a route.
#[derive(Clone, Debug)]
pub(super) enum BadgesError {
    /// A public route does not know the badge.
    NoBadge,
    /// 404.
    NotFound(&'static str),
    /// 401.
    Unauthorized(&'static str),
    /// A backfill that is refused as a whole.
    Backfill(StatusCode, String),
    /// One of the platform's.
    Platform(ApiError),
}

impl From<ApiError> for BadgesError {
    fn from(error: ApiError) -> Self {
        Self::Platform(error)
    }
}

impl From<PortError> for BadgesError {
    fn from(error: PortError) -> Self {
        Self::Platform(error.into())
    }
}

fn body(error: &str, message: Option<&str>) -> Json<BadgesErrorBody> {
    Json(BadgesErrorBody {
        error: error.to_owned(),
        message: message.map(str::to_owned),
    })
}

impl IntoResponse for BadgesError {
    fn into_response(self) -> Response {
        match self {
            Self::NoBadge => (StatusCode::NOT_FOUND, body("Badge not found", None)).into_response(),
            Self::NotFound(message) => {
                (StatusCode::NOT_FOUND, body("Not Found", Some(message))).into_response()
            }
            Self::Unauthorized(message) => {
                let body = body("Not Authorized", Some(message));
                (StatusCode::UNAUTHORIZED, body).into_response()
            }
            Self::Backfill(status, message) => {
                let stack = String::new();
                let details = BackfillErrorDetails { stack };
                (status, Json(BackfillErrorBody { message, details })).into_response()
            }
            Self::Platform(error) if error.status == StatusCode::INTERNAL_SERVER_ERROR => {
                (error.status, body("Internal Server Error", None)).into_response()
            }
            Self::Platform(error) => error.into_response(),
        }
    }
}
