//! Who asks: somebody who signed the request, or who knows a bearer.

use http::request::Parts;
use identity::metadata::{
    AUTHORITATIVE_SERVER_SIGNER, EXPLORER_SIGNER, SCENE_SIGNER, reject_if_signer, require_signer,
};
use identity::signed_fetch::{Identity, Options};
use model::events::notification::is_address;
use serde_json::Value;

use super::fault::{self, Fault};
use super::{GATEWAY, Server};
use crate::frame::{Secret, auth, signed};

/// What a request that is signed by anybody is refused with.
const DENIED: &str = "Access denied, invalid signed-fetch request";
/// Metadata that decides something, so that its names must not be re-spelled.
const KEYS: [&str; 6] = [
    "signer",
    "realmName",
    "realm",
    "sceneId",
    "parcel",
    "deviceIdentifier",
];
/// Characters of a moderator's name.
const MODERATOR_CHARS_MAX: usize = 100;

/// Who signed a request in a scene, and where.
pub(super) struct Scene {
    /// Lower case.
    pub(super) address: String,
    /// `realm.hostname`.
    pub(super) hostname: String,
    /// `realm.serverName`.
    pub(super) realm: String,
    /// The scene, if it is named.
    pub(super) scene: Option<String>,
    /// A parcel of it, if one is named.
    pub(super) parcel: Option<String>,
}

fn verify(server: &Server, parts: &Parts, options: &Options) -> Result<Identity, Fault> {
    let header = |name: &str| signed::header(parts, name);
    let context = &server.context;
    let identity = signed::signer(context, &GATEWAY, parts, &header, options)?;
    match is_address(&identity.address) {
        true => Ok(identity),
        false => Err(fault::unauthorized(DENIED)),
    }
}

fn options() -> Options {
    Options::default().with_canonical_keys(&KEYS)
}

/// A text of the metadata; none for an empty or a missing one.
///
/// # Errors
/// 400: it is no text, or a longer one than is read.
pub(super) fn text(server: &Server, metadata: &Value, name: &str) -> Result<Option<String>, Fault> {
    match metadata.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text))
            if text.chars().count() <= server.settings().name_chars_max
                && !text.chars().any(char::is_control) =>
        {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(fault::bad(format!("{DENIED}, {name} is not a short text"))),
    }
}

/// Who signed a request, whoever it is.
///
/// # Errors
/// 401.
pub(super) fn anybody(server: &Server, parts: &Parts) -> Result<Identity, Fault> {
    verify(server, parts, &options()).map_err(|_| fault::unauthorized(DENIED))
}

/// 401 with what is missing.
pub(super) fn without(what: &str) -> Fault {
    fault::unauthorized(format!("{DENIED}, no {what}"))
}

/// 400 for a request that names no scene.
pub(super) fn without_scene() -> Fault {
    fault::bad(format!("{DENIED}, no sceneId"))
}

/// Who signed a request in a scene, or a scene's server where that may, too.
///
/// # Errors
/// 400 or 401 in the middleware's shape; 401 without a realm.
pub(super) fn scene(server: &Server, parts: &Parts, servers_too: bool) -> Result<Scene, Fault> {
    let signers: &[&str] = match servers_too {
        true => &[SCENE_SIGNER, AUTHORITATIVE_SERVER_SIGNER],
        false => &[SCENE_SIGNER],
    };
    let options = options().validating(require_signer(signers));
    let identity = verify(server, parts, &options)?;
    let metadata = &identity.metadata;
    let Some(realm) = metadata.get("realm").filter(|realm| realm.is_object()) else {
        return Err(without("realm"));
    };
    Ok(Scene {
        hostname: text(server, realm, "hostname")?.unwrap_or_default(),
        realm: text(server, realm, "serverName")?.unwrap_or_default(),
        scene: text(server, metadata, "sceneId")?,
        parcel: text(server, metadata, "parcel")?,
        address: identity.address,
    })
}

/// Who signed a request in the explorer.
///
/// # Errors
/// 400 or 401 in the middleware's shape.
pub(super) fn explorer(server: &Server, parts: &Parts) -> Result<Identity, Fault> {
    let options = options().validating(require_signer(&[EXPLORER_SIGNER]));
    verify(server, parts, &options)
}

/// Passes a service.
///
/// # Errors
/// 401.
pub(super) fn service(server: &Server, parts: &Parts) -> Result<(), Fault> {
    let secret = server.settings().comms_gatekeeper_auth_token.as_ref();
    auth::passes(&parts.headers, secret).map_err(fault::unauthorized)
}

/// The moderator who asks: an address that signed, or the name of somebody who knows the token.
///
/// # Errors
/// 401 for anybody else; 400 without a name.
pub(super) fn moderator(server: &Server, parts: &Parts, writes: bool) -> Result<String, Fault> {
    let settings = server.settings();
    let token = Secret::present(&settings.moderator_token);
    if let (Some(given), Some(secret)) = (auth::bearer(&parts.headers), token)
        && auth::same(given, secret)
    {
        return match writes {
            true => named(parts),
            false => Ok(String::new()),
        };
    }
    let options = options().validating(reject_if_signer(&[SCENE_SIGNER]));
    let refused = "You are not authorized to access this resource";
    let identity = verify(server, parts, &options).map_err(|_| fault::unauthorized(refused))?;
    match settings.is_moderator(&identity.address) {
        true => Ok(identity.address),
        false => Err(fault::unauthorized(refused)),
    }
}

/// The name that whoever knows the moderators' token gives.
fn named(parts: &Parts) -> Result<String, Fault> {
    let query = parts.uri.query().unwrap_or_default();
    let url = reqwest::Url::parse(&format!("http://x/?{query}"));
    let name = url.ok().and_then(|url| {
        let mut pairs = url.query_pairs();
        pairs
            .find(|(key, _)| key == "moderator")
            .map(|(_, value)| value.into_owned())
    });
    let Some(name) = name else {
        return Err(fault::bad("Missing moderator query parameter"));
    };
    let name = name.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " _-.".contains(c);
    if name.is_empty() || name.len() > MODERATOR_CHARS_MAX || !name.chars().all(is_plain) {
        return Err(fault::bad(
            "Invalid moderator query parameter. Must be alphanumeric (spaces, hyphens, underscores, and dots allowed) and at most 100 characters",
        ));
    }
    Ok(name.to_owned())
}
