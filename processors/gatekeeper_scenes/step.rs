//! From a change to a place.

use kernel::{Reject, RowWrite, Step};
use model::events::gatekeeper::SceneChange;
use model::tables::gatekeeper::ALL;
use model::tables::gatekeeper::scenes::{self as tables, Entry, State, Stream};

pub(super) fn step(state: &State, change: &SceneChange) -> Result<Step<State>, Reject> {
    if change.place.is_empty() || !SceneChange::KINDS.contains(&change.kind.as_str()) {
        let message = format!("{:?} of {:?} is no change", change.kind, change.place);
        return Err(Reject::new("GATEKEEPER_CHANGE", message));
    }
    let mut new = state.clone();
    let entry = || Entry {
        id: change.id.clone(),
        by: change.by.clone(),
        at: change.at,
    };
    match change.kind.as_str() {
        SceneChange::ADMIN_ADDED => {
            let admins = &mut new.admins;
            admins.entry(change.address.clone()).or_insert_with(entry);
        }
        SceneChange::ADMIN_REMOVED => drop(new.admins.remove(&change.address)),
        SceneChange::BANNED => {
            let bans = &mut new.bans;
            bans.entry(change.address.clone()).or_insert_with(entry);
        }
        SceneChange::UNBANNED => drop(new.bans.remove(&change.address)),
        _ => new.stream = stream(state.stream.as_ref(), change)?,
    }
    if new == *state {
        return Ok(Step::nothing());
    }
    let rows = rows(&change.place, state.stream.as_ref(), new.stream.as_ref());
    Ok(Step {
        rows,
        ..Step::state(new)
    })
}

/// The stream after a change: what is said of another one than the open one changes nothing.
fn stream(open: Option<&Stream>, change: &SceneChange) -> Result<Option<Stream>, Reject> {
    if change.kind == SceneChange::STREAM_OPENED {
        let opened = change.stream.read::<Stream>();
        let opened = opened.map_err(|error| {
            Reject::new(
                "GATEKEEPER_CHANGE",
                format!("stream {:?}: {error}", change.id),
            )
        })?;
        return Ok(Some(Stream {
            id: change.id.clone(),
            place: change.place.clone(),
            by: change.by.clone(),
            created_at: change.at,
            started_at: None,
            ..opened
        }));
    }
    let Some(open) = open.filter(|open| open.id == change.id) else {
        return Ok(open.cloned());
    };
    let started_at = match change.kind.as_str() {
        SceneChange::STREAM_CLOSED => return Ok(None),
        SceneChange::STREAM_STARTED => open.started_at.or(Some(change.at)),
        _ => None,
    };
    Ok(Some(Stream {
        started_at,
        ..open.clone()
    }))
}

fn rows(place: &str, before: Option<&Stream>, after: Option<&Stream>) -> Vec<RowWrite> {
    if before == after {
        return Vec::new();
    }
    let row = place.to_owned();
    let mut rows = Vec::new();
    if let Some(before) = before
        && after.is_none_or(|after| after.key_hash != before.key_hash)
    {
        let key = before.key_hash.clone();
        rows.push(RowWrite::delete(tables::STREAM_KEYS, key, row.clone()));
    }
    match after {
        None => rows.push(RowWrite::delete(tables::STREAMS, ALL, row)),
        Some(after) => {
            let key = after.key_hash.clone();
            rows.push(RowWrite::put(tables::STREAM_KEYS, key, row.clone(), after));
            rows.push(RowWrite::put(tables::STREAMS, ALL, row, after));
        }
    }
    rows
}
