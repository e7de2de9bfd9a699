//! How the loop of a partition ends.

use super::output::Halt;

/// Why the loop ended.
pub(super) enum End {
    Stopped,
    /// A generation that ends at a time is there.
    Complete,
    /// A record cannot be applied; what came before it is in the fold.
    Halted(Halt),
    Blocked {
        reason: &'static str,
        message: String,
    },
}

impl From<Halt> for End {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}
