//! Remembers how the conversion of each file ended, and tells every entity that wants to know.
//!
//! An aggregate is a task: a file by its content and what it names, and the profile. Whatever the number of entities that
//! have the file, it is converted once. What ended for good stays so; what could not be done now is asked for again with the
//! next wish. A wish of somebody who waits overtakes one of history.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::conversion::{OfTask, Task as Told};
use model::tables::conversions::{self as tables, Task};

/// See the module.
pub struct Tasks;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "conversions-tasks",
    revision: 1,
    input: super::TASKS,
    aggregates: Some(tables::TASKS),
    projections: &[],
    emits: &[super::INPUTS],
    effects: &super::CONVERSIONS,
    kind: Kind::Decider,
    // The next wish begins anew, whatever became of this one.
    poison: Poison::Skip,
};

/// What a task is told.
pub struct Event {
    task: String,
    told: OfTask,
}

impl Processor for Tasks {
    const SPEC: Spec = SPEC;
    type Event = Event;
    type State = Task;

    fn decode(&self, record: &Record) -> Result<Option<Event>, Reject> {
        let Some(told) = crate::wire::read_keyed(record, |told: &Told| &told.task)? else {
            return Ok(None);
        };
        let what = told.told().map_err(|e| {
            let task = &told.task;
            Reject::new("CONVERSION_INPUT", format!("task {task}: {e}"))
        })?;
        Ok(Some(Event {
            task: told.task,
            told: what,
        }))
    }

    fn key(&self, event: &Event) -> Bytes {
        Bytes::copy_from_slice(event.task.as_bytes())
    }

    fn step(&self, state: &Task, event: &Event, _: &Context) -> Result<Step<Task>, Reject> {
        Ok(step::step(state, &event.task, &event.told))
    }
}
