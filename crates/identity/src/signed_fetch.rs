//! Signed fetch (ADR-44): who sent this HTTP request, proven by its `x-identity-*` headers.
//!
//! [`verify`] is the server's side, [`headers_for`] the client's. The order of checks, the statuses
//! and the texts are those of @dcl/crypto-middleware 6. Where version 1.1.0 differs (the `platform`
//! entries of our vectors: it accepts any future timestamp, folded payloads only, and re-cased
//! metadata), 6.x is followed, with one rule of our own: the verbatim payload is tried first and
//! the folded one second, for which `signer` and `intent` must be canonical (see [`Options`]).
//!
//! Body and query string are not covered by the signature. A signature can be replayed within its
//! window; an endpoint that must not be repeated needs its own nonce. This module knows no HTTP
//! crate and no clock: headers come through a lookup, time is an argument.

mod client;
mod guard;
mod headers;
mod payload;

use serde_json::{Map, Value, json};

use crate::chain::{
    AuthChain, ChainError, ContractWallets, LinkKind, final_authority, require_final_authority,
    require_signed_entity,
};
use crate::js_json;
use crate::metadata::Predicate;

pub use client::{RequestToSign, chain_headers, headers_for};
pub use payload::{PayloadFormat, payload};

/// Prefix of the headers that carry links; the link's position follows.
pub const CHAIN_HEADER_PREFIX: &str = "x-identity-auth-chain-";
/// Header of the time of signing, ms since 1970.
pub const TIMESTAMP_HEADER: &str = "x-identity-timestamp";
/// Header of the metadata, JSON text.
pub const METADATA_HEADER: &str = "x-identity-metadata";
/// How long a signature holds unless said otherwise.
pub const EXPIRATION_MS_DEFAULT: i64 = 60_000;
/// How long a signature holds at notifications and the marketplace.
pub const EXPIRATION_MS_LONG: i64 = 300_000;
/// The `message` of services that answer in the form of [`SignedFetchError::adr44_body`].
pub const ADR44_MESSAGE: &str = "This endpoint requires a signed fetch request. See ADR-44.";

/// Fields a folded payload must carry in canonical form, because gates are decided by them.
const GATE_FIELDS: [&str; 2] = ["signer", "intent"];

/// The signed parts of a request as the server sees them.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// HTTP method, any case.
    pub method: &'a str,
    /// Pathnames (no query) under which the client may know the endpoint; at least one. A gateway
    /// mounted at `/credits` gives both `/users/x` and `/credits/users/x`.
    pub paths: &'a [&'a str],
    /// Header lookup by lower-case name; the first value where a header is repeated. Where a value
    /// is not ASCII, decode it as UTF-8.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// Time of the check, ms since 1970.
    pub now_ms: i64,
}

/// How strict [`verify`] is. `Options::default()` is right for most endpoints.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a signature holds, and how far its time may lie ahead; ms, inclusive.
    pub expiration_ms: i64,
    /// Most links; never more than [`AuthChain::LINKS_MAX`] are accepted.
    pub max_chain_length: usize,
    /// Whether the folded payload of released clients is tried after the verbatim one. `signer` and
    /// `intent` must then be absent or trimmed lower-case texts under exactly these names: folding
    /// leaves their case unsigned, and an attacker could re-case them to dodge a gate.
    pub accept_folded: bool,
    /// Further metadata keys (dotted paths) that a folded payload must carry in this spelling only,
    /// as `canonicalMetadataKeys` of 6.x. Values are not checked.
    pub canonical_metadata_keys: Vec<String>,
    /// Asked about the metadata before the signature is checked.
    pub metadata_validator: Option<Predicate>,
    /// Most bytes of one link header.
    pub link_bytes_max: usize,
    /// Most bytes of the metadata header.
    pub metadata_bytes_max: usize,
    /// Most bytes of the timestamp header.
    pub timestamp_bytes_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            expiration_ms: EXPIRATION_MS_DEFAULT,
            max_chain_length: AuthChain::LINKS_MAX,
            accept_folded: true,
            canonical_metadata_keys: Vec::new(),
            metadata_validator: None,
            link_bytes_max: 128 * 1024,
            metadata_bytes_max: 64 * 1024,
            timestamp_bytes_max: 32,
        }
    }
}

