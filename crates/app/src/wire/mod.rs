//! The only place that names both a port and what stands behind it: builds the platform from the configuration, starts
//! its roles, and stops them in order.

mod demo;
mod effects;
mod open;
mod outside;
mod pick;
mod process;
mod server;
mod signals;
mod signing_key;
mod sources;
mod ticks;
mod traces;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use gateways::runners::outcomes::ReadModel;
use gateways::{Gateway, GatewayContext, Process, Surroundings, backgrounds, listener};
use kernel::{ErasedProcessor, Poison};
use processors::Terms;
use runtime::effects::Effects;
use runtime::engine::Engine;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

pub(crate) use self::demo::WEBHOOK_KEY_FILE;
pub(crate) use self::effects::KINDS as EFFECT_KINDS;
use self::open::Parts;
pub(crate) use self::open::{Access, Ids, OpenLog, OpenStore, blobs, bus, patiently, registry_ids};
use self::outside::Outside;
pub(crate) use self::pick::Pick;
use self::process::Roles;
use self::server::Server;
pub(crate) use self::signals::Signals;
use self::traces::Traces;
use crate::banner;
use crate::config::{Level, Loaded, check};
use crate::exit::{Exit, Failure, Outcome};
use crate::ready::{self, Ready};
use crate::version::{COMMIT, VERSION};
use crate::{logging, metrics_text};

/// The whole stop takes less than the contract's ten seconds.
const STOP_TIMEOUT: Duration = Duration::from_secs(9);
/// Of these, requests in hand may take this long; long-lived ones (tails, sockets) are cut.
const REQUESTS_TIMEOUT: Duration = Duration::from_secs(3);

/// What to run.
pub(crate) struct Plan {
    /// The verb, for the banner.
    pub(crate) verb: &'static str,
    /// Processors.
    pub(crate) processors: Pick,
    /// Gateways.
    pub(crate) gateways: Pick,
    /// Sources.
    pub(crate) sources: Pick,
    /// Effect runners.
    pub(crate) runners: Pick,
    /// Whether missing topics are created; otherwise the start is refused.
    pub(crate) create_topics: bool,
    /// Whether a generated world is served and followed.
    pub(crate) demo: bool,
    /// Where to say that everything answers.
    pub(crate) ready_file: Option<PathBuf>,
}

/// Everything that runs, in the order it is stopped.
struct Running {
    /// Cancelled first: no more requests, and answers that never end by themselves end.
    requests: CancellationToken,
    /// Cancelled next: sources and other tasks.
    stop: CancellationToken,
    tasks: JoinSet<()>,
    roles: Arc<Roles>,
    engine: Engine,
    /// Every processor of the program.
    every: Arc<[Arc<dyn ErasedProcessor>]>,
    outside: Outside,
    parts: Parts,
}

/// Runs a plan until a signal, which ends it at once however far the start has come.
pub(crate) async fn serve(mut loaded: Loaded, plan: Plan) -> Outcome {
    logging::start(loaded.config.platform.logging.format, "info");
    let mut signal = pin!(Signals::listen()?.wait());
    for finding in check(&loaded) {
        match finding.level {
            Level::Warning => tracing::warn!("{}", crate::verbs::config::line(&finding).trim_end()),
            Level::Note => tracing::info!("{}", crate::verbs::config::line(&finding).trim_end()),
        }
    }
    let chosen = Chosen::of(&plan, &loaded)?;
    let traces = Traces::start(&loaded.config.platform.telemetry, &plan)?;
    let launched = match unless(&mut signal, launch(&mut loaded, &plan, &chosen)).await {
        Ok(launched) => launched?,
        Err(signal) => {
            // Nothing was taken in yet, and what half of a start wrote is whole: it is ended as if by a power cut.
            tracing::info!("{signal} before the platform was up: stopping");
            return Ok(Exit::Done);
        }
    };
    let Launched {
        running,
        server,
        url,
    } = launched;
    let announced = unless(&mut signal, announce(&loaded, &plan, &chosen, &url)).await;
    let signal = match announced {
        Ok(Ok(())) => signal.await,
        Ok(Err(failure)) => {
            tracing::error!("{:#}", failure.error);
            running.stop(server).await;
            traces.stop().await;
            return Err(failure);
        }
        Err(signal) => signal,
    };
    tracing::info!("{signal}: stopping");
    ready::remove_running(&loaded.config.platform.data);
    let stopping = async {
        running.stop(server).await;
        traces.stop().await;
    };
    let stopped = timeout(STOP_TIMEOUT, stopping).await;
    if stopped.is_err() {
        tracing::warn!("not everything stopped in time; what was acknowledged is on disk");
    }
    Ok(Exit::Done)
}

