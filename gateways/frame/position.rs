//! Read your own writes: position tokens on accepted writes and on reads that wait for them.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use futures::future::try_join_all;
use http::{HeaderMap, HeaderName, HeaderValue};
use runtime::platform::Platform;
use runtime::ports::PortError;
use runtime::reading::Token;
use runtime::settings::Span;

use super::ApiError;

/// Header of an accepted write's token, and of a read that waits for it.
pub const POSITION: HeaderName = HeaderName::from_static("x-worldlog-position");

/// The header of an accepted write.
#[derive(Clone, Debug)]
pub struct Written(Token);

impl Written {
    /// The token itself.
    pub fn token(&self) -> &Token {
        &self.0
    }
}

impl IntoResponseParts for Written {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        // A token is made of topic names and numbers, which are always legal in a header.
        if let Ok(value) = HeaderValue::from_str(&self.0.to_string()) {
            parts.headers_mut().insert(POSITION, value);
        }
        Ok(parts)
    }
}

/// Waits until each of `read_models` shows everything that derives from `token`.
async fn all_passed(
    platform: &Platform,
    read_models: &[&str],
    token: &Token,
) -> Result<(), PortError> {
    let waits = read_models
        .iter()
        .map(|model| platform.waiter.passed(model, token));
    try_join_all(waits).await.map(|_| ())
}

/// After an accepted write: waits, at most `wait`, until the gateway's own read models show it. The write stands
/// whether they do or not.
pub async fn after_write(
    platform: &Platform,
    wait: Span,
    read_models: &[&str],
    token: Token,
) -> Written {
    let shown = tokio::time::timeout(wait.0, all_passed(platform, read_models, &token)).await;
    match shown {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "cannot wait for a write to show"),
        Err(_) => tracing::warn!(
            position = %token,
            "a write is accepted but does not show yet in {}",
            read_models.join(", ")
        ),
    }
    Written(token)
}

/// Before a read: waits for the token that the request carries, if it carries one.
///
/// # Errors
/// 400 for a text that is no token of this log; 503 when the read models have not passed it within `wait`.
pub(super) async fn before_read(
    platform: &Platform,
    wait: Span,
    read_models: &[&str],
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    let Some(value) = headers.get(POSITION) else {
        return Ok(());
    };
    let token: Token = value
        .to_str()
        .map_err(|_| ApiError::bad_request("invalid_position", format!("{POSITION} is not text")))?
        .parse()
        .map_err(|e| ApiError::bad_request("invalid_position", format!("{POSITION}: {e}")))?;
    if token.is_empty() || read_models.is_empty() {
        return Ok(());
    }
    // All of it: a log that does not answer must not hold the reader longer than that.
    let passed = async {
        known(platform, &token).await?;
        Ok(all_passed(platform, read_models, &token).await?)
    };
    match tokio::time::timeout(wait.0, passed).await {
        Ok(passed) => passed,
        Err(_) => Err(ApiError::unavailable(
            format!("the read model has not passed {POSITION} within {wait}"),
            1,
        )),
    }
}

/// Refuses a token that names partitions there cannot be: waiting for them would never end and would cost memory.
async fn known(platform: &Platform, token: &Token) -> Result<(), ApiError> {
    let mut last = "";
    for topic in token.topics() {
        if std::mem::replace(&mut last, topic) == &**topic {
            continue;
        }
        let partitions = match platform.log.ends(topic).await {
            Ok(ends) => ends.len(),
            Err(PortError::Refused(_)) => 0,
            Err(error) => return Err(error.into()),
        };
        let beyond = token
            .of(topic)
            .find(|(partition, _)| *partition as usize >= partitions);
        if let Some((partition, _)) = beyond {
            return Err(ApiError::bad_request(
                "invalid_position",
                format!("{POSITION}: there is no partition {partition} of topic {topic}"),
            ));
        }
    }
    Ok(())
}
