//! Identities over HTTP.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use http::StatusCode;
use identity::sign::Wallet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::Server;
use super::fault::{Fault, Refusal};
use super::handover::{self, Parcel};
use super::login::login;
use super::requests;
use super::schema;
use super::signed::Signed;
use crate::frame::Edge;

/// Characters of a SHA-256 in unpadded base64.
const CHALLENGE_CHARS: usize = 43;
/// Most characters of what proves that one waits for an identity.
const VERIFIER_CHARS_MAX: usize = 128;

/// Where an identity is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeftAt {
    identity_id: String,
    /// ISO 8601
    expiration: String,
}

/// An identity that is left for a program.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    identity: Identity,
    #[serde(default)]
    is_mobile: bool,
    /// SHA-256 in unpadded URL-safe base64 of a text that only the program knows; instead of comparing addresses.
    code_challenge: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    /// Its shape is checked, and it is handed on as it came.
    #[serde(rename = "expiration")]
    _expiration: String,
    ephemeral_identity: Ephemeral,
    auth_chain: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ephemeral {
    address: String,
    private_key: String,
    /// Its shape is checked, and it is handed on as it came.
    #[serde(rename = "publicKey")]
    _public_key: String,
}

/// What a program may add when it fetches.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Fetching {
    /// The text that `codeChallenge` was made of.
    code_verifier: Option<String>,
}

/// Leaves an identity for a program.
#[utoipa::path(post, path = "/identities", tag = "auth", request_body = Value,
    responses((status = 201, body = LeftAt), (status = 400, body = Refusal), (status = 403, body = Refusal)))]
pub(super) async fn give(
    State(server): State<Server>,
    edge: Edge,
    signed: Signed,
    request: Request,
) -> Result<(StatusCode, Json<LeftAt>), Fault> {
    server.makes.admit(edge.address)?;
    let value = requests::json(request, &server).await?;
    let body = Body::deserialize(&value).map_err(|error| Fault::bad(error.to_string()))?;
    check(&server, &body, &signed.address)?;
    let parcel = Parcel {
        identity: value["identity"].clone(),
        address: edge.address,
        is_mobile: body.is_mobile,
        challenge: body.code_challenge,
    };
    let (identity_id, expires_at) = handover::leave(&server.context, parcel).await?;
    let left = LeftAt {
        identity_id,
        expiration: model::dates::iso(expires_at),
    };
    Ok((StatusCode::CREATED, Json(left)))
}

/// Whether an identity is whole, and its owner's who signed.
fn check(server: &Server, body: &Body, signer: &str) -> Result<(), Fault> {
    let chain = schema::chain(&body.identity.auth_chain).map_err(Fault::bad)?;
    let challenge = body.code_challenge.as_deref();
    if challenge.is_some_and(|text| text.len() != CHALLENGE_CHARS) {
        let text = format!("codeChallenge must have {CHALLENGE_CHARS} characters");
        return Err(Fault::bad(text));
    }
    let now = server.context.platform.clock.now_ms();
    let login = login(&chain, now).map_err(Fault::bad)?;
    let key = &body.identity.ephemeral_identity;
    if !key.address.eq_ignore_ascii_case(&login.authority) {
        return Err(Fault::forbidden(
            "Ephemeral wallet address does not match auth chain final authority",
        ));
    }
    if signer != login.owner {
        return Err(Fault::forbidden(
            "Request sender does not match identity owner",
        ));
    }
    let digits = key.private_key.trim_start_matches("0x");
    let wallet = Wallet::from_hex(digits)
        .ok_or_else(|| Fault::bad("Ephemeral private key is not a valid private key"))?;
    if !key.address.eq_ignore_ascii_case(wallet.address()) {
        return Err(Fault::forbidden(
            "Ephemeral private key does not match the provided address",
        ));
    }
    Ok(())
}

/// Fetches an identity, once.
#[utoipa::path(get, path = "/identities/{id}", tag = "auth", params(("id" = String, Path), Fetching),
    responses((status = 200, body = Value), (status = 400, body = Refusal), (status = 403, body = Refusal),
        (status = 404, body = Refusal), (status = 410, body = Refusal)))]
pub(super) async fn take(
    State(server): State<Server>,
    edge: Edge,
    Path(id): Path<String>,
    Query(fetching): Query<Fetching>,
) -> Result<Json<Value>, Fault> {
    server.asks.admit(edge.address)?;
    let id = canonical(&id).ok_or_else(|| Fault::bad("Invalid identity format"))?;
    let verifier = fetching.code_verifier.as_deref();
    if verifier.is_some_and(|text| text.len() > VERIFIER_CHARS_MAX) {
        return Err(Fault::bad("codeVerifier is too long"));
    }
    let identity = handover::fetch(&server.context, &id, edge.address, verifier).await?;
    Ok(Json(json!({ "identity": identity })))
}

/// A random UUID in the one spelling that identities are kept by.
fn canonical(text: &str) -> Option<String> {
    const HYPHENATED: usize = 36;
    let id = uuid::Uuid::try_parse(text).ok()?;
    let random = id.get_version_num() == 4 && id.get_variant() == uuid::Variant::RFC4122;
    (random && text.len() == HYPHENATED).then(|| id.hyphenated().to_string())
}
