//! One file: from the first server that has it, verified while it streams into the blobs.

use std::collections::BTreeMap;
use std::io::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt, Shared};
use identity::hash::ContentHash;
use runtime::ports::{Blobs, PortError};
use tokio::sync::Semaphore;

use super::Settings;
use crate::sources::outbound::{Client, Fault, FetchError};

/// Servers asked for one file at most, unless more are configured: those are always asked.
const SERVERS_MAX: usize = 16;

type Flight = Shared<BoxFuture<'static, Result<bool, PortError>>>;

/// Fetches files.
pub(super) struct Fetcher {
    blobs: Arc<dyn Blobs>,
    client: Client,
    settings: Settings,
    servers: Vec<String>,
    places: Semaphore,
    server_places: Mutex<BTreeMap<String, Arc<Semaphore>>>,
    /// Files that are being fetched.
    flights: Mutex<BTreeMap<String, Flight>>,
}

/// What one server gave.
enum Got {
    /// The file is in the blobs.
    File,
    /// Nothing, and never will.
    Nothing(FetchError),
    /// Nothing now.
    Later(FetchError),
}

impl Fetcher {
    pub(super) fn new(
        blobs: Arc<dyn Blobs>,
        client: Client,
        settings: &Settings,
        servers: Vec<String>,
    ) -> Self {
        let mut configured: Vec<String> = Vec::new();
        for server in servers.iter().map(|server| base(server)) {
            if !configured.contains(&server) {
                configured.push(server);
            }
        }
        Self {
            blobs,
            client,
            settings: settings.clone(),
            servers: configured,
            places: Semaphore::new(settings.concurrency.max(1)),
            server_places: Mutex::default(),
            flights: Mutex::default(),
        }
    }

    /// Whether the file is in the blobs, now or already.
    pub(super) async fn fetch(
        self: &Arc<Self>,
        hash: &str,
        servers: &[String],
    ) -> Result<bool, PortError> {
        let hash =
            ContentHash::parse(hash).map_err(|error| PortError::refused(error.to_string()))?;
        if self.blobs.head(hash.as_str()).await?.is_some() {
            return Ok(true);
        }
        let servers = self.order(servers);
        let (flight, is_mine) = self.board(&hash, &servers);
        let landed = flight.await;
        // Whoever joined may know servers that the first one did not.
        if is_mine || matches!(landed, Ok(true)) {
            return landed;
        }
        let (flight, _) = self.board(&hash, &servers);
        flight.await
    }

    /// The servers of the request, then the configured ones, each once. Those of the request that may not be asked
    /// are left out, and those that are not configured have only the room that the configured ones leave.
    fn order(&self, servers: &[String]) -> Vec<String> {
        let mut order: Vec<String> = Vec::new();
        let mut room = SERVERS_MAX.saturating_sub(self.servers.len());
        for server in servers.iter().map(|server| base(server)) {
            let is_configured = self.servers.contains(&server);
            if order.contains(&server) || self.client.check(&server).is_err() {
                continue;
            }
            if is_configured {
                order.push(server);
            } else if room > 0 {
                room -= 1;
                order.push(server);
            }
        }
        for server in &self.servers {
            if !order.contains(server) {
                order.push(server.clone());
            }
        }
        order
    }

    /// The flight that fetches this file: one under way, or a new one, which goes on whoever stops waiting for it.
    fn board(self: &Arc<Self>, hash: &ContentHash, servers: &[String]) -> (Flight, bool) {
        let mut flights = lock(&self.flights);
        if let Some(flight) = flights.get(hash.as_str()) {
            return (flight.clone(), false);
        }
        let landing = Landing {
            fetcher: Arc::clone(self),
            hash: hash.clone(),
        };
        let servers = servers.to_vec();
        let task = tokio::spawn(async move {
            let landing = landing;
            landing.fetcher.fly(&landing.hash, &servers).await
        });
        let name = hash.to_string();
        let flight = task.map(move |landed| {
            landed.unwrap_or_else(|error| {
                Err(PortError::retry(format!(
                    "content file {name}: fetching it stopped: {error}"
                )))
            })
        });
        let flight = flight.boxed().shared();
        flights.insert(hash.to_string(), flight.clone());
        (flight, true)
    }

