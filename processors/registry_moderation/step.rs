//! From a command to an entry.

use kernel::{Reject, RowWrite, Step};
use model::events::registry::Command;
use model::tables::registry::moderation::{self as tables, Entry, State};

pub(super) fn step(state: &State, command: &Command) -> Result<Step<State>, Reject> {
    if command.key.is_empty() || !Command::KINDS.contains(&command.kind.as_str()) {
        let message = format!("{:?} of {:?} is no command", command.kind, command.key);
        return Err(Reject::new("REGISTRY_COMMAND", message));
    }
    if command.at < state.at {
        return Ok(Step::nothing());
    }
    let mut new = State {
        at: command.at,
        ..state.clone()
    };
    match command.kind.as_str() {
        Command::FLUSH => new.flushed_at = Some(command.at),
        Command::ALLOW => new.denied = None,
        _ => {
            let first = state.denied.as_ref();
            new.denied = Some(Entry {
                entity_id: command.key.clone(),
                reason: command.reason.clone(),
                created_by: first.map_or(&command.by, |entry| &entry.created_by).clone(),
                created_at: first.map_or(command.at, |entry| entry.created_at),
                updated_at: command.at,
            });
        }
    }
    if new == *state {
        return Ok(Step::nothing());
    }
    let row = command.key.clone();
    let rows = match (&state.denied, &new.denied) {
        (before, after) if before == after => Vec::new(),
        (_, Some(entry)) => vec![RowWrite::put(tables::DENYLIST, tables::ALL, row, entry)],
        (_, None) => vec![RowWrite::delete(tables::DENYLIST, tables::ALL, row)],
    };
    Ok(Step {
        rows,
        ..Step::state(new)
    })
}
