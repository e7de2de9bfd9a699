//! Dollars: purchases and their authorizations.

use axum::Json;
use axum::extract::{Query, State};
use http::HeaderMap;
use model::tables::credits::{Purchase, PurchaseList, PurchaseStatus};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::command::{self, Command};
use super::error::{Failure, Fault};
use super::journal;
use super::signed::{Owner, Signed};
use super::tables::Tables;
use crate::frame::{GatewayContext, JsonBody, Written};

/// Rows of a page unless asked otherwise.
const PAGE: usize = 50;

/// Which rows are wanted.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    pub(super) status: String,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            status: String::new(),
            limit: PAGE,
            offset: 0,
        }
    }
}

/// Purchases of a person, newest first; the settled ones unless all are wanted.
#[utoipa::path(get, path = "/users/{address}/purchases", tag = "shop",
    params(("address" = String, Path), ("status" = Option<String>, Query), ("limit" = Option<usize>, Query),
        ("offset" = Option<usize>, Query)),
    responses((status = 200, body = Value), (status = 403, body = Failure)))]
pub(super) async fn purchases(
    State(context): State<GatewayContext>,
    Owner(address): Owner,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Fault> {
    let most = context.settings.credits.rows_max;
    let tables = Tables::of(&context.platform);
    let user = tables.user(&address).await?.unwrap_or_default();
    let (list, total) = match page.status.as_str() {
        "all" => (PurchaseList::All, user.purchases),
        _ => {
            let settled = PurchaseList::Of(PurchaseStatus::Settled);
            (settled, user.purchases_settled)
        }
    };
    let end = page.offset.saturating_add(page.limit).min(most);
    let first = tables.purchases(&address, list, end).await?;
    let shown = first.iter().skip(page.offset).map(purchase_shown);
    let shown: Vec<Value> = shown.collect();
    Ok(Json(json!({ "purchases": shown, "total": total })))
}

fn purchase_shown(purchase: &Purchase) -> Value {
    json!({
        "id": purchase.id,
        "tradeId": purchase.trade_id,
        "contractAddress": purchase.contract_address,
        "itemId": purchase.item_id,
        "registeredName": purchase.name,
        "usdCents": purchase.usd_cents,
        "credits": purchase.usd_cents / 10,
        "status": purchase.status,
        "createdAt": purchase.created_at,
        "manaSettledWei": purchase.mana_settled,
        "txHash": purchase.tx_hash,
        "submittedTxHash": purchase.submitted_tx_hash,
    })
}

/// What somebody wants to pay with dollars.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authorize {
    usd_price_cents: i64,
    #[serde(default)]
    trade_id: Option<String>,
    #[serde(default)]
    contract_address: Option<String>,
    #[serde(default)]
    item_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    source: Option<String>,
}

/// Holds dollars for a purchase and gives the voucher that pays it.
#[utoipa::path(post, path = "/credits/authorize", tag = "shop", request_body = Authorize,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 402, body = Failure),
        (status = 409, body = Failure), (status = 503, body = Failure)))]
pub(super) async fn authorize(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Authorize>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let body = json!({
        "usdPriceCents": body.usd_price_cents,
        "tradeId": body.trade_id,
        "contractAddress": body.contract_address,
        "itemId": body.item_id,
        "name": body.name,
        "source": body.source,
    });
    let (answer, purchase, written) = hold(&context, address, &headers, body).await?;
    let decimals = answer["rateDecimals"].as_i64().unwrap_or_default();
    Ok((
        written,
        Json(json!({
            "credit": {
                "id": purchase.id,
                "amount": purchase.cap,
                "availableAmount": purchase.cap,
                "expiresAt": purchase.expires_at,
                "signature": purchase.signature,
                "contract": purchase.contract,
            },
            "maxCreditedValue": purchase.cap,
            "usdCents": purchase.usd_cents,
            "oracleRate": answer["rate"],
            "oracleDecimals": decimals,
        })),
    ))
}

/// Holds dollars for a purchase; gives the ledger's answer and the purchase, signed.
pub(super) async fn hold(
    context: &GatewayContext,
    address: String,
    headers: &HeaderMap,
    body: Value,
) -> Result<(Value, Purchase, Option<Written>), Fault> {
    if !context.settings.credits.usd_credits {
        return Err(Fault::not_found("dollars are not spent here"));
    }
    let command = Command {
        kind: "authorize-requested",
        key: command::key(headers)?,
        address: address.clone(),
        body,
    };
    let (answer, written) = command::ask(context, command).await?;
    let salt = answer["salt"].as_str().unwrap_or_default();
    let purchase = signed(context, &address, salt).await?;
    Ok((answer, purchase, written))
}

/// Waits for the signature of a purchase: the ledger asked for it, a runner makes it, the ledger learns it.
async fn signed(context: &GatewayContext, address: &str, salt: &str) -> Result<Purchase, Fault> {
    let until = Instant::now() + context.settings.gateway.wait.0;
    loop {
        let next = async {
            let end = journal::shown(context).await?;
            let purchase = Tables::of(&context.platform)
                .purchase(address, salt)
                .await?;
            if purchase.as_ref().is_none_or(|p| p.signature.is_none()) {
                journal::grown(context, end).await?;
                return Ok::<_, Fault>(None);
            }
            Ok(purchase)
        };
        match tokio::time::timeout_at(until, next).await {
            Ok(found) => {
                if let Some(purchase) = found? {
                    return Ok(purchase);
                }
            }
            Err(_) => {
                return Err(Fault::unavailable(
                    "held but not signed yet; ask again with the same idempotency-key",
                ));
            }
        }
    }
}

/// Purchases that somebody names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Salts {
    salts: Vec<String>,
    #[serde(default)]
    tx_hash: Option<String>,
}

/// Lets purchases go that were not sent.
#[utoipa::path(post, path = "/credits/authorize/cancel", tag = "shop", request_body = Salts,
    responses((status = 200, body = Value), (status = 400, body = Failure)))]
pub(super) async fn cancel(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Salts>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let body = json!({ "salts": body.salts });
    command::answer(&context, &headers, "authorize-cancelled", (address, body)).await
}

/// Says that purchases were sent, in which transaction.
#[utoipa::path(post, path = "/credits/authorize/submitted", tag = "shop", request_body = Salts,
    responses((status = 200, body = Value), (status = 400, body = Failure)))]
pub(super) async fn submitted(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Salts>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let body = json!({ "salts": body.salts, "txHash": body.tx_hash.unwrap_or_default() });
    command::answer(&context, &headers, "authorize-submitted", (address, body)).await
}
