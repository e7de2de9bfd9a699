//! What the naive fold of the log makes of it: what the engine leaves in the store after any history of faults must
//! equal this. The fold is `runtime::replay`'s; here every cause counts once, whatever the heads say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{ErasedProcessor, Position, Record, Reject, Spec, Step};
use runtime::generations::ReadModel;
use runtime::replay::{Became, Naive, Once};

use super::content::Content;
use super::crossroads::SPEAKER;

/// Live rows by (table, partition key, row key); an aggregate's row key is empty.
pub(super) type Tables = BTreeMap<(String, Bytes, Bytes), Bytes>;

/// What one processor makes of its input.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) tables: Tables,
    /// Everything it appends, by topic; dead letters included.
    pub(super) emitted: BTreeMap<String, BTreeSet<Content>>,
    /// Keys parked at the end, and the offset of the event that was rejected.
    pub(super) parked: BTreeMap<Bytes, u64>,
}

/// Folds all partitions of a processor's input. `turns`: which of its generations says what.
pub(super) fn fold(
    processor: &Arc<dyn ErasedProcessor>,
    partitions: &[Vec<Record>],
    turns: Option<&ReadModel>,
) -> Expected {
    let mut expected = Expected::default();
    let spec = processor.spec();
    for (partition, records) in (0..).zip(partitions) {
        let once = Once::ByCause(BTreeSet::new());
        let mut naive = Naive::new(Arc::clone(processor), 1, partition, once);
        for record in records {
            let position = naive.position(record);
            let taken = naive.take(record).expect("no step panics");
            match taken.became {
                Became::Ignored | Became::Repeated => {}
                Became::Applied { mut step, .. } => {
                    turns.inspect(|turns| spoken(turns, &position, &mut step));
                    expected.outputs(spec, record, &position, step);
                }
                Became::Unreadable(reject) | Became::Rejected { reject, .. } => {
                    expected.letter(spec, record, &position, &reject);
                }
                Became::Behind(first) => {
                    let behind = format!("behind the parked event at {first}");
                    let reject = Reject::new("PARKED", behind);
                    expected.letter(spec, record, &position, &reject);
                }
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
    fn outputs(&mut self, spec: &Spec, record: &Record, position: &Position, step: Step<()>) {
        let mut causes = (0..).map(|index| position.at(index));
        for (emit, cause) in step.emits.iter().zip(&mut causes) {
            let content = Content::emitted(spec, record, &cause, emit);
            self.appended(emit.topic.to_owned(), content);
        }
        for (effect, cause) in step.effects.iter().zip(&mut causes) {
            let content = Content::asked(spec, record, &cause, effect);
            self.appended(format!("effects.{}", effect.kind), content);
        }
        for row in step.rows {
            let cell = (row.table.to_owned(), row.partition, row.row);
            match row.doc {
                Some(doc) => self.tables.insert(cell, doc),
                None => self.tables.remove(&cell),
            };
        }
    }

    fn letter(&mut self, spec: &Spec, record: &Record, position: &Position, reject: &Reject) {
        let content = Content::letter(spec, record, position, reject);
        self.appended(spec.dead_letters(), content);
    }

    fn appended(&mut self, topic: String, content: Content) {
        self.emitted.entry(topic).or_default().insert(content);
    }
}
