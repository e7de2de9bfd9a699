//! Has runs looked at whose 24 hours are over.
//!
//! A run that has run out counts no more for whoever looks, and each command of its player notes it; this is for players who
//! do not come back, so that the event is told and the list of open runs stays short.

use std::collections::BTreeSet;

use model::events::games::Ask;
use model::tables::DAY_MS;

use super::command;
use super::fail::Fail;
use super::tables::Tables;
use crate::frame::{Background, GatewayContext};

/// Looks until the process stops.
pub(super) fn background(context: GatewayContext) -> Background {
    Box::pin(async move {
        let pause = context.settings.exploration_games.expiry_interval.0;
        loop {
            tokio::select! {
                () = context.shutdown.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            if let Err(error) = look(&context).await {
                tracing::warn!(?error, "runs of missions were not looked at");
            }
        }
    })
}

/// Appends a command for each player with a run that has run out.
pub(super) async fn look(context: &GatewayContext) -> Result<usize, Fail> {
    let most = context.settings.exploration_games.open_runs_max;
    let runs = Tables::of(&context.platform).open_runs(most).await?;
    let earliest = context.platform.clock.now_ms() - DAY_MS;
    let late = runs.into_iter().filter(|run| run.start < earliest);
    let players: BTreeSet<String> = late.map(|run| run.address).collect();
    let commands = players
        .iter()
        .map(|address| command::command(context, address, &Ask::Expire));
    let commands = commands.collect::<Result<Vec<_>, Fail>>()?;
    if !commands.is_empty() {
        command::append(context, &commands).await?;
    }
    Ok(commands.len())
}
