//! The read models of conversions: `conversions` (entities and their manifests) and `conversions-tasks` (files by content).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::events::conversion::{Convert, Verdict, is_usable};

/// Aggregates: an entity each, key = entity id, in a form of the processor's own.
pub const TABLE: &str = "conversions";
/// Manifests: partition = entity id, row = platform, document [`Manifest`].
pub const MANIFESTS: &str = "conversion_manifests";
/// Levels of detail: partition = entity id, row = platform, document [`Lods`].
pub const LODS: &str = "conversion_lods";
/// Ids with capitals by what clients make of them that write all in lower case: partition = that, row empty, document [`Named`].
pub const IDS: &str = "conversion_ids";
/// Aggregates: one document a task, key = task key, document [`Task`].
pub const TASKS: &str = "conversion_tasks";

/// An entity, by another name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Named {
    /// Its id.
    pub entity_id: String,
}

/// The end of an entity's conversion for a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct End {
    /// Version of its bundles.
    pub version: String,
    /// Exit code.
    pub exit_code: i64,
}

/// What clients are told of an entity's bundles for a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    /// Version of the bundles.
    pub version: String,
    /// Names of the bundles, with the platform.
    pub files: Vec<String>,
    /// Exit code.
    pub exit_code: i64,
    /// Where the entity's files are.
    pub content_server_url: String,
    /// When it ended: ISO 8601.
    pub date: String,
    /// What became of each file.
    pub outcomes: Vec<FileOutcome>,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileOutcome {
    /// Its path in the entity.
    pub file: String,
    /// Its content hash.
    pub hash: String,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Name of its bundle with the platform, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
}

/// What clients are told of the levels of detail of a scene for a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lods {
    /// Version of the bundles that they lie beside.
    pub version: String,
    /// Exit code.
    pub exit_code: i64,
    /// When they ended: ISO 8601.
    pub date: String,
    /// The scene as one mesh.
    pub scene: LevelOutcome,
    /// Its models.
    pub models: Vec<LevelOutcome>,
}

/// The levels of detail of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LevelOutcome {
    /// Its path in the entity.
    pub file: String,
    /// Its content hash.
    pub hash: String,
    /// How it ended.
    pub outcome: String,
    /// Why; what is left out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Name of the file that says which assets stand where, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub descriptor: Option<String>,
    /// From fine to coarse.
    pub levels: Vec<LevelFile>,
}

impl LevelOutcome {
    /// Whether there are levels, or need not be any.
    pub fn is_usable(&self) -> bool {
        is_usable(&self.outcome)
    }
}

/// A level of detail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LevelFile {
    /// Its number.
    pub level: u32,
    /// Triangles that are drawn.
    pub triangles: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Name of the file with the platform, as those of bundles.
    pub file: String,
}

/// A task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Task {
    /// How it ended, once it has: for good.
    pub verdict: Option<Verdict>,
    /// Times it was asked of runners.
    pub times: u32,
    /// What runners were asked, while they have not answered.
    pub asked: Option<Request>,
    /// Entities that wait for the answer, and which time they were asked for.
    pub waiting: BTreeMap<String, u32>,
}

/// What runners were asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// Whether by somebody who waits for it now.
    pub live: bool,
    /// What is to be done.
    pub work: Convert,
}
