//! What the log's topics should be, what they are, and the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use kernel::Spec;
use model::Topics;
use model::topics::{Retention as Wanted, TopicEntry};
use runtime::ports::{Log, PortError, Retention, TopicInfo, TopicSpec};
use serde::Serialize;

/// Topics changed at once.
const AT_ONCE: usize = 8;

/// One topic that is not as `topics.yaml` wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    /// Topic.
    pub(crate) topic: String,
    /// What has to be done.
    pub(crate) action: Action,
    /// What is there and what should be, in words.
    pub(crate) detail: String,
}

/// What has to be done about a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// It is missing.
    Create,
    /// Its retention differs.
    Alter,
    /// Its partitions differ: keys would move, so nobody may.
    Refuse,
}

/// The difference between `topics.yaml` and a log.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Difference {
    /// What has to be done, by topic.
    pub(crate) changes: Vec<Change>,
    /// Topics of the log that `topics.yaml` does not name; they stay.
    pub(crate) unknown: Vec<String>,
    /// Topics that are as they should be.
    pub(crate) same: usize,
}

/// Every topic there should be: those of `topics.yaml`, and of its templates those that processors ask for. None has more
/// than `partitions_max` partitions.
pub(crate) fn wanted(
    topics: &Topics,
    specs: &[&'static Spec],
    partitions_max: Option<NonZeroU32>,
) -> Vec<TopicSpec> {
    let mut names: BTreeSet<String> = topics.iter().map(|t| t.name.clone()).collect();
    for spec in specs {
        names.insert(spec.dead_letters());
        names.extend(spec.effects.iter().map(|kind| format!("effects.{kind}")));
    }
    let entry = |name: String| topics.find(&name).map(|entry| spec_of(name, entry));
    let mut wanted: Vec<TopicSpec> = names.into_iter().filter_map(entry).collect();
    for spec in &mut wanted {
        spec.partitions = partitions_max.map_or(spec.partitions, |n| spec.partitions.min(n.get()));
    }
    wanted
}

fn spec_of(name: String, entry: &TopicEntry) -> TopicSpec {
    let retention = match entry.retention {
        Wanted::Forever => Retention::FOREVER,
        Wanted::Compact => Retention {
            compact: true,
            ..Retention::FOREVER
        },
        Wanted::Time { milliseconds } => Retention {
            time: Some(Duration::from_millis(milliseconds)),
            ..Retention::FOREVER
        },
        Wanted::Size { bytes } => Retention {
            bytes: Some(bytes),
            ..Retention::FOREVER
        },
    };
    TopicSpec {
        name,
        partitions: entry.partitions,
        retention,
    }
}

/// Compares.
pub(crate) fn difference(wanted: &[TopicSpec], actual: &[TopicInfo]) -> Difference {
    let there: BTreeMap<&str, &TopicSpec> = actual
        .iter()
        .map(|t| (t.spec.name.as_str(), &t.spec))
        .collect();
    let mut difference = Difference::default();
    for want in wanted {
        match there.get(want.name.as_str()) {
            None => difference.changes.push(Change {
                topic: want.name.clone(),
                action: Action::Create,
                detail: format!("{} partitions, {}", want.partitions, words(&want.retention)),
            }),
            Some(is) if is.partitions != want.partitions => difference.changes.push(Change {
                topic: want.name.clone(),
                action: Action::Refuse,
                detail: format!(
                    "has {} partitions, should have {}: keys would move, so make a new topic, or say by \
                     cluster.partitions_max how many they were made with",
                    is.partitions, want.partitions
                ),
            }),
            Some(is) if is.retention != want.retention => difference.changes.push(Change {
                topic: want.name.clone(),
                action: Action::Alter,
                detail: format!(
                    "kept {}, should be {}",
                    words(&is.retention),
                    words(&want.retention)
                ),
            }),
            Some(_) => difference.same += 1,
        }
    }
    let known: BTreeSet<&str> = wanted.iter().map(|w| w.name.as_str()).collect();
    difference.unknown = there
        .keys()
        .filter(|name| !known.contains(*name))
        .map(|name| (*name).to_owned())
        .collect();
    difference
}

/// Makes what is missing and alters what may be altered.
///
/// # Errors
/// The log's faults.
pub(crate) async fn apply(
    log: &dyn Log,
    wanted: &[TopicSpec],
    difference: &Difference,
) -> Result<(), PortError> {
    let changes = difference
        .changes
        .iter()
        .filter(|change| change.action != Action::Refuse);
    let specs = changes.filter_map(|change| wanted.iter().find(|w| w.name == change.topic));
    ensure(log, specs).await
}

/// Makes topics as they should be, some at a time: a cluster takes a while for each to be known everywhere.
///
/// # Errors
/// The log's faults; some of the topics may be as they should be then.
pub(crate) async fn ensure<'a, L: Log + ?Sized>(
    log: &L,
    specs: impl IntoIterator<Item = &'a TopicSpec>,
) -> Result<(), PortError> {
    let specs = futures::stream::iter(specs).map(Ok);
    specs
        .try_for_each_concurrent(AT_ONCE, |spec| log.ensure(spec))
        .await
}

