//! Signs credits: what the ledger gave becomes a voucher that the CreditsManager contract takes.
//!
//! A signature is a function of the request, of the key and of the contract (RFC 6979), so that it may be made any
//! number of times. The key comes from the configuration and goes nowhere. What was signed is in `effects.outcomes`,
//! and only from there the ledger learns it: another key or contract later changes nothing that was signed before.

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use identity::sign::Wallet;
use identity::voucher::{Credit, Domain};
use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use serde_json::json;

use crate::frame::settings::Credits as Settings;

/// The signer. Without a key everything waits.
#[derive(Clone, Debug)]
pub struct Voucher {
    wallet: Option<Wallet>,
    chain_id: u64,
    manager: [u8; 20],
    contract: String,
}

/// A setting that nothing can be signed with. The key itself is never shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Not 32 bytes of hex, or no key of the curve.
    #[error("credits.private_key is not a secp256k1 key of 64 hex digits")]
    Key,
    /// Not an address.
    #[error("credits.credits_manager_address_override is not an address: {0:?}")]
    Manager(String),
    /// There is no CreditsManager that is known on that chain.
    #[error(
        "credits.chain_id {0} has no known CreditsManager; set credits.credits_manager_address_override"
    )]
    Chain(u64),
}

impl Voucher {
    /// A signer as configured.
    ///
    /// # Errors
    /// A setting that nothing can be signed with.
    pub fn new(settings: &Settings) -> Result<Self, SettingError> {
        let contract = settings
            .manager()
            .ok_or(SettingError::Chain(settings.chain_id))?;
        let manager = bytes(&contract).ok_or_else(|| SettingError::Manager(contract.clone()))?;
        let wallet = match &settings.private_key {
            None => None,
            Some(key) => Some(Wallet::from_hex(key.reveal()).ok_or(SettingError::Key)?),
        };
        Ok(Self {
            wallet,
            chain_id: settings.chain_id,
            manager,
            contract,
        })
    }

    fn sign(&self, wallet: &Wallet, request: &effects::Voucher) -> Option<serde_json::Value> {
        let credit = Credit {
            value: request.value.parse().ok()?,
            expires_at: request.expires_at.try_into().ok()?,
            salt: bytes(&request.salt)?,
        };
        let domain = Domain {
            user: bytes(&request.user)?,
            chain_id: self.chain_id,
            manager: self.manager,
        };
        let hash = domain.credit_hash(&credit);
        Some(json!({
            "signature": wallet.sign_hash(&hash),
            "hash": format!("0x{}", hex::encode(hash)),
            "contract": self.contract,
            "chainId": self.chain_id,
        }))
    }
}

/// Bytes of hex digits, with `0x` before them or without.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}

#[async_trait]
impl EffectHandler for Voucher {
    fn kind(&self) -> &'static str {
        "voucher"
    }

    async fn perform(&self, _: &str, request: &[u8]) -> Outcome {
        let request: effects::Voucher = match model::decode(request) {
            Ok(request) => request,
            Err(error) => {
                return Outcome::GiveUp {
                    reason: format!("request: {error}"),
                };
            }
        };
        let Some(wallet) = &self.wallet else {
            return Outcome::Retry {
                after: None,
                reason: "credits.private_key is not set: credits are not signed".to_owned(),
            };
        };
        match self.sign(wallet, &request) {
            Some(signed) => Outcome::Done(Some(signed.to_string().into())),
            None => Outcome::GiveUp {
                reason: format!(
                    "credit {} of {} cannot be signed",
                    request.salt, request.user
                ),
            },
        }
    }
}
