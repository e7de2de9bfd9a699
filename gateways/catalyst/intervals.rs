//! The spans of time that snapshots cover: years, months, weeks and days from a fixed instant to now.

use super::dto::TimeRange;

/// 2020-01-01T00:00:00Z: nothing is older.
const BASE: i64 = 1_577_836_800_000;
const DAY: i64 = 86_400_000;
const WEEK: i64 = 7 * DAY;
const MONTH: i64 = 4 * WEEK;
const YEAR: i64 = 12 * MONTH;

/// A span, and how much must remain for one of it: so that at least one of every smaller span always follows.
const SPANS: [(i64, i64); 4] = [
    (YEAR, 372 * DAY),
    (MONTH, 36 * DAY),
    (WEEK, 8 * DAY),
    (DAY, DAY),
];

/// The intervals from the base to `now`, oldest first. Less than a day remains after the last.
pub(super) fn until(now: i64) -> Vec<TimeRange> {
    let mut intervals = Vec::new();
    let mut start = BASE;
    for (span, least) in SPANS {
        while now - start >= least {
            intervals.push(TimeRange {
                init_timestamp: start,
                end_timestamp: start + span,
            });
            start += span;
        }
    }
    intervals
}

/// Whether an interval is at least a month long.
pub(super) fn is_long(interval: TimeRange) -> bool {
    interval.end_timestamp - interval.init_timestamp >= MONTH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of years, months, weeks and days.
    fn counts(days: i64) -> [usize; 4] {
        let intervals = until(BASE + days * DAY + 1);
        let count = |span: i64| {
            let of_span = |i: &&TimeRange| i.end_timestamp - i.init_timestamp == span;
            intervals.iter().filter(of_span).count()
        };
        [YEAR, MONTH, WEEK, DAY].map(count)
    }

    #[test]
    fn the_division_is_the_originals() {
        assert_eq!(counts(0), [0, 0, 0, 0]);
        assert_eq!(counts(7), [0, 0, 0, 7]);
        assert_eq!(counts(8), [0, 0, 1, 1]);
        assert_eq!(counts(36), [0, 1, 1, 1]);
        assert_eq!(counts(371), [0, 12, 4, 7]);
        assert_eq!(counts(372), [1, 1, 1, 1]);
    }

    #[test]
    fn intervals_follow_each_other_and_less_than_a_day_remains() {
        for days in [1, 9, 40, 400, 2500] {
            let now = BASE + days * DAY + DAY / 2;
            let intervals = until(now);
            assert!(
                intervals
                    .windows(2)
                    .all(|w| w[0].end_timestamp == w[1].init_timestamp)
            );
            let end = intervals.last().map_or(BASE, |i| i.end_timestamp);
            assert!((0..DAY).contains(&(now - end)), "{days}");
        }
        assert!(until(0).is_empty());
    }
}
