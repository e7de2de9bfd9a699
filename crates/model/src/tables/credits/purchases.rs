//! Purchases with dollars, and the lists they are found in.

use serde::{Deserialize, Serialize};

use crate::tables::timed_key;

/// Where a purchase stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PurchaseStatus {
    /// Its dollars are held.
    #[default]
    Pending,
    /// It was seen on chain.
    Settled,
    /// Its dollars were released.
    Expired,
}

/// A purchase with dollars: one short-lived voucher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Purchase {
    /// Its salt.
    pub id: String,
    /// Whose.
    pub user_address: String,
    /// What is bought.
    pub trade_id: Option<String>,
    /// What is bought: collection.
    pub contract_address: Option<String>,
    /// What is bought: item of the collection.
    pub item_id: Option<String>,
    /// A name that is registered.
    pub name: Option<String>,
    /// Where it was asked for.
    pub source: Option<String>,
    /// Price.
    pub usd_cents: i64,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// When it was asked for.
    pub created_at: i64,
    /// s.
    pub expires_at: i64,
    /// Most wei it covers.
    pub cap: String,
    /// Dollars per MANA when it was asked for.
    pub rate: String,
    /// Decimals of the rate.
    pub rate_decimals: i64,
    /// wei spent on chain.
    pub mana_settled: Option<String>,
    /// Its first transaction seen on chain.
    pub tx_hash: Option<String>,
    /// The transaction that the wallet said it sent.
    pub submitted_tx_hash: Option<String>,
    /// The manager it is signed for, once it is signed.
    pub contract: Option<String>,
    /// The signature.
    pub signature: Option<String>,
    /// What the signature is over.
    pub hash: Option<String>,
}

impl Purchase {
    /// Its row in lists: newest first.
    pub fn list_row(&self) -> Vec<u8> {
        timed_key(i64::MAX - self.created_at.max(0), &self.id)
    }
}

/// Purchases that are listed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurchaseList {
    /// All of them.
    All,
    /// Those of a status.
    Of(PurchaseStatus),
}

impl PurchaseList {
    /// Every list that is kept.
    pub const EVERY: [Self; 3] = [
        Self::All,
        Self::Of(PurchaseStatus::Pending),
        Self::Of(PurchaseStatus::Settled),
    ];

    /// The partition of an address's list.
    pub fn partition(self, address: &str) -> Vec<u8> {
        let name = match self {
            Self::All => "all",
            Self::Of(PurchaseStatus::Pending) => "pending",
            Self::Of(PurchaseStatus::Settled) => "settled",
            Self::Of(PurchaseStatus::Expired) => "expired",
        };
        format!("{address}\n{name}").into_bytes()
    }

    /// Whether it lists purchases of a status.
    pub fn has(self, status: PurchaseStatus) -> bool {
        matches!(self, Self::All) || self == Self::Of(status)
    }
}
