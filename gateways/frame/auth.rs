//! Bearer tokens, compared in constant time.

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use super::ApiError;
use super::settings::Secret;

/// Whether two texts are equal, in a time that depends only on the length of `given`. An empty secret is none: nothing
/// equals it.
pub fn same(given: &str, secret: &Secret) -> bool {
    let given = Sha256::digest(given.as_bytes());
    let wanted = Sha256::digest(secret.reveal().as_bytes());
    let differing = given
        .iter()
        .zip(wanted.iter())
        .fold(0u8, |acc, (a, b)| acc | (a ^ b));
    std::hint::black_box(differing) == 0 && !secret.reveal().is_empty()
}

/// The token of `authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start())
}

/// Passes a request that carries the bearer `secret`, in the words of the services that are replaced; without a secret
/// nobody passes.
///
/// # Errors
/// What their answer says, always with status 401.
pub fn passes(headers: &HeaderMap, secret: Option<&Secret>) -> Result<(), &'static str> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Err("Authorization header is missing");
    }
    match (bearer(headers), secret) {
        (Some(token), Some(secret)) if same(token, secret) => Ok(()),
        _ => Err("Invalid authorization header"),
    }
}

/// Passes a request that carries the bearer `secret`, which the configuration knows as `key`.
///
/// # Errors
/// 403 when the secret is not configured, naming the key; 401 when the request has no token or a wrong one.
pub fn require(headers: &HeaderMap, secret: Option<&Secret>, key: &str) -> Result<(), ApiError> {
    let Some(secret) = secret.filter(|secret| !secret.reveal().is_empty()) else {
        return Err(ApiError::forbidden(format!(
            "{key} is not set: this platform takes no such request; set {key} and send it as bearer token"
        )));
    };
    match bearer(headers) {
        None => Err(ApiError::unauthorized(format!(
            "header authorization: bearer {key} is missing"
        ))),
        Some(token) if same(token, secret) => Ok(()),
        Some(_) => Err(ApiError::unauthorized(format!(
            "the bearer token is not {key}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderValue, StatusCode};

    #[test]
    fn only_the_configured_token_passes() {
        let secret = Secret::new("s3cret");
        let mut headers = HeaderMap::new();
        let status = |headers: &HeaderMap, secret: Option<&Secret>| {
            require(headers, secret, "operator.token")
                .err()
                .map(|e| e.status)
        };
        assert_eq!(status(&headers, None), Some(StatusCode::FORBIDDEN));
        let empty = Secret::new("");
        assert_eq!(status(&headers, Some(&empty)), Some(StatusCode::FORBIDDEN));
        assert!(!same("", &empty), "an empty secret is none");
        assert_eq!(
            status(&headers, Some(&secret)),
            Some(StatusCode::UNAUTHORIZED)
        );
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_static("Bearer s3cre"),
        );
        assert_eq!(
            status(&headers, Some(&secret)),
            Some(StatusCode::UNAUTHORIZED)
        );
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_static("bearer s3cret"),
        );
        assert_eq!(status(&headers, Some(&secret)), None);
    }

    #[test]
    fn services_say_what_is_wrong_with_a_token() {
        let secret = Secret::new("s3cret");
        let mut headers = HeaderMap::new();
        let missing = Err("Authorization header is missing");
        assert_eq!(passes(&headers, Some(&secret)), missing);
        let wrong = Err("Invalid authorization header");
        for (value, unset, set) in [
            ("Bearer s3cret", wrong, Ok(())),
            ("Bearer other", wrong, wrong),
            ("Basic s3cret", wrong, wrong),
            ("s3cret", wrong, wrong),
        ] {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(passes(&headers, Some(&secret)), set, "{value}");
            assert_eq!(passes(&headers, None), unset, "{value}");
        }
        assert_eq!(passes(&headers, Some(&Secret::new(""))), wrong);
    }

    #[test]
    fn an_unset_token_is_named() {
        let error = require(&HeaderMap::new(), None, "operator.token").expect_err("unset");
        assert!(error.message.contains("operator.token"), "{error}");
    }
}