impl Options {
    /// These options with a metadata predicate, for example
    /// [`reject_if_signer`](crate::metadata::reject_if_signer).
    #[must_use]
    pub fn validating(mut self, predicate: Predicate) -> Self {
        self.metadata_validator = Some(predicate);
        self
    }

    /// These options with other metadata keys that must be spelled canonically in folded payloads.
    ///
    /// # Panics
    /// When a path is empty or has an empty segment: it would silently guard nothing.
    #[must_use]
    pub fn with_canonical_keys(mut self, paths: &[&str]) -> Self {
        for path in paths {
            assert!(
                path.split('.').all(|part| !part.is_empty()),
                "empty segment in {path:?}"
            );
        }
        self.canonical_metadata_keys = paths.iter().map(|path| (*path).to_owned()).collect();
        self
    }
}

/// Who sent a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The wallet, lower-case.
    pub address: String,
    /// The metadata as sent, a JSON object; case is kept.
    pub metadata: Value,
}

/// Why a request proves no identity. Where signing is optional it means "anonymous".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SignedFetchError {
    /// HTTP status: 400, 401 or 503.
    pub status: u16,
    /// What is wrong, in the original's words.
    pub message: String,
}

impl SignedFetchError {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// The middleware's default body, `{"ok":false,"message":…}`; a 503 hides its cause.
    pub fn body(&self) -> Value {
        let message = if self.status >= 500 {
            "Internal error"
        } else {
            &self.message
        };
        json!({ "ok": false, "message": message })
    }

    /// The body several services use: `{"error":…,"message":` [`ADR44_MESSAGE`] `}`.
    pub fn adr44_body(&self) -> Value {
        let error = if self.status >= 500 {
            "Internal error"
        } else {
            &self.message
        };
        json!({ "error": error, "message": ADR44_MESSAGE })
    }
}

/// Checks a request's headers and gives its sender.
///
/// # Panics
/// When `request.paths` is empty, a fault of the wiring.
///
/// # Errors
/// [`SignedFetchError`], by the first check that fails:
///
/// | check | status and text |
/// |---|---|
/// | a link is JSON and a link, within its limits | 400 `Invalid chain format: …` |
/// | no header beyond the longest chain | 400 `Auth chain exceeds maximum length of N` |
/// | at least two contiguous links | 400 `Invalid Auth Chain` |
/// | the timestamp is an integer (absent: 0) | 400 `Invalid chain timestamp: …` |
/// | `now <= timestamp + expiration` | 401 `Expired signature: …` |
/// | `timestamp <= now + expiration` | 401 `Signature timestamp is too far in the future: …` |
/// | the metadata is a JSON object (absent, `null`: `{}`) | 400 `Invalid chain metadata: …` |
/// | the predicate holds | 400 `Invalid metadata content: …` |
/// | else than verbatim: gate fields are canonical | 400 `Invalid chain metadata: …` |
/// | the chain signs one of the payloads | 401 `Invalid signature: …` |
/// | a contract wallet could be asked | 503, the adapter's text |
pub fn verify(
    request: &SignedRequest<'_>,
    options: &Options,
    wallets: &dyn ContractWallets,
) -> Result<Identity, SignedFetchError> {
    assert!(
        !request.paths.is_empty(),
        "a signed request has at least one path"
    );
    let sent = headers::read(request.header, options)?;
    require_fresh(sent.timestamp_ms, request.now_ms, options.expiration_ms)?;
    let metadata = headers::metadata(sent.metadata.as_deref(), options)?;
    let metadata = validated(metadata, options)?;
    prove(request, options, wallets, &sent, &metadata)?;
    let address = sent
        .chain
        .owner()
        .expect("a chain that was proven starts with a signer");
    Ok(Identity {
        address,
        metadata: Value::Object(metadata),
    })
}

