//! SIGTERM and SIGINT.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Exit;

/// Supervisors signal a process and then its group: what comes this soon is the same signal again.
const SAME_SIGNAL: Duration = Duration::from_secs(1);

/// The signals that end the process cleanly. Listened to from the start, so that none is lost.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts to listen.
    ///
    /// # Errors
    /// The system gives no signal handlers.
    pub(crate) fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Waits for the first signal and names it. Another one, a second or more later, ends the process at once.
    pub(crate) async fn wait(mut self) -> &'static str {
        let name = tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        };
        tokio::spawn(async move {
            let first = tokio::time::Instant::now();
            while first.elapsed() < SAME_SIGNAL {
                tokio::select! {
                    _ = self.terminate.recv() => {}
                    _ = self.interrupt.recv() => {}
                }
            }
            eprintln!("stopped at once by a second signal");
            std::process::exit(Exit::Failed as i32);
        });
        name
    }

    /// Ends with the first signal, for a server's graceful stop.
    pub(crate) async fn stop(self) {
        self.wait().await;
    }
}
