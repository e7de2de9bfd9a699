//! What can be asked of a ledger, what follows, and why it may be refused.

use serde::{Deserialize, Serialize};

use crate::decimal;
use crate::id::Id;

/// One movement from one account to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Where it is taken from.
    #[serde(rename = "d")]
    pub debit: Id,
    /// Where it goes.
    #[serde(rename = "c")]
    pub credit: Id,
    /// How much; the most when it is balancing.
    #[serde(rename = "a", with = "decimal")]
    pub amount: u128,
    /// Moves as much as both accounts allow, up to the amount; nothing at all is no failure.
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub balancing: bool,
    /// Only holds the amount, until it is posted or voided.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
}

/// One member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Moves or holds.
    Transfer {
        /// Its id.
        id: Id,
        /// What to move.
        transfer: Transfer,
    },
    /// Lets a held transfer happen, in full.
    Post {
        /// Its own id.
        id: Id,
        /// The held transfer.
        hold: Id,
    },
    /// Lets a held transfer go.
    Void {
        /// Its own id.
        id: Id,
        /// The held transfer.
        hold: Id,
    },
}

/// What became of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It happened at once.
    Direct,
    /// It is held.
    Held,
    /// It was held and then happened.
    Posted,
    /// It was held and then let go.
    Voided,
}

/// What is remembered of an op.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Record {
    /// A transfer.
    Moved {
        /// As it was asked for.
        #[serde(flatten)]
        transfer: Transfer,
        /// What was moved or held.
        #[serde(rename = "m", with = "decimal")]
        moved: u128,
        /// What became of it.
        #[serde(rename = "s")]
        state: State,
    },
    /// A resolution.
    Resolved {
        /// The held transfer.
        hold: Id,
        /// Posted; else voided.
        post: bool,
    },
}

/// What one op did to its two accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Moved.
    Moved,
    /// Held.
    Held,
    /// Was held, is moved now.
    Posted,
    /// Was held, is free now.
    Voided,
}

/// An applied op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The op's id.
    pub id: Id,
    /// Where it was taken from.
    pub debit: Id,
    /// Where it went.
    pub credit: Id,
    /// How much.
    pub amount: u128,
    /// What happened.
    pub effect: Effect,
}

/// Why a group was refused. Nothing of it was applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A group without ops.
    #[error("a group without ops")]
    Empty,
    /// The id was used with another value of this field.
    #[error("{id} exists with another {field}")]
    Differs {
        /// The id.
        id: Id,
        /// The first field that differs.
        field: &'static str,
    },
    /// Some ids of the group exist and others do not, or one is there twice.
    #[error("{0} exists, and not the whole group with it")]
    GroupDiffers(Id),
    /// There is no such account.
    #[error("there is no account {0}")]
    UnknownAccount(Id),
    /// From an account to itself.
    #[error("{0} is debited and credited")]
    SameAccount(Id),
    /// Accounts of two units.
    #[error("{0} and {1} count different units")]
    UnitsDiffer(Id, Id),
    /// A transfer of nothing that is not balancing.
    #[error("{0} moves nothing")]
    Nothing(Id),
    /// The sums would not fit 128 bits.
    #[error("{0} is beyond what can be counted")]
    Overflow(Id),
    /// The debited account has not enough.
    #[error("account {account} has {available}, wanted {wanted}")]
    Insufficient {
        /// The account.
        account: Id,
        /// What can be debited.
        available: u128,
        /// What was asked for.
        wanted: u128,
    },
    /// The credited account is not owed so much.
    #[error("account {account} is owed {owed}, offered {offered}")]
    NotOwed {
        /// The account.
        account: Id,
        /// What may be credited.
        owed: u128,
        /// What was asked for.
        offered: u128,
    },
    /// There is no such held transfer.
    #[error("there is no hold {0}")]
    UnknownHold(Id),
    /// The hold happened already.
    #[error("hold {0} is posted")]
    AlreadyPosted(Id),
    /// The hold was let go already.
    #[error("hold {0} is voided")]
    AlreadyVoided(Id),
    /// An account that exists with another unit or kind.
    #[error("account {0} exists with another unit or kind")]
    AccountDiffers(Id),
    /// An account that still has something, or a hold that is open.
    #[error("{0} is still in use")]
    InUse(Id),
}

impl Op {
    /// Its id.
    pub fn id(&self) -> Id {
        match self {
            Self::Transfer { id, .. } | Self::Post { id, .. } | Self::Void { id, .. } => *id,
        }
    }
}
