//! Signing: wallets from known keys, and the chains they make.
//!
//! For demo worlds, tests and clients. Signatures are deterministic (RFC 6979, low `s`), equal bit
//! for bit to those of ethers and @dcl/crypto. Nothing here makes random keys.

use std::fmt;

use k256::ecdsa::SigningKey;

use crate::chain::{AuthChain, AuthLink, ChainLimitError, EphemeralPayload, LinkKind};
use crate::signature::{address_of, checksum_address, personal_digest};

/// The usual first line of a delegation text.
pub const LOGIN_TITLE: &str = "Decentraland Login";

/// Bytes that are no private key: zero, or not below the order of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secp256k1 private key")]
pub struct InvalidPrivateKey;

/// A private key and its address. `Debug` shows the address only; the key is wiped on drop.
#[derive(Clone)]
pub struct Wallet {
    key: SigningKey,
    address: String,
}

impl fmt::Debug for Wallet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Wallet")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Wallet {
    /// Takes the 32 bytes of a key, big-endian.
    ///
    /// # Errors
    /// [`InvalidPrivateKey`] for zero and for numbers not below the order of the curve.
    pub fn from_private_key(bytes: [u8; 32]) -> Result<Self, InvalidPrivateKey> {
        let key = SigningKey::from_slice(&bytes).map_err(|_| InvalidPrivateKey)?;
        let address = address_of(key.verifying_key());
        Ok(Self { key, address })
    }

    /// The address, `0x` and 40 lower-case hex digits.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address in its EIP-55 spelling.
    pub fn checksum_address(&self) -> String {
        checksum_address(&self.address).expect("a wallet's own address is well formed")
    }

    /// `personal_sign` of `text`: `0x`, `r`, `s` and `v` (1b or 1c) in lower-case hex.
    pub fn sign(&self, text: &str) -> String {
        self.sign_digest(&personal_digest(text))
    }

    /// Signs a digest as it stands.
    pub(crate) fn sign_digest(&self, digest: &[u8; 32]) -> String {
        let (signature, recovery) = self
            .key
            .sign_prehash_recoverable(digest)
            .expect("a 32-byte digest is always signable");
        let v = if recovery.is_y_odd() { "1c" } else { "1b" };
        format!("0x{}{v}", hex::encode(signature.to_bytes()))
    }
}

fn link(kind: LinkKind, payload: &str, signature: String) -> AuthLink {
    AuthLink {
        kind,
        payload: payload.to_owned(),
        signature,
    }
}

/// The first two links: `owner` (address in lower case) hands over to `ephemeral` (address in
/// EIP-55) until `expiration`, a date text such as `2030-01-01T00:00:00.000Z`, which is not
/// checked. `title` is the first line, usually [`LOGIN_TITLE`].
///
/// # Errors
/// [`ChainLimitError`] when `title` or `expiration` are longer than a payload may be.
pub fn create_ephemeral_chain(
    owner: &Wallet,
    ephemeral: &Wallet,
    title: &str,
    expiration: &str,
) -> Result<AuthChain, ChainLimitError> {
    let text = EphemeralPayload::text(title, &ephemeral.checksum_address(), expiration);
    let signature = owner.sign(&text);
    AuthChain::new(vec![
        link(LinkKind::Signer, owner.address(), String::new()),
        link(LinkKind::Ephemeral, &text, signature),
    ])
}

/// `chain` (as of [`create_ephemeral_chain`]) with a last link in which `ephemeral` signs `text`:
/// an entity id or the text of a signed fetch.
///
/// # Errors
/// [`ChainLimitError`] when the chain is full or `text` too long.
pub fn sign_entity(
    chain: &AuthChain,
    ephemeral: &Wallet,
    text: &str,
) -> Result<AuthChain, ChainLimitError> {
    chain.with(link(LinkKind::SignedEntity, text, ephemeral.sign(text)))
}

/// The chain of two links in which `owner` signs `text` itself.
///
/// # Errors
/// [`ChainLimitError`] when `text` is too long.
pub fn create_simple_chain(owner: &Wallet, text: &str) -> Result<AuthChain, ChainLimitError> {
    AuthChain::new(vec![
        link(LinkKind::Signer, owner.address(), String::new()),
        link(LinkKind::SignedEntity, text, owner.sign(text)),
    ])
}

#[cfg(test)]
mod tests {
    use super::{InvalidPrivateKey, Wallet};
    use crate::signature::recover_address;

    #[test]
    fn impossible_keys_are_refused_and_keys_are_not_shown() {
        for bytes in [[0; 32], [0xff; 32]] {
            assert_eq!(
                Wallet::from_private_key(bytes).err(),
                Some(InvalidPrivateKey)
            );
        }
        let wallet = Wallet::from_private_key([0x11; 32]).expect("a small key is valid");
        assert_eq!(
            wallet.checksum_address(),
            "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
        );
        assert!(!format!("{wallet:?}").contains("1111"));
    }

    #[test]
    fn the_length_of_the_text_is_counted_in_bytes() {
        let wallet = Wallet::from_private_key([0x22; 32]).expect("a small key is valid");
        for text in ["", "a", "ñandú 🦤", "line\r\nline"] {
            let signer = recover_address(&wallet.sign(text), text);
            assert_eq!(signer.as_deref(), Ok(wallet.address()), "{text:?}");
        }
    }
}
