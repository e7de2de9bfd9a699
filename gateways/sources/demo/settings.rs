//! Section `demo` of the configuration.

use runtime::settings::Span;
use serde::{Deserialize, Serialize};

/// What the demo world is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Demo {
    /// Decides everything but the instants.
    pub seed: u64,
    /// People who live there.
    pub people: usize,
    /// Scenes that were built before the start; some of them overwrite others.
    pub scenes: usize,
    /// A new deployment this often; 0 for none.
    pub deploy_interval: Span,
    /// A player does something this often; 0 for never.
    pub play_interval: Span,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            seed: 1,
            people: 20,
            scenes: 24,
            deploy_interval: Span::secs(10),
            play_interval: Span::secs(1),
        }
    }
}
