//! Tokens by which Magic says who somebody is: a claim, and its signature by the wallet that it names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::signature::recover_address;
use serde::Deserialize;

/// A token that holds.
#[derive(Debug)]
pub(super) struct Token {
    /// The wallet, lower case.
    pub(super) wallet: String,
    /// The token's own id.
    pub(super) id: String,
    /// When it was made, ms.
    pub(super) made_at: i64,
}

#[derive(Debug, Deserialize)]
struct Claim {
    /// Seconds.
    iat: i64,
    ext: i64,
    #[serde(default)]
    nbf: i64,
    iss: String,
    aud: String,
    tid: String,
}

/// Reads a token for an audience.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(token: &str, audience: &str, now: i64) -> Result<Token, &'static str> {
    const UNREADABLE: &str = "DID token is malformed";
    let json = STANDARD.decode(token).map_err(|_| UNREADABLE)?;
    let (proof, text): (String, String) = serde_json::from_slice(&json).map_err(|_| UNREADABLE)?;
    let claim: Claim = serde_json::from_str(&text).map_err(|_| UNREADABLE)?;
    let wallet = claim
        .iss
        .strip_prefix("did:ethr:")
        .ok_or(UNREADABLE)?
        .to_lowercase();
    let signer = recover_address(&proof, &text).map_err(|_| "DID token signature is invalid")?;
    if !signer.eq_ignore_ascii_case(&wallet) {
        return Err("DID token signature is invalid");
    }
    let ms = |seconds: i64| seconds.saturating_mul(1000);
    if ms(claim.ext) < now {
        return Err("DID token has expired");
    }
    if ms(claim.nbf) > now.saturating_add(SKEW_MS) {
        return Err("DID token is not valid yet");
    }
    if claim.aud != audience {
        return Err("DID token is for another audience");
    }
    Ok(Token {
        wallet,
        id: claim.tid,
        made_at: ms(claim.iat),
    })
}

/// How far clocks may differ.
const SKEW_MS: i64 = 300_000;
