//! In which order a snapshot is taken while everything goes on, and what that makes of it.
//!
//! The order is the whole proof (docs/decisions/016-snapshots.md); the simulation takes the same steps in the same order.

use std::collections::BTreeMap;

use super::manifest::Place;
use crate::ports::MarkAt;

/// One step of taking a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Read the marks of the generation: from there one reads on.
    Marks,
    /// Copy the aggregates, each with its head and its parts as one write left them.
    Aggregates,
    /// Read the ends of the input: no aggregate that was copied knows an event at or above them.
    Ends,
    /// Wait until the marks of the generation have passed these ends.
    Passed,
    /// Copy the rows: those of every event below these marks are there.
    Rows,
    /// Read the ends of the input again: nothing that was copied is of an event at or above them.
    Last,
}

/// The order of the steps.
pub const ORDER: [Stage; 6] = [
    Stage::Marks,
    Stage::Aggregates,
    Stage::Ends,
    Stage::Passed,
    Stage::Rows,
    Stage::Last,
];

/// What is known of each partition while a snapshot is taken.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    places: Vec<Place>,
    starts: Vec<u64>,
}

impl Cut {
    /// Before the first step. `starts`: of each partition the first offset that the log has.
    pub fn new(starts: Vec<u64>) -> Self {
        Self {
            places: vec![Place::default(); starts.len()],
            starts,
        }
    }

    /// [`Stage::Marks`], of the input, by partition.
    pub fn begin(&mut self, marks: &BTreeMap<u32, MarkAt>) {
        for (partition, place) in (0..).zip(&mut self.places) {
            let mark = marks.get(&partition);
            (place.next, place.last) = (mark.map(|m| m.next), mark.and_then(|m| m.last));
        }
    }

    /// [`Stage::Ends`]; by partition.
    pub fn must_pass(&mut self, ends: &[u64]) {
        for (place, end) in self.places.iter_mut().zip(ends) {
            place.end = *end;
        }
    }

    /// [`Stage::Passed`]: takes over marks that have passed all ends. Else the first partition that has not, where its
    /// mark stands, and where it must come to.
    ///
    /// # Errors
    /// A mark that is not there yet.
    pub fn pass(&mut self, marks: &BTreeMap<u32, MarkAt>) -> Result<(), (u32, u64, u64)> {
        let mut reached = Vec::with_capacity(self.places.len());
        for ((partition, place), start) in (0..).zip(&self.places).zip(&self.starts) {
            // Nobody marks a partition in which there never was anything to read.
            let next = marks.get(&partition).map_or(*start, |mark| mark.next);
            if next < place.end {
                return Err((partition, next, place.end));
            }
            reached.push(next);
        }
        for (place, next) in self.places.iter_mut().zip(reached) {
            place.rows_from = next;
        }
        Ok(())
    }

    /// The rows of an event are copied, and whoever takes over the snapshot does not write them again.
    pub fn copies(&self, partition: u32, offset: u64) -> bool {
        let place = self.places.get(partition as usize);
        place.is_some_and(|place| offset < place.rows_from)
    }

    /// [`Stage::Last`]; gives the places.
    pub fn end(mut self, ends: &[u64]) -> Vec<Place> {
        for (place, end) in self.places.iter_mut().zip(ends) {
            place.end = *end;
        }
        self.places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(next: &[u64]) -> BTreeMap<u32, MarkAt> {
        let mark = |next: &u64| MarkAt {
            next: *next,
            last: None,
        };
        (0..).zip(next.iter().map(mark)).collect()
    }

    #[test]
    fn rows_are_copied_once_all_marks_have_passed_the_ends() {
        let mut cut = Cut::new(vec![0, 0, 7]);
        cut.begin(&marks(&[3, 5]));
        cut.must_pass(&[6, 5, 7]);
        assert_eq!(cut.pass(&marks(&[5, 9])), Err((0, 5, 6)));
        assert_eq!(cut.pass(&marks(&[8, 9])), Ok(()));
        assert_eq!([7, 8].map(|offset| cut.copies(0, offset)), [true, false]);
        let places = cut.end(&[10, 11, 12]);
        let shown: Vec<_> = places
            .iter()
            .map(|p| (p.next, p.rows_from, p.end))
            .collect();
        assert_eq!(shown, [(Some(3), 8, 10), (Some(5), 9, 11), (None, 7, 12)]);
    }
}
