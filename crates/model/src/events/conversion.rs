//! What is recorded of conversions: what entities and tasks are told, and what runners are asked.
//!
//! A task is one file of one entity, named by its content: entities that share a file share its task. An entity's
//! conversion is over when all its tasks are.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use super::tagged;
use crate::Json;
use crate::codec::recorded;

/// Something told of the conversion of one entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.conversion")]
pub struct Input {
    /// The entity.
    pub entity_id: String,
    /// Which [`Told`].
    pub kind: String,
    /// The members of the [`Told`].
    pub data: Json,
}

/// What an entity is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
pub enum Told {
    /// Somebody wants it converted: it was deployed, or an operator asks.
    Asked(Asked),
    /// What there is to do.
    Planned(Planned),
    /// A task is over.
    Answered(Answered),
}

/// A wish for a conversion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// `scene`, `wearable` or `emote`.
    pub entity_type: String,
    /// Content server URLs that hold it.
    pub servers: Vec<String>,
    /// `content` and `metadata` of its API form, if they came with the wish; else they are fetched.
    pub entity: Option<Json>,
    /// Whether what was converted before is converted again.
    pub force: bool,
    /// Whether somebody waits for it now; else it is history that is caught up with.
    pub live: bool,
    /// Names the wish: one that is told twice counts once.
    pub id: String,
}

/// What there is to do for an entity. Which platforms and profiles there are is decided here and recorded, so that a
/// changed configuration changes no past.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Planned {
    /// Which time the entity was asked for.
    pub round: u32,
    /// The platforms wanted.
    pub targets: Vec<Target>,
    /// Where its files are.
    pub content_server_url: String,
    /// Whether it is a scene of a world.
    pub is_world: bool,
    /// Its files that can be converted, in the order of the entity.
    pub files: Vec<File>,
    /// Levels of detail that are wanted beside their bundles: of the scene first, then of its models.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lods: Vec<File>,
    /// Exit code of a conversion that ended with the plan; 0 for one that goes on.
    pub exit_code: i64,
}

/// A scene of a world that was fetched for its plan. Who told of it may have known its id alone, and the registry no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Fetched {
    /// Its own time, ms.
    pub entity_timestamp: i64,
    /// Its pointers.
    pub pointers: Vec<String>,
    /// `content` and `metadata` of its API form.
    pub entity: Json,
}

/// The member of a plan's outcome that is a [`Fetched`], if there is one.
pub const FETCHED: &str = "fetched";

/// A platform that is converted for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Target {
    /// Its name.
    pub platform: String,
    /// The profile of its bundles.
    pub profile: String,
    /// Version of the bundles: the profile and the revision of its converter.
    pub version: String,
    /// Whether its clients can read levels of detail.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lods: bool,
}

/// A file that can be converted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct File {
    /// Its path in the entity.
    pub file: String,
    /// Its content hash.
    pub hash: String,
    /// Name of its bundles, without the platform; empty when none can be made.
    pub name: String,
    /// Paths, as the file spells them, and hashes of the files it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<(String, String)>,
    /// Why no bundle can be made: an outcome and a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Which levels of detail are wanted of it; none: a bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
    /// What is not in it although it should be, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
}

/// Levels of detail that are wanted of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Levels {
    /// Of a model: itself, coarser.
    Model,
    /// Of a scene by its log: all that stands in it as one mesh.
    Scene(Land),
}

/// A scene's land, and how coarse its levels shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Land {
    /// The parcel that places are relative to.
    pub base: [i32; 2],
    /// All parcels.
    pub parcels: Vec<[i32; 2]>,
    /// Most triangles a parcel, by level.
    pub triangles: Vec<u32>,
}

/// A level of detail that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Level {
    /// The finest of a scene is 0; that of a model is 1, since the model itself is 0.
    pub level: u32,
    /// Triangles that are drawn.
    pub triangles: u64,
    /// Size of its file.
    pub bytes: u64,
}

/// How the conversion of a file ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Verdict {
    /// `converted`, `kept`, `unparseable`, `missing-deps`, `budget-exceeded` or `failed`.
    pub outcome: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The levels that were made, of a file that levels were wanted of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
}

impl Verdict {
    /// Whether there is a bundle.
    pub fn is_usable(&self) -> bool {
        is_usable(&self.outcome)
    }
}

/// Whether an outcome is one of a file that clients have all of.
pub fn is_usable(outcome: &str) -> bool {
    matches!(outcome, "converted" | "kept")
}

/// A task that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answered {
    /// Which time the entity was asked for.
    pub round: u32,
    /// The task's key.
    pub task: String,
    /// How it ended.
    pub verdict: Verdict,
}

/// Something told of one task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.conversion")]
pub struct Task {
    /// See [`task_key`].
    pub task: String,
    /// Which [`OfTask`].
    pub kind: String,
    /// The members of the [`OfTask`].
    pub data: Json,
}

/// What a task is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
pub enum OfTask {
    /// An entity wants it.
    Wanted(Wanted),
    /// A runner has ended it.
    Ended(Ended),
}

/// An entity's wish for a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wanted {
    /// The entity.
    pub entity_id: String,
    /// Which time the entity was asked for.
    pub round: u32,
    /// Whether it is done again although it was done.
    pub force: bool,
    /// Whether somebody waits for it now.
    pub live: bool,
    /// What is to be done.
    pub work: Convert,
}

