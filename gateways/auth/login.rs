//! What the auth chain of a login proves: who stands behind a key, and that the key is still theirs.

use identity::chain::{AuthChain, DenyContractWallets, EphemeralPayload, final_authority};

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Login {
    /// The wallet, lower case.
    pub(super) owner: String,
    /// The key it handed over to, lower case.
    pub(super) authority: String,
}

/// Reads a chain whose last link hands over to a key.
///
/// # Errors
/// What is wrong with it, as clients are told.
pub(super) fn login(chain: &AuthChain, now: i64) -> Result<Login, String> {
    const NO_AUTHORITY: &str = "Could not get final authority from auth chain";
    let last = chain.links().last().ok_or(NO_AUTHORITY)?;
    let payload = EphemeralPayload::parse(&last.payload).map_err(|_| NO_AUTHORITY)?;
    if payload.expiration_ms < now {
        return Err("Ephemeral payload has expired".to_owned());
    }
    // Contract wallets are refused, as by every gateway: nobody here can ask their chain.
    let authority =
        final_authority(chain, now, &DenyContractWallets).map_err(|error| error.to_string())?;
    // A chain of one link would "prove" whatever its payload says.
    if !authority.eq_ignore_ascii_case(&payload.address) {
        return Err(NO_AUTHORITY.to_owned());
    }
    Ok(Login {
        owner: chain.owner().ok_or(NO_AUTHORITY)?,
        authority: authority.to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain, create_simple_chain};

    #[test]
    fn a_chain_says_whose_key_it_is_until_it_expires() {
        let wallet = |byte| Wallet::from_private_key([byte; 32]).expect("a valid key");
        let until = "2026-01-01T00:00:00.000Z";
        let chain = create_ephemeral_chain(&wallet(1), &wallet(2), LOGIN_TITLE, until);
        let chain = chain.expect("short texts");
        let found = login(&chain, 1_767_225_599_999).expect("it holds");
        assert_eq!(found.owner, wallet(1).address());
        assert_eq!(found.authority, wallet(2).address());
        let late = login(&chain, 1_767_225_600_001);
        assert_eq!(late, Err("Ephemeral payload has expired".to_owned()));
        let simple = create_simple_chain(&wallet(1), "x").expect("a short text");
        let none = login(&simple, 0).expect_err("nobody is handed over to");
        assert!(none.starts_with("Could not get"), "{none}");
        let alone = AuthChain::new(chain.links()[..1].to_vec()).expect("a link");
        assert!(login(&alone, 0).is_err());
    }

    #[test]
    fn one_unsigned_link_that_looks_like_a_login_proves_nothing() {
        let text = EphemeralPayload::text("t", "0x11", "2100-01-01T00:00:00.000Z");
        let json = serde_json::json!([{"type": "SIGNER", "payload": text, "signature": ""}]);
        let chain = AuthChain::from_json(&json.to_string()).expect("a chain");
        assert!(login(&chain, 0).is_err());
    }
}
