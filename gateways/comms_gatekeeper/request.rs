//! Bodies and queries of requests.

use axum::extract::Request;
use http::request::Parts;
use model::events::notification::is_address;
use serde_json::{Map, Value};

use super::Server;
use super::fault::{self, Fault};
use crate::frame;

/// The parts of a request, and its body, at most the gateway's limit.
///
/// # Errors
/// 413, or 400 when the client breaks off.
pub(super) async fn split(request: Request) -> Result<(Parts, bytes::Bytes), Fault> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    Ok((parts, frame::bytes(whole, &()).await?))
}

/// A JSON object, with no other members than these.
///
/// # Errors
/// 400.
pub(super) fn object(body: &[u8], known: &[&str]) -> Result<Map<String, Value>, Fault> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| fault::unparsed(error.to_string()))?;
    let Value::Object(object) = value else {
        return Err(fault::misshapen(&["must be object"]));
    };
    match object.keys().all(|key| known.contains(&key.as_str())) {
        true => Ok(object),
        false => Err(fault::misshapen(&["must NOT have additional properties"])),
    }
}

/// A text member; none where it is missing.
///
/// # Errors
/// 400: it is no text of one to `most` characters.
pub(super) fn text(
    object: &Map<String, Value>,
    name: &str,
    most: usize,
) -> Result<Option<String>, Fault> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if (1..=most).contains(&text.chars().count()) => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(fault::misshapen(&[&format!(
            "/{name} must be a short text"
        )])),
    }
}

/// A text member that must be there.
///
/// # Errors
/// 400.
pub(super) fn needed(
    object: &Map<String, Value>,
    name: &str,
    most: usize,
) -> Result<String, Fault> {
    let found = text(object, name, most)?;
    found.ok_or_else(|| fault::misshapen(&[&format!("must have required property '{name}'")]))
}

/// An address, in lower case.
pub(super) fn address(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    is_address(&lower).then_some(lower)
}

/// An address of a path, in lower case.
///
/// # Errors
/// 400.
pub(super) fn address_of(text: &str) -> Result<String, Fault> {
    address(text).ok_or_else(|| fault::bad("Invalid address"))
}

/// An id of a path or a body that becomes a part of a room's name.
///
/// # Errors
/// 400.
pub(super) fn id(server: &Server, text: &str) -> Result<String, Fault> {
    let most = server.settings().name_chars_max;
    let is_plain = !text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '/');
    match is_plain && (1..=most).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(fault::bad("Invalid id")),
    }
}
