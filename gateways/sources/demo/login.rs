//! A wallet that a seed decides, with a session key that it signed for.

use identity::chain::AuthChain;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain, sign_entity};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};

use super::dice::wallet;

/// Until when everybody's session key holds.
const EXPIRATION: &str = "2100-01-01T00:00:00.000Z";
/// What explorers sign where they have nothing to say.
const METADATA: &str = "{}";

/// Somebody who is logged in: signs entities and requests.
#[derive(Clone, Debug)]
pub struct Login {
    owner: Wallet,
    session: Wallet,
    chain: AuthChain,
}

impl Login {
    /// The same seed and name give the same keys.
    pub fn new(seed: u64, who: &str) -> Self {
        let owner = wallet(seed, &format!("owner {who}"));
        let session = wallet(seed, &format!("session {who}"));
        let chain = create_ephemeral_chain(&owner, &session, LOGIN_TITLE, EXPIRATION)
            .expect("the texts are short");
        Self {
            owner,
            session,
            chain,
        }
    }

    /// The wallet's address, lower case.
    pub fn address(&self) -> &str {
        self.owner.address()
    }

    /// The same as wallets write it.
    pub fn checksum_address(&self) -> String {
        self.owner.checksum_address()
    }

    /// Wallet and session, without a signed text.
    pub fn chain(&self) -> &AuthChain {
        &self.chain
    }

    /// The chain that signs an entity.
    pub fn sign_entity(&self, entity_id: &str) -> AuthChain {
        sign_entity(&self.chain, &self.session, entity_id).expect("a chain of three short links")
    }

    /// The headers that sign a request to `path` at `now` (ms), as ADR-44 says.
    pub fn headers(&self, method: &str, path: &str, now: i64) -> Vec<(String, String)> {
        let request = RequestToSign {
            method,
            path,
            timestamp_ms: now,
            metadata: Some(METADATA),
            format: PayloadFormat::Verbatim,
        };
        headers_for(&self.chain, &self.session, &request).expect("a path is short")
    }
}
