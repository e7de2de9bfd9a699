//! Progress that was counted elsewhere, as `POST /badges/:id/backfill` takes it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Badge, Rule};

/// One person's progress of one badge, read from its JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// A badge without tiers was had at a time (ms).
    Had {
        /// When.
        at: i64,
        /// Items that made it, if any.
        with: Vec<String>,
        /// The description of a profile, if that made it.
        text: Option<String>,
    },
    /// When (ms) the halves of a business were done.
    Business {
        /// Both of them.
        completed_at: Option<i64>,
        /// The collection.
        collection_at: Option<i64>,
        /// The store.
        store_at: Option<i64>,
    },
    /// Distinct things with their time (ms): more of those that count.
    Things(BTreeMap<String, i64>),
    /// The same, in place of what there was.
    AllThings(BTreeMap<String, i64>),
    /// A count, in place of what there was.
    Count {
        /// Steps.
        steps: i64,
        /// When (ms) the last was counted.
        last_at: i64,
        /// Tiers that were reached, with their time (ms).
        tiers: BTreeMap<usize, i64>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outfit {
    completed_at: i64,
    completed_with: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Purchase {
    transaction_hash: String,
    sale_at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publication {
    item_id: String,
    created_at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_id: String,
    first_visit_at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Emotes {
    used_emotes_count: i64,
    last_emote_triggered_at: i64,
    achieved_tiers: Vec<Achieved>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Achieved {
    steps: i64,
    completed_at: i64,
}

#[derive(Deserialize)]
struct Visit {
    profile_address: String,
    visited_at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Land {
    first_scene_deployed_at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    completed_at: i64,
    description: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Business {
    completed_at: Option<i64>,
    collection_created_at: Option<i64>,
    store_created_at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attended {
    completed_at: i64,
}

impl Import {
    /// Reads progress of a badge.
    ///
    /// # Errors
    /// The badge takes none, or it is malformed; says why in a line.
    pub fn parse(badge: &Badge, progress: &Value) -> Result<Self, String> {
        match badge.rule {
            Rule::Outfit(_) => {
                let Outfit {
                    completed_at: at,
                    completed_with: with,
                } = read(progress)?;
                had(at, with, None)
            }
            Rule::Purchases(category) => {
                let bought: Vec<Purchase> = list(progress, &format!("{category}sBought"))?;
                let things = bought.into_iter();
                earliest(things.map(|one| (one.transaction_hash, one.sale_at))).map(Self::Things)
            }
            Rule::Publications(category) => {
                let published: Vec<Publication> = list(progress, &format!("{category}sPublished"))?;
                let things = published.into_iter();
                earliest(things.map(|one| (one.item_id, one.created_at))).map(Self::Things)
            }
            Rule::Events => {
                let attended: Vec<Event> = list(progress, "eventsAttended")?;
                let things = attended.into_iter();
                earliest(things.map(|one| (one.event_id, one.first_visit_at))).map(Self::Things)
            }
            Rule::Emotes => count(badge, read(progress)?),
            Rule::Passports => {
                let visits: Vec<Visit> = list(progress, "profiles_visited")?;
                let visits = visits.into_iter();
                // Compared in lower case, as those that are told live.
                let visits = visits.map(|one| (one.profile_address.to_lowercase(), one.visited_at));
                earliest(visits).map(Self::AllThings)
            }
            Rule::Land => {
                let read: Land = read(progress)?;
                had(read.first_scene_deployed_at, Vec::new(), None)
            }
            Rule::Description => {
                let read: Profile = read(progress)?;
                had(read.completed_at, Vec::new(), Some(read.description))
            }
            Rule::Business => business(read(progress)?),
            Rule::Attendance => {
                let read: Attended = read(progress)?;
                had(read.completed_at, Vec::new(), None)
            }
            Rule::Landing | Rule::Scenes | Rule::Height | Rule::Steps => {
                Err(format!("progress of {} cannot be imported", badge.id))
            }
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(progress: &Value) -> Result<T, String> {
    if !progress.is_object() {
        return Err("progress is not an object".into());
    }
    T::deserialize(progress).map_err(|e| format!("progress: {e}"))
}

fn list<T: serde::de::DeserializeOwned>(progress: &Value, name: &str) -> Result<Vec<T>, String> {
    let items = progress.get(name);
    let items = items.ok_or_else(|| format!("progress has no {name}"))?;
    Vec::deserialize(items).map_err(|e| format!("progress: {name}: {e}"))
}

fn time(at: i64) -> Result<i64, String> {
    if at > 0 {
        return Ok(at);
    }
    Err(format!("progress: {at} is no time in ms"))
}

fn had(at: i64, with: Vec<String>, text: Option<String>) -> Result<Import, String> {
    let at = time(at)?;
    Ok(Import::Had { at, with, text })
}

fn earliest(things: impl Iterator<Item = (String, i64)>) -> Result<BTreeMap<String, i64>, String> {
    let mut all = BTreeMap::new();
    for (id, at) in things {
        let at = time(at)?;
        let first = all.entry(id).or_insert(at);
        *first = at.min(*first);
    }
    Ok(all)
}

fn count(badge: &Badge, emotes: Emotes) -> Result<Import, String> {
    let mut tiers = BTreeMap::new();
    for achieved in emotes.achieved_tiers {
        let tier = badge.tiers.iter().position(|t| t.steps == achieved.steps);
        let tier = tier.ok_or_else(|| format!("progress: no tier has {} steps", achieved.steps))?;
        tiers.insert(tier, time(achieved.completed_at)?);
    }
    if emotes.used_emotes_count < 0 {
        return Err("progress: usedEmotesCount is negative".into());
    }
    Ok(Import::Count {
        steps: emotes.used_emotes_count,
        last_at: time(emotes.last_emote_triggered_at)?,
        tiers,
    })
}

fn business(business: Business) -> Result<Import, String> {
    Ok(Import::Business {
        completed_at: business.completed_at.map(time).transpose()?,
        collection_at: business.collection_created_at.map(time).transpose()?,
        store_at: business.store_created_at.map(time).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(badge: &str, progress: Value) -> Result<Import, String> {
        Import::parse(Badge::find(badge).expect("a badge"), &progress)
    }

    #[test]
    fn each_badge_reads_its_own_form() {
        let things = |id: &str, at| Import::Things([(id.to_owned(), at)].into());
        let bought = json!([{"nftId": "n", "saleAt": 5, "transactionHash": "0x1"},
            {"nftId": "m", "saleAt": 3, "transactionHash": "0x1"}]);
        assert_eq!(
            parse("emotionista", json!({"emotesBought": bought})),
            Ok(things("0x1", 3))
        );
        assert_eq!(
            parse("fashionista", json!({"wearablesBought": bought})),
            Ok(things("0x1", 3))
        );
        let published = json!([{"itemId": "i", "createdAt": 9}]);
        assert_eq!(
            parse("emote_creator", json!({"emotesPublished": published})),
            Ok(things("i", 9))
        );
        assert_eq!(
            parse(
                "social_butterfly",
                json!({"profiles_visited": [{"profile_address": "0xAB", "visited_at": 2}]})
            ),
            Ok(Import::AllThings([("0xab".to_owned(), 2)].into()))
        );
        assert_eq!(
            parse(
                "moves_master",
                json!({"usedEmotesCount": 150, "lastEmoteTriggeredAt": 8,
                    "achievedTiers": [{"steps": 100, "completedAt": 7}]})
            ),
            Ok(Import::Count {
                steps: 150,
                last_at: 8,
                tiers: [(0, 7)].into()
            })
        );
    }

    #[test]
    fn what_is_malformed_or_not_taken_is_refused() {
        for (badge, progress) in [
            ("land_architect", json!({"firstSceneDeployedAt": "invalid"})),
            ("land_architect", json!({})),
            ("land_architect", json!([1])),
            ("land_architect", json!({"firstSceneDeployedAt": 0})),
            ("fashionista", json!({"wearablesBought": [{"saleAt": 5}]})),
            ("profile_pro", json!({"completedAt": 5})),
            (
                "moves_master",
                json!({"usedEmotesCount": 1, "lastEmoteTriggeredAt": 8,
                    "achievedTiers": [{"steps": 99, "completedAt": 7}]}),
            ),
            ("dclcitizen", json!({"completedAt": 5})),
            ("traveler", json!({})),
            ("vertical_voyager", json!({"completedAt": 5})),
            ("walkabout_wanderer", json!({})),
        ] {
            assert!(
                parse(badge, progress.clone()).is_err(),
                "{badge} {progress}"
            );
        }
    }
}
