//! The naive fold of the log (`runtime::replay`): what the processes leave in the store and in the topics after any history
//! of faults must equal it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{ErasedProcessor, Position, Record, Spec, Step, derived_id, emit_id};
use runtime::ports::{Log, ReadLimits, Store, TableName};
use runtime::replay::{Became, Naive, Once};
use uuid::Uuid;

use super::stand::Stand;

/// Every read model and topic is of this generation here.
const GENERATION: u32 = 1;
const PAGE_ROWS: usize = 1000;

/// Live rows by (table, partition key, row key); an aggregate's row key is empty.
type Tables = BTreeMap<(String, Bytes, Bytes), Bytes>;
/// Records by id: key and value.
type Said = BTreeMap<Uuid, (Option<Bytes>, Option<Bytes>)>;

/// What was compared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Compared {
    /// Records that processors read.
    pub(super) events: usize,
    /// Rows of read models.
    pub(super) rows: usize,
    /// Records that processors appended, each once.
    pub(super) said: usize,
    /// How often one of these was appended again.
    pub(super) repetitions: usize,
}

/// What one processor makes of its input.
#[derive(Default)]
struct Expected {
    tables: Tables,
    /// By topic.
    said: BTreeMap<String, Said>,
    /// Ids of its dead letters.
    letters: BTreeSet<Uuid>,
}

/// Fails unless the store and the derived topics hold what the log says, all of it and nothing else. The platform must
/// have settled.
pub(super) async fn is_kept_by(stand: &Stand) -> Compared {
    let (log, store) = (stand.log(), stand.store().await);
    let mut compared = Compared::default();
    for processor in processors::all() {
        let processor: Arc<dyn ErasedProcessor> = processor.into();
        let spec = processor.spec();
        let input = topic(&log, spec.input).await;
        let expected = fold(&processor, &input);
        compared.events += input.iter().map(Vec::len).sum::<usize>();
        let tables = tables(&store, spec).await;
        assert_eq_tables(spec, &tables, &expected.tables);
        compared.rows += tables.len();
        let effects = spec.effects.iter().map(|kind| format!("effects.{kind}"));
        let emits = spec.emits.iter().map(|name| (*name).to_owned());
        for name in emits.chain(effects) {
            let wanted = expected.said.get(&name).cloned().unwrap_or_default();
            // Several processors may write a funnel.
            let own = by(spec.name, topic(&log, &name).await);
            let (said, repetitions) = said(own);
            let missing = wanted.keys().filter(|id| !said.contains_key(id)).count();
            let invented = said.keys().filter(|id| !wanted.contains_key(id)).count();
            assert_eq!((missing, invented), (0, 0), "{name}: missing, invented");
            assert!(said == wanted, "{name}: other contents");
            compared.said += said.len();
            compared.repetitions += repetitions;
        }
        let (letters, _) = said(topic(&log, &spec.dead_letters()).await);
        assert!(
            letters.keys().eq(&expected.letters),
            "{}",
            spec.dead_letters()
        );
        all_is_marked(&log, &store, spec).await;
    }
    log.close().await.expect("closed");
    compared
}

fn assert_eq_tables(spec: &Spec, tables: &Tables, expected: &Tables) {
    let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
    for (cell, doc) in expected {
        let found = tables.get(cell).map(text);
        let (table, key, row) = (&cell.0, text(&cell.1), text(&cell.2));
        assert_eq!(found, Some(text(doc)), "{table} {key:?} {row:?}");
    }
    assert_eq!(tables.len(), expected.len(), "{}: rows", spec.name);
}

/// Every record of a topic, by partition.
async fn topic(log: &dyn Log, name: &str) -> Vec<Vec<Record>> {
    let ends = log.ends(name).await.expect("the broker answers");
    let mut partitions = Vec::with_capacity(ends.len());
    for (partition, end) in (0..).zip(ends) {
        let (mut records, mut next) = (Vec::new(), 0);
        while next < end {
            let batch = log.read(name, partition, next, ReadLimits::default()).await;
            let batch = batch.expect("the broker answers");
            next = batch.next;
            records.extend(batch.records);
        }
        partitions.push(records);
    }
    partitions
}

