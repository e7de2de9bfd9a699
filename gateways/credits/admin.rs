//! What admins do: give, mint in tests, flag, look at what should not be.

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{self, Command};
use super::error::{Failure, Fault};
use super::signed::Signed;
use super::tables::Tables;
use super::{in_app, money};
use crate::frame::{GatewayContext, JsonBody, Written, auth};

/// An amount of credits: a number or a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Amount {
    Number(serde_json::Number),
    Text(String),
}

impl Amount {
    fn wei(&self) -> Result<String, Fault> {
        let text = match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        };
        match money::parse_credits(&text) {
            Some(wei) if wei > 0 => Ok(wei.to_string()),
            _ => Err(Fault::bad_request(format!(
                "amount {text:?} is not above 0"
            ))),
        }
    }
}

/// What is given, and why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Grant {
    #[serde(rename = "type")]
    kind: String,
    #[schema(value_type = f64)]
    amount: Amount,
    reason: String,
    #[serde(default)]
    annotation: Option<String>,
}

/// Gives credits. The sender has the granter's token and is one of the configured addresses.
#[utoipa::path(post, path = "/users/{address}/credits", tag = "admin", request_body = Grant,
    params(("address" = String, Path)),
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 401, body = Failure),
        (status = 403, body = Failure)))]
pub(super) async fn grant(
    State(context): State<GatewayContext>,
    Signed(granter): Signed,
    Path(address): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Grant>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let settings = &context.settings.credits;
    let token = settings.granter_api_admin_token.as_ref();
    auth::require(&headers, token, "credits.granter_api_admin_token")?;
    let admins = &settings.read_write_admin_addresses;
    if !admins
        .iter()
        .any(|admin| admin.eq_ignore_ascii_case(&granter))
    {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "the signer may not grant",
        ));
    }
    if body.kind != "on-demand" {
        return Err(Fault::bad_request("type is not on-demand"));
    }
    let reason = match body.annotation {
        Some(more) => format!("{}: {more}", body.reason),
        None => body.reason,
    };
    give(
        &context,
        &headers,
        address,
        (body.amount.wei()?, granter, reason),
    )
    .await
}

async fn give(
    context: &GatewayContext,
    headers: &HeaderMap,
    address: String,
    (wei, granter, reason): (String, String, String),
) -> Result<(Option<Written>, Json<Value>), Fault> {
    if !identity::signature::is_address(&address) {
        return Err(Fault::bad_request("not an address"));
    }
    let body = json!({ "amountWei": wei, "granterAddress": granter, "reason": reason });
    let asked = (address.to_lowercase(), body);
    command::answer(context, headers, "on-demand-granted", asked).await
}

fn for_tests(context: &GatewayContext) -> Result<(), Fault> {
    match context.settings.credits.allow_dev_mint {
        true => Ok(()),
        false => Err(Fault::not_found("Not found")),
    }
}

/// Dollars out of nothing.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MintUsd {
    address: String,
    usd_cents: i64,
}

/// Gives dollars, in tests.
#[utoipa::path(post, path = "/dev/mint-usd", tag = "dev", request_body = MintUsd,
    responses((status = 200, body = Value), (status = 404, body = Failure)))]
pub(super) async fn mint_usd(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<MintUsd>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    for_tests(&context)?;
    let command = Command {
        kind: "usd-minted",
        key: command::key(&headers)?,
        address: body.address.to_lowercase(),
        body: json!({ "usdCents": body.usd_cents }),
    };
    let id = command.key.clone();
    let (answer, written) = command::ask(&context, command).await?;
    let balance = answer["balanceCents"].as_i64().unwrap_or_default();
    Ok((
        written,
        Json(json!({
            "id": id,
            "usdCents": body.usd_cents,
            "balanceCents": balance,
            "credits": balance / 10,
        })),
    ))
}

/// A credit out of nothing.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct MintCredit {
    address: String,
    #[serde(default = "hundred")]
    #[schema(value_type = f64)]
    amount: Amount,
    #[serde(default)]
    reason: String,
}

fn hundred() -> Amount {
    Amount::Text("100".to_owned())
}