/// Retention in words.
pub(crate) fn words(retention: &Retention) -> String {
    let mut words = Vec::new();
    if retention.compact {
        words.push("compact".to_owned());
    }
    if let Some(time) = retention.time {
        words.push(format!("for {}", runtime::settings::Span(time)));
    }
    if let Some(bytes) = retention.bytes {
        words.push(format!("up to {}", runtime::settings::Size(bytes)));
    }
    if words.is_empty() {
        return "for ever".to_owned();
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(name: &str, partitions: u32, retention: Retention) -> TopicInfo {
        TopicInfo {
            spec: TopicSpec {
                name: name.into(),
                partitions,
                retention,
            },
            records: 0,
            bytes: 0,
        }
    }

    #[test]
    fn missing_is_made_retention_is_altered_partitions_are_refused() {
        let spec = |name: &str, n| info(name, n, Retention::FOREVER).spec;
        let wanted = [spec("a", 1), spec("b", 32), spec("c", 8), spec("d", 1)];
        let compact = Retention {
            compact: true,
            ..Retention::FOREVER
        };
        let actual = [
            info("b", 16, Retention::FOREVER),
            info("c", 8, compact),
            info("d", 1, Retention::FOREVER),
            info("z", 1, Retention::FOREVER),
        ];
        let difference = difference(&wanted, &actual);
        let actions: Vec<_> = difference
            .changes
            .iter()
            .map(|c| (c.topic.as_str(), c.action))
            .collect();
        let expected = [
            ("a", Action::Create),
            ("b", Action::Refuse),
            ("c", Action::Alter),
        ];
        assert_eq!(actions, expected);
        assert_eq!(
            (difference.same, difference.unknown),
            (1, vec!["z".to_owned()])
        );
    }

    #[test]
    fn every_topic_of_every_processor_is_wanted() {
        let specs: Vec<_> = processors::all().iter().map(|p| p.spec()).collect();
        let wanted = wanted(Topics::global(), &specs, None);
        let has = |name: &str| wanted.iter().any(|w| w.name == name);
        for spec in specs {
            assert!(has(spec.input), "{} reads {}", spec.name, spec.input);
            assert!(has(&spec.dead_letters()), "{}", spec.name);
            for topic in spec.emits {
                assert!(has(topic), "{} writes {topic}", spec.name);
            }
            for kind in spec.effects {
                assert!(
                    has(&format!("effects.{kind}")),
                    "{} asks for {kind}",
                    spec.name
                );
            }
        }
    }

    #[test]
    fn no_topic_has_more_partitions_than_it_may() {
        let of = |most| -> BTreeMap<String, u32> {
            let wanted = wanted(Topics::global(), &[], NonZeroU32::new(most));
            wanted.into_iter().map(|t| (t.name, t.partitions)).collect()
        };
        let (few, as_told) = (of(4), of(0));
        assert_eq!(as_told["deployments"], 32);
        assert!(as_told.values().any(|n| *n < 4), "some have fewer anyway");
        for (name, partitions) in &as_told {
            assert_eq!(few[name], (*partitions).min(4), "{name}");
        }
    }
}
