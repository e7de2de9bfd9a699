//! The rows of `inbox`: what a person was told, has read and wants to be told.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::events::notification::TYPES;

/// Aggregates: one document an address, one for what is said to everybody ([`EVERYBODY`]).
///
/// [`EVERYBODY`]: crate::events::notification::EVERYBODY
pub const TABLE: &str = "inbox";
/// Notifications; partition address or everybody, row 8-byte order of arrival.
pub const ROWS: &str = "inbox_rows";
/// Those that are not read; partition address, row as in [`ROWS`].
pub const UNREAD: &str = "inbox_unread";
/// What of everybody's was read; partition address, row id of the notification.
pub const SEEN: &str = "inbox_seen";
/// Answers to the last commands; partition address, row command id.
pub const ANSWERS: &str = "inbox_answers";

/// One inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Greatest order of arrival so far.
    pub last: i64,
    /// The notifications there are rows of.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub known: BTreeMap<Uuid, Known>,
    /// What of everybody's was read, and when (log time, ms).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<Uuid, i64>,
    /// Confirmed e-mail address, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The address that waits for its confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// When mails with codes were asked for (log time, ms), as far back as they are counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mailed: Vec<i64>,
    /// What is wanted.
    pub details: Details,
    /// `ignore_all_email` was set because the address was cleared; a new one unsets it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cleared: bool,
    /// By scope: what was opted out of.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub opt_outs: BTreeMap<String, BTreeSet<String>>,
    /// What the person is called, and since which profile (ms).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<(String, i64)>,
    /// Ids of the last commands, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
}

impl State {
    /// Whether the person wants nothing of that scope.
    pub fn opted_out(&self, scope: &str, scope_id: &str) -> bool {
        self.opt_outs
            .get(scope)
            .is_some_and(|ids| ids.contains(scope_id))
    }
}

/// Where the row of a notification is, and whether it was read: `[order, read]`, 0 for not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known(pub i64, pub i64);

impl Known {
    /// Order of arrival.
    pub fn order(self) -> i64 {
        self.0
    }

    /// Whether it was read.
    pub fn is_read(self) -> bool {
        self.1 > 0
    }
}

/// An e-mail address that waits for its confirmation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pending {
    /// As it was written.
    pub email: String,
    /// SHA-256 of the code, hex.
    pub code_hash: String,
    /// Until which log time the code holds, ms.
    pub until: i64,
    /// Wrong codes that are still taken.
    pub tries_left: i64,
    /// The command that waits for the verdict of `emails`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
}

/// What a person wants to be told, and how. Types that are not named are wanted both ways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// No e-mail at all.
    pub ignore_all_email: bool,
    /// Nothing in the client.
    pub ignore_all_in_app: bool,
    /// By type.
    pub message_type: BTreeMap<String, Channels>,
}

/// Ways to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Channels {
    /// By e-mail.
    pub email: bool,
    /// In the client.
    pub in_app: bool,
}

impl Default for Channels {
    fn default() -> Self {
        Self {
            email: true,
            in_app: true,
        }
    }
}

impl Details {
    /// The same with every type named, and none that is unknown.
    #[must_use]
    pub fn whole(&self) -> Self {
        let of = |name: &str| self.message_type.get(name).copied().unwrap_or_default();
        let types = TYPES.iter().map(|(name, _)| ((*name).to_owned(), of(name)));
        Self {
            ignore_all_email: self.ignore_all_email,
            ignore_all_in_app: self.ignore_all_in_app,
            message_type: types.collect(),
        }
    }

    /// Whether mails of a type are wanted.
    pub fn wants_mail(&self, kind: &str) -> bool {
        !self.ignore_all_email && self.message_type.get(kind).is_none_or(|ways| ways.email)
    }
}

/// A row of [`ROWS`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// Id, the same for the same event, type and address.
    pub id: Uuid,
    /// One of [`TYPES`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Whose; none: everybody's.
    pub address: Option<String>,
    /// What clients show, as it stands.
    pub metadata: Box<RawValue>,
    /// When it happened, ms.
    pub timestamp: i64,
}

/// A row of [`SEEN`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Seen {
    /// Log time, ms.
    pub read_at: i64,
}

/// The answer to one command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// What was asked.
    pub command: String,
    /// Log time, ms.
    pub at: i64,
    /// `read`: how many were newly read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<i64>,
    /// `confirm-email`: another topic decides; this answer will be written again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undecided: bool,
    /// It was not carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Why a command was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refused {
    /// `confirm-email`: no address waits for it.
    NothingPending,
    /// `confirm-email`: not that code, or too late.
    InvalidCode,
    /// `confirm-email`: another wallet has the address.
    EmailTaken,
    /// `set-email`: too many mails were asked for in a short time.
    TooOften,
    /// More than an inbox keeps.
    TooMany,
    /// Nothing this version knows.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_details_name_each_type_once_and_nothing_else() {
        let off = Channels {
            email: false,
            in_app: true,
        };
        let names = [("banned", off), ("gone_type", off)];
        let details = Details {
            message_type: names.map(|(n, c)| (n.to_owned(), c)).into(),
            ..Details::default()
        };
        let whole = details.whole();
        assert_eq!(whole.message_type.len(), TYPES.len());
        assert_eq!(whole.message_type["banned"], off);
        assert_eq!(whole.message_type["bid_accepted"], Channels::default());
        assert!(!whole.wants_mail("banned") && whole.wants_mail("bid_accepted"));
    }
}
