//! The port to an indexer, and its implementation: GraphQL over HTTP.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use crate::settings::{EventsNotifier, Secret};
use crate::sources::outbound::{Client, Fault, Request};

/// Most characters of an indexer's own error that are repeated.
const ERROR_CHARS_MAX: usize = 200;

/// An indexer, by what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Collections, sales and bids.
    Collections,
    /// Rentals.
    Rentals,
    /// LAND and estates.
    Lands,
}

impl Source {
    /// How errors and logs call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Collections => "collections indexer",
            Self::Rentals => "rentals indexer",
            Self::Lands => "land indexer",
        }
    }

    /// The key of the configuration that names its URL.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Collections => "events_notifier.collections_l2_subgraph_url",
            Self::Rentals => "events_notifier.rentals_subgraph_url",
            Self::Lands => "events_notifier.land_manager_subgraph_url",
        }
    }

    /// Its URL.
    pub(super) fn url(self, settings: &EventsNotifier) -> Option<&Secret> {
        Secret::present(match self {
            Self::Collections => &settings.collections_l2_subgraph_url,
            Self::Rentals => &settings.rentals_subgraph_url,
            Self::Lands => &settings.land_manager_subgraph_url,
        })
    }

    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Collections, Self::Rentals, Self::Lands];
}

/// Who answers questions about the chain.
#[async_trait]
pub(super) trait Indexer: Send + Sync {
    /// Whether this indexer can be asked at all.
    fn has(&self, source: Source) -> bool;

    /// The `data` of the answer.
    async fn ask(
        &self,
        source: Source,
        query: &str,
        variables: Value,
    ) -> Result<Map<String, Value>, Fault>;
}

/// GraphQL over HTTP, through the guarded client.
pub(super) struct GraphQl {
    client: Client,
    urls: BTreeMap<Source, Secret>,
    answer_limit: u64,
    longest: Duration,
}

impl GraphQl {
    /// `client` must know the configured URLs.
    pub(super) fn new(client: Client, settings: &EventsNotifier) -> Self {
        let urls = Source::ALL
            .into_iter()
            .filter_map(|source| Some((source, source.url(settings)?.clone())));
        Self {
            client,
            urls: urls.collect(),
            answer_limit: settings.indexer_answer_limit.0,
            longest: settings.indexer_timeout.0,
        }
    }

    async fn exchange(&self, source: Source, text: String) -> Result<bytes::Bytes, Fault> {
        let url = self.urls.get(&source);
        let url = url.ok_or_else(|| Fault::Forbidden(format!("{} is not set", source.key())))?;
        let request = Request {
            server: url.reveal(),
            path: "",
            thing: source.name(),
        };
        let asked = async {
            let body = self
                .client
                .post(request, text, None, self.answer_limit)
                .await?;
            body.collect().await
        };
        match timeout(self.longest, asked).await {
            // Without the URL, which the whole error names.
            Ok(answered) => answered.map_err(|error| error.fault),
            Err(_) => Err(Fault::Silent(self.longest)),
        }
    }
}

#[async_trait]
impl Indexer for GraphQl {
    fn has(&self, source: Source) -> bool {
        self.urls.contains_key(&source)
    }

    async fn ask(
        &self,
        source: Source,
        query: &str,
        variables: Value,
    ) -> Result<Map<String, Value>, Fault> {
        let text = json!({"query": query, "variables": variables}).to_string();
        let bytes = self.exchange(source, text).await?;
        let answer: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Fault::Unreadable(format!("it is no JSON: {error}")))?;
        read(answer)
    }
}

fn read(mut answer: Value) -> Result<Map<String, Value>, Fault> {
    let errors = &answer["errors"];
    // Half an answer is none: what is missing from it would be taken for what is not there.
    if errors.as_array().is_some_and(|errors| !errors.is_empty()) || errors.is_object() {
        let message = errors[0]["message"].as_str().unwrap_or("no message");
        let message: String = message.chars().take(ERROR_CHARS_MAX).collect();
        return Err(Fault::Unreadable(format!("it has errors: {message:?}")));
    }
    match answer.get_mut("data").map(Value::take) {
        Some(Value::Object(data)) => Ok(data),
        _ => Err(Fault::Unreadable("it has no data".to_owned())),
    }
}
