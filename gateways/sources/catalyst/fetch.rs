//! Entity files: from the server that advertises the entity, else from another; confirmed, read, remembered.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use identity::hash::EntityHash;

use super::entity::Entity;
use super::reject::Code;
use super::settle::Whence;
use crate::sources::outbound::{Client, Fault, FetchError};

/// Most bytes of entities remembered, so that the same entity of another server is not fetched again.
const CACHE_BYTES: usize = 16 << 20;

/// Why there is no entity.
#[derive(Debug)]
pub(super) enum Missing {
    /// It is no entity, whoever gives it.
    Refused(Code, String),
    /// Every server that should have it refuses it or gives other bytes: for good, or just now.
    Denied {
        /// The code, should it stay so.
        code: Code,
        /// A word for metrics, as long as it may change.
        word: &'static str,
        /// The story.
        what: String,
    },
    /// Not now.
    Later {
        /// A word for metrics.
        word: &'static str,
        /// The story.
        what: String,
        /// When the server wants to be asked again.
        after: Option<Duration>,
    },
}

/// An entity, and the server whose file was read.
pub(super) struct Found {
    pub(super) entity: Arc<Entity>,
    /// `None` when it was remembered.
    pub(super) server: Option<Arc<str>>,
}

/// Fetches entity files for all servers' rows.
pub(super) struct Entities {
    client: Client,
    cache: Mutex<Cache>,
}

impl Entities {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            cache: Mutex::default(),
        }
    }

    /// The entity from one of those that advertise it, in order; if none of them gives it, from another.
    pub(super) async fn get(&self, id: &EntityHash, whence: &Whence) -> Result<Found, Missing> {
        if let Some(entity) = self.lock().get(id.as_str()) {
            return Ok(Found {
                entity,
                server: None,
            });
        }
        let mut refused: Option<FetchError> = None;
        let mut later: Option<FetchError> = None;
        for server in &*whence.advertisers {
            match self.from(server, id, whence.file_timeout).await? {
                Ok(found) => return Ok(found),
                Err(error) if error.fault.is_permanent() => drop(refused.get_or_insert(error)),
                Err(error) => drop(later.get_or_insert(error)),
            }
        }
        if later.is_none() {
            let asked = |server: &&Arc<str>| whence.advertisers.contains(server);
            for server in whence.others.iter().filter(|server| !asked(server)) {
                if let Ok(found) = self.from(server, id, whence.file_timeout).await? {
                    return Ok(found);
                }
            }
        }
        Err(match (later, refused) {
            (Some(error), _) => Missing::Later {
                word: error.fault.word(),
                what: error.to_string(),
                after: error.fault.retry_after(),
            },
            (None, Some(error)) => Missing::Denied {
                code: Code::of_entity_file(&error.fault),
                word: error.fault.word(),
                what: error.to_string(),
            },
            (None, None) => Missing::Later {
                word: "no_server",
                what: format!("entity file {id}: no server advertises it"),
                after: None,
            },
        })
    }

    /// The outer error ends the search: bytes of the right name that are no entity are so everywhere.
    async fn from(
        &self,
        server: &Arc<str>,
        id: &EntityHash,
        timeout: Duration,
    ) -> Result<Result<Found, FetchError>, Missing> {
        let limit = self.client.settings().entity_limit.0;
        let file = self.client.file(server, id, "entity file", limit);
        let bytes = match tokio::time::timeout(timeout, file).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) => return Ok(Err(error)),
            Err(_) => {
                let fault = Fault::Silent(timeout);
                let thing = format!("entity file {id}");
                return Ok(Err(FetchError {
                    server: server.to_string(),
                    thing,
                    fault,
                }));
            }
        };
        let entity = Entity::parse(id, &bytes)
            .map_err(|what| Missing::Refused(Code::EntityMalformed, what))?;
        let entity = Arc::new(entity);
        self.lock().put(id.as_str(), &entity);
        Ok(Ok(Found {
            entity,
            server: Some(Arc::clone(server)),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// First in, first out, bounded by bytes.
#[derive(Default)]
struct Cache {
    entities: BTreeMap<String, Arc<Entity>>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Cache {
    fn get(&self, id: &str) -> Option<Arc<Entity>> {
        self.entities.get(id).cloned()
    }

    fn put(&mut self, id: &str, entity: &Arc<Entity>) {
        let size = entity.size();
        if size > CACHE_BYTES / 8 || self.entities.contains_key(id) {
            return;
        }
        self.bytes += size;
        self.entities.insert(id.to_owned(), Arc::clone(entity));
        self.order.push_back(id.to_owned());
        while self.bytes > CACHE_BYTES {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            let removed = self.entities.remove(&oldest);
            self.bytes -= removed.map_or(0, |entity| entity.size());
        }
    }
}
