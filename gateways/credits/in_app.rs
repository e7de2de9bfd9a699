//! Credits that are bought in the app: paid to the app's store, credited once what was paid is confirmed there.
//!
//! Refusals that asking again will not mend are answered with status 200 and a code, for the app then ends the purchase;
//! anything else makes it try again.

use axum::extract::State;
use axum::{Extension, Json};
use identity::signature::keccak256;
use model::tables::credits::Bought;
use model::tables::day;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::app_store::{Transaction, payload};
use super::command::{self, Command};
use super::error::{Failure, Fault};
use super::money::{self, amount};
use super::shared::Common;
use super::signed::Signed;
use super::tables::Tables;
use crate::frame::{GatewayContext, JsonBody, Written};

type Answered = (Option<Written>, Json<Value>);

fn switched_on(context: &GatewayContext) -> Result<(), Fault> {
    match context.settings.credits.iap_credits {
        true => Ok(()),
        false => Err(Fault::not_found("credits are not sold in the app")),
    }
}

/// The app account of a wallet, which the app derives by itself: the first 16 bytes of a SHA-256, as a UUID.
fn account_of(address: &str) -> String {
    let hash = Sha256::digest(format!("dcl-iap:{address}"));
    let (first, _) = hash
        .split_first_chunk::<16>()
        .expect("a SHA-256 has 32 bytes");
    Uuid::from_bytes(*first).hyphenated().to_string()
}

fn refused(code: &str, reason: Option<&str>) -> Json<Value> {
    let mut body = json!({ "ok": false, "code": code });
    if let Some(reason) = reason {
        body["reason"] = json!(reason);
    }
    Json(body)
}

fn ok(data: &Value) -> Json<Value> {
    Json(json!({ "ok": true, "data": data }))
}

/// Remembers whose an app account is, once.
async fn remember(
    context: &GatewayContext,
    address: &str,
) -> Result<(String, Option<Written>), Fault> {
    let token = account_of(address);
    let known = Tables::of(&context.platform).app_account(&token).await?;
    if known.is_some() {
        return Ok((token, None));
    }
    let command = Command {
        kind: "iap-registered",
        key: token.clone(),
        address: address.to_owned(),
        body: json!({ "appAccountToken": token }),
    };
    let written = command::tell(context, &command, None).await?;
    Ok((token, Some(written)))
}

/// Remembers the sender's app account, so that a purchase is theirs whoever tells of it.
#[utoipa::path(post, path = "/credits/iap/register", tag = "app",
    responses((status = 200, body = Value), (status = 401, body = Failure), (status = 404, body = Failure)))]
pub(super) async fn register(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
) -> Result<Answered, Fault> {
    switched_on(&context)?;
    let (token, written) = remember(&context, &address).await?;
    Ok((written, ok(&json!({ "appAccountToken": token }))))
}

/// What somebody is about to buy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    product_id: String,
}

/// Whether a product may be bought, before it is paid: what is paid cannot be unpaid.
#[utoipa::path(post, path = "/credits/iap/quote", tag = "app", request_body = Wanted,
    responses((status = 200, body = Value), (status = 401, body = Failure), (status = 404, body = Failure)))]
pub(super) async fn quote(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<Answered, Fault> {
    switched_on(&context)?;
    let Some(wei) = price(&context, &wanted.product_id, 1) else {
        return Ok((None, refused("unknown_product", None)));
    };
    if let Some(refusal) = above_caps(&context, &address, wei).await? {
        return Ok((None, refusal));
    }
    let (token, written) = remember(&context, &address).await?;
    let data = json!({ "allowed": true, "appAccountToken": token });
    Ok((written, ok(&data)))
}

/// wei of so many of a product.
fn price(context: &GatewayContext, product: &str, quantity: u32) -> Option<u128> {
    let catalog = &context.settings.credits.iap_product_catalog.0;
    let wei = money::parse_credits(catalog.get(product)?)?;
    wei.checked_mul(quantity.into()).filter(|wei| *wei > 0)
}

/// The refusal of a purchase beyond a limit; the ledger holds the same limits, and the last word.
async fn above_caps(
    context: &GatewayContext,
    address: &str,
    wei: u128,
) -> Result<Option<Json<Value>>, Fault> {
    let settings = &context.settings.credits;
    let tables = Tables::of(&context.platform);
    let today = day(tables.clock().await?.now);
    let own = tables.user(address).await?.unwrap_or_default().in_app;
    let all = tables.program().await?.in_app;
    let of_day = |bought: &Bought| {
        if bought.day == today {
            amount(&bought.today_wei)
        } else {
            0
        }
    };
    let above = |before: u128, credits: u64| {
        let most = u128::from(credits).saturating_mul(money::CREDIT);
        credits > 0 && before.saturating_add(wei) > most
    };
    let cap = |reason| Ok(Some(refused("cap_exceeded", Some(reason))));
    if above(amount(&own.total_wei), settings.iap_wallet_total_limit) {
        return cap("total_limit");
    }
    if above(of_day(&own), settings.iap_wallet_daily_limit) {
        return cap("daily_limit");
    }
    let service = above(of_day(&all), settings.iap_service_daily_limit);
    Ok(service.then(|| refused("service_daily_limit", None)))
}

/// What the store signed, as the device got it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    jws_representation: String,
}

