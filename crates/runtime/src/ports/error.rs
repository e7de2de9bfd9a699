//! What can go wrong outside of us, by what the caller should do about it.

use std::time::Duration;

/// A fault of a port.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PortError {
    /// Not now: back off and try again. Never a reason to dead-letter a record.
    #[error("{what}")]
    Retry {
        /// What failed, naming the thing asked for.
        what: String,
        /// When to try again, if the other side said so.
        after: Option<Duration>,
    },
    /// Not like this, ever: a person has to act.
    #[error("{0}")]
    Refused(String),
}

impl PortError {
    /// A fault that goes away by itself.
    pub fn retry(what: impl Into<String>) -> Self {
        Self::Retry {
            what: what.into(),
            after: None,
        }
    }

    /// A fault that does not.
    pub fn refused(what: impl Into<String>) -> Self {
        Self::Refused(what.into())
    }

    /// Whether trying again can help.
    pub fn is_retry(&self) -> bool {
        matches!(self, Self::Retry { .. })
    }
}
