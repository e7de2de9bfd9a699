//! Two producers, one funnel, one aggregate: the crossing that no processor of the platform has yet, and that a
//! head has to survive. Two forks pass the same inbox on to one topic; the crossing folds both, and an event may
//! lead to nothing now and to something after the other producer's.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use kernel::{
    Context, Emit, ErasedProcessor, Kind, Part, Parts, Poison, Processor, Record, Reject, RowWrite,
    Spec, Step, Table,
};
use serde::{Deserialize, Serialize};

/// Processors whose generations take turns.
pub(super) const SWITCHED: [&str; 4] = ["sim_left", "sim_right", "sim_board", "sim_crossing"];
/// Those of them whose generations are made from snapshots.
pub(super) const COPIED: [&str; 2] = ["sim_board", "sim_crossing"];

/// `mended`: the crossing takes what it refused before.
pub(super) fn processors(mended: Arc<AtomicBool>) -> Vec<Arc<dyn ErasedProcessor>> {
    let crossing = Crossing { mended };
    vec![
        Arc::new(Left),
        Arc::new(Right),
        Arc::new(crossing),
        Arc::new(Board),
    ]
}

/// What both forks hold: how many events of a key they passed on.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Passed {
    n: u64,
}

const fn fork(name: &'static str) -> Spec {
    Spec {
        name,
        revision: 1,
        input: "events.inbox",
        aggregates: Some(name),
        projections: &[],
        emits: &["sim.crossing"],
        effects: &[],
        kind: Kind::Decider,
        poison: Poison::Skip,
    }
}

/// Header that says which generation passed an event on.
pub(super) const SPEAKER: &str = "sim.generation";

fn pass(state: &Passed, record: &Record, mark: &'static str, context: &Context) -> Step<Passed> {
    let emit = Emit {
        topic: "sim.crossing",
        key: record.key.clone().unwrap_or_default(),
        id: None,
        kind: mark.into(),
        value: Bytes::from_static(mark.as_bytes()),
        headers: vec![(SPEAKER.into(), context.generation.to_string().into())],
    };
    Step {
        emits: vec![emit],
        ..Step::state(Passed { n: state.n + 1 })
    }
}

macro_rules! fork {
    ($name:ident, $table:literal) => {
        struct $name;

        impl Processor for $name {
            const SPEC: Spec = fork($table);
            type Event = Record;
            type State = Passed;

            fn decode(&self, record: &Record) -> Result<Option<Record>, Reject> {
                Ok(Some(record.clone()))
            }

            fn key(&self, record: &Record) -> Bytes {
                record.key.clone().unwrap_or_default()
            }

            fn step(
                &self,
                state: &Passed,
                record: &Record,
                context: &Context,
            ) -> Result<Step<Passed>, Reject> {
                Ok(pass(state, record, $table, context))
            }
        }
    };
}
fork!(Left, "sim_left");
fork!(Right, "sim_right");

/// Keys that write and delete the same rows, and say what they did: a row that one of them deleted must not come back.
struct Board;

/// Events that meet in a row.
const MEET: u64 = 4;

impl Processor for Board {
    const SPEC: Spec = Spec {
        name: "sim_board",
        revision: 1,
        input: "events.inbox",
        aggregates: Some("sim_board"),
        projections: &[Table {
            name: "sim_board_rows",
            doc: "by partition of the input and a number: who wrote there last",
        }],
        emits: &["sim.board_said"],
        effects: &[],
        kind: Kind::Decider,
        poison: Poison::Skip,
    };
    type Event = Record;
    type State = Passed;

    fn decode(&self, record: &Record) -> Result<Option<Record>, Reject> {
        Ok(Some(record.clone()))
    }

    fn key(&self, record: &Record) -> Bytes {
        record.key.clone().unwrap_or_default()
    }

