//! What is recorded of portraits: what the avatars of profiles are told, what a runner is asked, what became of it.
//!
//! A portrait belongs to an avatar, by its hash, and not to a profile: profiles with equal avatars share one.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use super::tagged;
use crate::Json;
use crate::codec::recorded;

/// Something told of one avatar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.portrait")]
pub struct Input {
    /// The avatar's hash; the id of the profile where there is no avatar.
    pub avatar: String,
    /// Which [`Told`].
    pub kind: String,
    /// The members of the [`Told`].
    pub data: Json,
}

/// What an avatar is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
pub enum Told {
    /// A profile has it.
    Wanted(Wanted),
    /// A profile has no avatar that could be drawn.
    Refused(Refused),
    /// A runner has ended it.
    Ended(Ended),
}

/// The profile that something is told for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// The entity.
    pub entity_id: String,
    /// Whose it is: an address, lower case.
    pub address: String,
    /// When it was made, ms.
    pub timestamp: i64,
}

/// A profile's wish for the portrait of its avatar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wanted {
    /// The profile.
    pub profile: Profile,
    /// What the picture depends on, as the profile has it.
    pub avatar: Json,
    /// Content server URLs that have the profile.
    pub servers: Vec<String>,
    /// Whether somebody waits for it now; else it is history that is caught up with.
    pub live: bool,
    /// Names a wish by hand, which tries again what failed or lacks something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
    /// Whether it is drawn again although it is whole: its file is gone.
    pub force: bool,
}

/// A profile that no portrait can be made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Refused {
    /// The profile.
    pub profile: Profile,
    /// Why.
    pub reason: String,
}

/// The end of one time that a runner was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ended {
    /// Which time.
    pub times: u32,
    /// What came of it; none when it could not be done now.
    pub drawn: Option<Drawn>,
    /// Why it could not be done.
    pub reason: Option<String>,
    /// Tries it took.
    pub attempts: i64,
    /// When, ms.
    pub at: i64,
}

/// What a runner answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Drawn {
    /// Why there is no picture and never will be of such an avatar; none: there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// SHA-256 of the body's PNG, 64 hex digits, which names its file.
    pub body: String,
    /// The same of the face.
    pub face: String,
    /// What is worn but could not be had: it is tried again later.
    pub missing: Vec<String>,
    /// What is worn but cannot be shown, with reasons.
    pub left_out: Vec<LeftOut>,
    /// Version of the renderer.
    pub renderer_version: i64,
}

/// Something worn that is not in the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeftOut {
    /// As the profile writes it.
    pub urn: String,
    /// Why.
    pub reason: String,
}

/// A portrait that is wanted: `effects.render` and `effects.render-backlog`, by avatar hash and which time this is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Render {
    /// The avatar's hash.
    pub avatar_hash: String,
    /// What the picture depends on.
    pub avatar: Json,
    /// Content server URLs that have the profile which asked first.
    pub servers: Vec<String>,
    /// Not before this time, ms.
    pub due: i64,
    /// When the profile was made that somebody waits for, ms; 0 where nobody does.
    pub deployed: i64,
}

/// A portrait is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.portrait")]
pub struct Rendered {
    /// The profile that asked for it first. Others with the same avatar have the same portrait.
    pub entity_id: String,
    /// Whose that is: an address, lower case.
    pub address: String,
    /// The avatar.
    pub avatar_hash: String,
    /// SHA-256 of the body's PNG, 64 hex digits.
    pub body: String,
    /// The same of the face.
    pub face: String,
    /// What is worn but could not be had: the portrait is tried again later.
    pub missing: Vec<String>,
    /// Version of the renderer.
    pub renderer_version: i64,
    /// When, ms.
    pub timestamp: i64,
}

/// A portrait could not be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.portrait")]
pub struct Failed {
    /// The profile that asked for it first.
    pub entity_id: String,
    /// Whose that is: an address, lower case.
    pub address: String,
    /// The avatar; empty for a profile that has none.
    pub avatar_hash: String,
    /// Why.
    pub reason: String,
    /// Whether the avatar can never be drawn; else the next profile that has it asks again.
    pub permanent: bool,
    /// Tries that were made, all times together.
    pub attempts: i64,
    /// When, ms.
    pub timestamp: i64,
}

impl Input {
    /// Something told of an avatar.
    pub fn new(avatar: impl Into<String>, told: &Told) -> Self {
        let (kind, data) = tagged::parts(told);
        Self {
            avatar: avatar.into(),
            kind,
            data,
        }
    }

    /// What is told.
    ///
    /// # Errors
    /// The kind is not known, or its members are not there.
    pub fn told(&self) -> Result<Told, serde_json::Error> {
        tagged::whole(&self.kind, &self.data)
    }
}

recorded! {
    Input = "portrait/input",
    Rendered = "portrait/rendered",
    Failed = "portrait/failed",
    Render = "effects/render",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_say_what_they_were_made_of() {
        let all = [
            Told::Wanted(Wanted {
                avatar: Json::from_text("{\"bodyShape\":\"a\"}"),
                live: true,
                ..Wanted::default()
            }),
            Told::Refused(Refused::default()),
            Told::Ended(Ended {
                drawn: Some(Drawn {
                    missing: vec!["urn:a".into()],
                    ..Drawn::default()
                }),
                ..Ended::default()
            }),
        ];
        for told in all {
            let input = Input::new("ab", &told);
            let read: Input = crate::decode(&crate::encode(&input)).expect("an input");
            assert_eq!(read.told().expect("what is told"), told);
        }
        assert!(Input::default().told().is_err());
    }
}
