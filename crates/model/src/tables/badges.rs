//! The read model `badges`: how far each person is with each badge.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Seen;
use crate::events::badges::{Badge, Rule};

/// Aggregates: one document a person, key = address, lower case; document [`State`].
pub const TABLE: &str = "badges";
/// What everybody may know: partition = address, row = badge id, document [`Row`].
pub const PROGRESS: &str = "badge_progress";
/// What was wrong with imported progress: partition = import id, row = address, document [`Refused`].
pub const REFUSED: &str = "badge_imports_refused";

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// By badge id; none for a badge that nothing counted for. Shared, so that a fact copies only what it changes.
    pub badges: BTreeMap<String, Arc<Progress>>,
    /// Profiles that are being judged, by entity.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outfits: BTreeMap<String, Outfit>,
    /// Fingerprints of the profiles that were judged last, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub judged: Vec<String>,
    /// Where the person was.
    #[serde(skip_serializing_if = "Travel::is_empty")]
    pub travel: Travel,
    /// Events that the person attends and has not had five minutes of, by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, Attending>,
    /// Keys of the walks and imports that were counted.
    #[serde(skip_serializing_if = "Seen::is_empty")]
    pub seen: Seen,
}

/// One badge of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Progress {
    /// Steps done; they stop when the badge is complete.
    pub steps: i64,
    /// Distinct things that were counted, with the time (ms) of each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub things: BTreeMap<String, i64>,
    /// Minutes (ms) that were counted, the newest ones, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minutes: Vec<i64>,
    /// The last minute (ms) that was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_minute: Option<i64>,
    /// The parcel, the text or the height that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
    /// The profile that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outfit: Option<String>,
    /// When (ms) each tier was reached, the lowest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<i64>,
    /// When (ms) it was completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// Time (ms) of the newest event that changed it.
    pub updated_at: i64,
}

/// A profile that is being judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outfit {
    /// The profile's time, ms.
    pub timestamp: i64,
    /// Items that are told of, by URN.
    pub items: BTreeMap<String, Worn>,
}

/// An item of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Worn {
    /// `metadata.id`
    pub id: String,
    /// Its rarity, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rarity: Option<String>,
}

/// Where a person was, as far as it may still count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Travel {
    /// Moves that are not settled, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Move>,
    /// Answers to moves that are still on their way, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub early: BTreeMap<String, Option<String>>,
    /// Fingerprints of the moves that were settled last, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<String>,
    /// Sessions that may go on, by the client's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sessions: BTreeMap<String, Session>,
}

/// A move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Move {
    /// The event's key.
    pub key: String,
    /// Session of the client.
    pub session: String,
    /// ms.
    pub at: i64,
    /// Whether it is known where it led.
    pub answered: bool,
    /// Title of the scene it led to, if there is one.
    pub title: Option<String>,
}

/// A session: what came of its older moves, and its newest ones, whose scenes may still become known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Session {
    /// The scene of the last older move into one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_title: Option<String>,
    /// When (ms) that was.
    pub last_at: i64,
    /// Time (ms) spent in scenes until then, by title.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spent: BTreeMap<String, i64>,
    /// The newest moves, in their order.
    pub path: Vec<Stop>,
}

/// A settled move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stop {
    /// Fingerprint of the event's key.
    pub mark: String,
    /// ms.
    pub at: i64,
    /// Title of the scene it led to, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// An event that somebody attends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attending {
    /// When it begins, ms.
    pub from: i64,
    /// When it ends, ms.
    pub until: i64,
    /// Title of the scene where it is, once that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Time (ms) the person was there.
    pub spent: i64,
}

/// A row of [`PROGRESS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Row {
    /// Steps done.
    pub steps: i64,
    /// When (ms) each tier was reached, the lowest first.
    pub tiers: Vec<i64>,
    /// When (ms) the badge was completed.
    pub completed_at: Option<i64>,
    /// ms.
    pub updated_at: i64,
}

/// A row of [`REFUSED`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Refused {
    /// What is wrong, in words that clients know.
    pub errors: Vec<String>,
}

