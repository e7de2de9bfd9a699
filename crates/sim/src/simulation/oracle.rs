//! What the naive fold of the log makes of it: what the engine leaves in the store after any history of faults must
//! equal this. The fold is `runtime::replay`'s; here every cause counts once, whatever the heads say.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use kernel::{ErasedProcessor, Position, Record, Reject, Spec, Step};
use runtime::dead_letters::{Decisions, Late};
use runtime::generations::ReadModel;
use runtime::replay::{Became, Naive, Once, Taken};

use super::content::{About, Content};
use super::crossroads::SPEAKER;

/// Live rows by (table, partition key, row key); an aggregate's row key is empty.
pub(super) type Tables = BTreeMap<(String, Bytes, Bytes), Bytes>;

/// What one processor makes of its input.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) tables: Tables,
    /// Everything it appends, by topic; dead letters included.
    pub(super) emitted: BTreeMap<String, BTreeSet<Content>>,
    /// Offset of the event that wrote or removed a row.
    written: BTreeMap<(String, Bytes, Bytes), u64>,
    /// Keys parked at the end, and the offset of the event that was rejected.
    pub(super) parked: BTreeMap<Bytes, u64>,
}

/// Under what an oracle folds.
pub(super) struct Under<'a> {
    /// Which of its generations says what.
    pub(super) turns: Option<&'a ReadModel>,
    pub(super) decisions: &'a Decisions,
    /// The program that took more came when the partitions had these ends, and these decisions were made.
    pub(super) release: Option<&'a (Vec<u64>, u64)>,
    /// What that program takes.
    pub(super) mended: &'a AtomicBool,
}

/// Folds all partitions of a processor's input.
pub(super) fn fold(
    processor: &Arc<dyn ErasedProcessor>,
    partitions: &[Vec<Record>],
    under: &Under<'_>,
) -> Expected {
    let mut expected = Expected::default();
    let spec = processor.spec();
    for (partition, records) in (0..).zip(partitions) {
        under.mended.store(false, Ordering::Relaxed);
        let once = Once::ByCause(BTreeSet::new());
        let mut naive = Naive::new(Arc::clone(processor), 1, partition, once);
        let late = under.decisions.late(spec.name, &[1], partition, None);
        let mut late: VecDeque<Late> = late.into();
        let released = under
            .release
            .map(|(ends, number)| (ends[partition as usize], *number));
        let mut released = released;
        for offset in 0..=records.len() as u64 {
            if let Some((_, number)) = released.take_if(|(end, _)| *end == offset) {
                let before = |late: &Late| late.before <= offset && late.number <= number;
                decided(&mut naive, &mut late, before, &mut expected, under.turns);
                under.mended.store(true, Ordering::Relaxed);
            }
            let due = |late: &Late| late.before <= offset;
            decided(&mut naive, &mut late, due, &mut expected, under.turns);
            if let Some(record) = records.get(offset as usize) {
                let taken = naive.take(record).expect("no step panics");
                let position = naive.position(record);
                expected.take(spec, record, &position, taken, None, under.turns);
            }
        }
        let parked = naive.parked().map(|(key, first)| (key.clone(), first));
        expected.parked.extend(parked);
        if let Some(table) = spec.aggregates {
            let documents = naive.documents();
            let cells = documents.map(|(key, row, doc)| ((table.to_owned(), key, row), doc));
            expected.tables.extend(cells);
        }
    }
    expected
}

/// Carries out the next decisions for which something holds.
fn decided(
    naive: &mut Naive,
    late: &mut VecDeque<Late>,
    due: impl Fn(&Late) -> bool,
    expected: &mut Expected,
    turns: Option<&ReadModel>,
) {
    while let Some(next) = late.pop_front_if(|late| due(late)) {
        let number = Some(next.number);
        let before = next.before;
        naive.learn(next);
        for one in naive.decide(before).expect("no step panics") {
            let position = naive.position(&one.record);
            let spec = naive.spec();
            expected.take(spec, &one.record, &position, one.taken, number, turns);
        }
    }
}

/// Names the generation whose turn it is where a step names its own.
fn spoken(turns: &ReadModel, position: &Position, step: &mut Step<()>) {
    let mut all = turns.generations.keys();
    let speaker = all.find(|g| turns.speaks(**g, position.partition, position.offset));
    let speaker = speaker.map(u32::to_string).unwrap_or_default();
    let headers = step.emits.iter_mut().flat_map(|emit| &mut emit.headers);
    for (_, value) in headers.filter(|(name, _)| **name == *SPEAKER) {
        *value = speaker.clone().into();
    }
}

impl Expected {
    fn take(
        &mut self,
        spec: &Spec,
        record: &Record,
        position: &Position,
        taken: Taken,
        late: Option<u64>,
        turns: Option<&ReadModel>,
    ) {
        let about = About {
            key: taken.key,
            late,
            ..About::default()
        };
        match taken.became {
            Became::Ignored | Became::Repeated | Became::Later | Became::LeftOut => {}
            Became::Applied { mut step, .. } => {
                turns.inspect(|turns| spoken(turns, position, &mut step));
                self.outputs(spec, record, position, step, late);
            }
            Became::Unreadable(reject) => self.letter(spec, record, position, &reject, &about),
            Became::Rejected { reject, parks } => {
                let about = About { parks, ..about };
                self.letter(spec, record, position, &reject, &about);
            }
            Became::Behind(first) => {
                let behind = format!("behind the parked event at {first}");
                let reject = Reject::new("PARKED", behind);
                let about = About {
                    behind: Some(first),
                    ..about
                };
                self.letter(spec, record, position, &reject, &about);
            }
        }
    }

    fn outputs(
        &mut self,
        spec: &Spec,
        record: &Record,
        position: &Position,
        step: Step<()>,
        late: Option<u64>,
    ) {
        let mut causes = (0..).map(|index| position.at(index));
        for (emit, cause) in step.emits.iter().zip(&mut causes) {
            let content = Content::emitted(spec, record, &cause, emit, late);
            self.appended(emit.topic.to_owned(), content);
        }
        for (effect, cause) in step.effects.iter().zip(&mut causes) {
            let content = Content::asked(spec, record, &cause, effect, late);
            self.appended(format!("effects.{}", effect.kind), content);
        }
        for row in step.rows {
            let cell = (row.table.to_owned(), row.partition, row.row);
            // What comes late loses to what was written after its place; of two writes of one event the later counts.
            let newer = self
                .written
                .get(&cell)
                .is_none_or(|at| *at <= position.offset);
            if !newer {
                continue;
            }
            self.written.insert(cell.clone(), position.offset);
            match row.doc {
                Some(doc) => self.tables.insert(cell, doc),
                None => self.tables.remove(&cell),
            };
        }
    }

    fn letter(
        &mut self,
        spec: &Spec,
        record: &Record,
        position: &Position,
        reject: &Reject,
        about: &About,
    ) {
        let content = Content::letter(spec, record, position, reject, about);
        self.appended(spec.dead_letters(), content);
    }

    fn appended(&mut self, topic: String, content: Content) {
        self.emitted.entry(topic).or_default().insert(content);
    }
}
