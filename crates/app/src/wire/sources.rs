//! Where facts enter by our own asking, and who fetches content that is not here yet.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::Request;
use gateways::settings::Secret;
use gateways::sources::catalyst::Follower;
use gateways::sources::demo::{DemoWorld, Feed, Players};
use gateways::{GatewayContext, Surroundings};
use runtime::platform::Platform;
use runtime::ports::{Clock as _, SystemClock};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::outside::Outside;
use crate::config::Loaded;

/// Sources of this build.
pub(super) const NAMES: &[&str] = &["catalyst", "indexer"];

/// The gateway that takes events of trusted producers.
const DOOR: &str = "events-notifier";

/// File in the data folder.
const DEMO_FILE: &str = "demo.json";

/// Bearer of a door that only this process can reach.
const IN_PROCESS: &str = "in-process";

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

/// The generated world, while it is served.
pub(super) struct World {
    world: DemoWorld,
    /// Its base as a content server.
    pub(super) url: String,
}

/// What a data folder remembers of its demo world, so that the next start finds the same history at the same address.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Begun {
    /// When the generated history ended, ms.
    at: i64,
    /// Where it was served.
    port: u16,
}

impl Begun {
    fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    fn write(self, file: &Path) -> Result<()> {
        let text = serde_json::to_vec(&self).context("two numbers serialise")?;
        let folder = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(file, text))
            .with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Serves a generated world on a port of its own and has it followed.
///
/// # Errors
/// There is no free port, or the data folder cannot be written.
pub(super) async fn demo(
    loaded: &mut Loaded,
    stop: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Result<World> {
    let clock = Arc::new(SystemClock);
    let file = loaded.config.platform.data.join(DEMO_FILE);
    let before = Begun::read(&file);
    let at = before.map_or_else(|| clock.now_ms(), |b| b.at);
    let world = DemoWorld::new(&loaded.config.platform.demo, at);
    let socket = match TcpListener::bind(("127.0.0.1", before.map_or(0, |b| b.port))).await {
        Ok(socket) => socket,
        // Somebody else has the port by now: the same world elsewhere is better than none.
        Err(_) => TcpListener::bind("127.0.0.1:0")
            .await
            .context("no free port for the demo world")?,
    };
    let address = socket
        .local_addr()
        .context("the demo world has no address")?;
    Begun {
        at,
        port: address.port(),
    }
    .write(&file)?;
    let url = format!("http://{address}/content");
    let router = world.router();
    tasks.spawn(async move {
        if let Err(error) = axum::serve(socket, router).await {
            tracing::error!(%error, "the demo world is not served any more");
        }
    });
    let (grows, stop) = (world.clone(), stop.clone());
    tasks.spawn(async move { grows.run(clock, stop).await });
    if !loaded.config.follow.allowed_content_server_hosts.is_empty() {
        let host = address.ip().to_string();
        loaded.config.follow.allowed_content_server_hosts.push(host);
    }
    loaded.config.follow.urls.push(url.clone());
    loaded.config.gateways.catalyst.urls.push(url.clone());
    Ok(World { world, url })
}

/// Lets simulated players act: their events come in by the same door as everybody's.
pub(super) fn play(world: &World, context: &GatewayContext, tasks: &mut JoinSet<()>) {
    let Some(door) = gateways::all().iter().find(|g| g.name == DOOR) else {
        return;
    };
    // A door of their own that no network reaches: `operator.token` may be unset, and is none of theirs.
    let mut inside: Surroundings = (**context).clone();
    let mut settings = (*inside.settings).clone();
    settings.operator.token = Some(Secret::new(IN_PROCESS));
    inside.settings = Arc::new(settings);
    let router = (door.router)(&inside.into());
    let feed: Feed = Arc::new(move |event| {
        let router = router.clone();
        let request = Request::post("/events")
            .header("authorization", format!("Bearer {IN_PROCESS}"))
            .body(Body::from(event.to_string()));
        Box::pin(async move {
            let Ok(request) = request else { return };
            let Ok(answer) = router.oneshot(request).await;
            if !answer.status().is_success() {
                tracing::warn!(status = %answer.status(), "an event of a simulated player was refused");
            }
        })
    });
    let players = Players::new(&world.world);
    let clock = Arc::clone(&context.platform.clock);
    let stop = context.shutdown.clone();
    tasks.spawn(async move { players.run(clock, feed, stop).await });
}
