//! Deletion of an account at Magic, which keeps wallets for people who have an e-mail address only: asked by the person
//! twice over, by a signed request and by a fresh token of Magic's that is used once.

use axum::Json;
use axum::extract::{FromRequestParts as _, Request, State};
use http::{HeaderMap, StatusCode, header};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Server;
use super::did::{self, Token};
use super::fault::{Fault, Refusal};
use super::signed::Signed;
use super::upstream;
use super::vault::{Kind, Life, Vault};
use crate::frame::{ApiError, Edge, Secret};

/// Most characters of a token.
const TOKEN_CHARS_MAX: usize = 4096;
const PATH: &str = "/v1/admin/user/deletion/request";

/// What Magic did.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Done {
    /// Wallets that are deleted.
    #[serde(default)]
    processed: Vec<String>,
    /// Wallets that Magic does not know.
    #[serde(default)]
    unprocessed: Vec<String>,
}

/// An account that is deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deleted {
    deleted: bool,
    address: String,
    magic: Done,
}

/// Deletes the signer's account at Magic.
#[utoipa::path(delete, path = "/accounts", tag = "auth",
    responses((status = 200, body = Deleted), (status = 401, body = Refusal), (status = 403, body = Refusal),
        (status = 429, body = Refusal), (status = 503, body = crate::frame::ErrorBody)))]
pub(super) async fn delete(
    State(server): State<Server>,
    edge: Edge,
    request: Request,
) -> Result<Json<Deleted>, Fault> {
    let (mut parts, _) = request.into_parts();
    let settings = &server.context.settings.auth;
    let secret = Secret::present(&settings.magic_secret_key);
    let (Some(secret), Some(audience)) = (secret, settings.magic_client_id.as_deref()) else {
        let text =
            "auth.magic_secret_key and auth.magic_client_id are not set: no account is deleted";
        return Err(ApiError::unavailable(text, 60).into());
    };
    server.makes.admit(edge.address)?;
    if !is_allowed(&parts.headers, &settings.account_deletion_allowed_origins) {
        return Err(Fault::forbidden("Origin not allowed"));
    }
    let Signed { address, metadata } = Signed::from_request_parts(&mut parts, &server).await?;
    let token = metadata["didToken"].as_str().unwrap_or_default();
    if token.is_empty() || token.len() > TOKEN_CHARS_MAX {
        return Err(Fault::bad("didToken must have 1 to 4096 characters"));
    }
    let now = server.context.platform.clock.now_ms();
    let token = did::read(token, audience, now)
        .map_err(|text| Fault::said(StatusCode::UNAUTHORIZED, text))?;
    use_up(&server, &token, &address, now).await?;
    let magic = ask(&server, secret, &address).await?;
    Ok(Json(Deleted {
        deleted: true,
        address,
        magic,
    }))
}

fn is_allowed(headers: &HeaderMap, origins: &[String]) -> bool {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    origin.is_some_and(|origin| origins.iter().any(|allowed| allowed == origin))
}

/// A token counts for its own wallet, while it is fresh, once.
async fn use_up(server: &Server, token: &Token, address: &str, now: i64) -> Result<(), Fault> {
    if token.wallet != address {
        return Err(Fault::forbidden("DID token is of another wallet"));
    }
    let settings = &server.context.settings.auth;
    let fresh_ms = settings.magic_did_token_max_age_seconds.as_millis();
    let stale_at = token.made_at.saturating_add(fresh_ms);
    if stale_at < now {
        return Err(Fault::forbidden("DID token is too old"));
    }
    let life = Life {
        dies_at: stale_at,
        forget_at: stale_at,
    };
    let vault = Vault::new(&server.context.platform);
    let put = vault.put(Kind::Token, &token.id, None, life, &());
    match put.await? {
        true => Ok(()),
        false => Err(Fault::forbidden("DID token was used before")),
    }
}

async fn ask(server: &Server, secret: &Secret, address: &str) -> Result<Done, Fault> {
    let failed = || Fault::said(StatusCode::INTERNAL_SERVER_ERROR, "Account deletion failed");
    let settings = &server.context.settings.auth;
    let url = format!("{}{PATH}", settings.magic_api_url.trim_end_matches('/'));
    let request = server.magic.request(Method::POST, &url).map_err(|fault| {
        tracing::warn!(%fault, "Magic may not be asked");
        failed()
    })?;
    let request = request
        .header("x-magic-secret-key", secret.reveal())
        .header("content-type", "application/json")
        .body(json!({ "public_addresses": [address] }).to_string());
    let limit = settings.magic_timeout.0;
    let said = upstream::ask("Magic", request, limit)
        .await
        .ok_or_else(failed)?;
    match said.status {
        200..=299 => serde_json::from_slice(&said.body).map_err(|_| failed()),
        429 => Err(Fault::said(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many deletions just now",
        )),
        status => {
            tracing::warn!(status, "Magic did not delete an account");
            Err(failed())
        }
    }
}
