//! What can go wrong with a request, by what the caller should do about it.

use std::time::Duration;

use reqwest::StatusCode;

/// A request that gave nothing usable.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{server}: {thing}: {fault}")]
pub struct FetchError {
    /// Base URL of the server that was asked, without trailing slash.
    pub server: String,
    /// What was asked for, e.g. `entity file bafkrei…`.
    pub thing: String,
    /// What happened.
    pub fault: Fault,
}

/// What happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The guard refused the URL; nothing was sent.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// The server points elsewhere; redirects are refused.
    #[error("answered {0}, a redirect, which is refused")]
    Redirect(u16),
    /// A status that is not 200.
    #[error("answered {status}")]
    Status {
        /// The status.
        status: u16,
        /// `retry-after`, if the server sent one.
        after: Option<Duration>,
    },
    /// More bytes than this kind of thing may have.
    #[error("larger than the limit of {0} bytes")]
    TooLarge(u64),
    /// Nothing came for too long.
    #[error("silent for {0:?}")]
    Silent(Duration),
    /// Bytes came, but hardly.
    #[error("too slow: {bytes} bytes in {seconds} s")]
    Slow {
        /// Bytes received.
        bytes: u64,
        /// Seconds spent waiting for them.
        seconds: u64,
    },
    /// No connection came about.
    #[error("{0}")]
    Unreachable(String),
    /// A connection that broke, or a request that cannot be made.
    #[error("{0}")]
    Broken(String),
    /// The bytes are not what their name says.
    #[error("hash mismatch: the bytes hash to {0}")]
    Hash(String),
    /// The answer is no JSON of the expected shape.
    #[error("unreadable answer: {0}")]
    Unreadable(String),
    /// More is promised again and again, and what was reached is not the end.
    #[error("does not come to an end: {0}")]
    Stalled(String),
}

impl Fault {
    /// A status as a fault.
    pub(super) fn status(status: StatusCode, after: Option<Duration>) -> Self {
        match status.as_u16() {
            code @ 300..=399 => Self::Redirect(code),
            status => Self::Status { status, after },
        }
    }

    /// Whether this server will answer the same for ever, so that asking it again is useless. A refusal by our
    /// own guard and a redirect are not: a person can repair either.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Status { status, .. } => {
                (400..500).contains(status) && ![408, 425, 429].contains(status)
            }
            Self::TooLarge(_) | Self::Hash(_) => true,
            _ => false,
        }
    }

    /// Whether the server is there and in a trouble that may be over in a moment, so that asking it again soon is
    /// worth the wait. One that cannot be reached, is silent or slow costs too much time for that.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Status { .. } => !self.is_permanent(),
            Self::Broken(_) => true,
            _ => false,
        }
    }

    /// A word for metrics; one of a fixed few.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "forbidden",
            Self::Redirect(_) => "redirect",
            Self::Status { status, .. } if *status >= 500 => "status_5xx",
            Self::Status { .. } => "status_4xx",
            Self::TooLarge(_) => "too_large",
            Self::Silent(_) => "silent",
            Self::Slow { .. } => "slow",
            Self::Unreachable(_) => "unreachable",
            Self::Broken(_) => "broken",
            Self::Hash(_) => "hash",
            Self::Unreadable(_) => "unreadable",
            Self::Stalled(_) => "stalled",
        }
    }

    /// When the server wants to be asked again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { after, .. } => *after,
            _ => None,
        }
    }
}
