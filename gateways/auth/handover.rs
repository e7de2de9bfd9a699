//! Identities on their way from a browser to the program that waits for one: left once, fetched once.

use std::net::IpAddr;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::desk::random_id;
use super::fault::Fault;
use super::place;
use super::vault::{Held, Kind, Life, Vault};
use crate::frame::{ApiError, GatewayContext};

const CONSUMED: &str = "Identity was already consumed";
const EXPIRED: &str = "Identity has expired";
const MISMATCH: &str = "Identity was deleted due to IP mismatch";

/// An identity, or why it is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Left {
    Here(Here),
    Gone { why: Why, created_at: i64 },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Here {
    identity: Value,
    /// Who left it.
    address: IpAddr,
    /// A telephone's browser and its program may go different ways.
    is_mobile: bool,
    /// Hash of what only the program that waits can know, if it gave one.
    challenge: Option<String>,
    created_at: i64,
    expires_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Why {
    Consumed,
    Expired,
    Mismatch,
}

impl Why {
    fn text(self) -> &'static str {
        match self {
            Self::Consumed => CONSUMED,
            Self::Expired => EXPIRED,
            Self::Mismatch => MISMATCH,
        }
    }
}

/// What is left.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) identity: Value,
    pub(super) address: IpAddr,
    pub(super) is_mobile: bool,
    pub(super) challenge: Option<String>,
}

/// Keeps an identity: its id, and when it expires.
pub(super) async fn leave(
    context: &GatewayContext,
    parcel: Parcel,
) -> Result<(String, i64), Fault> {
    let settings = &context.settings.auth;
    let now = context.platform.clock.now_ms();
    let expires_at = now.saturating_add(settings.identity_ttl.as_millis());
    let here = Here {
        identity: parcel.identity,
        address: parcel.address,
        is_mobile: parcel.is_mobile,
        challenge: parcel.challenge,
        created_at: now,
        expires_at,
    };
    let life = Life {
        dies_at: expires_at,
        forget_at: remembered_until(context, now),
    };
    let id = random_id()?;
    let vault = Vault::new(&context.platform);
    let left = Left::Here(here);
    let put = vault.put(Kind::Identity, &id, None, life, &left);
    if !put.await? {
        return Err(ApiError::internal("a random id is there already").into());
    }
    Ok((id, expires_at))
}

fn remembered_until(context: &GatewayContext, created_at: i64) -> i64 {
    created_at.saturating_add(context.settings.auth.identity_status_ttl.as_millis())
}

/// Takes an identity: nobody else gets it.
pub(super) async fn fetch(
    context: &GatewayContext,
    id: &str,
    address: IpAddr,
    verifier: Option<&str>,
) -> Result<Value, Fault> {
    let vault = Vault::new(&context.platform);
    let held: Option<Held<Left>> = vault.get(Kind::Identity, id).await?;
    let Some(Held { version, value }) = held else {
        return Err(Fault::said(StatusCode::NOT_FOUND, "Identity not found"));
    };
    let here = match value {
        Some(Left::Here(here)) => here,
        Some(Left::Gone { why, created_at }) => return Err(Fault::Gone(why.text(), created_at)),
        // Its content was swept away, which is done to what nobody fetched in time.
        None => return Err(Fault::said(StatusCode::NOT_FOUND, EXPIRED)),
    };
    let (why, answer) = if here.expires_at < context.platform.clock.now_ms() {
        let late = Fault::said(StatusCode::GONE, EXPIRED);
        (Why::Expired, Err(late))
    } else {
        match &here.challenge {
            // Stronger than any address, so that addresses do not matter; and who only guesses destroys nothing.
            Some(challenge) if !proves(verifier, challenge) => {
                return Err(Fault::forbidden("Code verifier mismatch"));
            }
            None if !here.is_mobile && !place::matches(here.address, address) => {
                (Why::Mismatch, Err(Fault::forbidden("IP address mismatch")))
            }
            _ => (Why::Consumed, Ok(here.identity)),
        }
    };
    let forget_at = remembered_until(context, here.created_at);
    let life = Life {
        dies_at: forget_at,
        forget_at,
    };
    let created_at = here.created_at;
    let gone = Left::Gone { why, created_at };
    let put = vault.put(Kind::Identity, id, Some(version), life, &gone);
    if put.await? {
        return answer;
    }
    // Somebody else was there first, and a thing is changed once.
    Err(Fault::Gone(CONSUMED, created_at))
}

/// Whether a verifier is the one that a challenge was made of.
fn proves(verifier: Option<&str>, challenge: &str) -> bool {
    let Some(verifier) = verifier else {
        return false;
    };
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == challenge
}
