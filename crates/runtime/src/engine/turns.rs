//! Speaking in turns: what a generation emits goes out only for the offsets that are its own, and in their order.

use std::sync::Arc;
use std::time::Duration;

use super::partition::{End, Loop};
use crate::generations::ReadModel;
use crate::ports::Batch;

/// How often a switch, or whoever spoke before, is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A batch cut where a turn begins.
pub(super) fn pieces(mut batch: Batch, turns: &ReadModel, partition: u32) -> Vec<Batch> {
    let firsts = turns.turns.iter().map(|turn| turn.first(partition));
    let mut firsts: Vec<u64> = firsts.collect();
    firsts.dedup();
    let mut pieces = Vec::new();
    for first in firsts.into_iter().rev() {
        let at = batch
            .records
            .partition_point(|record| record.offset < first);
        if at > 0 && at < batch.records.len() {
            pieces.push(Batch {
                records: batch.records.split_off(at),
                next: std::mem::replace(&mut batch.next, first),
                end: batch.end,
            });
        }
    }
    pieces.push(batch);
    pieces.reverse();
    pieces
}

impl Loop {
    /// Whose turns they are, as was stored after the batch was fetched; waits while a switch is under way. `None`: the
    /// processor says nothing, or has no generations yet.
    pub(super) async fn turns(&mut self, batch: &Batch) -> Result<Option<Arc<ReadModel>>, End> {
        let unit = self.unit.clone();
        let spec = unit.processor.spec();
        if batch.records.is_empty() || (spec.emits.is_empty() && spec.effects.is_empty()) {
            return Ok(None);
        }
        let registry = unit.platform.views.registry();
        loop {
            let fresh = || registry.fresh(spec.name);
            let model = self.patience.retry("store", fresh).await?;
            let Some(switching) = model.as_ref().and_then(|model| model.switching) else {
                return Ok(model);
            };
            let what = format!("a switch to generation {} has begun", switching.to);
            self.patience.hold("switch", &what, LOOK_EVERY).await?;
        }
    }

    /// Waits until whoever spoke before this generation has said everything: what readers see of one partition stays in
    /// the order of its offsets, by which they tell repetitions.
    pub(super) async fn hear(&mut self, turns: &ReadModel, piece: &Batch) -> Result<(), End> {
        let unit = self.unit.clone();
        let (spec, partition) = (unit.processor.spec(), self.reader.partition());
        let Some(last) = piece.records.last().map(|record| record.offset) else {
            return Ok(());
        };
        if !turns.speaks(unit.generation, partition, last) {
            return Ok(());
        }
        let Some((before, first)) = turns.before(partition, last) else {
            return Ok(());
        };
        if before == unit.generation || first <= self.heard {
            return Ok(());
        }
        // The other may in turn wait for what is in hand here.
        self.flush(false).await?;
        let key = (spec.input.to_owned(), partition);
        loop {
            let marks = || unit.platform.store.marks(spec.name, before);
            let marks = self.patience.retry("store", marks).await?;
            if marks.get(&key).is_some_and(|mark| mark.next >= first) {
                self.heard = first;
                return Ok(());
            }
            let what = format!("generation {before} has not come to offset {first} yet");
            self.patience.hold("switch", &what, LOOK_EVERY).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Headers, Record};

    use super::*;
    use crate::generations::{Generation, State};

    fn batch(offsets: &[u64]) -> Batch {
        let record = |offset: &u64| Record {
            offset: *offset,
            timestamp: 0,
            key: None,
            headers: Headers::new(uuid::Uuid::nil(), "k", "s"),
            value: None,
        };
        Batch {
            records: offsets.iter().map(record).collect(),
            next: offsets.last().map_or(0, |last| last + 1),
            end: 100,
        }
    }

    #[test]
    fn a_batch_is_cut_where_turns_begin() {
        let mut model = ReadModel::new(1, 0);
        let building = Generation {
            state: State::Building,
            ..model.generations[&1].clone()
        };
        for (turns, first) in [(1, 5), (2, 9), (3, 9)] {
            let to = model.build(building.clone());
            model.begin(to, false).expect("fit");
            model.finish(turns, vec![0, first], 0);
        }
        let cut = |offsets: &[u64], partition| {
            let pieces = pieces(batch(offsets), &model, partition);
            let shown = pieces.iter().map(|piece| {
                let offsets = piece.records.iter().map(|r| r.offset).collect::<Vec<_>>();
                (offsets, piece.next)
            });
            shown.collect::<Vec<_>>()
        };
        assert_eq!(
            cut(&[3, 4, 7, 9, 10], 1),
            [(vec![3, 4], 5), (vec![7], 9), (vec![9, 10], 11)]
        );
        assert_eq!(cut(&[5, 6], 1), [(vec![5, 6], 7)]);
        assert_eq!(cut(&[3, 4, 7], 0), [(vec![3, 4, 7], 8)]);
        assert_eq!(cut(&[], 1), [(vec![], 0)]);
    }
}
