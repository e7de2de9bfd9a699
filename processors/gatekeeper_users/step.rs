//! From a change to a person.

use kernel::{Reject, RowWrite, Step};
use model::events::gatekeeper::UserChange;
use model::tables::gatekeeper::ALL;
use model::tables::gatekeeper::users::{self as tables, Ban, KEPT_MAX, State, Warning};

pub(super) fn step(state: &State, change: &UserChange) -> Result<Step<State>, Reject> {
    if change.address.is_empty() || !UserChange::KINDS.contains(&change.kind.as_str()) {
        let message = format!("{:?} of {:?} is no change", change.kind, change.address);
        return Err(Reject::new("GATEKEEPER_CHANGE", message));
    }
    let mut new = state.clone();
    match change.kind.as_str() {
        UserChange::BANNED => ban(&mut new, change),
        UserChange::LIFTED => {
            let last = new.bans.last_mut();
            if let Some(last) = last.filter(|ban| ban.holds_at(change.at)) {
                last.lifted_at = Some(change.at);
                last.lifted_by = Some(change.by.clone());
            }
        }
        UserChange::WARNED => warn(&mut new, change),
        _ => new.device.clone_from(&change.device),
    }
    if new == *state {
        return Ok(Step::nothing());
    }
    let rows = rows(&change.address, standing(state), standing(&new));
    Ok(Step {
        rows,
        ..Step::state(new)
    })
}

fn ban(state: &mut State, change: &UserChange) {
    let is_known = state.bans.iter().any(|ban| ban.id == change.id);
    if is_known || state.banned_at(change.at).is_some() {
        return;
    }
    state.bans.push(Ban {
        id: change.id.clone(),
        address: change.address.clone(),
        by: change.by.clone(),
        reason: change.reason.clone(),
        custom_message: change.custom_message.clone(),
        device: state.device.clone(),
        at: change.at,
        expires_at: change.expires_at,
        lifted_at: None,
        lifted_by: None,
    });
    keep_newest(&mut state.bans);
}

fn warn(state: &mut State, change: &UserChange) {
    if state.warnings.iter().any(|w| w.id == change.id) {
        return;
    }
    state.warnings.push(Warning {
        id: change.id.clone(),
        address: change.address.clone(),
        by: change.by.clone(),
        reason: change.reason.clone(),
        at: change.at,
    });
    keep_newest(&mut state.warnings);
}

fn keep_newest<T>(list: &mut Vec<T>) {
    let most = list.len().saturating_sub(KEPT_MAX);
    list.drain(..most);
}

/// The ban that was not lifted.
fn standing(state: &State) -> Option<&Ban> {
    state.bans.last().filter(|ban| ban.lifted_at.is_none())
}

fn rows(address: &str, before: Option<&Ban>, after: Option<&Ban>) -> Vec<RowWrite> {
    if before == after {
        return Vec::new();
    }
    let row = address.to_owned();
    let mut rows = Vec::new();
    let (old, new) = (
        before.and_then(|ban| ban.device.as_ref()),
        after.and_then(|ban| ban.device.as_ref()),
    );
    if let Some(old) = old.filter(|old| new != Some(*old)) {
        rows.push(RowWrite::delete(tables::DEVICES, old.clone(), row.clone()));
    }
    match after {
        None => rows.push(RowWrite::delete(tables::BANNED, ALL, row)),
        Some(ban) => {
            if let Some(device) = new {
                rows.push(RowWrite::put(
                    tables::DEVICES,
                    device.clone(),
                    row.clone(),
                    ban,
                ));
            }
            rows.push(RowWrite::put(tables::BANNED, ALL, row, ban));
        }
    }
    rows
}
