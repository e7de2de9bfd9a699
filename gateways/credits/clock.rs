//! Tells the ledger the time where nobody else does.
//!
//! The ledger knows no time but ticks. Where the platform's clock follows tick events, they are fed; else this task is
//! what makes seasons begin and end. Several of them, in several processes, do no harm: the greatest tick counts.

use serde_json::json;

use super::command::{self, Command};
use crate::frame::{Background, GatewayContext};

/// A tick every so often until the process stops, where somebody has to tell it.
pub(super) fn tell(context: GatewayContext) -> Background {
    Box::pin(async move {
        let every = context.settings.credits.tick_interval;
        if every.0.is_zero() || context.platform.clock.follows_ticks() {
            return;
        }
        let stop = context.shutdown.clone();
        while !stop.is_cancelled() {
            let now = context.platform.clock.now_ms();
            let command = Command {
                kind: "clock-tick",
                key: format!("tick:{now}"),
                address: String::new(),
                body: json!({ "now": now }),
            };
            if command::append(&context, &command, None).await.is_err() {
                tracing::warn!("the credits ledger was not told the time; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(every.0) => {}
            }
        }
    })
}
