//! Content files into the platform's own blobs: asked for by effects (`effects.mirror`) and, on demand, by the
//! catalyst gateway.
//!
//! A file is stored under its hash and visible only whole and verified; that it is there is all the state there is.
//! The same file is fetched once at a time, whoever asks. A server that hangs takes few of the places.

mod fetch;
mod settings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use runtime::ports::{Blobs, PortError};

use crate::catalyst::ContentFetch;
use crate::sources::outbound::Client;
use fetch::Fetcher;

pub use settings::Settings;

/// Mirrors content files. Cheap to clone.
#[derive(Clone)]
pub struct Mirror(Arc<Fetcher>);

impl Mirror {
    /// A mirror into `blobs`. `servers` are asked after those that a request names.
    pub fn new(
        blobs: Arc<dyn Blobs>,
        client: Client,
        settings: &Settings,
        servers: Vec<String>,
    ) -> Self {
        Self(Arc::new(Fetcher::new(blobs, client, settings, servers)))
    }
}

#[async_trait]
impl ContentFetch for Mirror {
    async fn fetch(&self, hash: &str, servers: &[String]) -> Result<bool, PortError> {
        self.0.fetch(hash, servers).await
    }
}

#[async_trait]
impl EffectHandler for Mirror {
    fn kind(&self) -> &'static str {
        "mirror"
    }

    fn records_success(&self) -> bool {
        false
    }

    async fn perform(&self, _: &str, request: &[u8]) -> Outcome {
        let request: effects::Mirror = match model::decode(request) {
            Ok(request) => request,
            Err(error) => {
                return Outcome::GiveUp {
                    reason: format!("request: {error}"),
                };
            }
        };
        match self.0.fetch(&request.hash, &request.servers).await {
            Ok(true) => Outcome::Done(None),
            // Beside the stream and for a while: a server may get the file later.
            Ok(false) => {
                let effects::Mirror {
                    hash, entity_id, ..
                } = &request;
                let reason = format!("content file {hash} of entity {entity_id}: no server has it");
                Outcome::Retry {
                    after: None,
                    reason,
                }
            }
            Err(PortError::Retry { what, after }) => Outcome::Retry {
                after,
                reason: what,
            },
            Err(PortError::Refused(reason)) => Outcome::GiveUp { reason },
        }
    }
}
