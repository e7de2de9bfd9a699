//! Where facts enter by our own asking, and who fetches content that is not here yet.

use anyhow::Result;
use gateways::sources::catalyst::Follower;
use runtime::platform::Platform;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::outside::Outside;
use crate::config::Loaded;

/// Sources of this build.
pub(super) const NAMES: &[&str] = &["catalyst", "indexer"];

/// Starts the chosen sources; they end with `stop`.
///
/// # Errors
/// A source that cannot start with its settings.
pub(super) fn start(
    chosen: &[&'static str],
    loaded: &Loaded,
    platform: &Platform,
    outside: &Outside,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<()> {
    if let Some(indexers) = outside
        .indexers
        .clone()
        .filter(|_| chosen.contains(&"indexer"))
    {
        let stop = stop.clone();
        tasks.spawn(async move { indexers.run(stop).await });
    }
    let follow = &loaded.config.follow;
    if !chosen.contains(&"catalyst") || follow.urls.is_empty() {
        return Ok(());
    }
    let follower = Follower::new(platform.clone(), follow, outside.client.clone())?;
    let stop = stop.clone();
    tasks.spawn(async move { follower.run(stop).await });
    Ok(())
}
