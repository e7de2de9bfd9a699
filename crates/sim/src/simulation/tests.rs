//! What the simulation must find.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use kernel::{Context, Emit, ErasedProcessor, Kind, Poison, Processor, Record, Reject, Spec, Step};

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
