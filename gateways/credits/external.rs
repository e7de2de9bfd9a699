//! Calls that the CreditsManager makes for somebody: signed with a key of their own.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use identity::sign::Wallet;
use identity::voucher::{Domain, ExternalCall};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::{Failure, Fault};
use super::shop;
use super::signed::Signed;
use crate::frame::{GatewayContext, JsonBody, Secret, Written};

/// Longest arguments of a call, bytes.
const DATA_BYTES_MAX: usize = 64 * 1024;

/// A call.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Call {
    pub(super) target: String,
    pub(super) selector: String,
    pub(super) data: String,
    pub(super) expires_at: u64,
    pub(super) salt: String,
}

/// A call for somebody, by a manager.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    #[serde(default)]
    user_address: Option<String>,
    #[serde(default)]
    usd_price_cents: i64,
    chain_id: u64,
    credits_manager_address: String,
    external_call: Call,
}

fn bytes<const N: usize>(name: &str, text: &str) -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    let digits = text.strip_prefix("0x").unwrap_or_default();
    hex::decode_to_slice(digits, &mut bytes)
        .map_err(|_| Fault::bad_request(format!("{name} is not 0x and {} hex digits", 2 * N)))?;
    Ok(bytes)
}

/// The CreditsManager that calls are signed for.
pub(super) fn manager(context: &GatewayContext) -> Result<String, Fault> {
    let manager = context.settings.credits.manager();
    manager.ok_or_else(|| Fault::unavailable("external calls are not configured"))
}

/// A salt that nobody can guess.
pub(super) fn new_salt() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system gives no random numbers");
        Fault::unavailable("no random numbers just now")
    })?;
    Ok(format!("0x{}", hex::encode(bytes)))
}

/// Signs what somebody wants called, by the configured manager on the configured chain and by no other.
fn wanted_signature(
    context: &GatewayContext,
    user: &str,
    wanted: &Wanted,
) -> Result<String, Fault> {
    let manager = manager(context)?;
    if wanted.chain_id != context.settings.credits.chain_id
        || !wanted
            .credits_manager_address
            .eq_ignore_ascii_case(&manager)
    {
        return Err(Fault::bad_request("not our CreditsManager"));
    }
    let targets = &context.settings.credits.external_call_targets;
    let target = &wanted.external_call.target;
    let listed = targets.iter().any(|own| own.eq_ignore_ascii_case(target));
    // Calls of the manager itself are its admins' business.
    if target.eq_ignore_ascii_case(&manager) || !(targets.is_empty() || listed) {
        return Err(Fault::bad_request("target is not called"));
    }
    signature(context, user, &wanted.external_call)
}

/// Signs a call for `user`.
pub(super) fn signature(
    context: &GatewayContext,
    user: &str,
    call: &Call,
) -> Result<String, Fault> {
    let settings = &context.settings.credits;
    let not_set = || Fault::unavailable("external calls are not configured");
    let key = Secret::present(&settings.external_call_signer_private_key).ok_or_else(not_set)?;
    let wallet = Wallet::from_hex(key.reveal()).ok_or_else(not_set)?;
    let data = hex::decode(call.data.strip_prefix("0x").unwrap_or(&call.data));
    let data = data.map_err(|_| Fault::bad_request("data is not hex"))?;
    if data.len() > DATA_BYTES_MAX {
        return Err(Fault::bad_request(format!(
            "data has more than {DATA_BYTES_MAX} bytes"
        )));
    }
    let domain = Domain {
        user: bytes("userAddress", user)?,
        chain_id: settings.chain_id,
        manager: bytes("creditsManagerAddress", &manager(context)?)?,
    };
    let hash = domain.call_hash(&ExternalCall {
        target: bytes("target", &call.target)?,
        selector: bytes("selector", &call.selector)?,
        data,
        expires_at: call.expires_at,
        salt: bytes("salt", &call.salt)?,
    });
    Ok(wallet.sign_hash(&hash))
}

/// Signs a call for the sender.
#[utoipa::path(post, path = "/sign-external-call", tag = "shop", request_body = Wanted,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 403, body = Failure),
        (status = 503, body = Failure)))]
pub(super) async fn sign(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    JsonBody(body): JsonBody<Wanted>,
) -> Result<Json<Value>, Fault> {
    let named = body.user_address.as_deref().unwrap_or(&address);
    if !named.eq_ignore_ascii_case(&address) {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "userAddress is another's",
        ));
    }
    let signature = wanted_signature(&context, &address, &body)?;
    Ok(Json(json!({ "signature": signature })))
}

/// Holds dollars for the fee of a publication, and signs the call that pays it.
#[utoipa::path(post, path = "/credits/authorize-publication", tag = "shop", request_body = Wanted,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 402, body = Failure),
        (status = 503, body = Failure)))]
pub(super) async fn publication(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Wanted>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let signature = wanted_signature(&context, &address, &body)?;
    let wanted = json!({
        "usdPriceCents": body.usd_price_cents,
        "source": "publication",
        // No business of the ledger's, but another call under the same key is another question.
        "externalCall": body.external_call.salt,
    });
    let (_, purchase, written) = shop::hold(&context, address, &headers, wanted).await?;
    Ok((
        written,
        Json(json!({
            "credit": {
                "id": purchase.id,
                "amount": purchase.cap,
                "expiresAt": purchase.expires_at,
                "signature": purchase.signature,
            },
            "externalCallSignature": signature,
        })),
    ))
}
