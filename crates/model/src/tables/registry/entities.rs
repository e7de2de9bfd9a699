//! The read model `registry_entities`: what was told of each entity.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::{embedded, timed_key};
use crate::Json;

/// Aggregates: one document an entity, key = entity id as it is.
pub const TABLE: &str = "registry_entities";
/// Entities by deployer: partition = lower-case address, row = [`by_time`] of the entity's own time, document [`Named`].
pub const DEPLOYERS: &str = "registry_deployers";
/// Conversions that are waited for: partition = platform, row = [`by_time`] of when it was asked, document [`Named`].
pub const JOBS: &str = "registry_jobs";
/// Entities that no catalyst has: partition = entity id, row = empty, document [`Body`].
pub const BODIES: &str = "registry_bodies";

/// Exit codes of a conversion whose bundles can be shown.
const SUCCESSES: [i64; 3] = [0, 12, 13];
/// Platforms that a deployment asks conversions of.
const ASKED_BY_DEPLOYMENTS: [&str; 2] = ["windows", "mac"];
/// Times of one kind that are kept of one platform: the newest.
const TIMES_MAX: usize = 32;

/// An entity. Every member only grows, by rules that do not ask what came first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Content id.
    pub entity_id: String,
    /// Once its deployment is known.
    pub deployed: Option<Deployed>,
    /// When it was last taken out of its world, ms.
    pub undeployed_at: Option<i64>,
    /// By name.
    pub platforms: BTreeMap<String, Platform>,
}

/// Its deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployed {
    /// `scene`, `wearable`, `emote`, or `world` for a scene of a world.
    pub entity_type: String,
    /// Name of its world, lower case; none in Genesis City.
    pub world: Option<String>,
    /// Lower case, each once.
    pub pointers: Vec<String>,
    /// The entity's own time, ms.
    pub timestamp: i64,
    /// Lower-case address; empty while unknown.
    pub deployer: String,
    /// The parcel that a scene calls its base.
    pub base: Option<String>,
    /// When the platform was first told of it, ms.
    pub seen_at: i64,
}

/// What is known of an entity on one platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Platform {
    /// The best conversion of its assets.
    pub assets: Option<Build>,
    /// The best conversion of its levels of detail.
    pub lods: Option<Build>,
    /// When conversions were asked for by hand, ms.
    pub queued: BTreeSet<i64>,
    /// When conversions ended, ms.
    pub finished: BTreeSet<i64>,
}

/// A conversion that came to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Build {
    /// The converter's exit code.
    pub status_code: i64,
    /// When it ended, ms.
    pub at: i64,
    /// Version of the bundles.
    pub version: String,
}

/// How far a platform is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing came to its end.
    Pending,
    /// There are bundles.
    Complete,
    /// All conversions failed.
    Failed,
}

/// A row that names an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Named {
    /// The entity.
    pub entity_id: String,
}

/// A row of [`BODIES`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Body {
    /// API form.
    #[serde(with = "embedded")]
    pub entity: Json,
}

/// The row key of an entity in order of a time.
pub fn by_time(ms: i64, entity_id: &str) -> Vec<u8> {
    timed_key(ms, entity_id)
}

impl Progress {
    /// Of a conversion, if one came to its end.
    pub fn of(build: Option<&Build>) -> Self {
        match build {
            None => Self::Pending,
            Some(build) if build.is_success() => Self::Complete,
            Some(_) => Self::Failed,
        }
    }

    /// As clients read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Complete => "complete",
            Self::Failed => "failed",
        }
    }
}

impl Build {
    /// Whether its bundles can be shown.
    pub fn is_success(&self) -> bool {
        SUCCESSES.contains(&self.status_code)
    }

    /// What makes one better than another: a success before any failure, then the newer.
    fn rank(&self) -> (bool, i64, &str, i64) {
        (self.is_success(), self.at, &self.version, self.status_code)
    }

    /// Keeps the better one.
    pub fn keep_better(kept: &mut Option<Self>, other: Self) {
        if kept.as_ref().is_none_or(|kept| kept.rank() < other.rank()) {
            *kept = Some(other);
        }
    }
}

impl Platform {
    /// When the oldest conversion was asked for that is still waited for; `asked` is when the deployment asked.
    ///
    /// Each end answers the oldest question before it. So it is a function of two sets of times, and an end that comes
    /// before its question, or twice, spoils nothing.
    pub fn waited_since(&self, asked: Option<i64>) -> Option<i64> {
        // A deployment asks before anything can have ended.
        let mut open: Vec<i64> = asked.into_iter().collect();
        let mut ends = self.finished.iter().copied().peekable();
        for queued in &self.queued {
            while ends.next_if(|end| end < queued).is_some() {
                drop_first(&mut open);
            }
            open.push(*queued);
        }
        ends.for_each(|_| drop_first(&mut open));
        open.first().copied()
    }

    /// Remembers when a conversion was asked for.
    pub fn queue(&mut self, at: i64) {
        keep_newest(&mut self.queued, at);
    }

