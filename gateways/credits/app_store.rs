//! A port: the app store's server API, which knows what was bought in the app.
//!
//! What a device or a notification brings is a signed text. Its signature is not checked here: the text only names a
//! transaction, and the store is asked about that one, over TLS and with a token of ours. What it answers is believed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::error::Fault;
use crate::frame::settings::Credits as Settings;
use crate::frame::{self, GatewayContext};
use crate::sources::outbound::{self, Client, FetchError, Request};

/// Largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 256 << 10;
/// Questions at a time: notifications come from anybody.
const ASKED_MAX: usize = 16;
/// How long a token holds, s; the store refuses more than an hour.
const TOKEN_SECONDS: i64 = 600;
/// Longest id of a transaction.
const ID_CHARS_MAX: usize = 64;

/// What was bought.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Transaction {
    pub(super) transaction_id: String,
    pub(super) bundle_id: String,
    pub(super) product_id: String,
    /// How many of it; none: one.
    pub(super) quantity: Option<u32>,
    /// Whose, as the app said when it bought.
    pub(super) app_account_token: Option<String>,
    /// When it was refunded, ms.
    pub(super) revocation_date: Option<i64>,
    /// `Production` or `Sandbox`.
    pub(super) environment: String,
}

/// The store.
pub(super) struct AppStore {
    client: Client,
    turns: Semaphore,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    signed_transaction_info: String,
}

/// The payload of a signed text (JWS), unverified; `None` for what is none.
pub(super) fn payload<T: serde::de::DeserializeOwned>(jws: &str) -> Option<T> {
    let mut parts = jws.split('.');
    let (_, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if signature.is_empty() || parts.next().is_some() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

impl AppStore {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.credits;
        let urls = [
            ("credits.iap_store_url", settings.iap_store_url.as_deref()),
            (
                "credits.iap_sandbox_store_url",
                settings.iap_sandbox_store_url.as_deref(),
            ),
        ];
        Self {
            client: frame::outside(context, &urls),
            turns: Semaphore::new(ASKED_MAX),
        }
    }

    /// What the store knows of a transaction that somebody claims; `None`: nothing, or nothing of our app.
    ///
    /// # Errors
    /// 503 when the store cannot be asked just now, or is not configured.
    pub(super) async fn transaction(
        &self,
        context: &GatewayContext,
        claimed: &Transaction,
    ) -> Result<Option<Transaction>, Fault> {
        let settings = &context.settings.credits;
        let unset = || Fault::unavailable("app purchases are not configured");
        let app = settings.iap_bundle_id.as_deref().ok_or_else(unset)?;
        let url = match claimed.environment.as_str() {
            "Sandbox" => match &settings.iap_sandbox_store_url {
                Some(url) => url,
                None => return Ok(None),
            },
            _ => settings.iap_store_url.as_ref().ok_or_else(unset)?,
        };
        let id = &claimed.transaction_id;
        let sane = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if !(1..=ID_CHARS_MAX).contains(&id.len()) || !id.bytes().all(sane) {
            return Ok(None);
        }
        let busy = |_| Fault::unavailable("the app store is asked too much just now");
        let _turn = self.turns.try_acquire().map_err(busy)?;
        let token = token(settings, context.platform.clock.now_ms() / 1000)?;
        let found = match self.ask(url, id, token.as_deref()).await {
            Ok(found) => found,
            Err(error) if is_unknown(&error) => return Ok(None),
            Err(error) => {
                tracing::warn!(error = %error.fault, "the app store did not say");
                return Err(Fault::unavailable("the app store did not say"));
            }
        };
        let found = found.and_then(|answer| payload(&answer.signed_transaction_info));
        let found: Transaction = found.ok_or_else(|| {
            tracing::warn!("the app store's answer is not readable");
            Fault::unavailable("the app store did not say")
        })?;
        Ok((found.transaction_id == *id && found.bundle_id == app).then_some(found))
    }

    /// The answer of the store; none that is not readable.
    async fn ask(
        &self,
        url: &str,
        id: &str,
        token: Option<&str>,
    ) -> Result<Option<Answer>, FetchError> {
        let request = Request {
            server: url,
            path: &format!("/inApps/v1/transactions/{id}"),
            thing: "transaction",
        };
        let body = self.client.open_as(request, token, ANSWER_BYTES_MAX);
        let bytes = body.await?.collect().await?;
        Ok(serde_json::from_slice(&bytes).ok())
    }
}

/// Whether the store says that there is no such transaction.
fn is_unknown(error: &FetchError) -> bool {
    let unknown = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST];
    matches!(error.fault, outbound::Fault::Status { status, .. } if unknown.iter().any(|s| *s == status))
}

/// A token that the store knows us by (ES256); none without a key.
fn token(settings: &Settings, now: i64) -> Result<Option<String>, Fault> {
    let (Some(issuer), Some(key_id), Some(key)) = (
        &settings.iap_issuer_id,
        &settings.iap_key_id,
        &settings.iap_private_key,
    ) else {
        return Ok(None);
    };
    let wrong = || {
        tracing::error!("credits.iap_private_key is no P-256 key in PKCS#8");
        Fault::unavailable("app purchases are not configured")
    };
    let lines = key
        .reveal()
        .lines()
        .filter(|line| !line.starts_with("-----"));
    let text: String = lines.flat_map(|line| line.trim().chars()).collect();
    let der = STANDARD.decode(text).map_err(|_| wrong())?;
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random);
    let pair = pair.map_err(|_| wrong())?;
    let head = json!({ "alg": "ES256", "kid": key_id, "typ": "JWT" });
    let claims = json!({
        "iss": issuer,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "aud": "appstoreconnect-v1",
        "bid": settings.iap_bundle_id,
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&claims));
    let signature = pair.sign(&random, signed.as_bytes()).map_err(|_| wrong())?;
    let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
    Ok(Some(format!("{signed}.{signature}")))
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair as _, UnparsedPublicKey};

    use super::*;

    fn with_key(pem: &str) -> Settings {
        let settings = json!({"iap_issuer_id": "issuer", "iap_key_id": "k1", "iap_private_key": pem,
            "iap_bundle_id": "org.app"});
        serde_json::from_value(settings).expect("settings")
    }

    #[test]
    fn tokens_are_signed_as_the_store_wants_them() {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let der = der.expect("a key");
        let text = STANDARD.encode(der.as_ref());
        let (one, two) = text.split_at(64);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{one}\n{two}\n-----END PRIVATE KEY-----\n");
        let token = token(&with_key(&pem), 1_000)
            .expect("a good key")
            .expect("a token");
        let claims: Value = payload(&token).expect("a JWS");
        assert_eq!(
            claims,
            json!({"iss": "issuer", "iat": 1000, "exp": 1600, "aud": "appstoreconnect-v1", "bid": "org.app"})
        );
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref(), &random);
        let pair = pair.expect("its own key");
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        assert!(key.verify(signed.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn without_a_key_there_is_no_token_and_with_a_bad_one_no_question() {
        assert!(matches!(token(&Settings::default(), 0), Ok(None)));
        assert!(token(&with_key("nonsense"), 0).is_err());
    }

    #[test]
    fn only_three_parts_with_json_are_a_signed_text() {
        let body = URL_SAFE_NO_PAD.encode(r#"{"transactionId":"1"}"#);
        let read = |text: &str| payload::<Transaction>(text).map(|t| t.transaction_id);
        assert_eq!(read(&format!("h.{body}.s")).as_deref(), Some("1"));
        for text in [
            "",
            "h",
            "h.p",
            &format!("h.{body}"),
            &format!("h.{body}."),
            "h.!.s",
            "h.e30.s.x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
