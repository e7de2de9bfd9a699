//! Errors in the shape that clients of the credits server read: `{"error": text}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::{ApiError, TooMany};

/// The body of every error.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Failure {
    /// For people and, where clients compare it, for programs.
    pub(super) error: String,
    /// More of it, where there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    /// For programs, where clients look for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'static str>,
}

/// A refusal or a fault.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    status: StatusCode,
    body: Failure,
    retry_after: Option<u64>,
}

impl Fault {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        let body = Failure {
            error: error.into(),
            message: None,
            code: None,
        };
        Self {
            status,
            body,
            retry_after: None,
        }
    }

    pub(super) fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden: the path is another's")
    }

    pub(super) fn not_found(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }

    pub(super) fn unavailable(error: impl Into<String>) -> Self {
        Self {
            retry_after: Some(1),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, error)
        }
    }

    /// More than one wallet may ask; it may ask again after so many seconds.
    pub(super) fn too_many(error: impl Into<String>, seconds: i64) -> Self {
        Self {
            retry_after: u64::try_from(seconds).ok().map(|seconds| seconds.max(1)),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, error)
        }
    }

    /// The same with a word for programs.
    pub(super) fn with_code(self, code: &'static str) -> Self {
        let body = Failure {
            code: Some(code),
            ..self.body
        };
        Self { body, ..self }
    }

    /// What the ledger refused.
    pub(super) fn refused(result: &str, message: &str) -> Self {
        let (status, error) = match result {
            "insufficient" => (StatusCode::PAYMENT_REQUIRED, "insufficient credits"),
            "daily-limit" => (StatusCode::BAD_REQUEST, "DailyGrantLimitExceeded"),
            "key-reused" => (StatusCode::CONFLICT, "idempotency key reused"),
            "oracle" => (StatusCode::SERVICE_UNAVAILABLE, "oracle stale"),
            "exists" | "stale" | "closed" | "overlaps" | "over-budget" => {
                (StatusCode::CONFLICT, message)
            }
            "unknown-order" => (StatusCode::NOT_FOUND, message),
            "too-many" => (StatusCode::TOO_MANY_REQUESTS, message),
            _ => (StatusCode::BAD_REQUEST, message),
        };
        Self::new(status, error)
    }
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self {
            retry_after: error.retry_after,
            ..Self::new(error.status, error.message)
        }
    }
}

impl From<TooMany> for Fault {
    fn from(refused: TooMany) -> Self {
        let said = match refused.crowded {
            true => "too many requests of all wallets".to_owned(),
            false => format!(
                "too many requests: {} a minute for one wallet",
                refused.most
            ),
        };
        let seconds = i64::try_from(refused.seconds).unwrap_or(60);
        Self::too_many(said, seconds)
    }
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        ApiError::from(error).into()
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_statuses_that_clients_know() {
        for (result, status, error) in [
            ("insufficient", 402, "insufficient credits"),
            ("daily-limit", 400, "DailyGrantLimitExceeded"),
            ("key-reused", 409, "idempotency key reused"),
            ("oracle", 503, "oracle stale"),
            ("invalid", 400, "m"),
            ("overlaps", 409, "m"),
        ] {
            let fault = Fault::refused(result, "m");
            assert_eq!((fault.status.as_u16(), &*fault.body.error), (status, error));
        }
    }
}
