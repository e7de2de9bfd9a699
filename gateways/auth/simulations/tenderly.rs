//! Tenderly's simulations (`POST /account/:a/project/:p/simulate`), and what they say in the words of the auth server.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::upstream;
use super::{Failure, Simulator, Transaction};
use crate::frame::{self, GatewayContext, Secret};
use crate::sources::outbound::Client;

/// Events that are told of.
const EVENTS_MAX: usize = 50;
/// Half of all numbers: an approval of as much is one of everything.
const UNLIMITED_BITS: usize = 256;

/// See the module.
pub(super) struct Tenderly {
    client: Client,
    url: String,
    key: Secret,
    limit: Duration,
}

impl Tenderly {
    /// As configured; `None` where a part is missing.
    pub(super) fn new(context: &GatewayContext) -> Option<Self> {
        let settings = &context.settings.auth;
        let key = Secret::present(&settings.tenderly_access_key)?.clone();
        let account = settings.tenderly_account_slug.as_deref()?;
        let project = settings.tenderly_project_slug.as_deref()?;
        let base = settings.tenderly_api_url.trim_end_matches('/');
        let client = frame::outside(context, &[("auth.tenderly_api_url", Some(base))]);
        Some(Self {
            client,
            url: format!("{base}/account/{account}/project/{project}/simulate"),
            key,
            limit: Duration::from_millis(settings.tenderly_timeout_ms),
        })
    }
}

#[async_trait]
impl Simulator for Tenderly {
    async fn simulate(&self, transaction: &Transaction) -> Result<Value, Failure> {
        let body = json!({
            "network_id": transaction.chain_id.to_string(),
            "from": transaction.from, "to": transaction.to, "input": transaction.data, "value": transaction.value,
            // Who has no coins for gas still wants to know.
            "gas_price": "0",
            "save": false, "save_if_fails": false, "simulation_type": "full",
        });
        let request = self
            .client
            .request(Method::POST, &self.url)
            .map_err(|fault| {
                tracing::warn!(%fault, "the simulator may not be asked");
                Failure::Wrong
            })?;
        let request = request
            .header("x-access-key", self.key.reveal())
            .header("content-type", "application/json")
            .body(body.to_string());
        let said = upstream::ask("the simulator", request, self.limit)
            .await
            .ok_or(Failure::Away)?;
        match said.status {
            200..=299 => {
                let answer: Value =
                    serde_json::from_slice(&said.body).map_err(|_| Failure::Wrong)?;
                told(&answer).ok_or(Failure::Wrong)
            }
            400 => Err(Failure::Refused),
            429 => Err(Failure::Busy),
            500.. => Err(Failure::Away),
            _ => Err(Failure::Wrong),
        }
    }
}

/// What an answer says; `None` for one that is none.
fn told(answer: &Value) -> Option<Value> {
    let transaction = answer.get("transaction")?;
    let succeeded = transaction.get("status")?.as_bool()?;
    let info = &transaction["transaction_info"];
    let list = |name: &str| info[name].as_array().cloned().unwrap_or_default();
    let events = list("logs")
        .into_iter()
        .take(EVENTS_MAX)
        .map(|log| json!({ "name": log["name"], "address": log["raw"]["address"] }));
    let balances = list("balance_changes").into_iter().map(|change| {
        json!({ "address": change["address"], "dollarValue": text(&change["dollar_value"]) })
    });
    let mut told = json!({
        "status": if succeeded { "success" } else { "reverted" },
        "assetChanges": list("asset_changes").iter().map(asset).collect::<Vec<_>>(),
        "approvalChanges": list("exposure_changes").iter().map(approval).collect::<Vec<_>>(),
        "balanceChanges": balances.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
    });
    if let Some(error) = transaction["error_message"]
        .as_str()
        .filter(|text| !text.is_empty())
    {
        told["error"] = json!(error);
    }
    Some(told)
}

fn asset(change: &Value) -> Value {
    let token = &change["token_info"];
    let kind = change["type"].as_str().unwrap_or_default().to_lowercase();
    json!({
        "type": kind, "standard": standard(token), "from": change["from"], "to": change["to"],
        "amount": text(&change["amount"]), "rawAmount": text(&change["raw_amount"]), "tokenId": text(&change["token_id"]),
        "contractAddress": token["contract_address"], "symbol": token["symbol"], "name": token["name"],
        "decimals": token["decimals"], "logoUrl": token["logo"], "dollarValue": text(&change["dollar_value"]),
    })
}

fn approval(change: &Value) -> Value {
    let token = &change["token_info"];
    let raw = text(&change["raw_amount"]);
    json!({
        "kind": change["type"].as_str().unwrap_or_default().to_lowercase(), "standard": standard(token),
        "owner": change["owner"], "spender": change["spender"], "amount": text(&change["amount"]),
        "isUnlimited": raw.as_str().is_some_and(is_unlimited), "rawAmount": raw, "tokenId": text(&change["token_id"]),
        "approved": change["approved"], "contractAddress": token["contract_address"], "symbol": token["symbol"],
        "name": token["name"],
    })
}

fn standard(token: &Value) -> &'static str {
    let said = token["standard"]
        .as_str()
        .unwrap_or_default()
        .to_lowercase();
    match said.as_str() {
        "erc20" => "erc20",
        "erc721" => "erc721",
        "erc1155" => "erc1155",
        "nativecurrency" | "native" => "native",
        _ => "unknown",
    }
}

/// A number as text, which is how clients want amounts.
fn text(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.to_string()),
        other => other.clone(),
    }
}

/// Whether a number, decimal or in hex with `0x`, is 2^255 or more.
fn is_unlimited(raw: &str) -> bool {
    if let Some(digits) = raw.strip_prefix("0x") {
        let digits = digits.trim_start_matches('0');
        let first = digits.chars().next().and_then(|c| c.to_digit(16));
        return digits.len() * 4 >= UNLIMITED_BITS
            && (digits.len() * 4 > UNLIMITED_BITS || first >= Some(8));
    }
    // 2^255 in decimal: of two numbers of one length the later text is the greater.
    const HALF: &str =
        "57896044618658097711785492504343953926634992332820282019728792003956564819968";
    let digits = raw.trim_start_matches('0');
    digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.len() > HALF.len() || digits.len() == HALF.len() && digits >= HALF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_numbers_is_without_limit() {
        let half = "57896044618658097711785492504343953926634992332820282019728792003956564819968";
        let below = "57896044618658097711785492504343953926634992332820282019728792003956564819967";
        let all = format!("0x{}", "f".repeat(64));
        for (raw, expected) in [
            (half, true),
            (below, false),
            ("1000000000000000000", false),
            (&all, true),
            (
                "0x8000000000000000000000000000000000000000000000000000000000000000",
                true,
            ),
            (
                "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                false,
            ),
            ("", false),
            ("all", false),
        ] {
            assert_eq!(is_unlimited(raw), expected, "{raw}");
        }
    }
}