/// Does some work to its end, unless a signal comes first: then that.
async fn unless<S, T>(
    signal: impl Future<Output = S>,
    work: impl Future<Output = T>,
) -> Result<T, S> {
    tokio::select! {
        // Work that is always busy with itself must not keep a signal waiting.
        biased;
        signal = signal => Err(signal),
        done = work => Ok(done),
    }
}

/// A platform that answers, or will in a moment.
struct Launched {
    running: Running,
    server: Server,
    url: String,
}

/// Opens the ports, starts the roles and serves.
async fn launch(loaded: &mut Loaded, plan: &Plan, chosen: &Chosen) -> Result<Launched, Failure> {
    let metrics = metrics_text::install()?;
    let mut tasks = JoinSet::new();
    let stop = CancellationToken::new();
    let world = match plan.demo {
        true => Some(demo::demo(loaded, &stop, &mut tasks).await?),
        false => None,
    };
    let parts = open::open(
        &loaded.config,
        &chosen.specs(),
        plan.create_topics,
        &mut tasks,
    )
    .await?;
    // After the data folder: who starts twice shall hear of the process, not of the port.
    let socket = bind(&loaded.config.platform.listen).await?;
    let address = socket.local_addr().context("the listener has no address")?;
    let url = base_url(address);
    tasks.spawn(metrics_text::upkeep(metrics.clone()));
    ticks::follow(&parts.platform, &mut tasks);
    signing_key::ensure(&mut loaded.config)?;
    let mut running = start(loaded, chosen, parts, &url, tasks, stop).await?;
    let context = running.context(loaded);
    let http = listener(&chosen.gateways, &context, metrics_text::text(metrics))?;
    if let Some(world) = &world {
        tracing::info!("the demo world is a content server at {}", world.url);
        demo::play(world, &context, &http, &mut running.tasks);
    }
    for (name, task) in backgrounds(&chosen.gateways, &context) {
        tracing::debug!(gateway = name, "background task started");
        running.tasks.spawn(task);
    }
    let server = Server::start(socket, &http)?;
    Ok(Launched {
        running,
        server,
        url,
    })
}

/// Processors with the poison policies of the configuration.
fn governed(
    processors: Vec<Box<dyn ErasedProcessor>>,
    policies: &BTreeMap<String, Poison>,
) -> Result<Vec<Arc<dyn ErasedProcessor>>, Failure> {
    let known = |name: &String| processors.iter().any(|p| p.spec().name == name);
    if let Some(name) = policies.keys().find(|name| !known(name)) {
        let message = format!("engine.poison.{name}: there is no such processor");
        return Err(Failure::usage(message));
    }
    let govern = |processor: Box<dyn ErasedProcessor>| {
        let own = processor.spec().poison;
        let poison = policies.get(processor.spec().name).copied();
        kernel::with_poison(Arc::from(processor), poison.unwrap_or(own))
    };
    Ok(processors.into_iter().map(govern).collect())
}

/// The units that were chosen.
struct Chosen {
    every: Arc<[Arc<dyn ErasedProcessor>]>,
    processors: Vec<Arc<dyn ErasedProcessor>>,
    gateways: Vec<&'static Gateway>,
    sources: Vec<&'static str>,
    runners: Vec<&'static str>,
}

impl Chosen {
    fn of(plan: &Plan, loaded: &Loaded) -> Result<Self, Failure> {
        let processors = processors::on(&Terms {
            badge_images: &loaded.config.gateways.badges.cdn_host,
        });
        let processors = governed(processors, &loaded.config.platform.engine.poison)?;
        let all: Vec<&'static Gateway> = gateways::all().iter().collect();
        let runners: Vec<&'static str> = effects::KINDS.to_vec();
        Ok(Self {
            every: processors.clone().into(),
            processors: plan
                .processors
                .of("--processors", processors, |p| p.spec().name)?,
            gateways: plan.gateways.of("--gateways", all, |g| g.name)?,
            sources: plan
                .sources
                .of("--sources", sources::NAMES.to_vec(), |name| name)?,
            runners: plan.runners.of("--runners", runners, |name| name)?,
        })
    }

