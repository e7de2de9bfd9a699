//! What is recorded for badges: the catalogue, the facts that count for a person, and the questions that facts raise.

mod definitions;
mod imports;

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

pub use definitions::{
    BADGES, Badge, CDN_HOST, Category, HEIGHT_MIN, OUTFIT_MIN, Rule, TIERS, Tier,
};
pub use imports::Import;

use crate::Json;
use crate::codec::recorded;

/// Characters of a text that is kept as somebody chose it: a title, a session, an item's own id.
const TEXT_CHARS_MAX: usize = 256;

/// The beginning of a text that somebody chose, if there is any. Such texts are kept in the document of each person they
/// count for, which every further fact of the person writes again.
pub fn short(text: &str) -> Option<String> {
    let cut: String = text.chars().take(TEXT_CHARS_MAX).collect();
    Some(cut).filter(|cut| !cut.is_empty())
}

/// Something that counts for the badges of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.badges")]
pub struct Fact {
    /// Lower case.
    pub address: String,
    /// Which [`What`].
    pub kind: String,
    /// What makes it one of its kind: the event's key, the entity's id.
    pub key: String,
    /// When it happened, ms.
    pub timestamp: i64,
    /// The members of the [`What`].
    pub data: Json,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
pub enum What {
    /// Stepped onto a parcel.
    Move {
        /// Session of the client.
        session: String,
        /// The parcel, as the client calls it.
        parcel: Option<String>,
        /// Whether a [`What::Place`] follows under the same key.
        asked: bool,
    },
    /// Where a [`What::Move`] of the same key led.
    Place {
        /// Title of the scene; `None` where there is no scene or no title.
        title: Option<String>,
    },
    /// Attends an event; a [`What::Place`] follows under the same key, [`venue_key`].
    Event {
        /// The event.
        id: String,
        /// When it begins, ms.
        from: i64,
        /// When it ends, ms, if that was told.
        until: Option<i64>,
    },
    /// Used an emote.
    Emote,
    /// Looked at the passport of somebody.
    Passport {
        /// Lower case.
        receiver: String,
    },
    /// Climbed.
    Height {
        /// How high, m; clients that send it only from [`HEIGHT_MIN`] on do not say.
        height: Option<Number>,
    },
    /// Walked.
    Walk {
        /// Steps since the last time.
        steps: i64,
    },
    /// Deployed a profile that tells of its owner.
    Profile {
        /// What it tells.
        description: String,
    },
    /// Deployed a store.
    Store,
    /// Deployed a scene.
    Scene,
    /// Made a collection.
    Collection,
    /// Bought an item; the key is the transaction.
    Purchase {
        /// `wearable` or `emote`.
        category: String,
    },
    /// Published an item; the key is the item.
    Publication {
        /// `wearable` or `emote`.
        category: String,
    },
    /// What an item is that a profile (the key) wears.
    Wearable {
        /// Item URN.
        urn: String,
        /// `metadata.id` of the item.
        id: String,
        /// Its rarity, if it has one.
        rarity: Option<String>,
        /// How many items of the profile are told of.
        worn: i64,
    },
    /// Progress that was counted elsewhere (`badge/progress-imported`).
    #[serde(rename_all = "camelCase")]
    Import {
        /// The badge.
        badge_id: String,
        /// Which import.
        import_id: String,
        /// As it was sent; see [`Import::parse`].
        progress: Value,
    },
    /// The progress of a badge is forgotten, for tests.
    #[serde(rename_all = "camelCase")]
    Reset {
        /// The badge.
        badge_id: String,
    },
}

/// What an event's key begins with: a line, which is no part of a key that a client sends.
const VENUE: &str = "event\n";

/// The key of what is told of an event and of where it is.
pub fn venue_key(event_id: &str) -> String {
    format!("{VENUE}{event_id}")
}

/// The event whose key it is, if it is one.
pub fn venue_of(key: &str) -> Option<&str> {
    key.strip_prefix(VENUE)
}

impl Fact {
    /// A fact about a person.
    pub fn new(
        address: impl Into<String>,
        key: impl Into<String>,
        timestamp: i64,
        what: &What,
    ) -> Self {
        let mut tagged = serde_json::to_value(what).expect("a fact serialises: its keys are text");
        let kind = tagged["kind"].as_str().unwrap_or_default().to_owned();
        Self {
            address: address.into(),
            kind,
            key: key.into(),
            timestamp,
            data: Json::from(tagged["data"].take()),
        }
    }

    /// What happened.
    ///
    /// # Errors
    /// The kind is not known, or its members are not there.
    pub fn what(&self) -> Result<What, serde_json::Error> {
        let mut tagged = serde_json::Map::new();
        tagged.insert("kind".into(), self.kind.clone().into());
        let data = self.data.value()?;
        if !data.is_null() {
            tagged.insert("data".into(), data);
        }
        serde_json::from_value(Value::Object(tagged))
    }
}

/// The definition of a wearable, or (with an address) the question what a worn one is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.badges")]
pub struct Item {
    /// Item URN, lower case.
    pub urn: String,
    /// The wearable that is defined, or the profile that wears it.
    pub entity_id: String,
    /// The entity's, ms.
    pub timestamp: i64,
    /// Of a definition.
    pub rarity: Option<String>,
    /// `metadata.id` of a definition.
    pub item_id: Option<String>,
    /// Who asks, lower case; `None` in a definition.
    pub address: Option<String>,
    /// Of a question: how many items of the profile are asked for.
    pub worn: i64,
}

/// The scene that stands on a parcel, or (with an address) the question which one a person stepped into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.badges")]
pub struct Place {
    /// `x,y`
    pub parcel: String,
    /// The scene's or the step's, ms.
    pub timestamp: i64,
    /// The scene; `None` in a question.
    pub entity_id: Option<String>,
    /// Of the scene, if it has one.
    pub title: Option<String>,
    /// Who asks, lower case; `None` for a scene.
    pub address: Option<String>,
    /// Of a question: the step's own key, to answer to.
    pub key: Option<String>,
}

recorded! {
    Fact = "badges/fact",
    Item = "badges/item",
    Place = "badges/place",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_two_characters() {
        assert_eq!(short(""), None);
        assert_eq!(short("Tower").as_deref(), Some("Tower"));
        let cut = short(&"é".repeat(1000)).expect("a text");
        assert_eq!(cut, "é".repeat(TEXT_CHARS_MAX));
    }

    #[test]
    fn a_fact_says_what_it_was_made_of() {
        let all = [
            What::Move {
                session: "s".into(),
                parcel: Some("(1, 2)".into()),
                asked: true,
            },
            What::Emote,
            What::Height {
                height: Some(500.into()),
            },
            What::Import {
                badge_id: "b".into(),
                import_id: "i".into(),
                progress: serde_json::json!({"completedAt": 1}),
            },
        ];
        for what in all {
            let fact = Fact::new("0xa", "k", 5, &what);
            let read: Fact = crate::decode(&crate::encode(&fact)).expect("a fact");
            assert_eq!(read.what().expect("what it is"), what);
        }
        let odd = Fact {
            kind: "odd".into(),
            ..Fact::default()
        };
        assert!(odd.what().is_err());
    }
}