/// Gives a credit, in tests.
#[utoipa::path(post, path = "/dev/mint-credit", tag = "dev", request_body = MintCredit,
    responses((status = 201, body = Value), (status = 404, body = Failure)))]
pub(super) async fn mint_credit(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<MintCredit>,
) -> Result<(StatusCode, Option<Written>, Json<Value>), Fault> {
    for_tests(&context)?;
    let address = body.address.to_lowercase();
    let what = (body.amount.wei()?, String::new(), body.reason);
    let (written, Json(answer)) = give(&context, &headers, address.clone(), what).await?;
    let id = answer["id"].as_str().unwrap_or_default();
    let tables = Tables::of(&context.platform);
    let voucher = tables.voucher(&address, id).await?.unwrap_or_default();
    let now = tables.clock().await?.now;
    let program = tables.program().await?;
    let season = super::program::seasons(&program, now).current;
    Ok((
        StatusCode::CREATED,
        written,
        Json(json!({
            "signature": voucher.signature,
            "expiresAt": voucher.expires_at,
            "season": season.map(|season| &season.name),
            "seasonId": season.map(|season| season.id),
            "creditId": id,
        })),
    ))
}

/// An app purchase that was refunded.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refund {
    transaction_id: String,
}

/// Takes back what is left of an app purchase; the transaction is never credited again.
#[utoipa::path(post, path = "/credits/iap/refund", tag = "admin", request_body = Refund,
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn refund_in_app(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Refund>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let token = context.settings.credits.api_admin_token.as_ref();
    auth::require(&headers, token, "credits.api_admin_token")?;
    let (answer, written) = in_app::take_back(&context, &body.transaction_id).await?;
    Ok((written, Json(answer)))
}

/// Wallets of one person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Wallets {
    addresses: Vec<String>,
    #[serde(default)]
    source: Option<String>,
}

/// Keeps wallets out of the program.
#[utoipa::path(post, path = "/flag", tag = "admin", request_body = Wallets,
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn flag(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Wallets>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    wallets(&context, &headers, "wallets-flagged", body).await
}

/// Lets wallets in again.
#[utoipa::path(post, path = "/unflag", tag = "admin", request_body = Wallets,
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn unflag(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Wallets>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    wallets(&context, &headers, "wallets-unflagged", body).await
}

async fn wallets(
    context: &GatewayContext,
    headers: &HeaderMap,
    kind: &'static str,
    body: Wallets,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let token = context
        .settings
        .credits
        .programmatic_api_admin_token
        .as_ref();
    auth::require(headers, token, "credits.programmatic_api_admin_token")?;
    let body = json!({ "addresses": body.addresses, "reason": body.source });
    command::answer(context, headers, kind, (String::new(), body)).await
}

/// Wallets that are kept out.
#[utoipa::path(get, path = "/admin/flagged-wallets", tag = "admin",
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn flagged(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
) -> Result<Json<Value>, Fault> {
    let settings = &context.settings.credits;
    let token = settings.programmatic_api_admin_token.as_ref();
    auth::require(&headers, token, "credits.programmatic_api_admin_token")?;
    let flags = Tables::of(&context.platform)
        .flags(settings.rows_max)
        .await?;
    Ok(Json(json!({ "flaggedWallets": flags })))
}

/// Consumptions of credits that nobody gave, and whatever else should not be; and the reconciliation with the chain.
#[utoipa::path(get, path = "/admin/anomalies", tag = "admin",
    responses((status = 200, body = Value), (status = 401, body = Failure)))]
pub(super) async fn anomalies(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
) -> Result<Json<Value>, Fault> {
    let settings = &context.settings.credits;
    auth::require(
        &headers,
        settings.api_admin_token.as_ref(),
        "credits.api_admin_token",
    )?;
    let tables = Tables::of(&context.platform);
    let program = tables.program().await?;
    let anomalies = tables.anomalies(settings.rows_max).await?;
    Ok(Json(json!({
        "anomalies": anomalies,
        "settledWei": program.settled,
        "usedWei": program.used,
        "reconciled": program.settled == program.used,
        "stateHash": program.state_hash,
        "transfers": program.transfers,
    })))
}