    fn specs(&self) -> Vec<&'static kernel::Spec> {
        self.processors.iter().map(|p| p.spec()).collect()
    }
}

async fn bind(listen: &str) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(listen).await;
    Ok(bound.with_context(|| format!("cannot listen on {listen}"))?)
}

/// How this machine reaches the listener.
fn base_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

async fn start(
    loaded: &Loaded,
    chosen: &Chosen,
    parts: Parts,
    url: &str,
    mut tasks: JoinSet<()>,
    stop: CancellationToken,
) -> Result<Running, Failure> {
    let settings = &loaded.config.platform;
    let platform = parts.platform.clone();
    let outside = Outside::new(loaded, &platform, url)?;
    let engine = Engine::start(
        settings.engine.clone(),
        platform.clone(),
        chosen.processors.clone(),
    )
    .await
    .context("cannot start the engine")?;
    let effects = Effects::start(
        settings.effects.clone(),
        platform.clone(),
        Arc::new(ReadModel(platform.views.clone())),
        effects::handlers(&chosen.runners, &outside),
    )
    .await
    .context("cannot start the effect runners")?;
    sources::start(
        &chosen.sources,
        loaded,
        &platform,
        &outside,
        &stop,
        &mut tasks,
    )?;
    Ok(Running {
        requests: CancellationToken::new(),
        stop,
        tasks,
        roles: Roles::new(effects, engine.status()),
        engine,
        every: Arc::clone(&chosen.every),
        outside,
        parts,
    })
}

impl Running {
    fn context(&self, loaded: &Loaded) -> GatewayContext {
        GatewayContext::from(Surroundings {
            platform: self.parts.platform.clone(),
            processors: Arc::clone(&self.every),
            settings: Arc::new(loaded.config.gateways.clone()),
            outbound: Arc::new(loaded.config.platform.outbound.clone()),
            content: self.outside.content(),
            producers: self.outside.producers(),
            islands: Arc::default(),
            realms: Arc::default(),
            mail_preview: processors::inbox::preview,
            process: Some(Arc::clone(&self.roles) as Arc<dyn Process>),
            shutdown: self.requests.clone(),
            version: VERSION,
            commit: COMMIT,
        })
    }

    /// Stops what takes work before what does it; flushes; closes the files.
    async fn stop(mut self, server: Server) {
        self.requests.cancel();
        server.stop().await;
        self.stop.cancel();
        self.tasks.shutdown().await;
        self.roles.stop().await;
        self.engine.stop().await;
        if let Err(error) = self.parts.close().await {
            tracing::error!(%error, "the files were not closed cleanly; they recover at the next start");
        }
    }
}

/// Waits until every gateway answers, then says so.
async fn announce(loaded: &Loaded, plan: &Plan, chosen: &Chosen, url: &str) -> Result<(), Failure> {
    let names: Vec<&'static str> = chosen.gateways.iter().map(|g| g.name).collect();
    ready::wait(url, &names).await?;
    eprint!(
        "{}",
        banner::text(loaded, plan.verb, url, &names, &chosen.processors)
    );
    if plan.demo {
        let data = loaded.config.platform.data.display();
        eprintln!(
            "  worldlog demo player --data {data}   be somebody in it, and see badges and credits come"
        );
    }
    let ready = Ready {
        url,
        pid: std::process::id(),
        version: VERSION,
        gateways: &names,
    };
    ready::write_running(&loaded.config.platform.data, &ready)?;
    if let Some(path) = &plan.ready_file {
        ready::write(path, &ready)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_signal_ends_what_would_never_end_and_is_not_lost_when_work_ends_first() {
        let (send, receive) = tokio::sync::oneshot::channel();
        let mut signal = pin!(receive);
        let work = unless(&mut signal, async { 7 });
        assert_eq!(work.await, Ok(7));
        send.send("SIGTERM").expect("the signal is waited for");
        // As a gateway that is never ready.
        let work = unless(&mut signal, std::future::pending::<()>());
        assert_eq!(work.await, Err(Ok("SIGTERM")));
    }

    #[test]
    fn a_wildcard_address_is_reached_by_loopback() {
        let url = |text: &str| base_url(text.parse().expect("an address"));
        assert_eq!(url("0.0.0.0:80"), "http://127.0.0.1:80");
        assert_eq!(url("[::]:80"), "http://[::1]:80");
        assert_eq!(url("10.0.0.1:80"), "http://10.0.0.1:80");
    }
}
