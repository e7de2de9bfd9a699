//! The read model `gatekeeper_voice`: who is in which call.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Aggregates: one document a call, key = [`PRIVATE`] or [`COMMUNITY`] and the call's id.
pub const TABLE: &str = "gatekeeper_voice";
/// Calls that are there: partition = [`PRIVATE`] or [`COMMUNITY`], row = the call's id, document [`State`].
pub const CALLS: &str = "gatekeeper_calls";
/// Calls of a person: partition = address, row = the call's key, document [`User`].
pub const OF_USERS: &str = "gatekeeper_calls_of_users";
/// What keys of calls between two people begin with.
pub const PRIVATE: &str = "private/";
/// What keys of calls of a community begin with.
pub const COMMUNITY: &str = "community/";

/// A call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// By address, lower case.
    pub users: BTreeMap<String, User>,
    /// When a moderator last came, went or was lost, ms.
    pub moderators_changed_at: i64,
}

/// Somebody in a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct User {
    /// How.
    pub status: Status,
    /// When the person was invited or came in last, ms.
    pub joined_at: i64,
    /// ms.
    pub changed_at: i64,
    /// Of a community's call.
    pub moderator: bool,
    /// The session in the room, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// How somebody is in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Has a way in.
    #[default]
    NotConnected,
    /// Is in.
    Connected,
    /// Was lost and may come again.
    ConnectionInterrupted,
    /// Left.
    Disconnected,
}

/// How long somebody counts who is not in the room, ms.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After having been lost.
    pub interrupted: i64,
    /// Until coming in for the first time.
    pub initial: i64,
}

impl User {
    /// Whether the person counts as being in the call.
    pub fn is_active(&self, now: i64, patience: Patience) -> bool {
        match self.status {
            Status::Connected => true,
            Status::ConnectionInterrupted => now - self.changed_at < patience.interrupted,
            Status::NotConnected => now - self.joined_at < patience.initial,
            Status::Disconnected => false,
        }
    }
}

impl State {
    /// Those who count, and how many of them moderate.
    pub fn active(&self, now: i64, patience: Patience) -> (usize, usize) {
        let active = self.users.values().filter(|u| u.is_active(now, patience));
        active.fold((0, 0), |(all, moderators), user| {
            (all + 1, moderators + usize::from(user.moderator))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_lost_or_never_came_counts_for_a_while() {
        let patience = Patience {
            interrupted: 100,
            initial: 200,
        };
        let user = |status, joined_at, changed_at| User {
            status,
            joined_at,
            changed_at,
            moderator: true,
            session: None,
        };
        for (user, now, active) in [
            (user(Status::Connected, 0, 0), i64::MAX, true),
            (user(Status::ConnectionInterrupted, 0, 50), 149, true),
            (user(Status::ConnectionInterrupted, 0, 50), 150, false),
            (user(Status::NotConnected, 50, 0), 249, true),
            (user(Status::NotConnected, 50, 0), 250, false),
            (user(Status::Disconnected, 0, 0), 0, false),
        ] {
            assert_eq!(user.is_active(now, patience), active, "{user:?} at {now}");
        }
    }
}
