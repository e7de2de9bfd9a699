//! All producers together.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use runtime::platform::Platform;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::cursors::Sink;
use super::graphql::{GraphQl, Indexer, Source};
use super::kinds::KINDS;
use super::producer::{Producer, State, Trouble};
use super::status::{ProducerStatus, Status};
use crate::events_notifier::{ProducerError, Producers};
use crate::settings::EventsNotifier;
use crate::sources::outbound::{Backoff, Client, Fault, GuardError, Jitter, Outbound};

/// An indexer that the source cannot start with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Its URL is none that may be asked. The URL itself is not repeated: it may hold a key.
    #[error("{0}: not a URL that may be asked: want https, or http to this machine")]
    Url(&'static str),
    /// A host of `outbound.allow` is none.
    #[error("outbound.allow: {0}")]
    Allow(GuardError),
    /// A number that must be greater.
    #[error("events_notifier.{0} must be at least 1")]
    Zero(&'static str),
}

/// Reads every indexer that is configured.
#[derive(Clone)]
pub struct Indexers {
    producers: Arc<[Arc<Producer>]>,
}

impl Indexers {
    /// The producers whose indexers are configured; `None` when none is. Nothing is asked before [`Indexers::run`].
    ///
    /// # Errors
    /// A setting that makes no sense, or a URL that may not be asked.
    pub fn new(
        platform: &Platform,
        settings: &EventsNotifier,
        outbound: &Outbound,
    ) -> Result<Option<Self>, StartError> {
        let sink = Sink::new(Arc::clone(&platform.log), Arc::clone(&platform.clock));
        Self::onto(sink, settings, outbound)
    }

    /// The same onto a bare log.
    pub(super) fn onto(
        sink: Sink,
        settings: &EventsNotifier,
        outbound: &Outbound,
    ) -> Result<Option<Self>, StartError> {
        let configured: BTreeSet<Source> = Source::ALL
            .into_iter()
            .filter(|source| source.url(settings).is_some())
            .collect();
        if !KINDS.iter().any(|kind| configured.contains(&kind.source)) {
            return Ok(None);
        }
        for (key, number) in [
            ("indexer_page_size", settings.indexer_page_size),
            ("indexer_pages_max", settings.indexer_pages_max),
            ("indexer_remembered", settings.indexer_remembered),
        ] {
            if number == 0 {
                return Err(StartError::Zero(key));
            }
        }
        let client = client(&configured, settings, outbound)?;
        let indexer: Arc<dyn Indexer> = Arc::new(GraphQl::new(client, settings));
        let settings = Arc::new(settings.clone());
        let followed = KINDS.iter().filter(|kind| indexer.has(kind.source));
        let producers = followed.map(|kind| {
            Arc::new(Producer {
                kind,
                indexer: Arc::clone(&indexer),
                sink: sink.clone(),
                settings: Arc::clone(&settings),
                status: Status::new(kind.name),
                state: Mutex::new(State::default()),
            })
        });
        Ok(Some(Self {
            producers: producers.collect(),
        }))
    }

    /// What each producer is doing.
    pub fn status(&self) -> Vec<ProducerStatus> {
        self.producers
            .iter()
            .map(|producer| producer.status.get())
            .collect()
    }

    /// Follows until `shutdown`. What is in hand then is read again at the next start.
    pub async fn run(&self, shutdown: CancellationToken) {
        let mut readers = JoinSet::new();
        for (producer, salt) in self.producers.iter().zip(0..) {
            let producer = Arc::clone(producer);
            readers.spawn(async move { follow(&producer, salt).await });
        }
        shutdown.cancelled().await;
        readers.shutdown().await;
    }
}

/// A client of its own: what may be asked for rows must not be asked for content files.
fn client(
    configured: &BTreeSet<Source>,
    settings: &EventsNotifier,
    outbound: &Outbound,
) -> Result<Client, StartError> {
    let urls = configured
        .iter()
        .filter_map(|source| Some((source.key(), source.url(settings)?)));
    let urls: Vec<_> = urls.collect();
    for (key, url) in &urls {
        let alone = Outbound {
            allow: Vec::new(),
            ..outbound.clone()
        };
        let client = Client::new(&alone, [url.reveal()]).map_err(|_| StartError::Url(key))?;
        client
            .check(url.reveal())
            .map_err(|_: Fault| StartError::Url(key))?;
    }
    Client::new(outbound, urls.iter().map(|(_, url)| url.reveal())).map_err(StartError::Allow)
}

async fn follow(producer: &Producer, salt: u64) {
    let settings = &producer.settings;
    let first = settings.indexer_retry_min.0;
    let mut backoff = Backoff::new(first, 2.0, settings.indexer_retry_max.0);
    let mut jitter = Jitter::new(salt);
    loop {
        let pause = match producer.poll().await {
            Ok(()) => {
                backoff.reset();
                settings.indexer_poll_interval.0
            }
            Err(trouble) => {
                producer.status.fault(trouble.word(), &trouble.to_string());
                let after = match &trouble {
                    Trouble::Indexer(_, fault) => fault.retry_after(),
                    Trouble::Log(_) => None,
                };
                backoff.step(&mut jitter, after)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

#[async_trait]
impl Producers for Indexers {
    async fn run_since(&self, producer: &str, since: i64) -> Result<(), ProducerError> {
        let kind = KINDS.iter().find(|kind| kind.name == producer);
        let kind = kind.ok_or_else(|| ProducerError::Unknown(producer.to_owned()))?;
        let mut producers = self.producers.iter();
        let Some(producer) = producers.find(|p| p.kind.name == kind.name) else {
            return Err(ProducerError::NotConfigured(kind.source.key()));
        };
        producer.run_since(since).await.map_err(|trouble| {
            producer.status.fault(trouble.word(), &trouble.to_string());
            ProducerError::Failed(trouble.to_string())
        })
    }
}
