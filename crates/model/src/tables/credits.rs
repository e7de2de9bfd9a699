//! The read models `credits` and `credits-sequencer`: what the ledger of credits shows. Wei are texts of digits, cents
//! numbers, times ms unless a member says seconds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::badges::Travel;
use super::{Seen, timed_key};
use crate::Json;

/// The ledger itself: one aggregate, key [`ALL`].
pub const TABLE: &str = "credits";
/// People: partition = address, row empty, document [`User`].
pub const USERS: &str = "credits_users";
/// Credits: partition = address, row = id, document [`Voucher`].
pub const VOUCHERS: &str = "credits_vouchers";
/// Purchases with dollars: partition = address, row = id, document [`Purchase`].
pub const PURCHASES: &str = "credits_purchases";
/// The same by time: partition [`PurchaseList::partition`], row [`Purchase::list_row`], document [`Purchase`].
pub const PURCHASE_LISTS: &str = "credits_purchase_lists";
/// Orders of dollars: partition = address, row = order id, document [`Order`].
pub const ORDERS: &str = "credits_orders";
/// Movements of a person's accounts: partition = address, row = 8-byte number, document [`Line`].
pub const STATEMENT: &str = "credits_statement";
/// Answers: partition [`whose`], row = key, document [`Answer`]; for a week.
pub const ANSWERS: &str = "credits_answers";
/// Seasons and sums: partition [`ALL`], row empty, document [`Program`].
pub const PROGRAM: &str = "credits_program";
/// What should not be: partition [`ALL`], row = 8-byte number, document [`Anomaly`].
pub const ANOMALIES: &str = "credits_anomalies";
/// Wallets that are flagged: partition [`ALL`], row = address, document [`Flag`].
pub const FLAGS: &str = "credits_flags";
/// Why credits were given on demand: partition [`ALL`], row = the reason, document [`Reason`].
pub const REASONS: &str = "credits_reasons";
/// Wallets of app accounts: partition = token, row empty, document [`InAppAccount`].
pub const IN_APP_TOKENS: &str = "credits_in_app_tokens";
/// The last changes: partition [`ALL`], row = 8-byte number, document [`Changed`].
pub const CHANGES: &str = "credits_changes";
/// Where people are, for goals that count scenes: aggregates, key address, document [`Visits`].
pub const VISITS: &str = "credits_visits";
/// The ledger's time: one aggregate, key [`ALL`], document [`Clock`].
pub const SEQUENCER: &str = "credits_sequencer";
/// The one partition of what is not a person's.
pub const ALL: &str = "all";

/// `expiresAt` of what never expires, s.
pub const NEVER: i64 = 4_070_908_800;
/// Milliseconds of a program week.
pub const WEEK_MS: i64 = 7 * super::DAY_MS;

/// The ledger's time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Clock {
    /// The greatest tick so far.
    pub now: i64,
    /// The last tick that was handed on.
    pub told: i64,
    /// The newest finalised block by chain.
    pub heads: BTreeMap<i64, Block>,
}

/// A finalised block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Block {
    /// Its number.
    pub number: i64,
    /// Its time, s.
    pub timestamp: i64,
}

/// Where a person was, and which minutes in a scene were told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Visits {
    /// Sessions and moves.
    pub travel: Travel,
    /// Scenes with the times of their minutes.
    pub told: Seen,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// Lower case.
    pub address: String,
    /// Takes part in the program.
    pub enrolled: bool,
    /// When they left it, if they did.
    pub opted_out_at: Option<i64>,
    /// Until when they may not claim.
    pub blocked_until: i64,
    /// Goals of the running season that were begun.
    pub goals: Vec<UserGoal>,
    /// Dollars to spend, net of what is held, cents.
    pub balance_cents: i64,
    /// Held by purchases, cents.
    pub held_cents: i64,
    /// Spent, cents.
    pub settled_cents: i64,
    /// Owed after a purchase that came after its release, cents.
    pub owed_cents: i64,
    /// Bought or given, cents.
    pub topped_up_cents: i64,
    /// Purchases with dollars ever made.
    pub purchases: i64,
    /// Those of them that are settled.
    pub purchases_settled: i64,
    /// Questions of their own on [`User::asked_day`].
    pub asked: i64,
    /// Day since 1970.
    pub asked_day: i64,
    /// Bought in an app.
    pub in_app: Bought,
}

/// What was bought in apps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Bought {
    /// wei, without what was refunded.
    pub total_wei: String,
    /// Day since 1970 of the last purchase.
    pub day: i64,
    /// wei of that day.
    pub today_wei: String,
}

/// Why credits were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reason {
    /// As it was said.
    pub reason: String,
}

/// Whose an app account is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InAppAccount {
    /// Lower case.
    pub address: String,
}

/// Whose credits or dollars one entry changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Changed {
    /// Too many to name.
    pub many: bool,
    /// Lower case.
    pub addresses: Vec<String>,
}

/// A goal that a person has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserGoal {
    /// Season.
    pub season_id: i64,
    /// Week, from 1.
    pub week: i64,
    /// Goal.
    pub goal_id: String,
    /// Steps done.
    pub steps: i64,
    /// When the last of them was.
    pub completed_at: Option<i64>,
    /// Whether its reward is reserved.
    pub funded: bool,
    /// Whether it was claimed.
    pub claimed: bool,
}

