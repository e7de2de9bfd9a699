//! From a change to a call.

use kernel::{Reject, RowWrite, Step};
use model::events::gatekeeper::VoiceChange;
use model::tables::gatekeeper::voice::{self as tables, COMMUNITY, PRIVATE, State, Status, User};

/// How much newer than a departure without a session a change may be, ms.
const LATE_MS: i64 = 1000;

pub(super) fn step(state: &State, change: &VoiceChange) -> Result<Step<State>, Reject> {
    let call = split(&change.call).filter(|(_, id)| !id.is_empty());
    let is_known = VoiceChange::KINDS.contains(&change.kind.as_str());
    let Some((kind, id)) = call.filter(|_| is_known) else {
        let message = format!("{:?} of {:?} is no change", change.kind, change.call);
        return Err(Reject::new("GATEKEEPER_CHANGE", message));
    };
    let mut new = state.clone();
    match change.kind.as_str() {
        VoiceChange::ENDED => new = State::default(),
        VoiceChange::INVITED => {
            let user = User {
                status: Status::NotConnected,
                joined_at: change.at,
                changed_at: change.at,
                moderator: change.moderator,
                session: None,
            };
            new.users.insert(change.address.clone(), user);
        }
        kind => {
            let user = new.users.get_mut(&change.address);
            if let Some(user) = user {
                turn(user, kind, change);
            }
        }
    }
    if new == *state {
        return Ok(Step::nothing());
    }
    let changed = new.users.get(&change.address);
    if changed.is_some_and(|user| user.moderator) {
        new.moderators_changed_at = change.at;
    }
    let rows = rows((kind, id), change, state, &new);
    Ok(Step {
        rows,
        ..Step::state(new)
    })
}

/// What somebody who was invited does.
fn turn(user: &mut User, kind: &str, change: &VoiceChange) {
    if kind == VoiceChange::CONNECTED {
        user.status = Status::Connected;
        user.joined_at = change.at;
        user.session.clone_from(&change.session);
    } else if is_of_now(user, change) {
        user.status = match kind {
            VoiceChange::LEFT => Status::Disconnected,
            _ => Status::ConnectionInterrupted,
        };
    } else {
        return;
    }
    user.changed_at = change.at;
}

/// Whether a departure is one of the session that the person is in.
fn is_of_now(user: &User, change: &VoiceChange) -> bool {
    match (&user.session, &change.session) {
        (Some(own), Some(other)) => own == other,
        (Some(_), None) => true,
        (None, _) => user.changed_at <= change.at + LATE_MS,
    }
}

/// The kind of a call and its id.
fn split(call: &str) -> Option<(&'static str, &str)> {
    [PRIVATE, COMMUNITY]
        .into_iter()
        .find_map(|kind| Some((kind, call.strip_prefix(kind)?)))
}

fn rows(
    (kind, id): (&'static str, &str),
    change: &VoiceChange,
    before: &State,
    after: &State,
) -> Vec<RowWrite> {
    let of = |address: &str| (address.to_owned(), change.call.clone());
    let mut rows = Vec::new();
    for address in before.users.keys() {
        if !after.users.contains_key(address) {
            let (partition, row) = of(address);
            rows.push(RowWrite::delete(tables::OF_USERS, partition, row));
        }
    }
    if let Some(user) = after.users.get(&change.address) {
        let (partition, row) = of(&change.address);
        rows.push(RowWrite::put(tables::OF_USERS, partition, row, user));
    }
    let row = id.to_owned();
    rows.push(match after.users.is_empty() {
        true => RowWrite::delete(tables::CALLS, kind, row),
        false => RowWrite::put(tables::CALLS, kind, row, after),
    });
    rows
}
