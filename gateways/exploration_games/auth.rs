//! Who asks: a player inside a scene, or an administrator there.

use http::StatusCode;
use http::request::Parts;
use identity::metadata::{SCENE_SIGNER, require_signer};
use identity::signed_fetch::{Identity, Options};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::fail::Fail;
use crate::frame::{GatewayContext, signed};

/// Metadata that decides something, so that its names must not be re-spelled.
const KEYS: [&str; 3] = ["signer", "parcel", "hashPayload"];

/// The player who signed the request in a scene.
///
/// # Errors
/// 400 or 401 in the middleware's shape.
pub(super) fn player(context: &GatewayContext, parts: &Parts) -> Result<Identity, Fail> {
    let options = Options::default()
        .validating(require_signer(&[SCENE_SIGNER]))
        .with_canonical_keys(&KEYS);
    let header = |name: &str| signed::header(parts, name);
    let signer = signed::signer(context, &super::GATEWAY, parts, &header, &options);
    Ok(signer?)
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
