//! The read models of conversions: `conversions` (entities and their manifests) and `conversions-tasks` (files by content).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::events::conversion::{Asked, Convert, Planned, Verdict};

/// Aggregates: one document an entity, key = entity id, document [`State`].
pub const TABLE: &str = "conversions";
/// Manifests: partition = entity id, row = platform, document [`Manifest`].
pub const MANIFESTS: &str = "conversion_manifests";
/// Aggregates: one document a task, key = task key, document [`Task`].
pub const TASKS: &str = "conversion_tasks";

/// The conversion of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Times it was asked for.
    pub round: u32,
    /// Names of the last wishes, the newest last.
    pub wishes: Vec<String>,
    /// The last time that a plan came for.
    pub planned: u32,
    /// What was asked last.
    pub asked: Asked,
    /// What there is to do this time, while it is not over.
    pub plan: Option<Planned>,
    /// Tasks that are waited for.
    pub open: BTreeSet<String>,
    /// Tasks that are over, this time.
    pub verdicts: BTreeMap<String, Verdict>,
    /// How it ended last, by platform.
    pub ended: BTreeMap<String, End>,
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