/// Those that this processor appended.
fn by(processor: &str, mut partitions: Vec<Vec<Record>>) -> Vec<Vec<Record>> {
    let source = format!("processors/{processor}");
    for records in &mut partitions {
        records.retain(|record| *record.headers.source == *source);
    }
    partitions
}

/// The records of a topic by id, and how many more there are than ids. Those of one id must be the same.
fn said(partitions: Vec<Vec<Record>>) -> (Said, usize) {
    let (mut said, mut repetitions) = (Said::new(), 0);
    for record in partitions.into_iter().flatten() {
        let content = (record.key, record.value);
        if let Some(before) = said.insert(record.headers.id, content.clone()) {
            assert_eq!(before, content, "{}", record.headers.id);
            repetitions += 1;
        }
    }
    (said, repetitions)
}

async fn tables(store: &dyn Store, spec: &Spec) -> Tables {
    let mut found = Tables::new();
    for name in spec.tables() {
        let table = TableName {
            name,
            generation: GENERATION,
        };
        let mut from = None;
        loop {
            let page = store.page(&table, from, PAGE_ROWS).await;
            let page = page.expect("the store answers");
            let rows = page.rows.into_iter();
            found.extend(rows.map(|r| ((name.to_owned(), r.partition, r.row), r.doc)));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    found
}

/// The marks stand at the ends: other processes, and the next one, know that all is done.
async fn all_is_marked(log: &dyn Log, store: &dyn Store, spec: &Spec) {
    let marks = store.marks(spec.name, GENERATION).await.expect("answered");
    let ends = log.ends(spec.input).await.expect("answered");
    for (partition, end) in (0..).zip(ends) {
        let place = (spec.input.to_owned(), partition);
        let mark = marks.get(&place).map_or(0, |mark| mark.next);
        assert_eq!(mark, end, "{} at {}/{partition}", spec.name, spec.input);
    }
}

/// Folds all partitions of a processor's input, each cause once.
fn fold(processor: &Arc<dyn ErasedProcessor>, partitions: &[Vec<Record>]) -> Expected {
    let mut expected = Expected::default();
    let spec = processor.spec();
    for (partition, records) in (0..).zip(partitions) {
        let once = Once::ByCause(BTreeSet::new());
        let mut naive = Naive::new(Arc::clone(processor), GENERATION, partition, once);
        for record in records {
            let position = naive.position(record);
            match naive.take(record).expect("no step panics").became {
                Became::Ignored | Became::Repeated | Became::Later | Became::LeftOut => {}
                Became::Applied { step, .. } => expected.outputs(spec, record, &position, step),
                // Nobody parks or halts here: what cannot be applied goes to the dead letters, and the next one is taken.
                Became::Unreadable(_) | Became::Rejected { .. } | Became::Behind(_) => {
                    let id = emit_id(&spec.dead_letters(), &position);
                    expected.letters.insert(id);
                }
            }
        }
        if let Some(table) = spec.aggregates {
            let documents = naive.documents();
            let cells = documents.map(|(key, row, doc)| ((table.to_owned(), key, row), doc));
            expected.tables.extend(cells);
        }
    }
    expected
}

impl Expected {
    fn outputs(&mut self, spec: &Spec, record: &Record, position: &Position, step: Step<()>) {
        let mut causes = (0..).map(|index| position.at(index));
        let id_of = |cause: &Position| match spec.aggregates {
            Some(_) => emit_id(spec.name, cause),
            None => derived_id(spec.name, record.headers.id, cause.index),
        };
        for (emit, cause) in step.emits.into_iter().zip(&mut causes) {
            let id = emit.id.unwrap_or_else(|| id_of(&cause));
            let said = self.said.entry(emit.topic.to_owned()).or_default();
            said.insert(id, (Some(emit.key), Some(emit.value)));
        }
        for (effect, cause) in step.effects.into_iter().zip(&mut causes) {
            let topic = format!("effects.{}", effect.kind);
            let key = effect.key.expect("effects of this platform are named");
            let said = self.said.entry(topic).or_default();
            said.insert(id_of(&cause), (Some(key.into()), Some(effect.request)));
        }
        for row in step.rows {
            let cell = (row.table.to_owned(), row.partition, row.row);
            match row.doc {
                Some(doc) => self.tables.insert(cell, doc),
                None => self.tables.remove(&cell),
            };
        }
    }
}
