//! What the ledger remembers: the books, and of everything alive what the books do not say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ledger::{Hash, Ledger, Table};
use model::tables::credits::{Flag, Goal, Order, PurchaseStatus};
use serde::{Deserialize, Serialize};

/// The aggregate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The books.
    pub(super) books: Ledger,
    /// By id; shared, for a step clones the state and few steps change one.
    pub(super) seasons: BTreeMap<i64, Arc<Season>>,
    /// By address.
    pub(super) users: Table<String, User>,
    /// Credits that are alive, by salt.
    pub(super) vouchers: Table<String, Voucher>,
    /// Purchases that are alive, by salt.
    pub(super) intents: Table<String, Intent>,
    /// Orders, by id; what they came to stays for a month.
    pub(super) orders: Table<String, Order>,
    /// Salts by signed hash.
    pub(super) hashes: Table<String, String>,
    /// Logs of the chain, by key.
    pub(super) logs: Table<String, Log>,
    /// Keys of logs by `chain:transaction`.
    pub(super) transactions: Table<String, BTreeSet<String>>,
    /// Questions of the last week, by `address⏎key`.
    pub(super) answered: Table<String, Answered>,
    /// What happens once for ever and is over: app purchases, refunds, orders.
    pub(super) tombstones: Table<String, i64>,
    /// Funded for grants on demand, by day; the last two.
    #[serde(with = "decimals")]
    pub(super) days: BTreeMap<i64, u128>,
    /// wei of active logs of known credits, by contract.
    #[serde(with = "decimals")]
    pub(super) used: BTreeMap<String, u128>,
    /// Contracts whose settled wei have an account.
    pub(super) contracts: BTreeSet<String>,
    /// Lines of statements and anomalies written so far.
    pub(super) lines: i64,
    /// What falls due when the chain has passed its end: by chain, 0 while it is not signed, as `expiresAt⏎salt`.
    pub(super) due: BTreeMap<i64, Table<String, ()>>,
    /// What was ever bought, by address: lists have lengths, and app purchases a limit, whoever was forgotten since.
    pub(super) counted: Table<String, Counted>,
    /// App purchases of everybody.
    pub(super) in_app: Bought,
    /// Changes told to who follows credits.
    pub(super) changes: i64,
    /// The hour that was last cleaned up after.
    pub(super) cleaned: i64,
}

/// A season.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Season {
    pub(super) id: i64,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) start: i64,
    pub(super) end: i64,
    #[serde(with = "ledger::decimal")]
    pub(super) max: u128,
    #[serde(with = "optional")]
    pub(super) weekly: Option<u128>,
    pub(super) paused: bool,
    pub(super) goals: Vec<Goal>,
    /// Funded by week.
    #[serde(with = "decimals")]
    pub(super) weeks: BTreeMap<i64, u128>,
    /// Weeks whose rest went back.
    pub(super) returned: BTreeSet<i64>,
    pub(super) closed: bool,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct User {
    pub(super) enrolled: bool,
    pub(super) opted_out_at: Option<i64>,
    /// Live challenge of the captcha.
    pub(super) challenge: Option<Challenge>,
    /// Wrong answers in a row.
    pub(super) wrong: u8,
    pub(super) blocked_until: i64,
    /// Goals of open seasons that were begun, by (season, week, goal) as text that sorts.
    pub(super) goals: BTreeMap<String, GoalProgress>,
    /// Purchases that are alive.
    pub(super) intents: BTreeSet<String>,
    /// Credits that are alive.
    pub(super) vouchers: u32,
    /// Once spent what had been released: no cancel releases any more.
    pub(super) late: bool,
    pub(super) flag: Option<Flag>,
    #[serde(with = "ledger::decimal")]
    pub(super) topped_up: u128,
    #[serde(with = "ledger::decimal")]
    pub(super) settled: u128,
    /// Questions of their own.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) asked: Asked,
}

/// What of a person is counted for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counted {
    /// Purchases with dollars.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) purchases: i64,
    /// Those of them that are settled.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) settled: i64,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) in_app: Bought,
}

/// Questions of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) day: i64,
    pub(super) count: i64,
}

/// What was bought in apps: ever, and on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Bought {
    #[serde(with = "ledger::decimal")]
    pub(super) total: u128,
    pub(super) day: i64,
    #[serde(with = "ledger::decimal")]
    pub(super) today: u128,
}

/// A challenge: where the piece belongs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Challenge {
    pub(super) id: String,
    /// Thousandths.
    pub(super) target: i64,
    pub(super) until: i64,
}

/// A goal that was begun.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GoalProgress {
    pub(super) season: i64,
    pub(super) week: i64,
    pub(super) goal: String,
    /// What the steps were; only their number once it is complete.
    pub(super) steps: BTreeSet<String>,
    pub(super) count: i64,
    pub(super) completed_at: Option<i64>,
    /// The hold of its reward.
    pub(super) hold: Option<Hold>,
    pub(super) claimed: bool,
}

