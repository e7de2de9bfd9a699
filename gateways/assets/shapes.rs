//! What clients read of an entity's bundles.

use std::collections::{BTreeMap, BTreeSet};

use model::dates::iso;
use model::tables::registry::entities::{Progress, State};
use model::tables::registry::{Required, Status};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Platforms that clients always read of.
pub(super) const ALWAYS: [&str; 3] = ["windows", "mac", "webgl"];
/// Platforms of a status.
const OF_STATUS: [&str; 2] = ["windows", "mac"];

/// `pending`, `complete` or `failed` by platform.
type ByPlatform = BTreeMap<String, &'static str>;

/// How far the bundles of an entity are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Bundles {
    /// Of its assets.
    assets: ByPlatform,
    /// Of its levels of detail.
    lods: ByPlatform,
}

/// A version of the bundles of one platform.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version {
    /// As in the path of the bundles; empty while there are none.
    version: String,
    /// ISO 8601; empty while there are none.
    build_date: String,
}

/// Versions of the bundles of an entity.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Versions {
    /// By platform.
    assets: BTreeMap<String, Version>,
}

/// An entity that is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Active {
    /// Content id.
    pub(super) id: String,
    /// `scene`, `wearable`, `emote` or `world`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The entity's own time, ms, as text.
    pub(super) timestamp: String,
    /// Lower-case address; empty while unknown.
    pub(super) deployer: String,
    /// Lower case.
    pub(super) pointers: Vec<String>,
    /// Its files.
    #[schema(value_type = Vec<Object>)]
    pub(super) content: Box<RawValue>,
    /// Its metadata.
    #[schema(value_type = Option<Object>)]
    pub(super) metadata: Option<Box<RawValue>>,
    /// `complete` or `fallback`.
    pub(super) status: &'static str,
    /// How far its bundles are.
    pub(super) bundles: Bundles,
    /// Which bundles there are.
    pub(super) versions: Versions,
}

/// Which bundles an entity that is shown has.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EntityVersions {
    /// Lower case.
    pub(super) pointers: Vec<String>,
    /// Which bundles there are.
    pub(super) versions: Versions,
    /// How far its bundles are.
    pub(super) bundles: Bundles,
    /// `complete` or `fallback`.
    pub(super) status: &'static str,
}

/// How far an entity is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntityStatus {
    /// Content id.
    entity_id: String,
    /// Always `complete`: what the registry knows of, a catalyst has.
    catalyst: &'static str,
    /// Whether the assets are complete for every platform that is required.
    complete: bool,
    /// How far its assets are.
    asset_bundles: ByPlatform,
    /// How far its levels of detail are.
    lods: ByPlatform,
}

/// Platforms that a client reads of: those it always does, those required, those there are.
fn platforms(state: &State, required: &Required, always: &[&str]) -> BTreeSet<String> {
    let always = always.iter().map(|name| (*name).to_owned());
    let there = state.platforms.iter();
    let there = there.filter(|(_, known)| known.assets.is_some() || known.lods.is_some());
    always
        .chain(required.iter().cloned())
        .chain(there.map(|(name, _)| name.clone()))
        .collect()
}

fn by_platform(names: &BTreeSet<String>, progress: impl Fn(&str) -> Progress) -> ByPlatform {
    let named = |name: &String| (name.clone(), progress(name).name());
    names.iter().map(named).collect()
}

/// How far the bundles of an entity are.
pub(super) fn bundles(state: &State, required: &Required) -> Bundles {
    let names = platforms(state, required, &ALWAYS);
    Bundles {
        assets: by_platform(&names, |name| state.assets(name)),
        lods: by_platform(&names, |name| state.lods(name)),
    }
}

/// Which bundles an entity has.
pub(super) fn versions(state: &State, required: &Required) -> Versions {
    let version = |name: String| {
        let built = state.platforms.get(&name);
        let built = built.and_then(|platform| platform.assets.as_ref());
        let version = built.map(|build| Version {
            version: build.version.clone(),
            build_date: iso(build.at),
        });
        (name, version.unwrap_or_default())
    };
    let names = platforms(state, required, &ALWAYS);
    Versions {
        assets: names.into_iter().map(version).collect(),
    }
}

impl EntityStatus {
    pub(super) fn of(state: &State, required: &Required) -> Self {
        let names = platforms(state, required, &OF_STATUS);
        let is_complete = |name: &String| state.assets(name) == Progress::Complete;
        Self {
            entity_id: state.entity_id.clone(),
            catalyst: Status::Complete.name(),
            complete: required.iter().all(is_complete),
            asset_bundles: by_platform(&names, |name| state.assets(name)),
            lods: by_platform(&names, |name| state.lods(name)),
        }
    }
}