impl Travel {
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Progress {
    /// What everybody may know of it.
    pub fn row(&self) -> Row {
        Row {
            steps: self.steps,
            tiers: self.tiers.clone(),
            completed_at: self.completed_at,
            updated_at: self.updated_at,
        }
    }

    /// The members that the admin route shows: those of the original's column `progress`.
    pub fn shown(&self, badge: &Badge) -> Value {
        let mut members = Map::new();
        members.insert("steps".into(), self.steps.into());
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        let ids = || self.by_time().map(|(id, _)| json!(id)).collect::<Vec<_>>();
        let dated = |id_name: &str, at_name: &str| -> Value {
            let one = |(id, at): (&String, i64)| json!({id_name: id, at_name: at});
            self.by_time().map(one).collect()
        };
        let detail = || self.detail.clone().unwrap_or_default();
        match badge.rule {
            Rule::Landing => drop(put("visited", detail())),
            Rule::Description => drop(put("description_added", detail())),
            Rule::Height if self.detail.is_some() => drop(put("height_reached", detail())),
            Rule::Outfit(_) => drop(put("completed_with", ids().into())),
            Rule::Business => {
                for (half, name) in HALVES {
                    if self.things.contains_key(half) {
                        put(name, true.into());
                    }
                }
            }
            Rule::Scenes => drop(put("scenes_titles_visited", ids().into())),
            Rule::Passports => drop(put("profiles_visited", ids().into())),
            Rule::Events => drop(put("events_ids_visited", ids().into())),
            Rule::Emotes => {
                let last = self.last_minute.unwrap_or(0);
                put("last_used_emote_timestamp", last.into());
                put("last_day_used_emotes_timestamps", json!(self.minutes));
            }
            Rule::Purchases(category) => {
                let name = match category {
                    "emote" => "transactions_emotes_purchase",
                    _ => "transactions_wearable_purchase",
                };
                put(name, dated("transactionHash", "saleAt"));
            }
            Rule::Publications(category) => {
                let name = format!("published_{category}s");
                put(&name, dated("itemId", "createdAt"));
            }
            Rule::Height | Rule::Steps | Rule::Land | Rule::Attendance => {}
        }
        Value::Object(members)
    }

    /// The things in order of time, then of their ids.
    pub fn by_time(&self) -> impl Iterator<Item = (&String, i64)> {
        let mut things: Vec<_> = self.things.iter().map(|(id, at)| (id, *at)).collect();
        things.sort_by_key(|(id, at)| (*at, *id));
        things.into_iter()
    }
}

/// The halves of [`Rule::Business`]: the thing, and the member that shows it.
pub const HALVES: [(&str, &str); 2] = [
    ("store", "store_completed"),
    ("collection", "collection_submitted"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_shows_the_members_of_its_badge() {
        let progress = Progress {
            steps: 2,
            things: [("b".to_owned(), 1), ("a".to_owned(), 2)].into(),
            minutes: vec![60_000],
            last_minute: Some(60_000),
            detail: Some("x".into()),
            ..Progress::default()
        };
        for (badge, want) in [
            ("dclcitizen", json!({"steps": 2, "visited": "x"})),
            ("profile_pro", json!({"steps": 2, "description_added": "x"})),
            ("land_architect", json!({"steps": 2})),
            (
                "epic_ensemble",
                json!({"steps": 2, "completed_with": ["b", "a"]}),
            ),
            (
                "traveler",
                json!({"steps": 2, "scenes_titles_visited": ["b", "a"]}),
            ),
            (
                "moves_master",
                json!({"steps": 2, "last_used_emote_timestamp": 60_000,
                    "last_day_used_emotes_timestamps": [60_000]}),
            ),
            (
                "emotionista",
                json!({"steps": 2, "transactions_emotes_purchase":
                    [{"transactionHash": "b", "saleAt": 1}, {"transactionHash": "a", "saleAt": 2}]}),
            ),
            (
                "wearable_designer",
                json!({"steps": 2, "published_wearables":
                    [{"itemId": "b", "createdAt": 1}, {"itemId": "a", "createdAt": 2}]}),
            ),
        ] {
            let badge = Badge::find(badge).expect("a badge");
            assert_eq!(progress.shown(badge), want, "{}", badge.id);
        }
        let business = Progress {
            steps: 1,
            things: [("collection".to_owned(), 1)].into(),
            ..Progress::default()
        };
        let badge = Badge::find("open_for_business").expect("a badge");
        let want = json!({"steps": 1, "collection_submitted": true});
        assert_eq!(business.shown(badge), want);
    }
}
