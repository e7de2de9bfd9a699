//! How content files are mirrored.

use runtime::settings::{Size, Span};

use crate::sources::catalyst::Follow;

/// Limits of the mirror. They follow from the keys of section `catalyst`; it has no section of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Files in flight.
    pub concurrency: usize,
    /// Files in flight from one server.
    pub server_concurrency: usize,
    /// Longest time for one file from one server.
    pub timeout: Span,
    /// Most bytes of a file.
    pub file_limit: Size,
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
            file_limit: Size::mib(1024),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::from(&Follow::default())
    }
}
