//! Aggregates in memory between flushes, bounded.

use std::collections::HashMap;

use bytes::Bytes;
use kernel::{AnyState, Stamp};

use crate::ports::Head;

/// An aggregate in memory.
pub(super) struct Entry {
    pub(super) head: Head,
    pub(super) state: AnyState,
    /// What of it is stored, for a state in parts.
    pub(super) saved: Option<AnyState>,
    /// Whether a state was ever stored or produced: an untouched default is not written.
    pub(super) exists: bool,
    /// Stamp of the last event applied since the last flush.
    pub(super) dirty: Option<Stamp>,
    used: u64,
}

impl Entry {
    /// As it was loaded.
    pub(super) fn new(head: Head, state: AnyState, saved: Option<AnyState>, exists: bool) -> Self {
        Self {
            head,
            state,
            saved,
            exists,
            dirty: None,
            used: 0,
        }
    }
}

/// Bounded set of aggregates. Never iterated, so the hasher's order cannot leak into results.
pub(super) struct Cache {
    entries: HashMap<Bytes, Entry>,
    capacity: usize,
    clock: u64,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            capacity,
            clock: 0,
        }
    }

    pub(super) fn contains(&self, key: &[u8]) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn insert(&mut self, key: Bytes, mut entry: Entry) {
        self.clock += 1;
        entry.used = self.clock;
        self.entries.insert(key, entry);
    }

    pub(super) fn get_mut(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(entry)
    }

    /// Drops the half that was used longest ago when there are too many. Only called when nothing is dirty.
    pub(super) fn shrink(&mut self) {
        if self.entries.len() <= self.capacity {
            return;
        }
        let keep = self.capacity / 2;
        if keep == 0 {
            return self.entries.clear();
        }
        let mut used: Vec<u64> = self.entries.values().map(|e| e.used).collect();
        let cut = used.len() - keep;
        let (_, oldest_kept, _) = used.select_nth_unstable(cut);
        let oldest_kept = *oldest_kept;
        self.entries.retain(|_, e| e.used >= oldest_kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> Entry {
        Entry::new(Head::default(), Box::new(()), None, false)
    }

    #[test]
    fn shrinking_keeps_what_was_used_last() {
        let mut cache = Cache::new(4);
        for i in 0..8_u8 {
            cache.insert(Bytes::copy_from_slice(&[i]), nothing());
        }
        cache.get_mut(&[0]);
        cache.shrink();
        assert!(cache.contains(&[0]) && cache.contains(&[7]));
        assert!(!cache.contains(&[1]) && !cache.contains(&[6]));
    }

    #[test]
    fn a_cache_of_nothing_keeps_nothing() {
        for capacity in [0, 1] {
            let mut cache = Cache::new(capacity);
            for i in 0..3_u8 {
                cache.insert(Bytes::copy_from_slice(&[i]), nothing());
            }
            cache.shrink();
            assert!((0..3).all(|i| !cache.contains(&[i])), "capacity {capacity}");
        }
    }
}