/// A credit: one standing signed voucher.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Voucher {
    /// Its salt.
    pub id: String,
    /// Whose.
    pub user_address: String,
    /// wei.
    pub amount: String,
    /// wei left.
    pub available: String,
    /// wei spent on chain.
    pub settled: String,
    /// wei that expired.
    pub expired: String,
    /// wei that were revoked.
    pub revoked: String,
    /// The manager it is signed for, once it is signed.
    pub contract: Option<String>,
    /// Chain of the manager.
    pub chain_id: Option<i64>,
    /// What the signature is over.
    pub hash: Option<String>,
    /// The signature; it is not shown before.
    pub signature: Option<String>,
    /// Season of a goal's credit.
    pub season_id: Option<i64>,
    /// Goal.
    pub goal_id: Option<String>,
    /// Week of the season.
    pub week_id: Option<i64>,
    /// When it was given.
    pub timestamp: i64,
    /// s.
    pub expires_at: i64,
    /// `goal`, `on_demand` or `iap`.
    pub credit_source: String,
    /// Who gave it, on demand.
    pub granter: Option<String>,
    /// Why it was given, on demand.
    pub reason: Option<String>,
}

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

/// An order of dollars.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// Whose.
    pub address: String,
    /// Pack.
    pub pack_id: Option<String>,
    /// Charged.
    pub usd_cents: i64,
    /// Ten cents each.
    pub credits: i64,
    /// `initiated`, `credited`, `failed` or `abandoned`.
    pub status: String,
    /// When it was opened.
    pub created_at: i64,
}

/// One movement of one of a person's accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Line {
    /// Number, in the order of the ledger.
    pub number: i64,
    /// The ledger's time.
    pub at: i64,
    /// Kind of the transfer.
    pub kind: String,
    /// Its id.
    pub transfer: String,
    /// Key of the entry that caused it.
    pub cause: String,
    /// `M` or `U`.
    pub unit: String,
    /// The person's account.
    pub account: String,
    /// The other side.
    pub other: String,
    /// `moved`, `held`, `posted` or `voided`.
    pub effect: String,
    /// Change of what is posted: digits, a minus before them when it goes out.
    pub amount: String,
    /// Change of what is held by others (out) or for the person (in), likewise.
    pub held: String,
    /// What is posted afterwards: credits without debits, likewise.
    pub balance: String,
}

/// The answer to an input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// What was asked.
    pub kind: String,
    /// Hash of the question: the same key with another question is refused.
    pub question: String,
    /// `done`, or why it was refused.
    pub result: String,
    /// For people.
    pub message: String,
    /// The answer.
    pub body: serde_json::Value,
    /// The ledger's time.
    pub at: i64,
}

/// Seasons and sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Program {
    /// By id.
    pub seasons: Vec<Season>,
    /// Rolling hash of the ledger.
    pub state_hash: String,
    /// Transfers applied.
    pub transfers: i64,
    /// wei settled by contract, by the ledger.
    pub settled: BTreeMap<String, String>,
    /// wei of the active logs of known credits by contract, counted apart.
    pub used: BTreeMap<String, String>,
    /// Bought in apps by everybody.
    pub in_app: Bought,
}

/// A season.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Season {
    /// From 1.
    pub id: i64,
    /// For people.
    pub name: String,
    /// First instant.
    pub start: i64,
    /// First instant after it.
    pub end: i64,
    /// Budget, wei.
    pub max_wei: String,
    /// Budget of a week, wei.
    pub weekly_wei: Option<String>,
    /// Nothing counts.
    pub paused: bool,
    /// What can be done.
    pub goals: Vec<Goal>,
    /// wei neither given nor reserved, weeks included.
    pub left: String,
    /// The same by week that was begun.
    pub weeks_left: BTreeMap<i64, String>,
    /// It is over, and its books are closed.
    pub closed: bool,
}

/// A goal of a season.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Goal {
    /// `log-in`, `visit-scene`…
    pub goal_id: String,
    /// Its week; none: each.
    pub week: Option<i64>,
    /// For people.
    pub title: String,
    /// For people.
    pub description: String,
    /// Picture.
    pub thumbnail: String,
    /// wei.
    pub reward: String,
    /// Steps to it.
    pub total_steps: i64,
}

/// What should not be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Anomaly {
    /// `unknown-consumption`, `unknown-revocation`, `underpaid-order` or `invariant-alarm`.
    pub kind: String,
    /// Key of the entry.
    pub key: String,
    /// For people.
    pub message: String,
    /// What the entry said.
    pub metadata: serde_json::Value,
    /// The ledger's time.
    pub at: i64,
}

/// A wallet that may not take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Flag {
    /// The wallet.
    pub address: String,
    /// `multi-account`.
    pub flag_type: String,
    /// When.
    pub flagged_at: i64,
    /// Why.
    pub reason: String,
}

/// The partition of answers to questions of an address; questions that are nobody's have one together.
pub fn whose(address: &str) -> &str {
    if address.is_empty() { ALL } else { address }
}

/// The week of a program that began at `start` (ms), from 1.
pub fn week(start: i64, now: i64) -> i64 {
    (now - start).div_euclid(WEEK_MS) + 1
}

/// 32 hex digits of what makes two questions equal: the kind and the canonical JSON of the body, without the price,
/// which whoever asks again reads again.
pub fn question(kind: &str, metadata: &Json) -> String {
    let text = match metadata.value() {
        Err(_) => metadata.text().to_owned(),
        Ok(mut value) => {
            if let Some(members) = value.as_object_mut() {
                members.remove("rate");
                members.remove("rateDecimals");
            }
            crate::json::canonical(&value)
        }
    };
    let id = kernel::event_id(format!("{kind}\n{text}").as_bytes());
    id.simple().to_string()
}
