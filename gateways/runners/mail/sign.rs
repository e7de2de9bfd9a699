//! What only the holder of the signing key can make: unsubscribe links, and the codes of validation mails.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::frame::Secret;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Characters of a code: 190 bits.
const CODE_CHARS: usize = 32;

/// Signs and verifies.
#[derive(Clone, Debug)]
pub struct Signer(Secret);

impl Signer {
    /// With this key.
    pub fn new(key: Secret) -> Self {
        Self(key)
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.reveal().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(text.as_bytes());
        mac
    }

    /// `url` with its signature: hex HMAC-SHA256 of the URL as it is.
    pub fn signed(&self, url: &str) -> String {
        let signature = hex::encode(self.mac(url).finalize().into_bytes());
        format!("{url}?signature={signature}")
    }

    /// Whether `signature` is that of `url`, in a time that does not tell how much of it is right.
    pub fn verifies(&self, url: &str, signature: &str) -> bool {
        let bytes = hex::decode(signature).unwrap_or_default();
        self.mac(url).verify_slice(&bytes).is_ok()
    }

    /// The code that `nonce` stands for: nobody without the key can tell it from the nonce.
    pub fn code(&self, nonce: &str, address: &str) -> String {
        let mut code = String::with_capacity(CODE_CHARS);
        for block in 0_u32.. {
            let text = format!("email-code\n{nonce}\n{address}\n{block}");
            let bytes = self.mac(&text).finalize().into_bytes();
            // Only whole rounds of the alphabet, so that each letter is as likely as another.
            let fair = bytes.iter().filter(|b| **b < 248);
            code.extend(fair.map(|b| LETTERS[usize::from(*b) % 62] as char));
            if code.len() >= CODE_CHARS {
                break;
            }
        }
        code.truncate(CODE_CHARS);
        code
    }
}

/// What is kept of a code: its SHA-256, hex.
pub fn code_hash(code: &str) -> String {
    hex::encode(Sha256::digest(code.as_bytes()))
}

/// The unsubscribe page of an address, for one type or for all.
pub fn unsubscribe_url(base: &str, address: &str, kind: Option<&str>) -> String {
    let base = base.trim_end_matches('/');
    match kind {
        Some(kind) => format!("{base}/unsubscribe/{address}/{kind}"),
        None => format!("{base}/unsubscribe/{address}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_url_and_one_key() {
        let signer = Signer::new(Secret::new("key"));
        let url = unsubscribe_url("https://n.example/", "0xa", Some("banned"));
        assert_eq!(url, "https://n.example/unsubscribe/0xa/banned");
        let signed = signer.signed(&url);
        let (_, signature) = signed.split_once("?signature=").expect("it is signed");
        assert!(signer.verifies(&url, signature));
        assert!(!signer.verifies("https://n.example/unsubscribe/0xa", signature));
        assert!(!Signer::new(Secret::new("other")).verifies(&url, signature));
        assert!(!signer.verifies(&url, "") && !signer.verifies(&url, "zz"));
    }

    #[test]
    fn the_signature_is_the_hmac_that_others_compute() {
        // RFC 4231, test case 2.
        let signer = Signer::new(Secret::new("Jefe"));
        let wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(signer.verifies("what do ya want for nothing?", wanted));
    }

    #[test]
    fn a_code_follows_from_nonce_address_and_key() {
        let signer = Signer::new(Secret::new("key"));
        let code = signer.code("n", "0xa");
        assert_eq!(code.len(), 32);
        assert!(code.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(code, signer.code("n", "0xa"));
        assert_ne!(code, signer.code("m", "0xa"));
        assert_ne!(code, signer.code("n", "0xb"));
        assert_ne!(code, Signer::new(Secret::new("other")).code("n", "0xa"));
    }
}
