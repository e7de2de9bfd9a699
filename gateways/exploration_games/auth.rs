//! Who asks: a player inside a scene, or an administrator there.

use http::StatusCode;
use http::request::Parts;
use identity::chain::DenyContractWallets;
use identity::metadata::{SCENE_SIGNER, require_signer};
use identity::signed_fetch::{Identity, Options, SignedRequest, verify};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::fail::Fail;
use crate::frame::GatewayContext;

/// Metadata that decides something, so that its names must not be re-spelled.
const KEYS: [&str; 3] = ["signer", "parcel", "hashPayload"];

/// The player who signed the request in a scene.
///
/// # Errors
/// 400 or 401 in the middleware's shape.
pub(super) fn player(context: &GatewayContext, parts: &Parts) -> Result<Identity, Fail> {
    let path = parts.uri.path();
    // Clients sign the path as they call it, with the mount or without.
    let mounted = format!("/{}{path}", super::GATEWAY.name);
    let header = |name: &str| {
        let value = parts.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let request = SignedRequest {
        method: parts.method.as_str(),
        paths: &[path, &mounted],
        header: &header,
        now_ms: context.platform.clock.now_ms(),
    };
    let options = Options::default()
        .validating(require_signer(&[SCENE_SIGNER]))
        .with_canonical_keys(&KEYS);
    Ok(verify(&request, &options, &DenyContractWallets)?)
}

/// The administrator who signed the request in a scene.
///
/// # Errors
/// As [`player`]; 500 without administrators, 403 for everybody else, both with an empty object.
pub(super) fn admin(context: &GatewayContext, parts: &Parts) -> Result<Identity, Fail> {
    let identity = player(context, parts)?;
    let admins = &context.settings.exploration_games.admins;
    if admins.is_empty() {
        return Err(Fail::Own(StatusCode::INTERNAL_SERVER_ERROR, json!({})));
    }
    let known = |admin: &String| admin.trim().to_lowercase() == identity.address;
    if !admins.iter().any(known) {
        return Err(Fail::Own(StatusCode::FORBIDDEN, json!({})));
    }
    Ok(identity)
}

/// Whether the metadata's `hashPayload` is the hash of the body, as it came or as JavaScript writes it.
pub(super) fn is_hashed(identity: &Identity, body: &[u8], parsed: &serde_json::Value) -> bool {
    let wanted = identity.metadata["hashPayload"].as_str();
    let wanted = wanted.map(str::to_lowercase);
    let is = |bytes: &[u8]| wanted.as_deref() == Some(&hex::encode(Sha256::digest(bytes)));
    is(body) || is(identity::js_json::stringify(parsed).as_bytes())
}
