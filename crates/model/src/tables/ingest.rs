//! The state of `ingest`: which events were taken within the last day.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Aggregates: one document a key of `events.inbox`.
pub const TABLE: &str = "ingest";

/// Ids taken of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// In the order they were taken.
    pub buckets: Vec<Bucket>,
}

/// Ids taken within one hour of log time, or a part of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Bucket {
    /// Hour since the epoch.
    pub hour: i64,
    /// The ids.
    pub ids: Ids,
}

/// A growing set of ids that costs little to copy: sorted runs, shared between the copies, each more than twice as
/// long as the next. Its document is one text of all ids in order, so it does not show how the set came about.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    runs: Vec<Arc<Vec<Uuid>>>,
}

impl Ids {
    /// Whether the id is in the set.
    pub fn contains(&self, id: &Uuid) -> bool {
        self.runs.iter().any(|run| run.binary_search(id).is_ok())
    }

    /// Adds an id that is not in the set.
    pub fn insert(&mut self, id: Uuid) {
        debug_assert!(!self.contains(&id), "an id is taken once");
        let mut run = vec![id];
        while self
            .runs
            .last()
            .is_some_and(|last| last.len() <= 2 * run.len())
        {
            if let Some(last) = self.runs.pop() {
                run.extend_from_slice(&last);
            }
        }
        run.sort_unstable();
        self.runs.push(Arc::new(run));
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.runs.iter().map(|run| run.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// All ids in order.
    fn sorted(&self) -> Vec<Uuid> {
        let mut all: Vec<Uuid> = self
            .runs
            .iter()
            .flat_map(|run| run.iter().copied())
            .collect();
        all.sort_unstable();
        all
    }
}

impl PartialEq for Ids {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Ids {}

impl Serialize for Ids {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids = self.sorted();
        let mut text = String::with_capacity(32 * ids.len());
        for id in ids {
            text.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bad = |what: &str| serde::de::Error::custom(format!("a list of ids {what}"));
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut run = Vec::with_capacity(text.len() / 32);
        for id in text.as_bytes().chunks(32) {
            run.push(Uuid::try_parse_ascii(id).map_err(|_| bad("holds something else"))?);
        }
        if !run.is_sorted() {
            return Err(bad("is not in order"));
        }
        Ok(Self {
            runs: vec![Arc::new(run)],
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_reads_back_equal_and_stays_in_few_runs(raw in prop::collection::btree_set(any::<u128>(), 0..300)) {
            let mut ids = Ids::default();
            for id in &raw {
                ids.insert(Uuid::from_u128(*id));
            }
            prop_assert_eq!(ids.len(), raw.len());
            prop_assert!(raw.iter().all(|id| ids.contains(&Uuid::from_u128(*id))));
            prop_assert!(ids.runs.len() <= 9);
            let text = serde_json::to_string(&ids).expect("serialises");
            let back: Ids = serde_json::from_str(&text).expect("reads");
            prop_assert_eq!(&back, &ids);
            prop_assert_eq!(serde_json::to_string(&back).expect("serialises"), text);
        }
    }
}
