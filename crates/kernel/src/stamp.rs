//! The write timestamp of a row, made from its position so that replays and zombies cannot win.

use serde::{Deserialize, Serialize};

/// A write timestamp: `offset × 256 + sub`. A higher stamp wins whatever the order of arrival.
///
/// Source of the idea: ScyllaDB, "synthetic write timestamps"; Kleppmann's fencing tokens. The factor leaves room for
/// sub-steps of one offset and still keeps 7 × 10¹² offsets a partition below what a CQL store takes as "the future".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(i64);

impl Stamp {
    /// Offsets a partition may reach before a stamp would overflow its meaning.
    pub const OFFSET_MAX: u64 = (i64::MAX / 256) as u64 - 1;

    /// The stamp of a row written because of the record at `offset`.
    ///
    /// Offsets start at 0 and the lowest legal stamp must stay free for "no stamp at all", hence the `+ 1`.
    pub fn write(offset: u64) -> Self {
        assert!(
            offset <= Self::OFFSET_MAX,
            "offset {offset} is beyond what a stamp can carry"
        );
        Self((offset as i64 + 1) * 256 + 1)
    }

    /// The stamp of a deletion because of the record at `offset`: lower than a write of the same record, because at
    /// equal stamps a tombstone would beat the value.
    pub fn delete(offset: u64) -> Self {
        Self(Self::write(offset).0 - 1)
    }

    /// How many decisions about dead letters may fall between two records of a partition.
    pub const LATE_MAX: u8 = 250;

    /// The stamp of an aggregate that the `nth` decision between the record before `before` and that at it has changed
    /// (from 1): higher than any write because of an earlier record, lower than any because of a later one.
    pub fn late(before: u64, nth: u8) -> Self {
        assert!(before > 0, "nothing comes before the first record");
        assert!(
            (1..=Self::LATE_MAX).contains(&nth),
            "{nth} decisions in a row are too many"
        );
        Self(Self::write(before - 1).0 + i64::from(nth))
    }

    /// The number a store compares.
    pub fn value(self) -> i64 {
        self.0
    }

    /// A stamp read back from a store.
    pub fn from_value(value: i64) -> Self {
        Self(value)
    }

    /// The offset this stamp was made from.
    pub fn offset(self) -> u64 {
        (self.0 / 256 - 1).max(0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_follows_offset_then_kind(a in 0..Stamp::OFFSET_MAX - 1, b in 0..Stamp::OFFSET_MAX) {
            prop_assert_eq!(Stamp::write(a).cmp(&Stamp::write(b)), a.cmp(&b));
            prop_assert!(Stamp::delete(a) < Stamp::write(a));
            prop_assert_eq!(Stamp::write(a).offset(), a);
            prop_assert_eq!(Stamp::delete(a).offset(), a);
            prop_assert!(Stamp::late(a + 1, 1) > Stamp::write(a));
            prop_assert!(Stamp::late(a + 1, Stamp::LATE_MAX) < Stamp::delete(a + 1));
            prop_assert_eq!(Stamp::late(a + 1, 7).offset(), a);
            if a > b { prop_assert!(Stamp::delete(a) > Stamp::write(b)); }
        }
    }
}
