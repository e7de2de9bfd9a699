//! Sessions of the console: a browser shows the token once, and has a cookie from then on.
//!
//! A session is a signed text, and no process remembers it: every gateway process with the same `operator.token` knows
//! it, and another token ends all of them. Script cannot read the cookie, and other sites cannot make a browser send
//! it. What changes something needs the session's second half as well, which only a script of our own origin can ask
//! for, and an origin that is ours.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use runtime::settings::Span;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use utoipa::ToSchema;

use super::Attempts;
use crate::frame::settings::Operator;
use crate::frame::{ApiError, Edge, ErrorBody, GatewayContext, JsonBody, Secret, auth};

const COOKIE: &str = "worldlog_session";
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const NONCE_BYTES: usize = 16;
/// A longer cookie is not ours.
const COOKIE_BYTES_MAX: usize = 200;

/// Makes sessions and knows them again.
struct Signer(Hmac<Sha256>);

impl Signer {
    fn new(token: &Secret) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(token.reveal().as_bytes());
        Self(mac.expect("HMAC takes a key of any length"))
    }

    /// The signature of a text for one purpose.
    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(format!("worldlog console {purpose}\n{text}").as_bytes());
        mac
    }

    fn hex(&self, purpose: &str, text: &str) -> String {
        hex::encode(self.mac(purpose, text).finalize().into_bytes())
    }

    /// In a time that does not tell how much is right.
    fn verifies(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let bytes = hex::decode(signature).unwrap_or_default();
        self.mac(purpose, text).verify_slice(&bytes).is_ok()
    }

    fn session(&self, expires_at: i64, nonce: [u8; NONCE_BYTES]) -> String {
        let text = format!("{expires_at}.{}", hex::encode(nonce));
        format!("{text}.{}", self.hex("session", &text))
    }

    /// When a session ends, if it is one and has not ended.
    fn expires_at(&self, session: &str, now: i64) -> Option<i64> {
        let (text, signature) = session.rsplit_once('.')?;
        if !self.verifies("session", text, signature) {
            return None;
        }
        let expires_at: i64 = text.split('.').next()?.parse().ok()?;
        (now < expires_at).then_some(expires_at)
    }

    fn csrf(&self, session: &str) -> String {
        self.hex("csrf", session)
    }
}

/// The session cookies of a request: a browser may send another one of the same name, set for another path.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let named = pairs.filter_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    named.filter(|value| value.len() <= COOKIE_BYTES_MAX)
}

/// The valid session of a request, and when it ends.
fn session_of<'a>(signer: &Signer, headers: &'a HeaderMap, now: i64) -> Option<(&'a str, i64)> {
    cookies(headers).find_map(|cookie| Some((cookie, signer.expires_at(cookie, now)?)))
}

/// Whether a browser sent the request from a page of our own. One that says nothing of it is not believed.
fn is_same_origin(edge: &Edge, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        let site = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
        return site == Some(b"same-origin");
    };
    let Some((scheme, host)) = origin.to_str().ok().and_then(|o| o.split_once("://")) else {
        return false;
    };
    let Some((own_scheme, rest)) = edge.base_url.split_once("://") else {
        return false;
    };
    let own_host = rest.split('/').next().unwrap_or_default();
    // A proxy that ends TLS need not say so; nobody but it is at its port.
    host.eq_ignore_ascii_case(own_host) && (scheme == own_scheme || scheme == "https")
}

/// Gives a request with a valid session the bearer that the browser signed in with, so that every route asks for one
/// thing only. Before it changes something the request has to show that it comes from the console.
///
/// # Errors
/// 403 for a change that does not show it.
pub(in super::super) fn admit(
    context: &GatewayContext,
    edge: &Edge,
    request: &mut Request,
) -> Result<(), ApiError> {
    let Some(token) = Secret::present(&context.settings.operator.token) else {
        return Ok(());
    };
    let headers = request.headers();
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let signer = Signer::new(token);
    let Some((session, _)) = session_of(&signer, headers, context.platform.clock.now_ms()) else {
        return Ok(());
    };
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if changes {
        let shown = headers.get(CSRF).and_then(|value| value.to_str().ok());
        let is_shown = shown.is_some_and(|shown| signer.verifies("csrf", session, shown));
        let wrong = match (is_same_origin(edge, headers), is_shown) {
            (true, true) => None,
            (false, _) => Some("it comes from another origin"),
            (true, false) => Some("the header x-csrf-token is missing or of another session"),
        };
        if let Some(wrong) = wrong {
            let message = format!("a session changes nothing from outside of the console: {wrong}");
            return Err(ApiError::new(StatusCode::FORBIDDEN, "csrf", message));
        }
    }
    // A token that is no header cannot be a bearer either.
    if let Ok(bearer) = HeaderValue::from_str(&format!("Bearer {}", token.reveal())) {
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
    }
    Ok(())
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct SignIn {
    /// `operator.token`
    #[schema(value_type = String)]
    token: Secret,
}

/// Whether somebody is signed in.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Who {
    signed_in: bool,
    /// Whether somebody can: `operator.token` is set.
    enabled: bool,
    /// Whether reading needs it, too.
    protects_reads: bool,
    /// When the session ends, ms of the platform's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    /// What changes something sends this in the header `x-csrf-token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf: Option<String>,
    version: &'static str,
}