/// Credits what was bought, once.
#[utoipa::path(post, path = "/credits/iap/verify", tag = "app", request_body = Receipt,
    responses((status = 200, body = Value), (status = 401, body = Failure), (status = 404, body = Failure),
        (status = 503, body = Failure)))]
pub(super) async fn verify(
    State(context): State<GatewayContext>,
    Extension(shared): Common,
    Signed(address): Signed,
    JsonBody(receipt): JsonBody<Receipt>,
) -> Result<Answered, Fault> {
    switched_on(&context)?;
    let Some(claimed) = payload::<Transaction>(&receipt.jws_representation) else {
        return Ok((None, refused("invalid_jws", None)));
    };
    let Some(bought) = shared.store.transaction(&context, &claimed).await? else {
        return Ok((None, refused("invalid_jws", None)));
    };
    let own = account_of(&address);
    let token = bought.app_account_token.as_deref().unwrap_or_default();
    if !token.eq_ignore_ascii_case(&own) {
        return Ok((None, refused("token_mismatch", None)));
    }
    credit(&context, &address, &bought).await
}

/// Credits a purchase that the store confirmed.
async fn credit(
    context: &GatewayContext,
    address: &str,
    bought: &Transaction,
) -> Result<Answered, Fault> {
    if bought.revocation_date.is_some() {
        return Ok((None, refused("revoked_transaction", None)));
    }
    let id = &bought.transaction_id;
    if is_credited(context, address, id).await? {
        return Ok((None, ok(&json!({ "alreadyExisted": true }))));
    }
    let Some(wei) = price(context, &bought.product_id, bought.quantity.unwrap_or(1)) else {
        return Ok((None, refused("unknown_product", None)));
    };
    if let Some(refusal) = above_caps(context, address, wei).await? {
        return Ok((None, refusal));
    }
    let command = Command {
        kind: "iap-verified",
        // Each try has a key of its own: what is above the day's limit now may be within tomorrow's.
        key: format!("{id}:{}", Uuid::now_v7()),
        address: address.to_owned(),
        body: json!({
            "amountWei": wei.to_string(),
            "productId": bought.product_id,
            "transactionId": id,
        }),
    };
    let (answer, written) = command::outcome(context, &command).await?;
    let body = match answer.result.as_str() {
        "done" => ok(&json!({ "alreadyExisted": answer.body["alreadyExisted"] })),
        "revoked-transaction" => refused("revoked_transaction", None),
        "cap-exceeded" => refused("cap_exceeded", Some(&answer.message)),
        "service-daily-limit" => refused("service_daily_limit", None),
        result => return Err(Fault::refused(result, &answer.message)),
    };
    Ok((written, body))
}

/// Whether a wallet has the credit of a transaction.
async fn is_credited(context: &GatewayContext, address: &str, id: &str) -> Result<bool, Fault> {
    let salt = format!("0x{}", hex::encode(keccak256(format!("iap:{id}"))));
    let voucher = Tables::of(&context.platform)
        .voucher(address, &salt)
        .await?;
    Ok(voucher.is_some())
}

/// What the store tells by itself.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    signed_payload: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Notification {
    data: NotificationData,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NotificationData {
    signed_transaction_info: String,
}

/// Takes a notification of the store: it only names a transaction, and the store is asked what became of that one. One
/// that was refunded is taken back, any other is credited to whose app account it is, if the device did not do it.
#[utoipa::path(post, path = "/apple/webhook", tag = "app", request_body = Told,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 503, body = Failure)))]
pub(super) async fn webhook(
    State(context): State<GatewayContext>,
    Extension(shared): Common,
    JsonBody(told): JsonBody<Told>,
) -> Result<Json<Value>, Fault> {
    switched_on(&context)?;
    let notification: Option<Notification> = payload(&told.signed_payload);
    let notification = notification.ok_or_else(|| Fault::bad_request("signedPayload is no JWS"))?;
    let received = Json(json!({ "received": true }));
    // Of a test, or of something else that is not bought.
    let Some(claimed) = payload::<Transaction>(&notification.data.signed_transaction_info) else {
        return Ok(received);
    };
    let Some(bought) = shared.store.transaction(&context, &claimed).await? else {
        return Ok(received);
    };
    if bought.revocation_date.is_some() {
        take_back(&context, &bought.transaction_id).await?;
        return Ok(received);
    }
    let token = bought.app_account_token.as_deref().unwrap_or_default();
    let tables = Tables::of(&context.platform);
    match tables.app_account(&token.to_lowercase()).await? {
        Some(address) => drop(credit(&context, &address, &bought).await?),
        None => tracing::warn!("an app purchase is nobody's: its account was never registered"),
    }
    Ok(received)
}

/// Takes back what is left of an app purchase; the transaction is never credited again.
pub(super) async fn take_back(
    context: &GatewayContext,
    transaction: &str,
) -> Result<(Value, Option<Written>), Fault> {
    let command = Command {
        kind: "iap-refunded",
        key: format!("{transaction}:refund"),
        address: String::new(),
        body: json!({ "transactionId": transaction }),
    };
    command::ask(context, command).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_account_is_what_the_app_derives() {
        // `printf dcl-iap:0xab | openssl dgst -sha256`, its first 32 digits.
        assert_eq!(account_of("0xab"), "e0343048-aa1e-e38c-a605-bab3811e8f5e");
    }
}
