//! Asks the rewards server for what players have earned (`effects.reward`).
//!
//! The key of the effect, the run of the mission, goes along as idempotency key: a try whose answer was lost is repeated.
//! Without a server nobody can be asked; rewards then wait in the ledger until one is configured, or are given up like
//! everything that is tried too often.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use serde_json::{Value, json};

use crate::settings::Secret;
use crate::sources::outbound::{Client, GuardError, Outbound, Request};

/// Asks for rewards. Cheap to clone.
#[derive(Clone)]
pub struct Reward(Arc<Asker>);

struct Asker {
    client: Client,
    url: Option<Secret>,
}

impl Reward {
    /// A runner that asks the server at `url`. It has a client of its own: what may be asked for rewards must not be
    /// asked for content files.
    ///
    /// # Errors
    /// A text that names no host.
    pub fn new(outbound: &Outbound, url: Option<&Secret>) -> Result<Self, GuardError> {
        let client = Client::new(outbound, url.map(Secret::reveal))?;
        let url = url.cloned();
        Ok(Self(Arc::new(Asker { client, url })))
    }

    async fn ask(&self, key: &str, request: &effects::Reward) -> Outcome {
        let Some(url) = &self.0.url else {
            return Outcome::Retry {
                after: None,
                reason: "exploration_games.reward_server_url is not set".to_owned(),
            };
        };
        let body =
            json!({"campaign_key": request.campaign_key, "beneficiary": request.beneficiary});
        let asked = Request {
            server: url.reveal(),
            path: "/rewards",
            thing: "reward",
        };
        let limit = self.0.client.settings().json_limit.0;
        let text = body.to_string();
        let answered = async {
            let body = self.0.client.post(asked, text, Some(key), limit).await?;
            body.collect().await
        };
        match answered.await {
            Ok(bytes) => read(&bytes),
            // Even what is refused may be repaired: a campaign may be opened again.
            Err(error) => Outcome::Retry {
                after: error.fault.retry_after(),
                reason: format!("rewards server: {}", error.fault),
            },
        }
    }
}

/// Most of a refusal that is told.
const TOLD_CHARS: usize = 200;

/// The rewards of an answer. A status of success with `"ok": false` in the body is a no; what else it says, or says
/// not, is nothing that asking again would help.
fn read(bytes: &[u8]) -> Outcome {
    let answer: Value = serde_json::from_slice(bytes).unwrap_or_default();
    if answer["ok"] == false {
        let told: String = String::from_utf8_lossy(bytes)
            .chars()
            .take(TOLD_CHARS)
            .collect();
        return Outcome::Retry {
            after: None,
            reason: format!("rewards server: {told}"),
        };
    }
    let rewards = match answer.get("data") {
        Some(rewards @ Value::Array(_)) => rewards.clone(),
        _ => json!([]),
    };
    Outcome::Done(Some(Bytes::from(rewards.to_string())))
}

#[async_trait]
impl EffectHandler for Reward {
    fn kind(&self) -> &'static str {
        "reward"
    }

    async fn perform(&self, key: &str, request: &[u8]) -> Outcome {
        match model::decode::<effects::Reward>(request) {
            Ok(request) => self.ask(key, &request).await,
            Err(error) => Outcome::GiveUp {
                reason: format!("request: {error}"),
            },
        }
    }
}
