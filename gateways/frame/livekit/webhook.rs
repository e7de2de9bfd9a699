//! What a LiveKit server tells by itself: a body, and a token beside it that names the body's hash.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::Mac as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Issuer;

/// How far the server's clock may be from ours, seconds.
const TOLERANCE_S: i64 = 10;
/// Longest token that is read.
const TOKEN_BYTES_MAX: usize = 4096;

/// Why a message is not believed. It never says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// No token, or one of another shape.
    #[error("the token is unreadable")]
    Unreadable,
    /// Somebody else signed it.
    #[error("the token is signed by another")]
    Signature,
    /// The token is of another time.
    #[error("the token is not valid now")]
    Time,
    /// The token belongs to another body.
    #[error("the token is of another body")]
    Body,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    #[serde(default)]
    nbf: i64,
    exp: i64,
    sha256: String,
}

/// Whether the server that this issuer belongs to said this now.
///
/// # Errors
/// Why not.
pub fn verify(
    issuer: &Issuer,
    authorization: &str,
    body: &[u8],
    now_ms: i64,
) -> Result<(), WebhookError> {
    let token = authorization.trim();
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    if token.len() > TOKEN_BYTES_MAX {
        return Err(WebhookError::Unreadable);
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(WebhookError::Unreadable);
    };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part);
    let signature = bytes(signature).map_err(|_| WebhookError::Unreadable)?;
    let mut mac = issuer.mac();
    mac.update(header.as_bytes());
    mac.update(b".");
    mac.update(claims.as_bytes());
    mac.verify_slice(&signature)
        .map_err(|_| WebhookError::Signature)?;
    let read = |part: &str| bytes(part).map_err(|_| WebhookError::Unreadable);
    let header: Header =
        serde_json::from_slice(&read(header)?).map_err(|_| WebhookError::Unreadable)?;
    let claims: Claims =
        serde_json::from_slice(&read(claims)?).map_err(|_| WebhookError::Unreadable)?;
    if header.alg != "HS256" || claims.iss != issuer.key() {
        return Err(WebhookError::Signature);
    }
    let now = now_ms / 1000;
    if now > claims.exp.saturating_add(TOLERANCE_S) || now < claims.nbf - TOLERANCE_S {
        return Err(WebhookError::Time);
    }
    match STANDARD.encode(Sha256::digest(body)) == claims.sha256 {
        true => Ok(()),
        false => Err(WebhookError::Body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Secret;
    use serde_json::{Value, json};

    fn token(secret: &str, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let mut mac = Issuer::new("k", &Secret::new(secret)).mac();
        mac.update(text.as_bytes());
        format!(
            "{text}.{}",
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        )
    }

    #[test]
    fn only_what_the_server_said_of_this_body_now_is_believed() {
        let issuer = Issuer::new("k", &Secret::new("s"));
        let hs = json!({"alg": "HS256"});
        let hash = STANDARD.encode(Sha256::digest(b"{}"));
        let good = json!({"iss": "k", "nbf": 100, "exp": 400, "sha256": hash});
        let asked = |token: &str, now_s: i64| verify(&issuer, token, b"{}", now_s * 1000);
        let whole = token("s", &hs, &good);
        assert_eq!(asked(&whole, 100), Ok(()));
        assert_eq!(asked(&format!("Bearer {whole}"), 410), Ok(()), "tolerance");
        assert_eq!(asked(&whole, 411), Err(WebhookError::Time));
        assert_eq!(asked(&whole, 89), Err(WebhookError::Time));
        let other = token("t", &hs, &good);
        assert_eq!(asked(&other, 100), Err(WebhookError::Signature));
        let none = token("s", &json!({"alg": "none"}), &good);
        assert_eq!(asked(&none, 100), Err(WebhookError::Signature));
        let foreign = token("s", &hs, &json!({"iss": "x", "exp": 400, "sha256": hash}));
        assert_eq!(asked(&foreign, 100), Err(WebhookError::Signature));
        let of = verify(&issuer, &whole, b"{ }", 100_000);
        assert_eq!(of, Err(WebhookError::Body));
        for bad in ["", "a.b", "a.b.c.d", "é.é.é", &"a".repeat(5000)] {
            assert_eq!(asked(bad, 100), Err(WebhookError::Unreadable), "{bad}");
        }
    }
}
