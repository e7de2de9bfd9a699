//! The client's side: headers that sign a request.

use super::{CHAIN_HEADER_PREFIX, METADATA_HEADER, PayloadFormat, TIMESTAMP_HEADER, payload};
use crate::chain::{AuthChain, ChainLimitError};
use crate::sign::{Wallet, sign_entity};

/// What a client signs.
#[derive(Debug, Clone, Copy)]
pub struct RequestToSign<'a> {
    /// HTTP method, any case.
    pub method: &'a str,
    /// Pathname without query.
    pub path: &'a str,
    /// Time of signing, ms since 1970.
    pub timestamp_ms: i64,
    /// JSON text; `None` leaves the header out.
    pub metadata: Option<&'a str>,
    /// How the payload is joined.
    pub format: PayloadFormat,
}

/// The headers (lower-case name, value) that sign `request`: `delegation` is a chain made by
/// [`create_ephemeral_chain`](crate::sign::create_ephemeral_chain), `ephemeral` the wallet it hands
/// over to.
///
/// # Errors
/// [`ChainLimitError`] when the payload is too long for a link.
pub fn headers_for(
    delegation: &AuthChain,
    ephemeral: &Wallet,
    request: &RequestToSign<'_>,
) -> Result<Vec<(String, String)>, ChainLimitError> {
    let timestamp = request.timestamp_ms.to_string();
    let metadata = request.metadata.unwrap_or_default();
    let text = payload(
        request.format,
        request.method,
        request.path,
        &timestamp,
        metadata,
    );
    let chain = sign_entity(delegation, ephemeral, &text)?;
    Ok(chain_headers(
        &chain,
        request.timestamp_ms,
        request.metadata,
    ))
}

/// The headers of a chain that is signed already.
pub fn chain_headers(
    chain: &AuthChain,
    timestamp_ms: i64,
    metadata: Option<&str>,
) -> Vec<(String, String)> {
    let links = chain.links().iter().enumerate().map(|(index, link)| {
        let text = serde_json::to_string(link).expect("a link always serialises");
        (format!("{CHAIN_HEADER_PREFIX}{index}"), text)
    });
    let timestamp = (TIMESTAMP_HEADER.to_owned(), timestamp_ms.to_string());
    let metadata = metadata.map(|text| (METADATA_HEADER.to_owned(), text.to_owned()));
    links.chain([timestamp]).chain(metadata).collect()
}
