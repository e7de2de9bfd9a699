//! What a processor declares about itself; everything else (chart, CLI, metrics, simulator) reads it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// The constant description of a processor.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Name of the processor and of its read model.
    pub name: &'static str,
    /// Raised when the step's results change for the same input; a generation remembers it.
    pub revision: u32,
    /// The one topic it reads.
    pub input: &'static str,
    /// Table of its aggregates (one row an aggregate, head included); `None`: the processor keeps no state.
    pub aggregates: Option<&'static str>,
    /// Tables it writes blind rows to.
    pub projections: &'static [Table],
    /// Topics it alone writes.
    pub emits: &'static [&'static str],
    /// Kinds of effect it asks for (`effects.<kind>`).
    pub effects: &'static [&'static str],
    /// Projector or decider.
    pub kind: Kind,
    /// What happens to a record it rejects.
    pub poison: Poison,
}

/// A table of a read model.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Name without the generation.
    pub name: &'static str,
    /// One line for people: what a row is, what its partition and row keys are.
    pub doc: &'static str,
}

/// Whether the output of a processor can be made again at will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Facts into rows: rebuild at will.
    Projector,
    /// Facts into new facts or effects: its output is history, and is suppressed on a rebuild up to the mark.
    Decider,
}

/// What the engine does with a record that can never succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Poison {
    /// Dead-letter the record and go on; for steps where one record does not depend on the one before.
    Skip,
    /// Dead-letter the record and park its key: later events of that key follow it until redriven or discarded.
    Park,
    /// Stop the partition until a person acts.
    Halt,
}

/// `<name>_seen`. Made once: a constant cannot join two texts.
fn seen(name: &'static str) -> &'static str {
    static MADE: Mutex<BTreeMap<&str, &str>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(name)
        .or_insert_with(|| format!("{name}_seen").leak())
}

impl Spec {
    /// Every table of the read model, the aggregates' first.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.aggregates
            .into_iter()
            .chain(self.projections.iter().map(|t| t.name))
    }

    /// The table of what it remembers of the log: with its aggregates, or, where it keeps no state, a row a partition of its
    /// input.
    pub fn heads(&self) -> &'static str {
        self.aggregates.unwrap_or_else(|| seen(self.name))
    }

    /// Every table that is made, copied and dropped with a generation, that of the heads first.
    pub fn stored(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.heads()]
            .into_iter()
            .chain(self.projections.iter().map(|t| t.name))
    }

    /// The topic its dead letters go to.
    pub fn dead_letters(&self) -> String {
        format!("dlq.{}", self.name)
    }
}
