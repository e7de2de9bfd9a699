//! Events of golden cases, for processors of which the demo holds none.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kernel::{ErasedProcessor, Record, partition_for};
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
            for record in case.records {
                let key = record.key.as_deref().unwrap_or_default();
                let partition = partition_for(key, case.partitions);
                topic[partition as usize].push(record);
            }
        }
    }
    given
}
