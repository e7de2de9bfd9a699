//! Reading the `x-identity-*` headers, sizes first.

use serde_json::{Map, Value};

use super::{CHAIN_HEADER_PREFIX, METADATA_HEADER, Options, SignedFetchError, TIMESTAMP_HEADER};
use crate::chain::{AuthChain, AuthLink, LinkKind};

/// Characters of a sender's text that an error repeats.
const SHOWN_CHARS_MAX: usize = 64;
/// The largest integer JavaScript counts exactly.
const SAFE_INTEGER_MAX: i64 = (1 << 53) - 1;

/// What the headers hold, before the metadata is parsed.
pub(super) struct Sent {
    pub(super) chain: AuthChain,
    /// The timestamp header as sent.
    pub(super) timestamp: Option<String>,
    /// The same as a number; 0 when absent.
    pub(super) timestamp_ms: i64,
    /// The metadata header as sent.
    pub(super) metadata: Option<String>,
}

pub(super) fn read(
    header: &dyn Fn(&str) -> Option<String>,
    options: &Options,
) -> Result<Sent, SignedFetchError> {
    let chain = chain(header, options)?;
    let timestamp = header(TIMESTAMP_HEADER);
    let timestamp_ms = timestamp_ms(timestamp.as_deref().unwrap_or_default(), options)?;
    let metadata = header(METADATA_HEADER);
    Ok(Sent {
        chain,
        timestamp,
        timestamp_ms,
        metadata,
    })
}

fn chain(
    header: &dyn Fn(&str) -> Option<String>,
    options: &Options,
) -> Result<AuthChain, SignedFetchError> {
    let at = |index: usize| {
        let value = header(&format!("{CHAIN_HEADER_PREFIX}{index}"));
        value.filter(|value| !value.is_empty())
    };
    let links_max = options.max_chain_length.min(AuthChain::LINKS_MAX);
    let mut links = Vec::new();
    // The first gap ends the chain.
    while links.len() < links_max
        && let Some(text) = at(links.len())
    {
        links.push(link(&text, links.len(), options.link_bytes_max)?);
    }
    if at(links_max).is_some() {
        let message = format!("Auth chain exceeds maximum length of {links_max}");
        return Err(SignedFetchError::new(400, message));
    }
    if links.len() <= 1 {
        return Err(SignedFetchError::new(400, "Invalid Auth Chain"));
    }
    AuthChain::new(links).map_err(|error| bad_format(&error.to_string()))
}

/// Reads one link. A signer may leave out its signature; the original wants `""` even there.
fn link(text: &str, index: usize, bytes_max: usize) -> Result<AuthLink, SignedFetchError> {
    if text.len() > bytes_max {
        return Err(bad_format(&format!(
            "auth link at position {index} is too long"
        )));
    }
    let value: Value =
        serde_json::from_str(text).map_err(|error| bad_format(&error.to_string()))?;
    let field = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let read = || {
        let kind = LinkKind::from(field("type")?);
        let payload = field("payload")?;
        let absent = value.get("signature").is_none_or(Value::is_null);
        let signature = match field("signature") {
            Some(signature) => signature,
            None if absent && kind == LinkKind::Signer => String::new(),
            None => return None,
        };
        Some(AuthLink {
            kind,
            payload,
            signature,
        })
    };
    read().ok_or_else(|| bad_format(&format!("malformed auth link at position {index}")))
}

fn bad_format(cause: &str) -> SignedFetchError {
    SignedFetchError::new(400, format!("Invalid chain format: {}", shortened(cause)))
}

/// Decimal digits only, where the original takes whatever `Number()` does (`1e3`, `0x10`).
fn timestamp_ms(text: &str, options: &Options) -> Result<i64, SignedFetchError> {
    if text.is_empty() {
        return Ok(0);
    }
    let digits =
        text.len() <= options.timestamp_bytes_max && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = if digits { text.parse().ok() } else { None };
    value
        .filter(|value| *value <= SAFE_INTEGER_MAX)
        .ok_or_else(|| {
            SignedFetchError::new(400, format!("Invalid chain timestamp: {}", shortened(text)))
        })
}

/// Parses the metadata header; an absent one and `null` read as `{}`.
pub(super) fn metadata(
    text: Option<&str>,
    options: &Options,
) -> Result<Map<String, Value>, SignedFetchError> {
    let Some(text) = text else {
        return Ok(Map::new());
    };
    let parsed = if text.len() <= options.metadata_bytes_max {
        serde_json::from_str(text).ok()
    } else {
        None
    };
    match parsed {
        Some(Value::Object(metadata)) => Ok(metadata),
        Some(Value::Null) => Ok(Map::new()),
        _ => {
            let message = format!("Invalid chain metadata: \"{}\"", shortened(text));
            Err(SignedFetchError::new(400, message))
        }
    }
}

/// The first 64 characters (UTF-16 units) of a text, with `…` when there were more.
pub(super) fn shortened(text: &str) -> String {
    let mut units = 0;
    for (end, character) in text.char_indices() {
        units += character.len_utf16();
        if units > SHOWN_CHARS_MAX {
            return format!("{}…", &text[..end]);
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_texts_are_cut_after_64_units() {
        assert_eq!(shortened(&"a".repeat(64)), "a".repeat(64));
        assert_eq!(shortened(&"a".repeat(65)), format!("{}…", "a".repeat(64)));
        assert_eq!(shortened(&"🦤".repeat(33)), format!("{}…", "🦤".repeat(32)));
    }
}
