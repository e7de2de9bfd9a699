//! Plays every case of every processor, and makes sure that the runner itself would notice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use kernel::{
    Context, ErasedProcessor, Kind, Poison, Processor, Record, Reject, RowWrite, Spec, Step, Table,
};

use super::{Case, check, folders};

fn processors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../processors")
}

#[test]
fn every_case_comes_out_alike_however_it_is_played() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for processor in processors::all() {
        let processor: Arc<dyn ErasedProcessor> = processor.into();
        let name = processor.spec().name;
        let folders = folders(&processors(), name).expect("the folder reads");
        assert!(!folders.is_empty(), "{name} has a golden case");
        for folder in folders {
            let case = Case::read(&folder, processor.clone());
            if let Err(difference) = case.and_then(|case| check(&case, update)) {
                wrong.push(format!("{}\n  {difference}", folder.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A processor with a fault of one's choice.
struct Faulty {
    fault: Fault,
    seen: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Remembers outside its state.
    Remembers,
    /// Lets its own offsets be seen.
    ShowsOffsets,
    /// Writes one row from many keys.
    SharesRows,
}

impl Processor for Faulty {
    const SPEC: Spec = Spec {
        name: "faulty",
        revision: 1,
        input: "deployments.queue",
        aggregates: Some("faulty"),
        projections: &[Table {
            name: "faulty_rows",
            doc: "",
        }],
        emits: &[],
        effects: &[],
        kind: Kind::Projector,
        poison: Poison::Skip,
    };
    type Event = Record;
    type State = u64;

    fn decode(&self, record: &Record) -> Result<Option<Record>, Reject> {
        Ok(Some(record.clone()))
    }

    fn key(&self, record: &Record) -> Bytes {
        record.key.clone().unwrap_or_default()
    }

    fn step(&self, count: &u64, record: &Record, context: &Context) -> Result<Step<u64>, Reject> {
        let key = self.key(record);
        let (row, doc) = match self.fault {
            Fault::None => (key, *count),
            Fault::Remembers => (key, self.seen.fetch_add(1, Ordering::Relaxed)),
            Fault::ShowsOffsets => (key, context.position.offset),
            Fault::SharesRows => (Bytes::from_static(b"all"), *count),
        };
        Ok(Step {
            rows: vec![RowWrite::put("faulty_rows", "p", row, &doc)],
            ..Step::state(count + 1)
        })
    }
}

#[test]
fn a_faulty_processor_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = |key: &str, raw: &str| {
        format!(r#"{{"topic":"deployments.queue","key":"{key}","raw":"{raw}","timestamp":1}}"#)
    };
    // Two keys of one partition: what one leaves for the other shows.
    let given = [
        line("b", "1"),
        line("y", "2"),
        line("b", "3"),
        line("b", "4"),
    ]
    .join("\n");
    std::fs::write(folder.path().join("given.jsonl"), given).expect("the case is written");
    for fault in [
        Fault::None,
        Fault::Remembers,
        Fault::ShowsOffsets,
        Fault::SharesRows,
    ] {
        let processor = Arc::new(Faulty {
            fault,
            seen: AtomicU64::new(0),
        });
        let case = Case::read(folder.path(), processor).expect("the case reads");
        let fine = catch_unwind(AssertUnwindSafe(|| check(&case, true).is_ok())).unwrap_or(false);
        assert_eq!(fine, fault == Fault::None, "{fault:?}");
    }
}
