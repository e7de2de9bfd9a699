//! Who signed a login: every request of a session carries the same one, and to recover its signer costs as much as the
//! signature of the request itself.
//!
//! What is remembered is the value of a pure function, under a digest of all that it depends on. Whether a login still
//! holds is asked each time.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::signature::{SignatureError, recover_address};

/// Logins remembered; each has one place, and a newer one takes it.
const PLACES: usize = 4096;

/// A digest, and who signed.
type Known = Option<([u8; 32], String)>;

static KNOWN: [Mutex<Known>; PLACES] = [const { Mutex::new(None) }; PLACES];

/// As [`recover_address`].
pub(super) fn signer(signature: &str, text: &str) -> Result<String, SignatureError> {
    let mut digest = Sha256::new();
    digest.update(signature.len().to_be_bytes());
    digest.update(signature);
    digest.update(text);
    let digest: [u8; 32] = digest.finalize().into();
    let place = usize::from(u16::from_be_bytes([digest[0], digest[1]])) % PLACES;
    let place = || KNOWN[place].lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, address)) = &*place()
        && *known == digest
    {
        return Ok(address.clone());
    }
    let address = recover_address(signature, text)?;
    *place() = Some((digest, address.clone()));
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::Wallet;

    #[test]
    fn a_login_is_told_by_its_text_and_its_signature() {
        let wallets = [1, 2].map(|key| Wallet::from_private_key([key; 32]).expect("a key"));
        for _ in 0..2 {
            for wallet in &wallets {
                for text in ["a", "b"] {
                    let signature = wallet.sign(text);
                    assert_eq!(signer(&signature, text).as_deref(), Ok(wallet.address()));
                    let other = signer(&signature, "c");
                    assert_eq!(other, recover_address(&signature, "c"));
                    assert_ne!(other.as_deref(), Ok(wallet.address()));
                }
            }
            assert_eq!(signer("0x", "a"), Err(SignatureError::NotHex));
        }
    }
}
