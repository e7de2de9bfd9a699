//! A name on Ethereum, paid with credits on another chain: somebody outside finds the way there, and the call that goes it
//! is signed for the buyer.
//!
//! The port: a POST of `{name, beneficiary, provider, fromChainId, toChainId, creditsManager, priceWei}` to the
//! provider's URL is answered with `{target, data, quoteId, estimatedRouteDuration, costWei}`, where `data` begins with
//! the selector, or `selector` stands apart, and `costWei` is what the way costs beside the name.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::{Failure, Fault};
use super::external;
use super::money;
use super::shared::Common;
use super::signed::{Signed, unflagged};
use crate::frame::{self, GatewayContext};
use crate::sources::outbound::{Client, Request};

/// Largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 1 << 20;
/// What a name costs, credits.
const NAME_CREDITS: u128 = 100;
/// Letters and digits of a name.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=15;

/// Who finds ways.
pub(super) struct Routes {
    client: Client,
    urls: BTreeMap<String, String>,
}

impl Routes {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let urls = context.settings.credits.name_route_urls.clone();
        let configured: Vec<_> = urls
            .values()
            .map(|url| ("credits.name_route_urls", Some(url.as_str())))
            .collect();
        Self {
            client: frame::outside(context, &configured),
            urls,
        }
    }

    async fn find(&self, provider: &str, wanted: &Value) -> Result<Way, Fault> {
        let Some(url) = self.urls.get(provider) else {
            let message = format!("names are not routed by {provider}");
            return Err(Fault::unavailable(message));
        };
        let request = Request {
            server: url,
            path: "",
            thing: "name route",
        };
        let answer = async {
            let body = self
                .client
                .post(request, wanted.to_string(), None, ANSWER_BYTES_MAX);
            body.await?.collect().await
        };
        let silent = || Fault::unavailable("no way was found just now");
        let answer = answer.await.map_err(|error| {
            tracing::warn!(error = %error.fault, provider, "no way for a name");
            silent()
        })?;
        serde_json::from_slice(&answer).map_err(|error| {
            tracing::warn!(%error, provider, "the way for a name is not readable");
            silent()
        })
    }
}

/// A way.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Way {
    target: String,
    selector: Option<String>,
    data: String,
    #[serde(default)]
    quote_id: String,
    #[serde(default)]
    estimated_route_duration: u64,
    #[serde(default)]
    cost_wei: Option<String>,
}

impl Way {
    /// Selector and arguments, with `0x` before each.
    fn call(&self) -> Option<(String, String)> {
        let digits = self.data.strip_prefix("0x").unwrap_or(&self.data);
        if let Some(selector) = &self.selector {
            return Some((selector.clone(), format!("0x{digits}")));
        }
        let (selector, data) = digits.split_at_checked(8)?;
        Some((format!("0x{selector}"), format!("0x{data}")))
    }
}

/// Which name, and by whom.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    name: String,
    chain_id: u64,
    #[serde(default)]
    provider: Option<String>,
}

/// The chain that names are on, for a chain of credits.
fn chain_of_names(chain_id: u64) -> u64 {
    match chain_id {
        137 => 1,
        _ => 11_155_111,
    }
}

/// A signed call that registers a name for the sender.
#[utoipa::path(get, path = "/credits-name-route", tag = "shop",
    params(("name" = String, Query), ("chainId" = u64, Query), ("provider" = Option<String>, Query)),
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 401, body = Failure),
        (status = 503, body = Failure)))]
pub(super) async fn route(
    State(context): State<GatewayContext>,
    Extension(shared): Common,
    Signed(address): Signed,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, Fault> {
    unflagged(&context, &address).await?;
    // Reading, but each asks somebody outside.
    shared.limiter.admit(address.clone())?;
    let Query(wanted) = wanted.map_err(|error| Fault::bad_request(error.body_text()))?;
    let settings = &context.settings.credits;
    let name = &wanted.name;
    if !NAME_CHARS.contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Fault::bad_request("name is not 2 to 15 letters and digits"));
    }
    if wanted.chain_id != settings.chain_id {
        return Err(Fault::bad_request(
            "chainId is not that of our CreditsManager",
        ));
    }
    let provider = wanted.provider.as_deref().unwrap_or("axelar");
    if !["axelar", "across"].contains(&provider) {
        return Err(Fault::bad_request("provider is not axelar or across"));
    }
    let manager = external::manager(&context)?;
    let to = chain_of_names(settings.chain_id);
    let asked = json!({
        "name": name,
        "beneficiary": address,
        "provider": provider,
        "fromChainId": settings.chain_id.to_string(),
        "toChainId": to.to_string(),
        "creditsManager": manager,
        "priceWei": money::wei(NAME_CREDITS),
    });
    let way = shared.routes.find(provider, &asked).await?;
    affordable(&way, settings.name_route_cost_limit)?;
    let (selector, data) = way.call().ok_or_else(|| {
        tracing::warn!(provider, "the way for a name has no selector");
        Fault::unavailable("no way was found just now")
    })?;
    let now = context.platform.clock.now_ms() / 1000;
    let call = external::Call {
        target: way.target,
        selector,
        data,
        expires_at: u64::try_from(now).unwrap_or_default() + settings.name_route_ttl.0.as_secs(),
        salt: external::new_salt()?,
    };
    let signature = external::signature(&context, &address, &call)?;
    Ok(Json(json!({
        "externalCall": call,
        "customExternalCallSignature": signature,
        "quoteId": way.quote_id,
        "estimatedRouteDuration": way.estimated_route_duration,
        "fromChainId": settings.chain_id.to_string(),
        "toChainId": to.to_string(),
        "provider": provider,
    })))
}

/// Refuses a way that costs more than it may.
fn affordable(way: &Way, limit: u64) -> Result<(), Fault> {
    let most = u128::from(limit).saturating_mul(money::CREDIT);
    let cost = way
        .cost_wei
        .as_deref()
        .map_or(Some(0), |text| text.parse().ok());
    if limit == 0 || cost.is_some_and(|cost: u128| cost <= most) {
        return Ok(());
    }
    let costs = Fault::unavailable("the way costs more than it may just now");
    Err(costs.with_code("ROUTE_COST_TOO_HIGH"))
}
