//! Events of golden cases, for processors of which the demo holds none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use kernel::{ErasedProcessor, Record, partition_for};
use runtime::replay::{Became, Naive, Once};
use sim::golden::{Case, folders};

/// Adds them to what a demo has lived through. Gives the processors they are for.
pub(super) fn add(lived: &mut BTreeMap<String, Vec<Vec<Record>>>) -> Vec<&'static str> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processors");
    let mut given = Vec::new();
    for processor in processors::all() {
        let processor: Arc<dyn ErasedProcessor> = Arc::from(processor);
        let spec = processor.spec();
        let mut read = lived.get(spec.input).into_iter().flatten().flatten();
        if read.any(|record| matches!(processor.decode(record), Ok(Some(_)))) {
            continue;
        }
        given.push(spec.name);
        for folder in folders(&root, spec.name).expect("the folder reads") {
            let case = Case::read(&folder, Arc::clone(&processor)).expect("a case");
            let topic = lived.entry(spec.input.to_owned()).or_default();
            topic.resize(topic.len().max(case.partitions as usize), Vec::new());
            let folds = (0..case.partitions).map(|partition| {
                let once = Once::ByCause(BTreeSet::new());
                Naive::new(Arc::clone(&processor), 1, partition, once)
            });
            let mut folds: Vec<Naive> = folds.collect();
            for (mut record, offset) in case.records.into_iter().zip(0..) {
                let key = record.key.as_deref().unwrap_or_default();
                let partition = partition_for(key, case.partitions) as usize;
                record.offset = offset;
                let became = folds[partition].take(&record).expect("no panic").became;
                // What would not be applied anyhow shows nothing.
                if matches!(became, Became::Applied { .. }) {
                    topic[partition].push(record);
                }
            }
        }
    }
    given
}

/// Takes out what some processor rejects for good, and no release will mend.
pub(super) fn leave_out_rejected(lived: &mut BTreeMap<String, Vec<Vec<Record>>>) {
    let mut rejected = BTreeSet::new();
    for processor in processors::all() {
        let processor: Arc<dyn ErasedProcessor> = Arc::from(processor);
        let topic = lived.get(processor.spec().input).into_iter().flatten();
        for (partition, records) in (0..).zip(topic) {
            let once = Once::ByCause(BTreeSet::new());
            let mut fold = Naive::new(Arc::clone(&processor), 1, partition, once);
            for record in records {
                let became = fold.take(record).expect("no panic").became;
                if matches!(became, Became::Rejected { .. }) {
                    rejected.insert(record.headers.id);
                }
            }
        }
    }
    for records in lived.values_mut().flatten() {
        records.retain(|record| !rejected.contains(&record.headers.id));
    }
}
