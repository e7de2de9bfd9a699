//! The webhook's signature: HMAC-SHA1 of the body, in lower-case hex.
//!
//! Segment signs the bytes it sends. The original checked what `JSON.stringify` makes of the parsed body, and tools made
//! for it sign that; both forms pass. SHA-1 is what the webhook speaks, not a choice.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, verify};
use serde_json::Value;

use crate::settings::Secret;

/// Hex digits of a signature.
const DIGITS: usize = 40;

/// Whether `given` signs the body. `parsed` is the body as JSON, if it is JSON.
pub(super) fn is_signed(given: &str, key: &Secret, body: &[u8], parsed: Option<&Value>) -> bool {
    let Some(tag) = tag(given) else {
        return false;
    };
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.reveal().as_bytes());
    // Both comparisons take the same time whatever the difference is.
    verify(&key, body, &tag).is_ok()
        || parsed.is_some_and(|value| {
            let text = identity::js_json::stringify(value);
            verify(&key, text.as_bytes(), &tag).is_ok()
        })
}

/// The bytes that lower-case hex digits stand for.
fn tag(given: &str) -> Option<Vec<u8>> {
    let lower = given
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if given.len() != DIGITS || !lower {
        return None;
    }
    hex::decode(given).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(given: &str, body: &str) -> bool {
        let parsed = serde_json::from_str(body).ok();
        is_signed(given, &Secret::new("key"), body.as_bytes(), parsed.as_ref())
    }

    #[test]
    fn a_known_answer() {
        // The common test vector of HMAC-SHA1, whose text is no JSON.
        let text = "The quick brown fox jumps over the lazy dog";
        let tag = "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
        assert!(signed(tag, text));
        assert!(!signed(tag, &text.replace("lazy", "crazy")));
        assert!(!signed(&tag.to_uppercase(), text));
        assert!(!signed(&tag[1..], text));
        assert!(!signed("", text));
    }

    #[test]
    fn the_re_serialised_body_is_signed_too() {
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"key");
        let sign = |text: &str| hex::encode(ring::hmac::sign(&key, text.as_bytes()));
        let compact = r#"{"b":1,"a":[2]}"#;
        let spaced = "{ \"b\": 1.0, \"a\": [2] }";
        assert!(signed(&sign(compact), spaced));
        assert!(signed(&sign(spaced), spaced));
        assert!(!signed(&sign(r#"{"a":[2],"b":1}"#), spaced));
    }
}
