//! How content files are mirrored.

use runtime::settings::Span;

use crate::sources::catalyst::Follow;

/// Limits of the mirror. They follow from the keys of section `catalyst`; it has no section of its own. How large a
/// file may be, and how slow, the client's section `outbound` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Files in flight.
    pub concurrency: usize,
    /// Files in flight from one server.
    pub server_concurrency: usize,
    /// Longest time for one file from one server.
    pub timeout: Span,
    /// Times that a server is asked for one file in one go, while it answers that it is in trouble.
    pub tries: u32,
    /// Pause before each time but the first.
    pub retry_pause: Span,
}

impl From<&Follow> for Settings {
    fn from(follow: &Follow) -> Self {
        let entities = follow.download_queue_concurrency;
        Self {
            concurrency: entities
                .saturating_mul(follow.content_files_concurrency)
                .max(1),
            server_concurrency: entities.max(1),
            timeout: Span::secs(600),
            tries: follow.max_retries.max(1),
            retry_pause: follow.wait_time_between_retries,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(&Follow::default())
    }
}
