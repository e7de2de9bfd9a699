//! People with wallets, who sign requests as clients do (ADR-44).

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use identity::chain::AuthChain;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Until when the logins hold.
const UNTIL: &str = "2100-01-01T00:00:00.000Z";

/// Somebody who is logged in.
pub(crate) struct Person {
    login: AuthChain,
    session: Wallet,
    /// Lower case.
    pub(crate) address: String,
}

impl Person {
    /// The `n`-th person.
    pub(crate) fn new(n: u64) -> Result<Self> {
        let (wallet, session) = (wallet(1, n)?, wallet(2, n)?);
        Ok(Self {
            login: create_ephemeral_chain(&wallet, &session, LOGIN_TITLE, UNTIL)?,
            address: wallet.address().to_owned(),
            session,
        })
    }

    /// The headers that sign a `GET` now. They hold for five minutes.
    pub(crate) fn signed_get(&self, path: &str) -> Result<HeaderMap> {
        let request = RequestToSign {
            method: "GET",
            path,
            timestamp_ms: now_ms()?,
            metadata: Some("{}"),
            format: PayloadFormat::Verbatim,
        };
        let signed = headers_for(&self.login, &self.session, &request)?;
        let header = |(name, value): (String, String)| {
            Ok((HeaderName::try_from(name)?, HeaderValue::try_from(value)?))
        };
        signed.into_iter().map(header).collect()
    }
}

/// The wallet of the `n`-th of a kind of people.
pub(crate) fn wallet(kind: u8, n: u64) -> Result<Wallet> {
    let mut key = [kind; 32];
    key[24..].copy_from_slice(&n.to_be_bytes());
    Wallet::from_private_key(key).context("a key")
}

/// Now, ms.
pub(crate) fn now_ms() -> Result<i64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64)
}