/// A reward that is reserved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Hold {
    pub(super) salt: String,
    /// The week's account, else the season's.
    pub(super) weekly: bool,
    #[serde(with = "ledger::decimal")]
    pub(super) amount: u128,
}

/// What was signed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Signed {
    pub(super) signature: String,
    pub(super) hash: String,
    pub(super) contract: String,
    pub(super) chain: i64,
}

/// A credit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Voucher {
    pub(super) address: String,
    pub(super) source: String,
    #[serde(with = "ledger::decimal")]
    pub(super) amount: u128,
    #[serde(with = "ledger::decimal")]
    pub(super) settled: u128,
    #[serde(with = "ledger::decimal", skip_serializing_if = "is_default")]
    pub(super) expired: u128,
    #[serde(with = "ledger::decimal", skip_serializing_if = "is_default")]
    pub(super) revoked: u128,
    /// (season, week, goal) of a goal's credit.
    pub(super) goal: Option<(i64, i64, String)>,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) granter: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) reason: Option<String>,
    pub(super) timestamp: i64,
    pub(super) expires_at: i64,
    pub(super) signed: Option<Signed>,
    /// All that is or becomes left goes there.
    pub(super) ended: Ended,
    /// Refunded or revoked by a log that may be taken back.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) refunded: bool,
    /// Sweeps, so that each has an id.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) sweeps: u32,
    /// Logs that are remembered.
    pub(super) logs: u32,
    pub(super) changed_at: i64,
}

/// Why nothing of a credit is left for its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ended {
    /// It is alive.
    #[default]
    No,
    Expired,
    Revoked,
}

/// A purchase.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Intent {
    pub(super) address: String,
    #[serde(with = "ledger::decimal")]
    pub(super) cents: u128,
    #[serde(with = "ledger::decimal")]
    pub(super) cap: u128,
    pub(super) rate: String,
    pub(super) rate_decimals: i64,
    pub(super) trade: Option<String>,
    pub(super) contract: Option<String>,
    pub(super) item: Option<String>,
    pub(super) name: Option<String>,
    pub(super) source: Option<String>,
    pub(super) status: PurchaseStatus,
    pub(super) created_at: i64,
    pub(super) expires_at: i64,
    pub(super) submitted: Option<String>,
    /// Active logs, in the order they came.
    pub(super) uses: Vec<String>,
    #[serde(with = "ledger::decimal")]
    pub(super) mana: u128,
    /// How a consumption after the release was paid.
    pub(super) late: Option<Late>,
    /// Holds so far, so that each has an id.
    pub(super) holds: u32,
    pub(super) signed: Option<Signed>,
    pub(super) logs: u32,
    pub(super) changed_at: i64,
}

/// The two parts of a consumption after the release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Late {
    #[serde(with = "ledger::decimal")]
    pub(super) paid: u128,
    #[serde(with = "ledger::decimal")]
    pub(super) owed: u128,
}

/// A log of the chain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Log {
    pub(super) chain: i64,
    pub(super) transaction: String,
    pub(super) block_hash: String,
    pub(super) index: i64,
    pub(super) block: i64,
    /// The credit; none: unknown, or taken back before it was seen.
    pub(super) salt: Option<String>,
    #[serde(with = "ledger::decimal")]
    pub(super) value: u128,
    /// What of it was moved: less than the value when less was left.
    #[serde(with = "ledger::decimal")]
    pub(super) moved: u128,
    pub(super) contract: String,
    pub(super) revocation: bool,
    pub(super) active: bool,
    pub(super) at: i64,
}

/// A question that was answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    #[serde(rename = "q")]
    pub(super) question: String,
    #[serde(rename = "t")]
    pub(super) at: i64,
}

impl State {
    /// The rolling hash of the books.
    pub(super) fn hash(&self) -> Hash {
        self.books.hash()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A map of amounts, as texts of digits.
mod decimals {
    use std::collections::BTreeMap;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize + Ord, S: Serializer>(
        map: &BTreeMap<K, u128>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(map.iter().map(|(key, amount)| (key, amount.to_string())))
    }

    pub(super) fn deserialize<'de, K, D>(deserializer: D) -> Result<BTreeMap<K, u128>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        D: Deserializer<'de>,
    {
        let texts = BTreeMap::<K, String>::deserialize(deserializer)?;
        let amounts = texts.into_iter().map(|(key, text)| {
            let amount = ledger::decimal::parse(&text);
            let amount = amount.ok_or_else(|| D::Error::custom(format!("not an amount: {text}")));
            Ok((key, amount?))
        });
        amounts.collect()
    }
}

/// An amount that may be missing.
mod optional {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        amount: &Option<u128>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        amount
            .map(|amount| amount.to_string())
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<u128>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| ledger::decimal::parse(&text).ok_or_else(|| D::Error::custom(text)))
            .transpose()
    }
}
