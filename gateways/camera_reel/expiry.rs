//! Has places given up whose files did not come: an upload that died between its two commands leaves a place and, perhaps,
//! files. Each command of the person gives them up, too; this is for people who do not come back.

use std::collections::BTreeSet;

use model::events::reel::Ask;
use uuid::Uuid;

use super::command;
use super::fault::Fault;
use super::tables::Tables;
use crate::frame::{Background, GatewayContext};

/// Looks until the process stops.
pub(super) fn background(context: GatewayContext) -> Background {
    Box::pin(async move {
        let pause = context.settings.camera_reel.expiry_interval.0;
        loop {
            tokio::select! {
                () = context.shutdown.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            if let Err(error) = look(&context).await {
                tracing::warn!(?error, "uploads that were not ended were not looked for");
            }
        }
    })
}

/// Appends a command for each person with a place that has run out.
async fn look(context: &GatewayContext) -> Result<(), Fault> {
    let most = context.settings.camera_reel.pending_max;
    let pending = Tables::of(&context.platform).pending(most).await?;
    let now = context.platform.clock.now_ms();
    let late = pending.into_iter().filter(|of| of.until < now);
    let people: BTreeSet<String> = late.map(|of| of.address).collect();
    let commands = people.iter().map(|address| {
        let id = Uuid::now_v7().to_string();
        command::command(context, address, &id, &Ask::Expire)
    });
    let commands = commands.collect::<Result<Vec<_>, Fault>>()?;
    if !commands.is_empty() {
        command::append(context, &commands).await?;
    }
    Ok(())
}