fn who_of(context: &GatewayContext, session: Option<(&str, i64)>) -> Who {
    let operator = &context.settings.operator;
    let token = Secret::present(&operator.token);
    let session = token.zip(session);
    Who {
        signed_in: session.is_some(),
        enabled: token.is_some(),
        protects_reads: operator.protect_reads,
        expires_at: session.map(|(_, (_, expires_at))| expires_at),
        csrf: session.map(|(token, (session, _))| Signer::new(token).csrf(session)),
        version: context.version,
    }
}

/// An answer about a session is nobody else's.
fn private(who: Who, cookie: Option<HeaderValue>) -> Response {
    let mut response = Json(who).into_response();
    let headers = response.headers_mut();
    let no_store = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, no_store);
    if let Some(cookie) = cookie {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

fn cookie(edge: &Edge, value: &str, lives: Span) -> Result<HeaderValue, ApiError> {
    let path = match edge.mount.below {
        true => format!("/{}", edge.mount.gateway),
        false => "/".to_owned(),
    };
    let secure = match edge.base_url.starts_with("https:") {
        true => "; Secure",
        false => "",
    };
    let seconds = lives.0.as_secs();
    let text = format!(
        "{COOKIE}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    );
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}

/// Refuses what a page of another origin sends. A program has no origin, and shows a token.
fn from_here(edge: &Edge, headers: &HeaderMap) -> Result<(), ApiError> {
    let says = headers.contains_key(header::ORIGIN) || headers.contains_key(FETCH_SITE);
    match !says || is_same_origin(edge, headers) {
        true => Ok(()),
        false => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "a page of another origin signs nobody in or out",
        )),
    }
}

/// Says who is signed in.
#[utoipa::path(get, path = "/session", tag = "console", responses((status = 200, body = Who)))]
pub(in super::super) async fn who(
    State(context): State<GatewayContext>,
    headers: HeaderMap,
) -> Response {
    let signer = Secret::present(&context.settings.operator.token).map(Signer::new);
    let now = context.platform.clock.now_ms();
    let session = signer.and_then(|signer| session_of(&signer, &headers, now));
    private(who_of(&context, session), None)
}

/// Signs a browser in: a cookie that script cannot read, for `operator.session`.
#[utoipa::path(post, path = "/session", tag = "console", request_body = SignIn,
    responses((status = 200, body = Who), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(in super::super) async fn sign_in(
    State(context): State<GatewayContext>,
    Extension(attempts): Extension<Arc<Attempts>>,
    edge: Edge,
    headers: HeaderMap,
    JsonBody(given): JsonBody<SignIn>,
) -> Result<Response, ApiError> {
    from_here(&edge, &headers)?;
    let Operator { token, session, .. } = &context.settings.operator;
    let Some(token) = Secret::present(token) else {
        // In the words of every other route.
        let refused = auth::require(&headers, None, "operator.token");
        return Err(refused.expect_err("without a token nobody passes"));
    };
    let now = Instant::now();
    attempts.may(edge.address, now).map_err(|wait| ApiError {
        retry_after: Some(wait.as_secs() + 1),
        ..ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_attempts",
            "too many wrong tokens came from this address",
        )
    })?;
    if !auth::same(given.token.reveal(), token) {
        attempts.wrong(edge.address, now);
        tracing::warn!(client.address = %edge.address, "a wrong token at the console");
        return Err(ApiError::unauthorized("the token is not operator.token"));
    }
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(ApiError::internal)?;
    let lives = i64::try_from(session.0.as_millis()).unwrap_or(i64::MAX);
    let expires_at = context.platform.clock.now_ms().saturating_add(lives);
    let made = Signer::new(token).session(expires_at, nonce);
    let cookie = cookie(&edge, &made, *session)?;
    tracing::info!(client.address = %edge.address, "an operator signed in at the console");
    let who = who_of(&context, Some((&made, expires_at)));
    Ok(private(who, Some(cookie)))
}

/// Signs a browser out: its cookie goes.
#[utoipa::path(delete, path = "/session", tag = "console",
    responses((status = 200, body = Who), (status = 403, body = ErrorBody)))]
pub(in super::super) async fn sign_out(
    State(context): State<GatewayContext>,
    edge: Edge,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    from_here(&edge, &headers)?;
    let gone = cookie(&edge, "", Span::secs(0))?;
    Ok(private(who_of(&context, None), Some(gone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_until_it_ends_and_by_its_own_key() {
        let signer = Signer::new(&Secret::new("a"));
        let session = signer.session(1000, [7; NONCE_BYTES]);
        assert_eq!(signer.expires_at(&session, 999), Some(1000));
        assert_eq!(signer.expires_at(&session, 1000), None, "expired");
        let other = Signer::new(&Secret::new("b"));
        assert_eq!(other.expires_at(&session, 0), None, "of another token");
        let longer = session.replacen("1000", "9000", 1);
        assert_eq!(signer.expires_at(&longer, 0), None, "forged");
        for odd in ["", ".", "1000", "1000.00", "1000.00.zz"] {
            assert_eq!(signer.expires_at(odd, 0), None, "{odd:?}");
        }
    }

    #[test]
    fn one_signature_does_not_do_for_the_other() {
        let signer = Signer::new(&Secret::new("a"));
        let session = signer.session(1000, [7; NONCE_BYTES]);
        let (text, signature) = session.rsplit_once('.').expect("three parts");
        assert!(signer.verifies("csrf", &session, &signer.csrf(&session)));
        assert!(!signer.verifies("csrf", text, signature));
        let another = signer.session(1000, [8; NONCE_BYTES]);
        assert!(!signer.verifies("csrf", &another, &signer.csrf(&session)));
    }
}
