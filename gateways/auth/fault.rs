//! Errors in the shapes that clients of the original know.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use identity::signed_fetch::SignedFetchError;
use runtime::ports::PortError;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::frame::{ApiError, TooMany};

/// What a client sees of an error.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Refusal {
    /// What is wrong; for a body of the wrong shape the JSON text of a list of errors.
    pub(super) error: String,
}

/// Why a request is not answered.
#[derive(Debug)]
pub(super) enum Fault {
    /// A status and what is wrong.
    Said(StatusCode, String),
    /// 404: an identity that was here since so many ms is gone, and why.
    Gone(&'static str, i64),
    /// 400: no JSON at all.
    NotJson,
    /// 429 with the seconds until it may be asked again.
    TooMany(u64),
    /// The request is signed by nobody.
    Unsigned(SignedFetchError),
    /// Anything else, in the shape of all gateways.
    Api(ApiError),
}

impl Fault {
    /// A status with a text.
    pub(super) fn said(status: StatusCode, text: impl Into<String>) -> Self {
        Self::Said(status, text.into())
    }

    /// 400 with a text.
    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::said(StatusCode::BAD_REQUEST, text)
    }

    /// 403 with a text.
    pub(super) fn forbidden(text: impl Into<String>) -> Self {
        Self::said(StatusCode::FORBIDDEN, text)
    }

    /// What a socket is told of it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Said(_, text) => text.clone(),
            Self::Gone(text, _) => (*text).to_owned(),
            Self::NotJson => "Invalid JSON body".to_owned(),
            Self::TooMany(seconds) => format!("Too many requests: try again in {seconds} s"),
            Self::Unsigned(error) => error.message.clone(),
            Self::Api(_) => "Internal server error".to_owned(),
        }
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<TooMany> for Fault {
    fn from(refused: TooMany) -> Self {
        Self::TooMany(refused.seconds)
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
        let text = self.text();
        match self {
            Self::Said(status, error) => (status, Json(Refusal { error })).into_response(),
            Self::Gone(error, since) => {
                let body = json!({"error": error, "createdAt": model::dates::iso(since)});
                (StatusCode::NOT_FOUND, Json(body)).into_response()
            }
            Self::NotJson => {
                let body = json!({"error": "Bad request", "message": text});
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::TooMany(seconds) => {
                let headers = [(header::RETRY_AFTER, seconds.to_string())];
                let body = Json(Refusal { error: text });
                (StatusCode::TOO_MANY_REQUESTS, headers, body).into_response()
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
