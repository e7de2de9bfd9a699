//! The keys of events that were counted, small enough to be a part of an aggregate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::day;

/// Days a key is kept after the day it was counted on, by the time of the events.
const DAYS: i64 = 8;
/// Keys kept at all: the oldest day goes when there are more.
const KEYS_MAX: usize = 32_768;
/// Characters of a fingerprint.
const WIDTH: usize = 6;

/// Fingerprints of keys, by the day they were counted on.
///
/// The day is that of the newest event so far, so that an old event that comes late is known as long as a new one.
/// Two keys have one fingerprint with a chance of 1 in 2³⁶; of two such keys within a week the second is not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seen(BTreeMap<i64, String>);

/// Six characters that stand for a key.
pub fn fingerprint(key: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let id = kernel::event_id(key.as_bytes());
    let bytes = &id.as_bytes()[..WIDTH];
    bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte & 63)]))
        .collect()
}

impl Seen {
    /// Notes a key of an event of time `at` (ms); `false` when it was noted before.
    pub fn insert(&mut self, key: &str, at: i64) -> bool {
        let mark = fingerprint(key);
        let known = |marks: &String| {
            let mut marks = marks.as_bytes().chunks_exact(WIDTH);
            marks.any(|other| other == mark.as_bytes())
        };
        if self.0.values().any(known) {
            return false;
        }
        let newest = self.0.keys().next_back().copied();
        let today = newest.map_or(day(at), |newest| newest.max(day(at)));
        self.0.entry(today).or_default().push_str(&mark);
        self.0.retain(|counted, _| today - counted <= DAYS);
        while self.len() > KEYS_MAX && self.0.len() > 1 {
            self.0.pop_first();
        }
        if self.len() > KEYS_MAX
            && let Some(marks) = self.0.values_mut().next()
        {
            marks.drain(..marks.len() / 2 / WIDTH * WIDTH);
        }
        true
    }

    /// How many keys are kept.
    pub fn len(&self) -> usize {
        self.0.values().map(|marks| marks.len() / WIDTH).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::DAY_MS;

    #[test]
    fn a_key_is_known_for_a_week_by_the_time_of_events() {
        let mut seen = Seen::default();
        assert!(seen.insert("a", 0));
        assert!(!seen.insert("a", 7 * DAY_MS + DAY_MS - 1));
        assert!(seen.insert("b", 8 * DAY_MS));
        assert!(!seen.insert("a", 8 * DAY_MS), "eight days later");
        assert!(seen.insert("c", 9 * DAY_MS));
        assert!(seen.insert("a", 9 * DAY_MS), "nine days later");
    }

    #[test]
    fn an_old_event_is_known_as_long_as_a_new_one() {
        let mut seen = Seen::default();
        assert!(seen.insert("new", 100 * DAY_MS));
        assert!(seen.insert("old", DAY_MS));
        assert!(!seen.insert("old", DAY_MS));
        assert!(!seen.insert("old", 107 * DAY_MS));
    }

    /// As many keys as there may be, counted on one day or on two.
    fn full(days: i64) -> Seen {
        let mut all: BTreeMap<i64, String> = BTreeMap::new();
        for n in 0..KEYS_MAX {
            let day = (n as i64) % days;
            let marks = all.entry(day).or_default();
            marks.push_str(&fingerprint(&n.to_string()));
        }
        Seen(all)
    }

    #[test]
    fn keys_are_bounded_and_the_oldest_go_first() {
        for days in [1, 2] {
            let mut seen = full(days);
            assert_eq!(seen.len(), KEYS_MAX);
            assert!(seen.insert("one more", 5));
            assert!(seen.len() <= KEYS_MAX / 2 + 1, "{days}: {}", seen.len());
            assert!(!seen.insert("one more", 5), "the newest is known");
            assert!(seen.insert("0", 5), "the oldest is forgotten");
        }
    }

    #[test]
    fn a_document_of_keys_is_small() {
        let seen = full(1);
        let doc = serde_json::to_string(&seen).expect("a document");
        assert_eq!(serde_json::from_str::<Seen>(&doc).expect("the same"), seen);
        assert!(doc.len() < KEYS_MAX * 7);
    }
}
