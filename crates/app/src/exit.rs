//! How a verb ends: the exit codes of the contract.

use std::fmt;
use std::process::{ExitCode, Termination};

use runtime::ports::PortError;

/// Exit codes, the same for every verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Two things that should agree differ.
    Difference = 3,
    /// Nothing was done, for want of `--yes`.
    Refused = 4,
    /// The platform does not answer.
    Unreachable = 5,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a verb did not do what it should.
pub(crate) struct Failure {
    /// The code to exit with.
    pub(crate) exit: Exit,
    /// What happened, for a person.
    pub(crate) error: anyhow::Error,
}

/// What a verb returns.
pub(crate) type Outcome = Result<Exit, Failure>;

impl Failure {
    /// A failure with a code of its own.
    pub(crate) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit,
            error: error.into(),
        }
    }

    /// The command line or the configuration is wrong.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, anyhow::anyhow!("{message}"))
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        // A server that may answer later is not there; everything else is wrong.
        let passing = error
            .downcast_ref::<PortError>()
            .is_some_and(PortError::is_retry);
        let exit = match passing {
            true => Exit::Unreachable,
            false => Exit::Failed,
        };
        Self { exit, error }
    }
}