fn require_fresh(
    timestamp_ms: i64,
    now_ms: i64,
    expiration_ms: i64,
) -> Result<(), SignedFetchError> {
    let end_ms = timestamp_ms.saturating_add(expiration_ms);
    if end_ms < now_ms {
        let message = format!(
            "Expired signature: signature timestamp: {timestamp_ms}, timestamp expiration: \
             {end_ms}, local timestamp: {now_ms}"
        );
        return Err(SignedFetchError::new(401, message));
    }
    if timestamp_ms > now_ms.saturating_add(expiration_ms) {
        let message = format!(
            "Signature timestamp is too far in the future: signature timestamp: {timestamp_ms}, \
             local timestamp: {now_ms}"
        );
        return Err(SignedFetchError::new(401, message));
    }
    Ok(())
}

fn validated(
    metadata: Map<String, Value>,
    options: &Options,
) -> Result<Map<String, Value>, SignedFetchError> {
    let Some(predicate) = &options.metadata_validator else {
        return Ok(metadata);
    };
    let metadata = Value::Object(metadata);
    if predicate.holds(&metadata) {
        let Value::Object(metadata) = metadata else {
            unreachable!("it was wrapped just above")
        };
        return Ok(metadata);
    }
    let shown = headers::shortened(&js_json::stringify(&metadata));
    Err(SignedFetchError::new(
        400,
        format!("Invalid metadata content: {shown}"),
    ))
}

/// Tries each path with the verbatim payload, then with the folded one. The links are folded once:
/// what they prove does not depend on what is expected.
fn prove(
    request: &SignedRequest<'_>,
    options: &Options,
    wallets: &dyn ContractWallets,
    sent: &headers::Sent,
    metadata: &Map<String, Value>,
) -> Result<(), SignedFetchError> {
    let chain = &sent.chain;
    let authority = final_authority(chain, request.now_ms, wallets);
    let signs = |format| -> Result<(), ChainError> {
        let current = authority.clone()?;
        let mut first_error = None;
        for path in request.paths {
            let timestamp = sent.timestamp.as_deref().unwrap_or_default();
            let text = sent.metadata.as_deref().unwrap_or_default();
            let expected = payload(format, request.method, path, timestamp, text);
            match require_final_authority(&current, &expected) {
                Ok(()) => return require_signed_entity(chain),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        Err(first_error.expect("there is at least one path"))
    };
    let failure = match signs(PayloadFormat::Verbatim) {
        Ok(()) => return Ok(()),
        Err(error @ ChainError::Unavailable(_)) => error,
        Err(error) if !options.accept_folded => error,
        Err(_) => {
            guard::require_canonical(metadata, &GATE_FIELDS, &options.canonical_metadata_keys)?;
            match signs(PayloadFormat::Folded) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            }
        }
    };
    Err(refusal(chain, &failure))
}

fn refusal(chain: &AuthChain, failure: &ChainError) -> SignedFetchError {
    match failure {
        ChainError::Unavailable(cause) => SignedFetchError::new(503, cause.to_string()),
        // The original sends such chains to a catalyst and has no reason to tell.
        _ if is_contract_chain(chain) => SignedFetchError::new(401, "Invalid signature"),
        _ => SignedFetchError::new(401, format!("Invalid signature: {failure}")),
    }
}

/// Chains the original does not check itself: 2 or 3 links, the second an EIP-1654 delegation.
fn is_contract_chain(chain: &AuthChain) -> bool {
    match chain.links() {
        [first, second] | [first, second, _] => {
            first.kind == LinkKind::Signer && second.kind == LinkKind::ContractEphemeral
        }
        _ => false,
    }
}
