//! Other services: JSON in bounded time and size, and remembered for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::settings::CommsGatekeeper;
use crate::frame::{GatewayContext, outside};
use crate::sources::outbound::{Client, Fault, Request};

/// Asks other services.
pub(super) struct Outside {
    client: Client,
    timeout: Duration,
    answer_bytes: u64,
    keep: Duration,
    most: usize,
    kept: Mutex<HashMap<String, Kept>>,
}

/// When something was asked, and what came; nothing where there is no such thing.
type Kept = (Instant, Option<Arc<Value>>);

/// A service that did not answer; says which and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unanswered(String);

impl Outside {
    pub(super) fn new(context: &GatewayContext, settings: &CommsGatekeeper) -> Self {
        let urls = [
            ("world_content_url", &settings.world_content_url),
            ("catalyst_content_url", &settings.catalyst_content_url),
            ("places_api_url", &settings.places_api_url),
            ("lambdas_url", &settings.lambdas_url),
            ("social_service_url", &settings.social_service_url),
            ("land_authorizations_url", &settings.land_authorizations_url),
            ("denylist_json_url", &settings.denylist_json_url),
        ];
        let keys: Vec<_> = urls
            .iter()
            .map(|(key, url)| (format!("comms_gatekeeper.{key}"), url.as_deref()))
            .collect();
        let named: Vec<_> = keys
            .iter()
            .map(|(key, url)| (key.as_str(), url.filter(|url| !url.is_empty())))
            .collect();
        Self {
            client: outside(context, &named),
            timeout: settings.outside_timeout.0,
            answer_bytes: settings.outside_answer_limit.0,
            keep: settings.content_client_cache_ttl.0,
            most: settings.content_client_cache_max,
            kept: Mutex::default(),
        }
    }

    /// What a service says at a path; `None` for 404. Asked anew when the last answer is too old.
    ///
    /// # Errors
    /// The service did not answer.
    pub(super) async fn get(
        &self,
        server: &str,
        path: &str,
    ) -> Result<Option<Arc<Value>>, Unanswered> {
        let key = format!("{server} {path}");
        if let Some(kept) = self.remembered(&key) {
            return Ok(kept);
        }
        let answer = self.fresh(server, path, None).await?.map(Arc::new);
        self.remember(key, answer.clone());
        Ok(answer)
    }

    /// What a service answers to JSON that is posted.
    ///
    /// # Errors
    /// As [`Outside::get`].
    pub(super) async fn post(
        &self,
        server: &str,
        path: &str,
        body: &Value,
    ) -> Result<Option<Arc<Value>>, Unanswered> {
        let key = format!("{server} {path} {body}");
        if let Some(kept) = self.remembered(&key) {
            return Ok(kept);
        }
        let answer = self.fresh(server, path, Some(body)).await?.map(Arc::new);
        self.remember(key, answer.clone());
        Ok(answer)
    }

    /// The same, whatever is remembered.
    ///
    /// # Errors
    /// As [`Outside::get`].
    pub(super) async fn fresh(
        &self,
        server: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Option<Value>, Unanswered> {
        let request = Request {
            server,
            path,
            thing: "answer",
        };
        let asked = async {
            let body = match body {
                None => self.client.open(request, self.answer_bytes).await,
                Some(body) => {
                    let text = body.to_string();
                    self.client
                        .post(request, text, None, self.answer_bytes)
                        .await
                }
            };
            body?.collect().await
        };
        let bytes = match tokio::time::timeout(self.timeout, asked).await {
            Err(_) => return Err(Unanswered(format!("{server}: not in time"))),
            Ok(Err(error)) if matches!(error.fault, Fault::Status { status: 404, .. }) => {
                return Ok(None);
            }
            Ok(Err(error)) => return Err(Unanswered(error.to_string())),
            Ok(Ok(bytes)) => bytes,
        };
        let value = serde_json::from_slice(&bytes);
        value
            .map(Some)
            .map_err(|error| Unanswered(format!("{server}: {error}")))
    }

    fn remembered(&self, key: &str) -> Option<Option<Arc<Value>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = kept.get(key)?;
        (at.elapsed() < self.keep).then(|| answer.clone())
    }

    fn remember(&self, key: String, answer: Option<Arc<Value>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.most {
            kept.retain(|_, (at, _)| at.elapsed() < self.keep);
        }
        // All of them are fresh: better ask again than grow.
        if kept.len() >= self.most {
            kept.clear();
        }
        if self.most > 0 {
            kept.insert(key, (Instant::now(), answer));
        }
    }
}
