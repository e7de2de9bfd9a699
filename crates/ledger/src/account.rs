//! An account: two sides, each with what is posted and what is held.

use serde::{Deserialize, Serialize};

use crate::decimal;

/// What is counted, as one letter. Transfers never mix units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unit(pub char);

/// Which side of an account is bounded by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Debits, held ones included, never exceed posted credits: money somebody has.
    #[serde(rename = "C")]
    Credit,
    /// Credits, held ones included, never exceed posted debits: money somebody owes.
    #[serde(rename = "D")]
    Debit,
    /// Unbounded: the world outside, and where things end up.
    #[serde(rename = "∞")]
    Open,
}

/// An account's counters, all in the unit's smallest parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What it counts.
    #[serde(rename = "u")]
    pub unit: Unit,
    /// Its bound.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// Debits that are held.
    #[serde(
        rename = "dh",
        with = "decimal",
        default,
        skip_serializing_if = "is_zero"
    )]
    pub debits_pending: u128,
    /// Debits that happened.
    #[serde(
        rename = "dp",
        with = "decimal",
        default,
        skip_serializing_if = "is_zero"
    )]
    pub debits_posted: u128,
    /// Credits that are held.
    #[serde(
        rename = "ch",
        with = "decimal",
        default,
        skip_serializing_if = "is_zero"
    )]
    pub credits_pending: u128,
    /// Credits that happened.
    #[serde(
        rename = "cp",
        with = "decimal",
        default,
        skip_serializing_if = "is_zero"
    )]
    pub credits_posted: u128,
}

fn is_zero(amount: &u128) -> bool {
    *amount == 0
}

impl Account {
    /// An account without a movement.
    pub fn new(unit: Unit, kind: Kind) -> Self {
        Self {
            unit,
            kind,
            debits_pending: 0,
            debits_posted: 0,
            credits_pending: 0,
            credits_posted: 0,
        }
    }

    /// What can still be debited: posted credits without all debits; 0 when there are more debits.
    pub fn available(&self) -> u128 {
        self.credits_posted
            .saturating_sub(self.debits_posted)
            .saturating_sub(self.debits_pending)
    }

    /// What is owed: posted debits without all credits; 0 when there are more credits.
    pub fn owed(&self) -> u128 {
        self.debits_posted
            .saturating_sub(self.credits_posted)
            .saturating_sub(self.credits_pending)
    }

    /// The most that may be debited.
    pub(crate) fn debit_room(&self) -> u128 {
        match self.kind {
            Kind::Credit => self.available(),
            Kind::Debit | Kind::Open => u128::MAX,
        }
    }

    /// The most that may be credited.
    pub(crate) fn credit_room(&self) -> u128 {
        match self.kind {
            Kind::Debit => self.owed(),
            Kind::Credit | Kind::Open => u128::MAX,
        }
    }

    /// Nothing is held and both sides are equal.
    pub fn is_even(&self) -> bool {
        self.debits_pending == 0
            && self.credits_pending == 0
            && self.debits_posted == self.credits_posted
    }
}
