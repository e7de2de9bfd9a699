//! The server's API, Twirp with JSON: one POST a call, bounded in time, in bytes and in tries.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use runtime::settings::{Size, Span};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Issuer;
use crate::frame::{GatewayContext, Secret, outside};
use crate::sources::outbound::{Backoff, Client, Jitter};

/// Pause after a first failure, and the longest.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// Characters of what the server says that an error keeps.
const SAID_CHARS_MAX: usize = 200;

/// Bounds of every call.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest time of one try.
    pub timeout: Span,
    /// Tries of a call that may be made again.
    pub tries: u32,
    /// Largest answer.
    pub answer: Size,
}

/// A LiveKit server: tokens for it, and calls of its API.
pub struct Server {
    /// As clients reach it, `wss://…`.
    host: String,
    /// As its API is reached, `https://…`.
    api: String,
    issuer: Issuer,
    client: Client,
    limits: Limits,
}

/// What became of a call that did not do what it should.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LiveKitError {
    /// The server refused it.
    #[error("livekit refused {method}: {status} {code}: {message}")]
    Refused {
        /// What was called.
        method: &'static str,
        /// Its status.
        status: u16,
        /// Its code, `not_found` and so on.
        code: String,
        /// What it says.
        message: String,
    },
    /// There was no answer that could be used.
    #[error("livekit did not answer {method}: {cause}")]
    Failed {
        /// What was called.
        method: &'static str,
        /// Why.
        cause: String,
    },
}

impl LiveKitError {
    /// Whether the room, or who should be in it, is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "not_found")
    }

    /// Whether it may work later.
    fn may_pass(&self) -> bool {
        match self {
            Self::Failed { .. } => true,
            Self::Refused { status, .. } => *status == 429 || *status >= 500,
        }
    }
}

/// What the server says when it refuses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    code: String,
    msg: String,
}

/// What a call is allowed to do.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Allowed<'a> {
    pub(super) room_create: bool,
    pub(super) room_list: bool,
    pub(super) room_admin: bool,
    pub(super) ingress_admin: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) room: &'a str,
}

/// Which call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    pub(super) service: &'static str,
    pub(super) method: &'static str,
    pub(super) allowed: Allowed<'a>,
    /// Whether a second one does no harm.
    pub(super) again: bool,
}

impl Server {
    /// The server at `host` (`wss://…`, `ws://…` or a name alone); `None` without all three. `key` is what the
    /// configuration calls the host.
    pub fn new(
        context: &GatewayContext,
        key: &str,
        host: Option<&str>,
        keys: (Option<&str>, Option<&Secret>),
        limits: Limits,
    ) -> Option<Self> {
        let host = host.map(str::trim).filter(|host| !host.is_empty())?;
        let (Some(api_key), Some(secret)) = keys else {
            return None;
        };
        let host = match host.contains("://") {
            true => host.trim_end_matches('/').to_owned(),
            false => format!("wss://{}", host.trim_end_matches('/')),
        };
        let api = match host.split_once("://") {
            Some(("ws" | "http", rest)) => format!("http://{rest}"),
            Some((_, rest)) => format!("https://{rest}"),
            None => return None,
        };
        Some(Self {
            client: outside(context, &[(key, Some(&api))]),
            issuer: Issuer::new(api_key, secret),
            host,
            api,
            limits,
        })
    }

    /// As clients reach it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What makes its tokens.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Calls its API.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
        body: &Value,
    ) -> Result<T, LiveKitError> {
        let tries = if call.again { self.limits.tries } else { 1 };
        let seed = now_s().unsigned_abs();
        let (mut backoff, mut jitter) = (Backoff::new(PAUSE, 2.0, PAUSE_MAX), Jitter::new(seed));
        loop {
            let asked = tokio::time::timeout(self.limits.timeout.0, self.once(call, body)).await;
            let late = || LiveKitError::Failed {
                method: call.method,
                cause: format!("not within {}", self.limits.timeout),
            };
            let error = match asked.unwrap_or_else(|_| Err(late())) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if backoff.failures() + 1 >= tries.max(1) || !error.may_pass() {
                return Err(error);
            }
            tokio::time::sleep(backoff.step(&mut jitter, None)).await;
        }
    }

    async fn once<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
        body: &Value,
    ) -> Result<T, LiveKitError> {
        let failed = |cause: String| LiveKitError::Failed {
            method: call.method,
            cause,
        };
        let url = format!(
            "{}/twirp/livekit.{}/{}",
            self.api, call.service, call.method
        );
        let request = self.client.request(Method::POST, &url);
        let request = request.map_err(|fault| failed(fault.to_string()))?;
        let token = self.issuer.admin(&call.allowed, now_s());
        let request = request
            .bearer_auth(token)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        // Without its URL and whatever else: only what went wrong.
        let mut answer = request
            .send()
            .await
            .map_err(|error| failed(error.without_url().to_string()))?;
        let status = answer.status();
        let most = usize::try_from(self.limits.answer.0).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        while let Some(piece) = answer
            .chunk()
            .await
            .map_err(|error| failed(error.without_url().to_string()))?
        {
            if bytes.len() + piece.len() > most {
                return Err(failed("the answer is too large".into()));
            }
            bytes.extend_from_slice(&piece);
        }
        if status != StatusCode::OK {
            let said: Said = serde_json::from_slice(&bytes).unwrap_or_default();
            return Err(LiveKitError::Refused {
                method: call.method,
                status: status.as_u16(),
                code: said.code.chars().take(SAID_CHARS_MAX).collect(),
                message: said.msg.chars().take(SAID_CHARS_MAX).collect(),
            });
        }
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
    }
}

/// The server's clock is the system's, whatever the platform's says.
fn now_s() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