    async fn fly(&self, hash: &ContentHash, servers: &[String]) -> Result<bool, PortError> {
        // Why it has to wait: because of servers that are not asked again now, because of those that were to the end.
        let (mut gone, mut troubled) = (None, None);
        let mut asked = servers.to_vec();
        for tries in 1.. {
            let mut again = Vec::new();
            troubled = None;
            for server in asked {
                match self.fetch_from(&server, hash).await? {
                    Got::File => return Ok(true),
                    Got::Nothing(error) => {
                        tracing::debug!(catalyst.server = %server, "content file not had: {error}");
                    }
                    Got::Later(error) if self.is_worth_a_pause(&error.fault) => {
                        again.push(server);
                        troubled.get_or_insert(error);
                    }
                    Got::Later(error) => drop(gone.get_or_insert(error)),
                }
            }
            asked = again;
            if asked.is_empty() || tries >= self.settings.tries {
                break;
            }
            tokio::time::sleep(self.settings.retry_pause.0).await;
        }
        match gone.or(troubled) {
            None => Ok(false),
            Some(error) => Err(PortError::Retry {
                after: error.fault.retry_after(),
                what: error.to_string(),
            }),
        }
    }

    /// Whether a server is asked again before the file is put off. Somebody waits meanwhile: an effect's slot, or a
    /// client. So not if it is gone, nor if it wants to be left alone for longer.
    fn is_worth_a_pause(&self, fault: &Fault) -> bool {
        let pause = self.settings.retry_pause.0;
        fault.is_passing() && fault.retry_after().is_none_or(|after| after <= pause)
    }

    async fn fetch_from(&self, server: &str, hash: &ContentHash) -> Result<Got, PortError> {
        let fail = |fault| FetchError {
            server: server.to_owned(),
            thing: format!("content file {hash}"),
            fault,
        };
        let server_places = self.places_of(server);
        let closed = |_| PortError::refused("the mirror is closed");
        let _server_place = server_places.acquire().await.map_err(closed)?;
        let _place = self.places.acquire().await.map_err(closed)?;
        let stored = self.store_from(server, hash);
        match tokio::time::timeout(self.settings.timeout.0, stored).await {
            Ok(got) => got,
            Err(_) => Ok(Got::Later(fail(Fault::Silent(self.settings.timeout.0)))),
        }
    }

    async fn store_from(&self, server: &str, hash: &ContentHash) -> Result<Got, PortError> {
        let limit = self.client.settings().file_limit.0;
        let file = match self
            .client
            .verified(server, hash, "content file", limit)
            .await
        {
            Ok(file) => file,
            Err(error) => return Ok(Got::of(error)),
        };
        // The store says only that the stream failed; why, it is told here.
        let fault: Arc<Mutex<Option<FetchError>>> = Arc::default();
        let slot = Arc::clone(&fault);
        let stream = file.into_stream().map(move |piece| {
            piece.map_err(|error| match error.downcast::<FetchError>() {
                Ok(why) => {
                    let text = why.to_string();
                    *lock(&slot) = Some(why);
                    Error::other(text)
                }
                Err(error) => error,
            })
        });
        match self.blobs.put(hash.as_str(), Box::pin(stream)).await {
            Ok(_) => Ok(Got::File),
            Err(error) => match lock(&fault).take() {
                Some(why) => Ok(Got::of(why)),
                None => Err(error),
            },
        }
    }

    fn places_of(&self, server: &str) -> Arc<Semaphore> {
        let mut places = lock(&self.server_places);
        let many = self.settings.server_concurrency.max(1);
        let of = places
            .entry(server.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(many)));
        Arc::clone(of)
    }
}

impl Got {
    fn of(error: FetchError) -> Self {
        // A server that we may not ask, or that points elsewhere, has nothing for us until somebody acts.
        let never = matches!(error.fault, Fault::Forbidden(_) | Fault::Redirect(_));
        if never || error.fault.is_permanent() {
            Self::Nothing(error)
        } else {
            Self::Later(error)
        }
    }
}

/// Takes a flight off the board when it ends, however it ends.
struct Landing {
    fetcher: Arc<Fetcher>,
    hash: ContentHash,
}

impl Drop for Landing {
    fn drop(&mut self) {
        lock(&self.fetcher.flights).remove(self.hash.as_str());
    }
}

fn base(server: &str) -> String {
    server.trim_end_matches('/').to_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
