//! What was already taken or refused, remembered up to a bound: the oldest is forgotten first.

use std::collections::{BTreeSet, VecDeque};

/// A bounded set of things by their 128-bit fingerprints.
#[derive(Debug)]
pub(super) struct Seen {
    capacity: usize,
    order: VecDeque<u128>,
    set: BTreeSet<u128>,
}

/// The fingerprint of an entity.
pub(super) fn of_entity(id: &str) -> u128 {
    kernel::event_id(id.as_bytes()).as_u128()
}

/// The fingerprint of a row as it came.
pub(super) fn of_row(text: &str) -> u128 {
    kernel::event_id(text.as_bytes()).as_u128()
}

impl Seen {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            order: VecDeque::new(),
            set: BTreeSet::new(),
        }
    }

    pub(super) fn has(&self, what: u128) -> bool {
        self.set.contains(&what)
    }

    pub(super) fn add(&mut self, what: u128) {
        if !self.set.insert(what) {
            return;
        }
        self.order.push_back(what);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn the_oldest_is_forgotten_first_and_repetition_is_free() {
        let mut seen = Seen::new(3);
        for what in [1, 2, 3, 1, 1, 4] {
            seen.add(what);
        }
        assert!(!seen.has(1) && seen.has(2) && seen.has(3) && seen.has(4));
    }
}
