//! What the driver's errors mean to a caller: what goes away by itself, and what a person must mend.

use std::fmt::Display;
use std::time::Duration;

use runtime::ports::PortError;
use scylla::errors::{
    BadKeyspaceName, ConnectionError, ConnectionPoolError, ConnectionSetupRequestErrorKind,
    DbError, ExecutionError, MetadataError, NewSessionError, PrepareError, RequestAttemptError,
    UseKeyspaceError,
};

/// A request failed while doing `what`.
pub(super) fn request(what: impl Display, error: &ExecutionError) -> PortError {
    told(what, error, execution_lasts(error))
}

/// A statement could not be prepared while doing `what`.
pub(super) fn prepare(what: impl Display, error: &PrepareError) -> PortError {
    told(what, error, prepare_lasts(error))
}

/// No session.
pub(super) fn session(what: impl Display, error: &NewSessionError) -> PortError {
    let lasts = match error {
        NewSessionError::EmptyKnownNodesList | NewSessionError::IllegalConfig(_) => true,
        NewSessionError::MetadataError(MetadataError::ConnectionPoolError(pool)) => {
            pool_lasts(pool)
        }
        _ => false,
    };
    told(what, error, lasts)
}

/// The driver has no bound of its own for this.
pub(super) fn timed_out(what: impl Display, after: Duration) -> PortError {
    PortError::retry(format!("{what}: no answer within {after:?}"))
}

/// The server's answer is not what was asked for.
pub(super) fn answer(what: impl Display, error: impl Display) -> PortError {
    PortError::refused(format!("{what}: the answer cannot be read: {error}"))
}

fn told(what: impl Display, error: impl Display, lasts: bool) -> PortError {
    let text = format!("{what}: {error}");
    match lasts {
        true => PortError::refused(text),
        false => PortError::retry(text),
    }
}

fn execution_lasts(error: &ExecutionError) -> bool {
    match error {
        ExecutionError::BadQuery(_) => true,
        ExecutionError::PrepareError(error) => prepare_lasts(error),
        ExecutionError::ConnectionPoolError(error) => pool_lasts(error),
        ExecutionError::LastAttemptError(error) => attempt_lasts(error),
        ExecutionError::UseKeyspaceError(error) => use_lasts(error),
        _ => false,
    }
}

fn prepare_lasts(error: &PrepareError) -> bool {
    match error {
        PrepareError::AllAttemptsFailed { first_attempt } => attempt_lasts(first_attempt),
        PrepareError::ConnectionPoolError(error) => pool_lasts(error),
        _ => false,
    }
}

/// Whether one attempt failed for good.
pub(super) fn attempt_lasts(error: &RequestAttemptError) -> bool {
    match error {
        RequestAttemptError::SerializationError(_)
        | RequestAttemptError::CqlRequestSerialization(_) => true,
        RequestAttemptError::DbError(error, _) => db_lasts(error),
        _ => false,
    }
}

fn use_lasts(error: &UseKeyspaceError) -> bool {
    match error {
        UseKeyspaceError::BadKeyspaceName(BadKeyspaceName::Empty) => true,
        UseKeyspaceError::RequestError(error) => attempt_lasts(error),
        _ => false,
    }
}

/// A pool that has lost its connections fills itself again; one that the server does not let in never does.
fn pool_lasts(error: &ConnectionPoolError) -> bool {
    let ConnectionPoolError::Broken {
        last_connection_error: ConnectionError::ConnectionSetupRequestError(setup),
    } = error
    else {
        return false;
    };
    match setup.get_error() {
        ConnectionSetupRequestErrorKind::MissingAuthentication => true,
        ConnectionSetupRequestErrorKind::DbError(error, _) => db_lasts(error),
        _ => false,
    }
}

fn db_lasts(error: &DbError) -> bool {
    matches!(
        error,
        DbError::SyntaxError
            | DbError::Invalid
            | DbError::AlreadyExists { .. }
            | DbError::FunctionFailure { .. }
            | DbError::AuthenticationError
            | DbError::Unauthorized
            | DbError::ConfigError
            | DbError::ProtocolError
    )
}
