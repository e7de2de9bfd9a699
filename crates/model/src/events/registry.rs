//! What is recorded for the asset-bundle registry: what is told of entities, what they claim, what moderators ask.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use super::tagged;
use crate::Json;
use crate::codec::recorded;

/// Most characters of a platform's name.
const PLATFORM_CHARS_MAX: usize = 32;
/// Between the context and the pointer of a [`claim_key`].
const BAR: char = '|';

/// Types of entities that have bundles.
pub const BUNDLED: [&str; 3] = ["scene", "wearable", "emote"];

/// Something told of one entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.registry")]
pub struct Input {
    /// The entity.
    pub entity_id: String,
    /// Which [`What`].
    pub kind: String,
    /// The entity's own time where it is deployed, else the event's, ms.
    pub timestamp: i64,
    /// The members of the [`What`].
    pub data: Json,
}

/// What is told of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
pub enum What {
    /// It was deployed.
    Deployed(Deployed),
    /// Somebody asked for its conversion.
    Queued {
        /// For which platform.
        platform: String,
    },
    /// A conversion came to its end.
    #[serde(rename_all = "camelCase")]
    Converted {
        /// For which platform.
        platform: String,
        /// Whether its levels of detail were converted, not its assets.
        is_lods: bool,
        /// The converter's exit code.
        status_code: i64,
        /// Version of the bundles.
        version: String,
    },
    /// It was taken out of its world.
    Undeployed,
}

/// A deployment, as far as the registry must know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployed {
    /// `scene`, `wearable`, `emote`, or `world` for a scene of a world.
    pub entity_type: String,
    /// Name of its world, lower case; none in Genesis City.
    pub world: Option<String>,
    /// Lower case, each once.
    pub pointers: Vec<String>,
    /// Lower-case address of the owner of the chain; may be unknown.
    pub deployer: String,
    /// The parcel that a scene calls its base.
    pub base: Option<String>,
    /// When the platform was told of it, ms.
    pub seen_at: i64,
    /// API form of an entity that no catalyst has.
    pub entity: Option<Json>,
}

impl Input {
    /// Something told of an entity.
    pub fn new(entity_id: impl Into<String>, timestamp: i64, what: &What) -> Self {
        let (kind, data) = tagged::parts(what);
        Self {
            entity_id: entity_id.into(),
            kind,
            timestamp,
            data,
        }
    }

    /// What is told.
    ///
    /// # Errors
    /// The kind is not known, or its members are not there.
    pub fn what(&self) -> Result<What, serde_json::Error> {
        tagged::whole(&self.kind, &self.data)
    }
}

/// What an entity says of one of its pointers, or what happened to a world as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.registry")]
pub struct Claim {
    /// See [`claim_key`].
    pub key: String,
    /// One of [`Claim::KINDS`].
    pub kind: String,
    /// The entity; empty for a world.
    pub entity_id: String,
    /// The entity's own time, else the event's, ms.
    pub timestamp: i64,
    /// Platforms that the entity is complete for.
    pub complete: Vec<String>,
    /// Whether the entity was undeployed.
    pub undeployed: bool,
    /// Of a spawn coordinate.
    pub x: i64,
    /// Of a spawn coordinate.
    pub y: i64,
}

impl Claim {
    /// An entity stands on the pointer.
    pub const ENTITY: &'static str = "entity";
    /// A world was undeployed as a whole.
    pub const UNDEPLOYMENT: &'static str = "undeployment";
    /// Somebody chose where people arrive in a world.
    pub const SPAWN: &'static str = "spawn";
    /// All of them.
    pub const KINDS: [&'static str; 3] = [Self::ENTITY, Self::UNDEPLOYMENT, Self::SPAWN];
}

/// The key of a pointer within its context: a world, or none. Without a pointer it is the world itself.
pub fn claim_key(world: Option<&str>, pointer: &str) -> String {
    format!("{}{BAR}{pointer}", world.unwrap_or_default())
}

/// The context and the pointer of a [`claim_key`]; `None` for another text.
pub fn parse_claim_key(key: &str) -> Option<(Option<&str>, &str)> {
    let (world, pointer) = key.split_once(BAR)?;
    Some((Some(world).filter(|world| !world.is_empty()), pointer))
}

/// Whether a text can be the name of a world: what a [`claim_key`] keeps apart from its pointer.
pub fn is_world_name(name: &str) -> bool {
    let allowed = |c: char| c != BAR && !c.is_control() && !c.is_uppercase();
    (1..=255).contains(&name.len()) && name.chars().all(allowed)
}

/// Whether a text can be the name of a platform.
pub fn is_platform(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=PLATFORM_CHARS_MAX).contains(&name.len()) && name.bytes().all(allowed)
}

/// Whether the catalogue's events of conversions know a platform that is still converted for.
pub fn is_catalogued(platform: &str) -> bool {
    matches!(platform, "windows" | "mac")
}

/// What a moderator or an administrator asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.registry")]
pub struct Command {
    /// The entity's id in lower case; `*` for all.
    pub key: String,
    /// One of [`Command::KINDS`].
    pub kind: String,
    /// Who asks, lower case; empty for an administrator.
    pub by: String,
    /// Why an entity is denied.
    pub reason: Option<String>,
    /// When it was signed or asked, ms.
    pub at: i64,
}

impl Command {
    /// The entity is no longer shown.
    pub const DENY: &'static str = "deny";
    /// It is shown again.
    pub const ALLOW: &'static str = "allow";
    /// Jobs that were asked for until now are not waited for.
    pub const FLUSH: &'static str = "flush";
    /// All of them.
    pub const KINDS: [&'static str; 3] = [Self::DENY, Self::ALLOW, Self::FLUSH];
    /// The key of what concerns no single entity.
    pub const ALL: &'static str = "*";
}

recorded! {
    Input = "registry/input",
    Claim = "registry/claim",
    Command = "registry/command",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_says_what_it_was_made_of() {
        let all = [
            What::Deployed(Deployed {
                entity_type: "scene".into(),
                pointers: vec!["0,0".into()],
                entity: Some(Json::from_text("{\"a\":1.50}")),
                ..Deployed::default()
            }),
            What::Queued {
                platform: "web".into(),
            },
            What::Converted {
                platform: "mac".into(),
                is_lods: true,
                status_code: -1,
                version: "v49".into(),
            },
            What::Undeployed,
        ];
        for what in all {
            let input = Input::new("QmA", 5, &what);
            let read: Input = crate::decode(&crate::encode(&input)).expect("an input");
            assert_eq!(read.what().expect("what is told"), what);
        }
        let odd = Input {
            kind: "odd".into(),
            ..Input::default()
        };
        assert!(odd.what().is_err());
    }

    #[test]
    fn a_key_says_its_context_and_its_pointer() {
        for (world, pointer) in [
            (None, "0,0"),
            (Some("a.dcl.eth"), "-1,2"),
            (Some("a.dcl.eth"), ""),
            (None, "a|b"),
        ] {
            let key = claim_key(world, pointer);
            assert_eq!(parse_claim_key(&key), Some((world, pointer)), "{key}");
        }
        assert_eq!(parse_claim_key("0,0"), None);
        assert!(!is_world_name("a|b") && !is_world_name("") && !is_world_name("A.eth"));
        assert!(is_platform("windows") && !is_platform("Windows") && !is_platform("a b"));
    }
}
