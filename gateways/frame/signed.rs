//! Requests that a wallet signed (ADR-44).

use http::request::Parts;
use identity::chain::DenyContractWallets;
use identity::signed_fetch::{Identity, Options, SignedFetchError, SignedRequest, verify};

use super::{Gateway, GatewayContext};

/// One header as text.
pub fn header(parts: &Parts, name: &str) -> Option<String> {
    let value = parts.headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Who signed a request to this gateway; `header` finds the signature's parts. A client signs the path it knows: that of
/// the service, or with the mount before it. Contract wallets are refused: nobody here can ask their chain.
///
/// # Errors
/// What is wrong with the signature, with its status.
pub fn signer(
    context: &GatewayContext,
    gateway: &Gateway,
    parts: &Parts,
    header: &dyn Fn(&str) -> Option<String>,
    options: &Options,
) -> Result<Identity, SignedFetchError> {
    let own = parts.uri.path();
    let mounted = format!("/{}{own}", gateway.name);
    let request = SignedRequest {
        method: parts.method.as_str(),
        paths: &[own, &mounted],
        header,
        now_ms: context.platform.clock.now_ms(),
    };
    verify(&request, options, &DenyContractWallets)
}
