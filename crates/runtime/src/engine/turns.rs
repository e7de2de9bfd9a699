//! Speaking in turns: what a generation emits goes out only for the offsets that are its own, and in their order.

use std::sync::Arc;
use std::time::Duration;

use super::Unit;
use super::end::End;
use super::patience::Patience;
use crate::generations::ReadModel;
use crate::ports::Batch;

/// How often a switch, or whoever spoke before, is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A batch cut where a turn begins, or a decision has its place.
pub(super) fn pieces(
    mut batch: Batch,
    turns: &ReadModel,
    partition: u32,
    places: impl Iterator<Item = u64>,
) -> Vec<Batch> {
    let firsts = turns.turns.iter().map(|turn| turn.first(partition));
    let mut firsts: Vec<u64> = firsts.chain(places).collect();
    firsts.sort_unstable();
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

/// The read model as it was stored after a batch was fetched; waits while a switch is under way, or something is being
/// decided. `None`: there are no generations yet.
pub(super) async fn settled(
    unit: &Unit,
    patience: &Patience,
) -> Result<Option<Arc<ReadModel>>, End> {
    let name = unit.processor.spec().name;
    let registry = unit.platform.views.registry();
    loop {
        let fresh = || registry.fresh(name);
        let model = patience.retry("store", fresh).await?;
        let what = match model.as_deref() {
            Some(model) if model.switching.is_some() => "a switch has begun",
            Some(model) if model.deciding.is_some() => "a decision about dead letters has begun",
            _ => {
                let decided = model.as_ref().map_or(0, |model| model.decided);
                if decided > unit.decisions.last(name) {
                    let log = &*unit.platform.log;
                    let refresh = || unit.decisions.refresh(log);
                    patience.retry("log", refresh).await?;
                }
                return Ok(model);
            }
        };
        patience.hold("switch", what, LOOK_EVERY).await?;
    }
}

/// Whether a processor has anything to say.
pub(super) fn says(unit: &Unit) -> bool {
    let spec = unit.processor.spec();
    !(spec.emits.is_empty() && spec.effects.is_empty())
}

/// Who must have come to which offset before this generation says what is its to say of a piece; `None`: nobody.
pub(super) fn awaited(
    turns: &ReadModel,
    generation: u32,
    partition: u32,
    piece: &Batch,
) -> Option<(u32, u64)> {
    let last = piece.records.last()?.offset;
    if !turns.speaks(generation, partition, last) {
        return None;
    }
    let before = turns.before(partition, last);
    before.filter(|(before, _)| *before != generation)
}

/// Returns once a generation has come to an offset.
pub(super) async fn reached(
    unit: &Unit,
    patience: &Patience,
    partition: u32,
    (generation, first): (u32, u64),
) -> Result<(), End> {
    let spec = unit.processor.spec();
    let key = (spec.input.to_owned(), partition);
    loop {
        let marks = || unit.platform.store.marks(spec.name, generation);
        let marks = patience.retry("store", marks).await?;
        if marks.get(&key).is_some_and(|mark| mark.next >= first) {
            return Ok(());
        }
        let what = format!("generation {generation} has not come to offset {first} yet");
        patience.hold("switch", &what, LOOK_EVERY).await?;
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
        let cut_at = |offsets: &[u64], partition, places: &[u64]| {
            let pieces = pieces(batch(offsets), &model, partition, places.iter().copied());
            let shown = pieces.iter().map(|piece| {
                let offsets = piece.records.iter().map(|r| r.offset).collect::<Vec<_>>();
                (offsets, piece.next)
            });
            shown.collect::<Vec<_>>()
        };
        let cut = |offsets: &[u64], partition| cut_at(offsets, partition, &[]);
        assert_eq!(
            cut_at(&[3, 4, 6, 7, 9], 1, &[7, 4]),
            [
                (vec![3], 4),
                (vec![4], 5),
                (vec![6], 7),
                (vec![7], 9),
                (vec![9], 10)
            ]
        );
        assert_eq!(
            cut(&[3, 4, 7, 9, 10], 1),
            [(vec![3, 4], 5), (vec![7], 9), (vec![9, 10], 11)]
        );
        assert_eq!(cut(&[5, 6], 1), [(vec![5, 6], 7)]);
        assert_eq!(cut(&[3, 4, 7], 0), [(vec![3, 4, 7], 8)]);
        assert_eq!(cut(&[], 1), [(vec![], 0)]);
    }
}
