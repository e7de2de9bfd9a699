//! What accounts and credits are called.

use ledger::{Id, Kind, Unit};
use sha3::{Digest, Keccak256};

/// MANA, in wei.
pub(super) const MANA: Unit = Unit('M');
/// Dollars, in cents.
pub(super) const DOLLARS: Unit = Unit('U');

/// An account by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) kind: Kind,
    /// It is one person's.
    pub(super) personal: bool,
}

impl Account {
    fn new(unit: Unit, kind: Kind, personal: bool, name: String) -> Self {
        Self {
            name,
            unit,
            kind,
            personal,
        }
    }

    pub(super) fn id(&self) -> Id {
        Id::account(self.unit, &self.name)
    }

    /// What funds seasons, grants and sales of MANA.
    pub(super) fn world() -> Self {
        Self::new(MANA, Kind::Open, false, "m:world".into())
    }

    pub(super) fn season(id: i64) -> Self {
        Self::new(MANA, Kind::Credit, false, format!("m:season:{id}"))
    }

    pub(super) fn week(season: i64, week: i64) -> Self {
        Self::new(MANA, Kind::Credit, false, format!("m:week:{season}:{week}"))
    }

    /// Where a goal's reward comes from.
    pub(super) fn budget(season: i64, week: i64, weekly: bool) -> Self {
        match weekly {
            true => Self::week(season, week),
            false => Self::season(season),
        }
    }

    pub(super) fn on_demand(day: i64) -> Self {
        Self::new(MANA, Kind::Credit, false, format!("m:ondemand:{day}"))
    }

    pub(super) fn credit(salt: &str) -> Self {
        Self::new(MANA, Kind::Credit, true, format!("m:credit:{salt}"))
    }

    pub(super) fn settled_mana(contract: &str) -> Self {
        Self::new(MANA, Kind::Open, false, format!("m:settled:{contract}"))
    }

    pub(super) fn expired() -> Self {
        Self::new(MANA, Kind::Open, false, "m:expired".into())
    }

    pub(super) fn revoked() -> Self {
        Self::new(MANA, Kind::Open, false, "m:revoked".into())
    }

    pub(super) fn card() -> Self {
        Self::new(DOLLARS, Kind::Open, false, "u:world:card".into())
    }

    pub(super) fn promo() -> Self {
        Self::new(DOLLARS, Kind::Open, false, "u:world:promo".into())
    }

    pub(super) fn premium() -> Self {
        Self::new(DOLLARS, Kind::Open, false, "u:premium".into())
    }

    pub(super) fn user(address: &str) -> Self {
        Self::new(DOLLARS, Kind::Credit, true, format!("u:user:{address}"))
    }

    pub(super) fn receivable(address: &str) -> Self {
        Self::new(
            DOLLARS,
            Kind::Debit,
            true,
            format!("u:receivable:{address}"),
        )
    }

    pub(super) fn settled_dollars() -> Self {
        Self::new(DOLLARS, Kind::Open, false, "u:settled".into())
    }
}

/// The id of a credit: keccak-256 of a text that is its own.
pub(super) fn salt(text: &str) -> String {
    let mut id = String::with_capacity(66);
    id.push_str("0x");
    for byte in Keccak256::digest(text) {
        for nibble in [byte >> 4, byte & 15] {
            id.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    id
}

/// Goals in order of (season, week, goal).
pub(super) fn goal_key(season: i64, week: i64, goal: &str) -> String {
    format!("{season:010}:{week:05}:{goal}")
}
