//! A body that is read under limits.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::{Instant, timeout};

use super::{Fault, FetchError};

/// Limits of one body.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) silence: Duration,
    pub(super) slow_after: Duration,
    pub(super) slow_rate: u64,
}

/// Who was asked for what; errors are made of it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) server: Arc<str>,
    pub(super) thing: Arc<str>,
}

impl Asked {
    pub(super) fn fail(&self, fault: Fault) -> FetchError {
        FetchError {
            server: self.server.to_string(),
            thing: self.thing.to_string(),
            fault,
        }
    }
}

/// The body of an answer with status 200 (or 206), piece by piece.
#[derive(Debug)]
pub struct Body {
    response: Response,
    asked: Asked,
    limits: Limits,
    bytes: u64,
    /// Time spent waiting for the server; what we spend between two pieces does not count.
    waited: Duration,
}

impl Body {
    pub(super) fn new(
        response: Response,
        asked: Asked,
        limits: Limits,
    ) -> Result<Self, FetchError> {
        // Of a compressed body the length says nothing; reqwest then hides it.
        if response
            .content_length()
            .is_some_and(|length| length > limits.bytes)
        {
            return Err(asked.fail(Fault::TooLarge(limits.bytes)));
        }
        Ok(Self {
            response,
            asked,
            limits,
            bytes: 0,
            waited: Duration::ZERO,
        })
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// The connection broke, or the body passes a limit.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        let started = Instant::now();
        let chunk = timeout(self.limits.silence, self.response.chunk()).await;
        self.waited += started.elapsed();
        let chunk = match chunk {
            Err(_) => return Err(self.asked.fail(Fault::Silent(self.limits.silence))),
            Ok(Err(error)) => return Err(self.asked.fail(Fault::Broken(chain_of(&error)))),
            Ok(Ok(chunk)) => chunk,
        };
        if let Some(chunk) = &chunk {
            self.bytes += chunk.len() as u64;
            self.judge()?;
        }
        Ok(chunk)
    }

    fn judge(&self) -> Result<(), FetchError> {
        if self.bytes > self.limits.bytes {
            return Err(self.asked.fail(Fault::TooLarge(self.limits.bytes)));
        }
        let seconds = self.waited.as_secs_f64();
        if self.waited >= self.limits.slow_after
            && (self.bytes as f64) < seconds * self.limits.slow_rate as f64
        {
            let (bytes, seconds) = (self.bytes, seconds as u64);
            return Err(self.asked.fail(Fault::Slow { bytes, seconds }));
        }
        Ok(())
    }

    /// The whole body in memory.
    ///
    /// # Errors
    /// As [`Body::chunk`].
    pub async fn collect(mut self) -> Result<Bytes, FetchError> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.chunk().await? else {
            return Ok(first);
        };
        let mut all = Vec::with_capacity(first.len() + second.len());
        all.extend_from_slice(&first);
        all.extend_from_slice(&second);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }

    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }
}

/// An error with all its causes in one line: reqwest's own text says little.
pub(super) fn chain_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text
}
