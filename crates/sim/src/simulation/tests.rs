//! What the simulation must find.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use kernel::{Context, Emit, ErasedProcessor, Kind, Poison, Processor, Record, Reject, Spec, Step};
use runtime::snapshots::{ORDER, Stage};

use super::Simulation;

/// Emits the same events each time, but what is in them depends on how often it was asked.
#[derive(Default)]
struct Fickle {
    asked: AtomicU64,
    in_header: bool,
}

impl Processor for Fickle {
    const SPEC: Spec = Spec {
        name: "sim_fickle",
        revision: 1,
        input: "events.inbox",
        aggregates: Some("sim_fickle"),
        projections: &[],
        emits: &["sim.fickle"],
        effects: &[],
        kind: Kind::Decider,
        poison: Poison::Skip,
    };
    type Event = Bytes;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Bytes>, Reject> {
        Ok(Some(record.key.clone().unwrap_or_default()))
    }

    fn key(&self, key: &Bytes) -> Bytes {
        key.clone()
    }

    fn step(&self, (): &(), key: &Bytes, _: &Context) -> Result<Step<()>, Reject> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        let asked = Bytes::from(asked.to_string());
        let fixed = Bytes::from_static(b"fixed");
        let (value, header) = match self.in_header {
            true => (fixed, asked),
            false => (asked, fixed),
        };
        let emit = Emit {
            topic: "sim.fickle",
            key: key.clone(),
            id: None,
            kind: "sim/fickle".into(),
            value,
            headers: vec![("sim".into(), header)],
        };
        Ok(Step {
            emits: vec![emit],
            ..Step::state(())
        })
    }
}

#[test]
fn other_bytes_under_the_same_id_are_found() {
    for in_header in [false, true] {
        let fickle = Fickle {
            in_header,
            ..Fickle::default()
        };
        let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(fickle)];
        let report = Simulation::new(7, processors, Arc::default()).run(300);
        let found = report.divergences.iter().any(|d| d.contains("sim.fickle"));
        assert!(found, "{:?}", report.divergences);
    }
}

/// The first history that ends in a generation that is not what the log makes it, if snapshots are taken or used so. With
/// one processor alone, so that much happens to it while a snapshot is taken.
fn found(seeds: u64, change: impl Fn(&mut Simulation)) -> Option<u64> {
    (0..seeds).find(|seed| {
        let mended = Arc::new(AtomicBool::new(false));
        let mut processors = super::crossroads::processors(Arc::clone(&mended));
        processors.retain(|processor| processor.spec().name == "sim_board");
        let mut simulation = Simulation::new(*seed, processors, mended);
        change(&mut simulation);
        let report = simulation.run(2_000);
        report.divergences.iter().any(|d| d.contains("_g"))
    })
}

#[test]
fn each_step_of_a_snapshot_is_needed_and_their_order_too() {
    use Stage::{Aggregates, Ends, Last, Marks, Passed, Rows};
    const SEEDS: u64 = 3_000;
    assert_eq!(ORDER, [Marks, Aggregates, Ends, Passed, Rows, Last]);
    let mut needed = Vec::new();
    for (what, order) in [
        ("rows first", [Marks, Ends, Passed, Rows, Aggregates, Last]),
        ("marks late", [Aggregates, Marks, Ends, Passed, Rows, Last]),
        ("no wait", [Marks, Aggregates, Passed, Ends, Rows, Last]),
    ] {
        let found = found(SEEDS, |sim| sim.snapshots.order = order);
        needed.push(found.unwrap_or_else(|| panic!("{what}: nobody would notice")));
    }
    let again = found(SEEDS, |sim| sim.snapshots.left_out = false);
    needed.push(again.expect("rows that were copied are written again: nobody would notice"));
    let most = needed.iter().max().expect("there are four");
    assert_eq!(found(most + 1, |_| {}), None, "as it is nothing is wrong");
}
