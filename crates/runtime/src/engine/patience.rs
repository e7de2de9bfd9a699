//! How a partition waits out the faults of its ports: only itself, never its neighbours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Unit;
use super::end::End;
use super::settings::Settings;
use super::status::{Blocked, Status};
use crate::ports::PortError;

/// How long a call that is under way may still take once the partition is taken away.
const STOP_GRACE: Duration = Duration::from_secs(4);

/// Repeats what failed, and says meanwhile that the partition is blocked and why.
pub(super) struct Patience {
    settings: Settings,
    processor: &'static str,
    generation: u32,
    partition: u32,
    stop: CancellationToken,
    status: Arc<Status>,
    waiting: AtomicBool,
}

impl Patience {
    pub(super) fn new(unit: &Unit, partition: u32, stop: CancellationToken) -> Self {
        Self {
            settings: unit.settings.clone(),
            processor: unit.processor.spec().name,
            generation: unit.generation,
            partition,
            stop,
            status: Arc::clone(&unit.status),
            waiting: AtomicBool::new(false),
        }
    }

    /// Repeats a call of a port until it succeeds, is refused, or the loop is stopped.
    pub(super) async fn retry<T, F>(
        &self,
        port: &'static str,
        mut call: impl FnMut() -> F,
    ) -> Result<T, End>
    where
        F: Future<Output = Result<T, PortError>>,
    {
        let mut pause = self.settings.retry_min.0;
        loop {
            let given_up = async {
                self.stop.cancelled().await;
                tokio::time::sleep(STOP_GRACE).await;
            };
            let done = tokio::select! {
                done = call() => done,
                // Nothing is lost: the mark did not move, so the next owner does it again.
                () = given_up => return Err(End::Stopped),
            };
            match done {
                Ok(value) => {
                    self.passed();
                    return Ok(value);
                }
                Err(PortError::Refused(message)) => {
                    return Err(End::Blocked {
                        reason: port,
                        message,
                    });
                }
                Err(PortError::Retry { what, after }) => {
                    self.pause(port, &what, after.unwrap_or(pause)).await?;
                    pause = (pause * 2).min(self.settings.retry_max.0);
                }
            }
        }
    }

    /// Waits out one fault.
    pub(super) async fn fault(&self, error: PortError, port: &'static str) -> Result<(), End> {
        match error {
            PortError::Refused(message) => Err(End::Blocked {
                reason: port,
                message,
            }),
            PortError::Retry { what, after } => {
                let pause = after.unwrap_or(self.settings.retry_min.0);
                self.pause(port, &what, pause).await
            }
        }
    }

    /// The fault is over, if there was one.
    pub(super) fn passed(&self) {
        if self.waiting.swap(false, Ordering::Relaxed) {
            self.status
                .clear(self.processor, self.generation, self.partition);
            tracing::info!(
                processor.name = self.processor,
                partition = self.partition,
                "it goes on"
            );
        }
    }

    async fn pause(&self, port: &'static str, what: &str, pause: Duration) -> Result<(), End> {
        tracing::warn!(
            processor.name = self.processor,
            partition = self.partition,
            ?pause,
            "trying again: {what}"
        );
        self.hold(port, what, pause).await
    }

    /// Waits for something that is no fault and ends by itself.
    pub(super) async fn hold(
        &self,
        reason: &'static str,
        what: &str,
        pause: Duration,
    ) -> Result<(), End> {
        self.waiting.store(true, Ordering::Relaxed);
        self.status.block(Blocked {
            processor: self.processor.to_owned(),
            generation: self.generation,
            partition: self.partition,
            reason,
            message: what.to_owned(),
            passing: true,
        });
        tokio::select! {
            () = self.stop.cancelled() => Err(End::Stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }
}
