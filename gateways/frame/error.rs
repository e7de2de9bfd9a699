//! The one error of the gateways and its JSON envelope.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use runtime::ports::PortError;
use serde::Serialize;
use utoipa::ToSchema;

use super::scope::request_id;

/// The code of a request whose body is longer than is read.
const BODY_TOO_LARGE: &str = "body_too_large";

/// What a caller sees of an error, unless its service has a shape of its own.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// Stable code, for programs.
    pub error: Cow<'static, str>,
    /// For people; names the input.
    pub message: String,
    /// Also in the header `x-request-id` and in the log.
    pub request_id: String,
}

/// A refusal or a fault, with the status it is answered with.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code.
    pub code: Cow<'static, str>,
    /// For people; lower-case, names the input. Never the cause of a 5xx.
    pub message: String,
    /// Seconds after which trying again may help.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// An error of any status.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    /// 400: the request can never succeed as it is.
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 401: no or a wrong credential.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    /// 403: not for this caller, or not in this configuration.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// 404: there is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// 413: more bytes than this route reads.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, BODY_TOO_LARGE, message)
    }

    /// 503: not now; try again after `seconds`.
    pub fn unavailable(message: impl Into<String>, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
        }
    }

    /// 500 whose cause goes to the log and not to the caller.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(request.id = request_id(), error = %cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "internal error; the log has it under this request id",
        )
    }
}

impl From<PortError> for ApiError {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Retry { what, after } => {
                tracing::warn!(
                    request.id = request_id(),
                    error = what,
                    "a port is unavailable"
                );
                let seconds = after.map_or(1, |after| after.as_secs().max(1));
                Self::unavailable("the platform cannot answer just now", seconds)
            }
            PortError::Refused(what) => Self::internal(what),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let is_of_body = self.code == BODY_TOO_LARGE;
        let body = ErrorBody {
            error: self.code,
            message: self.message,
            request_id: request_id(),
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if is_of_body {
            // What was not read is in the way of the next request: the caller shall not send one here.
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The answer to a panic: the caller learns nothing of it, the log does.
pub(super) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a text");
    ApiError::internal(format!("panic: {text}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_a_port_never_leaks_its_cause() {
        let error = ApiError::from(PortError::refused("disk at /secret is full"));
        assert_eq!(error.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!error.message.contains("secret"), "{error}");
        let response = ApiError::from(PortError::retry("broker 10.0.0.1")).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        let response = ApiError::too_large("more than is read").into_response();
        assert_eq!(response.headers()[header::CONNECTION], "close");
    }
}
