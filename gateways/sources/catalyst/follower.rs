//! All servers together.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity::chain::DenyContractWallets;
use runtime::platform::Platform;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::board::Board;
use super::fetch::Entities;
use super::funnel::Tools;
use super::seen::Seen;
use super::server::Server;
use super::settings::{Follow, SettingsError, without_user};
use super::settle::{Settler, Wallets};
use super::sink::Sink;
use super::status::{ServerStatus, Status};
use crate::sources::outbound::Client;

/// Pause before a reader that panicked starts anew from what it saved.
const RESTART: Duration = Duration::from_secs(5);

/// Follows content servers into `catalyst.sightings`.
#[derive(Clone)]
pub struct Follower {
    servers: Arc<[Arc<Server>]>,
}

impl Follower {
    /// A follower of `follow.urls`; nothing is asked before [`Follower::run`]. `client` must know those URLs as
    /// configured. Contract wallets are refused: see [`Follower::with_wallets`].
    ///
    /// # Errors
    /// A setting that makes no sense, or a server that the client may not ask.
    pub fn new(platform: Platform, follow: &Follow, client: Client) -> Result<Self, SettingsError> {
        Self::with_wallets(platform, follow, client, Arc::new(DenyContractWallets))
    }

    /// The same with somebody who can ask contract wallets.
    ///
    /// # Errors
    /// As [`Follower::new`].
    pub fn with_wallets(
        platform: Platform,
        follow: &Follow,
        client: Client,
        wallets: Wallets,
    ) -> Result<Self, SettingsError> {
        let sink = Sink::new(platform.log, platform.clock, follow.backoff_max.0);
        Self::onto(sink, follow, client, wallets)
    }

    /// The same onto a bare log.
    pub(super) fn onto(
        sink: Sink,
        follow: &Follow,
        client: Client,
        wallets: Wallets,
    ) -> Result<Self, SettingsError> {
        let names = follow.servers()?;
        for url in &names {
            client.check(url).map_err(|fault| SettingsError::Url {
                url: without_user(url),
                why: fault.to_string(),
            })?;
        }
        let names: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
        let settler = Arc::new(Settler {
            entities: Entities::new(client.clone()),
            wallets,
            age_max_seconds: follow.entity_max_age_in_seconds,
        });
        let board = Arc::new(Board::default());
        let follow = Arc::new(follow.clone());
        let servers = names.iter().map(|name| {
            let others = names
                .iter()
                .filter(|other| *other != name)
                .cloned()
                .collect();
            let tools = Tools {
                server: Arc::clone(name),
                settler: Arc::clone(&settler),
                sink: sink.clone(),
                status: Status::new(name),
                seen: Arc::new(Mutex::new(Seen::new(follow.remembered))),
                others,
            };
            Arc::new(Server {
                tools,
                client: client.clone(),
                board: Arc::clone(&board),
                follow: Arc::clone(&follow),
                servers: names.len(),
            })
        });
        Ok(Self {
            servers: servers.collect(),
        })
    }

    /// What each server's reader is doing, in the order of the configuration.
    pub fn status(&self) -> Vec<ServerStatus> {
        self.servers
            .iter()
            .map(|server| server.tools.status.get())
            .collect()
    }

    /// Follows until `shutdown`. What is in hand then is read again at the next start.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut readers = JoinSet::new();
        for server in &*self.servers {
            let server = Arc::clone(server);
            readers.spawn(async move { reader(&server).await });
        }
        shutdown.cancelled().await;
        readers.shutdown().await;
    }
}

/// Runs one server's reader, and runs it anew when it panics: a bug that one server's rows bring to light must not
/// stop the others.
async fn reader(server: &Arc<Server>) {
    loop {
        let run = {
            let server = Arc::clone(server);
            let mut task = JoinSet::new();
            task.spawn(async move { server.run().await });
            task.join_next().await
        };
        if let Some(Err(error)) = run {
            let name = &*server.tools.server;
            server
                .tools
                .status
                .fault("panic", &format!("{name}: reader stopped: {error}"));
            tracing::error!(catalyst.server = name, "reader stopped: {error}");
        }
        tokio::time::sleep(RESTART).await;
    }
}
