//! "This record can never succeed."

/// Why one record can never be applied: it goes to the dead-letter topic of its processor.
///
/// A fault of the outside world is never a `Reject`; see `PortError` in `runtime`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Reject {
    /// Stable code with a page in `docs/errors`.
    pub code: &'static str,
    /// Lower-case, no full stop, names the input.
    pub message: String,
}

impl Reject {
    /// A reject with a code of `docs/errors` and a message that names the input.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
