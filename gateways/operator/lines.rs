//! Work beside the data, told as it goes: a JSON object a line, the last of them says how it ended.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use http::header;
use runtime::ports::PortError;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::frame::Uncompressed;

/// What becomes of one thing that was told.
pub(super) enum Line {
    /// It is a line.
    Next(Value),
    /// It is the last line, though the work has not ended.
    Last(Value),
}

/// Work that tells of itself.
pub(super) struct Work<T, R> {
    /// What it tells. It ends when nobody listens any more.
    pub(super) told: mpsc::Receiver<T>,
    /// The work.
    pub(super) task: JoinHandle<Result<R, PortError>>,
    /// Cancelled when the process stops.
    pub(super) shutdown: CancellationToken,
}

/// Lines of some work; `line` makes one of what it tells, `last` one of its end. A fault is the line `{"error": …}`:
/// an answer without `last` or `error` broke off.
pub(super) fn lines<T: Send + 'static, R: Send + 'static>(
    work: Work<T, R>,
    first: Value,
    line: impl FnMut(T) -> Line + Send + 'static,
    last: impl FnOnce(R) -> Value + Send + 'static,
) -> Response {
    let told = stream::unfold(Some((work, line, last)), |state| async move {
        let (mut work, mut line, last) = state?;
        let told = tokio::select! {
            () = work.shutdown.cancelled() => {
                return Some((fault("the process stops"), None));
            }
            told = work.told.recv() => told,
        };
        match told.map(&mut line) {
            Some(Line::Next(value)) => Some((value, Some((work, line, last)))),
            Some(Line::Last(value)) => Some((value, None)),
            None => {
                let value = match work.task.await {
                    Ok(Ok(done)) => last(done),
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "work for an operator did not end well");
                        fault(&error.to_string())
                    }
                    Err(error) => {
                        tracing::error!(%error, "work for an operator panicked");
                        fault("it panicked; the log has where")
                    }
                };
                Some((value, None))
            }
        }
    });
    let all = futures::StreamExt::chain(stream::iter([first]), told);
    let body = futures::StreamExt::map(all, |value| {
        Ok::<_, std::convert::Infallible>(Bytes::from(format!("{value}\n")))
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    let mut response = (kind, Body::from_stream(body)).into_response();
    // A compressor would hold lines back until it has enough of them.
    response.extensions_mut().insert(Uncompressed);
    response
}

fn fault(message: &str) -> Value {
    json!({ "error": message })
}
