//! From a notice, a command or a name to what follows.

use kernel::{Context, EffectRequest, Emit, Record, Reject, RowWrite, Step};
use model::Recorded;
use model::events::notification::{Command, EVERYBODY, Name, Notice, is_address};
use model::tables::inbox::State;

use super::{command, notice};
use crate::wire;

/// A record of the inbox's topic.
pub enum Event {
    /// Something to be told.
    Notice(Notice),
    /// Something that is asked.
    Command(Box<Command>),
    /// What a person is called.
    Name(Name),
}

impl Event {
    /// Whose inbox it is for.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Notice(notice) => notice.key(),
            Self::Command(command) => &command.address,
            Self::Name(name) => &name.address,
        }
    }
}

pub(super) fn decode(record: &Record) -> Result<Option<Event>, Reject> {
    let Some(value) = &record.value else {
        return Ok(None);
    };
    let unreadable = |e: model::CodecError| Reject::new("RECORD_UNREADABLE", e.to_string());
    let (schema, _) = model::codec::open(value).map_err(unreadable)?;
    let event = match schema.name {
        Notice::SCHEMA => wire::read_keyed(record, Notice::key)?.map(Event::Notice),
        Command::SCHEMA => wire::read_keyed(record, |command: &Command| &command.address)?
            .map(|command| Event::Command(Box::new(command))),
        Name::SCHEMA => wire::read_keyed(record, |name: &Name| &name.address)?.map(Event::Name),
        other => {
            let message = format!("a {other} is nothing that an inbox takes");
            return Err(Reject::new("RECORD_UNREADABLE", message));
        }
    };
    event.map(checked).transpose()
}

/// Refuses what would be nobody's: everybody's inbox takes notices only, and a mail alone goes to an e-mail address.
fn checked(event: Event) -> Result<Event, Reject> {
    let key = event.key();
    let good = match &event {
        Event::Notice(_) => key == EVERYBODY || is_address(key),
        Event::Command(command) if command.command == "mail" => key.contains('@'),
        Event::Command(_) | Event::Name(_) => is_address(key),
    };
    if good {
        return Ok(event);
    }
    let message = format!("{key:?} is no inbox that this can be for");
    Err(Reject::new("INBOX_ADDRESS", message))
}

pub(super) fn step(state: &State, event: &Event, context: &Context) -> Result<Step<State>, Reject> {
    let now = context.timestamp;
    match event {
        Event::Notice(notice) => notice::step(state, notice, now),
        Event::Command(command) => Ok(command::step(state, command, now)),
        Event::Name(name) => Ok(named(state, name)),
    }
}

/// Takes over what a newer profile says.
fn named(state: &State, name: &Name) -> Step<State> {
    let older = |(_, since): &(String, i64)| *since >= name.timestamp;
    if state.name.as_ref().is_some_and(older) {
        return Step::nothing();
    }
    Step::state(State {
        name: Some((name.name.clone(), name.timestamp)),
        ..state.clone()
    })
}

/// One record being applied.
pub(super) struct Run {
    pub(super) state: State,
    /// Log time, ms.
    pub(super) now: i64,
    pub(super) rows: Vec<RowWrite>,
    pub(super) emits: Vec<Emit>,
    pub(super) effects: Vec<EffectRequest>,
}

impl Run {
    /// Copies the inbox, which may be large: only for a record that changes it.
    pub(super) fn new(state: &State, now: i64) -> Self {
        Self {
            state: state.clone(),
            now,
            rows: Vec::new(),
            emits: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// All that follows.
    pub(super) fn end(self) -> Step<State> {
        Step {
            state: Some(self.state),
            rows: self.rows,
            emits: self.emits,
            effects: self.effects,
        }
    }
}
