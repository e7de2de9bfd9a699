//! A set of numbers kept as ranges: dense sets stay small.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of numbers as disjoint, not touching ranges; JSON `[[from, to], …]`, `to` not included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(BTreeMap<i64, i64>);

impl Ranges {
    /// Whether the number is in the set.
    pub fn contains(&self, number: i64) -> bool {
        self.holding(number).is_some()
    }

    /// The range that holds the number.
    fn holding(&self, number: i64) -> Option<(i64, i64)> {
        let (from, to) = self.0.range(..=number).next_back()?;
        (number < *to).then_some((*from, *to))
    }

    /// Adds a number; says whether it was new.
    pub fn insert(&mut self, number: i64) -> bool {
        if self.contains(number) {
            return false;
        }
        let (mut from, mut to) = (number, number + 1);
        if let Some((before, end)) = self.0.range(..number).next_back()
            && *end == number
        {
            from = *before;
        }
        if let Some(end) = self.0.remove(&to) {
            to = end;
        }
        self.0.insert(from, to);
        true
    }

    /// Takes a number out; says whether it was there.
    pub fn remove(&mut self, number: i64) -> bool {
        let Some((from, to)) = self.holding(number) else {
            return false;
        };
        self.0.remove(&from);
        if from < number {
            self.0.insert(from, number);
        }
        if number + 1 < to {
            self.0.insert(number + 1, to);
        }
        true
    }

    /// Whether adding the number would make one range more.
    pub fn grows_by(&self, number: i64) -> bool {
        !self.contains(number) && !self.contains(number - 1) && !self.contains(number + 1)
    }

    /// If the first range begins at `start`: takes it out and says where it ends.
    pub fn take_from(&mut self, start: i64) -> Option<i64> {
        self.0.remove(&start)
    }

    /// Number of ranges.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers are in the set.
    pub fn count(&self) -> i64 {
        self.0.iter().map(|(from, to)| to - from).sum()
    }

    /// The ranges in order, ends not included.
    pub fn iter(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.0.iter().map(|(from, to)| (*from, *to))
    }
}

impl Serialize for Ranges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Ranges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ranges = Vec::<(i64, i64)>::deserialize(deserializer)?;
        Ok(Self(ranges.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_a_set(steps in prop::collection::vec((any::<bool>(), 0_i64..40), 0..200)) {
            let (mut ranges, mut set) = (Ranges::default(), BTreeSet::new());
            for (insert, number) in steps {
                let grows = ranges.grows_by(number);
                let before = ranges.len();
                if insert {
                    prop_assert_eq!(ranges.insert(number), set.insert(number));
                    prop_assert_eq!(grows, ranges.len() > before);
                } else {
                    prop_assert_eq!(ranges.remove(number), set.remove(&number));
                }
                prop_assert_eq!(ranges.count(), set.len() as i64);
            }
            let text = serde_json::to_string(&ranges).expect("serialises");
            prop_assert_eq!(&serde_json::from_str::<Ranges>(&text).expect("reads"), &ranges);
            let flat: BTreeSet<i64> = ranges.iter().flat_map(|(from, to)| from..to).collect();
            prop_assert_eq!(flat, set);
            let touching = ranges.iter().zip(ranges.iter().skip(1)).any(|(a, b)| a.1 >= b.0);
            prop_assert!(!touching);
        }
    }
}