/// The end of one try of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ended {
    /// The number of times it was asked of runners.
    pub times: u32,
    /// How it ended; none when it could not be done now, and nobody knows what comes of it.
    pub verdict: Option<Verdict>,
    /// Why it could not be done.
    pub reason: Option<String>,
}

/// A plan that is wanted: `effects.plan` and `effects.plan-backlog`, by [`round_key`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Plan {
    /// The entity.
    pub entity_id: String,
    /// `scene`, `wearable` or `emote`.
    pub entity_type: String,
    /// Content server URLs that hold it.
    pub servers: Vec<String>,
    /// `content` and `metadata` of its API form, if they are known; else they are fetched.
    pub entity: Option<Json>,
}

/// A file to be converted: `effects.convert` and `effects.convert-backlog`, by [`round_key`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Convert {
    /// Name of the profile.
    pub profile: String,
    /// Version of the bundle.
    pub version: String,
    /// Name of the bundle, without the platform.
    pub name: String,
    /// The file's path in the entity that wanted it first.
    pub file: String,
    /// Its content hash.
    pub hash: String,
    /// Paths and hashes of the files it names.
    pub dependencies: Vec<Dependency>,
    /// Content server URLs that hold them.
    pub servers: Vec<String>,
    /// Whether what is there already is made again.
    pub force: bool,
    /// The [`Levels`] that are wanted; none: a bundle.
    pub levels: Option<Json>,
}

/// A file that another one names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.effects")]
pub struct Dependency {
    /// Its path in the entity, as the other file spells it.
    pub file: String,
    /// Its content hash.
    pub hash: String,
}

impl Input {
    /// Something told of an entity.
    pub fn new(entity_id: impl Into<String>, told: &Told) -> Self {
        let (kind, data) = tagged::parts(told);
        Self {
            entity_id: entity_id.into(),
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

impl Task {
    /// Something told of a task.
    pub fn new(task: impl Into<String>, told: &OfTask) -> Self {
        let (kind, data) = tagged::parts(told);
        Self {
            task: task.into(),
            kind,
            data,
        }
    }

    /// What is told.
    ///
    /// # Errors
    /// The kind is not known, or its members are not there.
    pub fn told(&self) -> Result<OfTask, serde_json::Error> {
        tagged::whole(&self.kind, &self.data)
    }
}

/// The key of a task: version and name of its bundle, which is all that decides what comes out.
pub fn task_key(version: &str, name: &str) -> String {
    format!("{version}/{name}")
}

/// Version and name of a [`task_key`]; `None` for another text.
pub fn parse_task_key(key: &str) -> Option<(&str, &str)> {
    key.split_once('/')
}

/// The name of a level's file, without the platform: what the levels are named, and which of them it is.
pub fn level_name(name: &str, level: u32) -> String {
    format!("{name}_{level}")
}

/// The name of the file that says which assets stand where in a scene.
pub fn descriptor_name(name: &str) -> String {
    format!("{name}.json")
}

/// The key of an effect that may be wanted many times: what it is about, and which time this is.
pub fn round_key(of: &str, round: u32) -> String {
    format!("{of}~{round}")
}

/// The parts of a [`round_key`]; `None` for another text.
pub fn parse_round_key(key: &str) -> Option<(&str, u32)> {
    let (of, round) = key.rsplit_once('~')?;
    Some((of, round.parse().ok()?))
}

recorded! {
    Input = "conversion/input",
    Task = "conversion/task",
    Plan = "effects/plan",
    Convert = "effects/convert",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_say_what_they_were_made_of() {
        let all = [
            Told::Asked(Asked {
                entity: Some(Json::from_text("{\"content\":[]}")),
                live: true,
                ..Asked::default()
            }),
            Told::Planned(Planned {
                files: vec![File {
                    dependencies: vec![("a.png".into(), "QmA".into())],
                    ..File::default()
                }],
                lods: [Levels::Model, Levels::Scene(Land::default())]
                    .map(|levels| File {
                        levels: Some(levels),
                        ..File::default()
                    })
                    .into(),
                ..Planned::default()
            }),
            Told::Answered(Answered::default()),
        ];
        for told in all {
            let input = Input::new("QmE", &told);
            let read: Input = crate::decode(&crate::encode(&input)).expect("an input");
            assert_eq!(read.told().expect("what is told"), told);
        }
        let ended = OfTask::Ended(Ended::default());
        assert_eq!(Task::new("t", &ended).told().expect("what is told"), ended);
        assert!(Task::default().told().is_err());
    }

    #[test]
    fn a_key_of_a_round_says_what_it_is_about() {
        let key = round_key(&task_key("v50-gltf", "QmA_12"), 3);
        assert_eq!(parse_round_key(&key), Some(("v50-gltf/QmA_12", 3)));
        let (task, _) = parse_round_key(&key).expect("a key of a round");
        assert_eq!(parse_task_key(task), Some(("v50-gltf", "QmA_12")));
        assert_eq!(parse_round_key("QmA"), None);
        assert_eq!(parse_round_key("QmA~x"), None);
    }
}
