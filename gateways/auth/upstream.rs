//! Services of others that this gateway asks: one request, one bounded answer, within a time.

use std::time::Duration;

use bytes::Bytes;
use reqwest::RequestBuilder;

/// Most bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// What they said, whatever it was.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

/// Asks. `None`: nobody answered in time, or more than is read; the log says which.
pub(super) async fn ask(
    whom: &'static str,
    request: RequestBuilder,
    limit: Duration,
) -> Option<Said> {
    let answer = async {
        let mut response = request
            .send()
            .await
            .map_err(|e| e.without_url().to_string())?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|e| e.without_url().to_string())?
        {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err("the answer is too large".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        let body = Bytes::from(body);
        Ok(Said { status, body })
    };
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(said)) => Some(said),
        Ok(Err(error)) => {
            tracing::warn!(error, "{whom} did not answer");
            None
        }
        Err(_) => {
            tracing::warn!("{whom} did not answer in time");
            None
        }
    }
}
