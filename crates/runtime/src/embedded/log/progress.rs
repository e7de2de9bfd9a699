//! How far each consumer group has come: a hint, kept in memory and written with the next transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::schema::Committed;

/// A group and the topic it reads.
pub(super) type GroupTopic = (String, String);

#[derive(Default)]
struct State {
    committed: Committed,
    dirty: BTreeSet<(GroupTopic, u32)>,
}

/// The progress of all groups.
#[derive(Default)]
pub(super) struct Progress(Mutex<State>);

impl Progress {
    pub(super) fn new(committed: Committed) -> Self {
        Self(Mutex::new(State {
            committed,
            dirty: BTreeSet::new(),
        }))
    }

    /// Records a position. Says whether it is the first one not yet written, so that someone must be woken.
    pub(super) fn set(&self, key: GroupTopic, partition: u32, next: u64) -> bool {
        let mut state = self.lock();
        let partitions = state.committed.entry(key.clone()).or_default();
        partitions.insert(partition, next);
        let first = state.dirty.is_empty();
        state.dirty.insert((key, partition));
        first
    }

    pub(super) fn get(&self, key: &GroupTopic) -> BTreeMap<u32, u64> {
        self.lock().committed.get(key).cloned().unwrap_or_default()
    }

    /// What must be written; give it to `undo` if that fails.
    pub(super) fn take_dirty(&self) -> Vec<(GroupTopic, u32, u64)> {
        let mut state = self.lock();
        let dirty = std::mem::take(&mut state.dirty);
        dirty
            .into_iter()
            .map(|(key, partition)| {
                let next = state.committed[&key][&partition];
                (key, partition, next)
            })
            .collect()
    }

    pub(super) fn undo(&self, taken: Vec<(GroupTopic, u32, u64)>) {
        let taken = taken
            .into_iter()
            .map(|(key, partition, _)| (key, partition));
        self.lock().dirty.extend(taken);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