    /// Remembers when a conversion ended.
    pub fn finish(&mut self, at: i64) {
        keep_newest(&mut self.finished, at);
    }
}

fn drop_first(open: &mut Vec<i64>) {
    if !open.is_empty() {
        open.remove(0);
    }
}

fn keep_newest(times: &mut BTreeSet<i64>, at: i64) {
    times.insert(at);
    while times.len() > TIMES_MAX {
        times.pop_first();
    }
}

impl Deployed {
    /// Takes from another report of the same deployment what this one lacks; the fuller one is the base, whichever
    /// came first.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        let fullness = |d: &Self| (d.pointers.len(), d.timestamp);
        let (mut base, spare) = match fullness(&self) >= fullness(&other) {
            true => (self, other),
            false => (other, self),
        };
        if base.deployer.is_empty() {
            base.deployer = spare.deployer;
        }
        base.world = base.world.or(spare.world);
        base.base = base.base.or(spare.base);
        base.seen_at = base.seen_at.min(spare.seen_at);
        base
    }
}

impl State {
    /// Platforms that it is complete for.
    pub fn complete(&self) -> BTreeSet<String> {
        let complete = self
            .platforms
            .iter()
            .filter(|(_, platform)| Progress::of(platform.assets.as_ref()) == Progress::Complete);
        complete.map(|(name, _)| name.clone()).collect()
    }

    /// How far its assets are on a platform.
    pub fn assets(&self, platform: &str) -> Progress {
        let found = self.platforms.get(platform);
        Progress::of(found.and_then(|platform| platform.assets.as_ref()))
    }

    /// How far its levels of detail are on a platform.
    pub fn lods(&self, platform: &str) -> Progress {
        let found = self.platforms.get(platform);
        Progress::of(found.and_then(|platform| platform.lods.as_ref()))
    }

    /// Whether it was taken out of its world after it had been deployed there.
    pub fn is_undeployed(&self) -> bool {
        let deployed = self.deployed.as_ref().map(|deployed| deployed.timestamp);
        matches!((deployed, self.undeployed_at), (Some(at), Some(end)) if at < end)
    }

    /// Conversions that are waited for: platform and since when.
    pub fn jobs(&self) -> BTreeMap<String, i64> {
        let asked = self.deployed.as_ref().map(|deployed| deployed.seen_at);
        let by_deployment = |name: &str| asked.filter(|_| ASKED_BY_DEPLOYMENTS.contains(&name));
        let none = Platform::default();
        let asked_of = asked.iter().flat_map(|_| ASKED_BY_DEPLOYMENTS);
        let names: BTreeSet<&str> = asked_of
            .chain(self.platforms.keys().map(String::as_str))
            .collect();
        let since = |name: &str| {
            let platform = self.platforms.get(name).unwrap_or(&none);
            platform.waited_since(by_deployment(name))
        };
        names
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), since(name)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(queued: &[i64], finished: &[i64]) -> Platform {
        let mut platform = Platform::default();
        queued.iter().for_each(|at| platform.queue(*at));
        finished.iter().for_each(|at| platform.finish(*at));
        platform
    }

    #[test]
    fn an_end_answers_the_oldest_question_before_it() {
        assert_eq!(platform(&[], &[]).waited_since(None), None);
        assert_eq!(platform(&[], &[]).waited_since(Some(7)), Some(7));
        assert_eq!(platform(&[], &[1]).waited_since(Some(7)), None);
        assert_eq!(platform(&[5], &[1]).waited_since(None), Some(5));
        assert_eq!(platform(&[5], &[5]).waited_since(None), None);
        assert_eq!(platform(&[5, 6], &[7]).waited_since(None), Some(6));
        assert_eq!(platform(&[5, 6], &[7, 8]).waited_since(Some(0)), Some(6));
        assert_eq!(platform(&[5, 6], &[1, 2, 3, 7, 8]).waited_since(None), None);
    }

    #[test]
    fn times_are_bounded_and_the_newest_stay() {
        let forth: Vec<i64> = (0..100).collect();
        let back: Vec<i64> = (0..100).rev().collect();
        assert_eq!(platform(&forth, &back), platform(&back, &forth));
        assert_eq!(platform(&forth, &[]).queued.len(), TIMES_MAX);
        assert_eq!(platform(&back, &[]).queued.first(), Some(&68));
    }

    #[test]
    fn a_failure_never_downgrades_and_the_newest_success_stays() {
        let build = |status_code, at| Build {
            status_code,
            at,
            version: "v49".into(),
        };
        let mut kept = None;
        for (one, best) in [
            (build(1, 5), (1, 5)),
            (build(12, 3), (12, 3)),
            (build(5, 9), (12, 3)),
            (build(0, 2), (12, 3)),
            (build(13, 8), (13, 8)),
        ] {
            Build::keep_better(&mut kept, one);
            let kept = kept.as_ref().expect("one is kept");
            assert_eq!((kept.status_code, kept.at), best);
        }
    }
}
