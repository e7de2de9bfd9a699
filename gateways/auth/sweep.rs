//! Takes away what is over. Names are hashes, so that the first two digits part them evenly: one part at a time is looked
//! through, and nothing is ever read as a whole.

use std::time::Duration;

use super::vault::{Kind, Vault};
use crate::frame::{Background, GatewayContext};

/// Parts that the names of one kind are looked through in.
const PARTS: u32 = 256;

/// Sweeps until the process stops. Several processes may: each removes only what is still as it read it.
pub(super) fn sweep(context: GatewayContext) -> Background {
    Box::pin(async move {
        let vault = Vault::new(&context.platform);
        let whole = context.settings.auth.sweep_interval.0;
        let pause = (whole / PARTS).max(Duration::from_millis(10));
        loop {
            for part in 0..PARTS {
                tokio::select! {
                    () = context.shutdown.cancelled() => return,
                    () = tokio::time::sleep(pause) => {}
                }
                let now = context.platform.clock.now_ms();
                for kind in Kind::ALL {
                    let prefix = format!("{}{part:02x}", kind.prefix());
                    if let Err(error) = vault.sweep(&prefix, now).await {
                        tracing::warn!(%error, "what is over was not removed; it is tried again");
                    }
                }
            }
        }
    })
}