    fn step(
        &self,
        state: &Passed,
        record: &Record,
        context: &Context,
    ) -> Result<Step<Passed>, Reject> {
        let mut step = pass(state, record, "sim_board", context);
        step.emits[0].topic = "sim.board_said";
        let key = record.key.clone().unwrap_or_default();
        let bytes = key.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        // Neighbours in the log meet in a row that nobody touches afterwards: what goes wrong stays wrong.
        let here = context.position.offset / MEET;
        let row = |number: u64, doc| RowWrite {
            table: "sim_board_rows",
            partition: context.position.partition.to_string().into(),
            row: number.to_string().into(),
            doc,
        };
        let wrote = format!("{} {}", key.escape_ascii(), state.n);
        step.rows = match (state.n + bytes) % 3 {
            0 => vec![row(here, Some(wrote.into()))],
            1 => vec![row(here, None), row(here + 1, Some(wrote.into()))],
            _ => vec![row(here, None)],
        };
        Ok(step)
    }
}

/// Counts left events that come after at least one right event. Its state is stored in parts, of which one goes when
/// another comes.
struct Crossing {
    mended: Arc<AtomicBool>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Crossed {
    rights: u64,
    lefts_after_a_right: u64,
}

impl Crossed {
    /// The number of rights is a name, and a document that of lefts.
    fn parts(&self) -> BTreeMap<Bytes, Bytes> {
        let rights = (format!("right/{}", self.rights), String::new());
        let lefts = ("lefts".to_owned(), self.lefts_after_a_right.to_string());
        let parts = [
            (self.rights > 0, rights),
            (self.lefts_after_a_right > 0, lefts),
        ];
        let parts = parts.into_iter().filter(|(there, _)| *there);
        parts
            .map(|(_, (name, doc))| (name.into(), doc.into()))
            .collect()
    }

    fn split(&self, since: Option<&Self>) -> (Self, Vec<Part>) {
        let (new, old) = (self.parts(), since.map(Self::parts).unwrap_or_default());
        // Also numbers that came and went since: a late owner may have written them.
        let gone = since.map_or(0, |since| since.rights).max(1)..self.rights;
        let gone = gone.map(|rights| Part {
            name: format!("right/{rights}").into(),
            doc: None,
        });
        let changed = new.iter().filter(|(name, doc)| old.get(*name) != Some(doc));
        let changed = changed.map(|(name, doc)| Part {
            name: name.clone(),
            doc: Some(doc.clone()),
        });
        (Self::default(), gone.chain(changed).collect())
    }

    fn join(&mut self, parts: &[Part]) -> Result<(), String> {
        for part in parts {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let (name, doc) = (text(&part.name), text(part.doc.as_deref().unwrap_or(b"")));
            match name.strip_prefix("right/") {
                // Two numbers at once: a part that should be gone is not.
                Some(_) if self.rights > 0 => return Err(format!("also {name}")),
                Some(rights) => self.rights = rights.parse().map_err(|_| name.clone())?,
                None => self.lefts_after_a_right = doc.parse().map_err(|_| doc.clone())?,
            }
        }
        Ok(())
    }
}

impl Processor for Crossing {
    const SPEC: Spec = Spec {
        name: "sim_crossing",
        revision: 1,
        input: "sim.crossing",
        aggregates: Some("sim_crossing"),
        projections: &[],
        emits: &[],
        effects: &[],
        kind: Kind::Projector,
        poison: Poison::Park,
    };
    const PARTS: Option<Parts<Crossed>> = Some(Parts {
        split: Crossed::split,
        join: Crossed::join,
        copy: Crossed::clone,
    });
    type Event = (Bytes, bool);
    type State = Crossed;

    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject> {
        let key = record.key.clone().unwrap_or_default();
        Ok(Some((key, record.value.as_deref() == Some(b"sim_left"))))
    }

    fn key(&self, event: &Self::Event) -> Bytes {
        event.0.clone()
    }

    fn step(
        &self,
        state: &Crossed,
        event: &Self::Event,
        _: &Context,
    ) -> Result<Step<Crossed>, Reject> {
        let mut next = state.clone();
        match event.1 {
            true if state.rights == 0 => return Ok(Step::nothing()),
            true => next.lefts_after_a_right += 1,
            false if state.rights >= 3 && !self.mended.load(Ordering::Relaxed) => {
                // Three rights are enough: the fourth is refused and parks the key.
                return Err(Reject::new("SIM_ENOUGH", "a fourth right"));
            }
            false => next.rights += 1,
        }
        Ok(Step::state(next))
    }
}
