//! `up --demo`: a generated world that is served and followed, and the people in it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::response::IntoResponse as _;
use gateways::assets::Assets;
use gateways::runners::convert::Convert;
use gateways::settings::Secret;
use gateways::sources::demo::{CAPTCHA_X, Call, DemoWorld, Feed, Players, season};
use gateways::{GatewayContext, Listener, Surroundings};
use runtime::ports::{Clock as _, SystemClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::signing_key::kept;
use crate::config::{Config, Loaded};

/// File in the data folder.
const FILE: &str = "demo.json";
/// Another: the key of the webhook of a demo, `events_notifier.segment_signing_key`, where none is configured.
pub(crate) const WEBHOOK_KEY_FILE: &str = "demo.key";
/// And the key that signs the credits of a demo.
const CREDITS_KEY_FILE: &str = "demo-credits.key";

/// The platform of clients in browsers.
const WEB: &str = "web";
/// Bearer of doors that only this process can reach.
const IN_PROCESS: &str = "in-process";
/// Header by which a command is the same command.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Header of a position.
const POSITION: &str = "x-worldlog-position";

/// The generated world, while it is served.
pub(super) struct World {
    world: DemoWorld,
    /// When its generated history ended, ms.
    begun: i64,
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
    keys(&mut loaded.config)?;
    web_alone(&mut loaded.config);
    let clock = Arc::new(SystemClock);
    let file = loaded.config.platform.data.join(FILE);
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
    Ok(World {
        world,
        begun: at,
        url,
    })
}

/// A demo converts for the web alone, and waits for it alone, unless something else was configured: nobody looks at it with a
/// desktop client in its first minute, and bundles for two of these would take the processor meanwhile.
fn web_alone(config: &mut Config) {
    let gateways = &mut config.gateways;
    let usual = Convert::default().profiles;
    if gateways.convert.profiles == usual {
        gateways.convert.profiles.retain(|name, _| name == WEB);
        tracing::info!("a demo converts for the web alone, unless convert.profiles says otherwise");
    }
    if gateways.assets.required_platforms == Assets::default().required_platforms {
        gateways.assets.required_platforms = vec![WEB.into()];
    }
}

/// Fills in what players need and nobody configured: keys, kept in the data folder, and a captcha whose answer is known.
fn keys(config: &mut Config) -> Result<()> {
    let data = config.platform.data.clone();
    let key = |file: &str| {
        let path = data.join(file);
        kept(&path).with_context(|| path.display().to_string())
    };
    let events = &mut config.gateways.events_notifier;
    if events.segment_signing_key.is_none() {
        events.segment_signing_key = Some(key(WEBHOOK_KEY_FILE)?);
    }
    let credits = &mut config.gateways.credits;
    if credits.private_key.is_none() {
        credits.private_key = Some(key(CREDITS_KEY_FILE)?);
    }
    credits.credits_test_captcha_x.get_or_insert(CAPTCHA_X);
    Ok(())
}

/// Lets simulated players act: what they do comes in by the same door as everybody's, and what they ask they ask the
/// listener.
pub(super) fn play(
    world: &World,
    context: &GatewayContext,
    http: &Listener,
    tasks: &mut JoinSet<()>,
) {
    // Doors of their own that no network reaches: tokens may be unset, and are none of theirs.
    let mut inside: Surroundings = (**context).clone();
    let mut settings = (*inside.settings).clone();
    settings.operator.token = Some(Secret::new(IN_PROCESS));
    settings.credits.api_admin_token = Some(Secret::new(IN_PROCESS));
    inside.settings = Arc::new(settings);
    let inside = inside.into();
    let door = |name: &str| {
        let gateway = gateways::all().iter().find(|g| g.name == name)?;
        Some((gateway.router)(&inside))
    };
    let (Some(events), Some(credits)) = (door("events-notifier"), door("credits")) else {
        return;
    };
    let feed: Feed = Arc::new(move |event| {
        let sent = send(&events, "/events", &event, None);
        Box::pin(async move {
            let answer = sent.await?;
            if !answer.status().is_success() {
                tracing::warn!(status = %answer.status(), "an event of a simulated player was refused");
                return None;
            }
            let position = answer.headers().get(POSITION)?.to_str().ok()?;
            Some(position.to_owned())
        })
    });
    let http = http.clone();
    let call: Call = Arc::new(move |request| {
        let http = http.clone();
        Box::pin(async move { http.oneshot(request).await.into_response() })
    });
    let players = Players::new(&world.world);
    let clock = Arc::clone(&context.platform.clock);
    let (stop, begun) = (context.shutdown.clone(), world.begun);
    tasks.spawn(async move {
        let (key, definition) = season(begun, clock.now_ms());
        let defined = send(&credits, "/admin/seasons", &definition, Some(&key)).await;
        if let Some(answer) = defined {
            // At a later start it is defined already, and the answer may be that.
            tracing::debug!(status = %answer.status(), "the season of the demo");
        }
        players.run(clock, feed, call, stop).await;
    });
}

/// POSTs a document through a door.
fn send(
    door: &Router,
    path: &str,
    body: &Value,
    key: Option<&str>,
) -> impl Future<Output = Option<axum::response::Response>> + Send + 'static {
    let mut request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {IN_PROCESS}"))
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(key) = key {
        request = request.header(IDEMPOTENCY_KEY, key);
    }
    let (request, door) = (request.body(Body::from(body.to_string())), door.clone());
    async move {
        let Ok(answer) = door.oneshot(request.ok()?).await;
        Some(answer)
    }
}
