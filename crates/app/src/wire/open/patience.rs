//! Waiting at the start for servers that are not there yet: in a cluster everything starts at once.

use std::time::{Duration, Instant};

use runtime::ports::PortError;
use runtime::settings::Span;

const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Repeats a call until it succeeds, is refused, or `wait` has passed.
///
/// # Errors
/// The last one.
pub(crate) async fn patiently<T, F>(
    what: &'static str,
    wait: Span,
    mut call: impl FnMut() -> F,
) -> Result<T, PortError>
where
    F: Future<Output = Result<T, PortError>>,
{
    let started = Instant::now();
    let mut pause = PAUSE_MIN;
    loop {
        match Box::pin(call()).await {
            Err(error) if error.is_retry() && started.elapsed() + pause < wait.0 => {
                tracing::warn!(%error, "waiting for the {what}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
            done => return done,
        }
    }
}
