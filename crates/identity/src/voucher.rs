//! Credits of the CreditsManager contract: their ids, what is signed, and the signature.
//!
//! What is signed is keccak-256 of the standard ABI encoding of `(address user, uint256 chainId, address manager,
//! tuple)`, as an EIP-191 personal message of these 32 bytes. Of a credit the tuple is `(uint256 value, uint256
//! expiresAt, bytes32 salt)`, of an external call `(address target, bytes4 selector, bytes data, uint256 expiresAt,
//! bytes32 salt)`. Signatures are deterministic: the same credit has the same bytes for ever.

use crate::sign::Wallet;
use crate::signature::keccak256;

/// Bytes of an ABI word.
const WORD: usize = 32;

/// Whom a signature is for, and which contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Who may use it.
    pub user: [u8; 20],
    /// Chain of the manager.
    pub chain_id: u64,
    /// The CreditsManager.
    pub manager: [u8; 20],
}

/// A credit as the contract knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Most wei it covers.
    pub value: u128,
    /// First second at which it is refused.
    pub expires_at: u64,
    /// Its id.
    pub salt: [u8; 32],
}

/// A call that the manager makes for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalCall {
    /// The contract that is called.
    pub target: [u8; 20],
    /// Its function.
    pub selector: [u8; 4],
    /// Arguments.
    pub data: Vec<u8>,
    /// First second at which it is refused.
    pub expires_at: u64,
    /// Makes it one call.
    pub salt: [u8; 32],
}

impl Domain {
    /// What is signed of a credit; also what the contract's logs call it.
    pub fn credit_hash(&self, credit: &Credit) -> [u8; 32] {
        let mut abi = self.head();
        abi.extend(number(credit.value));
        abi.extend(number(credit.expires_at.into()));
        abi.extend(credit.salt);
        keccak256(abi)
    }

    /// What is signed of an external call.
    pub fn call_hash(&self, call: &ExternalCall) -> [u8; 32] {
        let mut abi = self.head();
        // A tuple with a dynamic member stands behind the head, which holds its offset.
        abi.extend(number(4 * WORD as u128));
        abi.extend(address(&call.target));
        let mut selector = [0; WORD];
        selector[..4].copy_from_slice(&call.selector);
        abi.extend(selector);
        abi.extend(number(5 * WORD as u128));
        abi.extend(number(call.expires_at.into()));
        abi.extend(call.salt);
        abi.extend(number(call.data.len() as u128));
        abi.extend(&call.data);
        abi.resize(abi.len().next_multiple_of(WORD), 0);
        keccak256(abi)
    }

    fn head(&self) -> Vec<u8> {
        let mut abi = Vec::with_capacity(6 * WORD);
        abi.extend(address(&self.user));
        abi.extend(number(self.chain_id.into()));
        abi.extend(address(&self.manager));
        abi
    }
}

impl Wallet {
    /// A wallet from 64 hex digits, `0x` before them or not; `None` for any other text and for no key of the curve.
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut key = [0; 32];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut key).ok()?;
        Self::from_private_key(key).ok()
    }

    /// `personal_sign` of 32 bytes: `0x`, `r`, `s` and `v` (1b or 1c) in lower-case hex.
    pub fn sign_hash(&self, hash: &[u8; 32]) -> String {
        let mut message = b"\x19Ethereum Signed Message:\n32".to_vec();
        message.extend(hash);
        self.sign_digest(&keccak256(message))
    }
}

fn address(bytes: &[u8; 20]) -> [u8; WORD] {
    let mut word = [0; WORD];
    word[12..].copy_from_slice(bytes);
    word
}

fn number(value: u128) -> [u8; WORD] {
    let mut word = [0; WORD];
    word[16..].copy_from_slice(&value.to_be_bytes());
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let mut bytes = [0; N];
        hex::decode_to_slice(hex, &mut bytes).expect("hex of that length");
        bytes
    }

    fn domain() -> Domain {
        Domain {
            user: bytes("99995f38fc9d786eab5c3a1b1c4e6ae5f4e99999"),
            chain_id: 137,
            manager: bytes("8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5"),
        }
    }

    fn wallet() -> Wallet {
        Wallet::from_hex(&format!(" 0x{}\n", "11".repeat(32))).expect("a small key is valid")
    }

    #[test]
    fn a_credit_is_hashed_and_signed_as_the_contract_wants_it() {
        let salt = keccak256("7d444840-9dc0-11d1-b245-5ffdce74fad2");
        assert_eq!(
            hex::encode(salt),
            "0d793ff3fe6fee2288cb1b2db2e3d2eaddb1c484541bf155bfc92f94a9296310"
        );
        let credit = Credit {
            value: 2_500_000_000_000_000_000,
            expires_at: 1_767_225_600,
            salt,
        };
        let hash = domain().credit_hash(&credit);
        assert_eq!(
            hex::encode(hash),
            "be06cc85b8164e1a79feba01ba0446f88dab8ecf507581d6a5debc4d3c7b68cd"
        );
        assert_eq!(
            wallet().sign_hash(&hash),
            "0x8823ac76b4715653b787eeda86ecc02a7ad13fbb2ce2894d4a66b684ab2b3bec\
             49b27090282423c6d24213dae8d43b3727828ad2143b62d76102b6b577a8df061b"
        );
    }

    #[test]
    fn an_external_call_is_hashed_and_signed_as_the_contract_wants_it() {
        let call = ExternalCall {
            target: [0x22; 20],
            selector: bytes("deadbeef"),
            data: vec![0x12, 0x34],
            expires_at: 1_800_000_000,
            salt: [0xcd; 32],
        };
        let hash = domain().call_hash(&call);
        assert_eq!(
            hex::encode(hash),
            "c166f4a21bbcd8df6bc107157e83772014dc548fd741a41de54e27580ee931ce"
        );
        assert_eq!(
            wallet().sign_hash(&hash),
            "0xffee62afb99e5fe88061d2d59633cdf4a73e39dcacdf92c88d870168dd68ae6f\
             744bff0f8fe4cc453c19a6e671c9eb521338c7ad34b00b69338045741dc199811c"
        );
    }
}
