//! From a command to its answer.

use std::collections::BTreeSet;

use kernel::{EffectRequest, RowWrite, Step};
use model::events::notification::{Command, is_type};
use model::tables::inbox::{ANSWERS, Answer, Details, Known, Refused, SEEN, Seen, State, UNREAD};
use model::tables::number_key;
use serde::Deserialize;
use uuid::Uuid;

use super::email;
use super::mail::{self, EFFECT};
use super::rules::{COMMANDS_MAX, IDS_MAX, MAIL_WAITS_MS, OPT_OUTS_MAX, SEEN_MAX};
use super::step::Run;

pub(super) fn step(state: &State, command: &Command, now: i64) -> Step<State> {
    if state.commands.contains(&command.command_id) {
        return Step::nothing();
    }
    let mut run = Run::new(state, now);
    let mut answer = Answer {
        command: command.command.clone(),
        at: run.now,
        ..Answer::default()
    };
    let done = match command.command.as_str() {
        "read" => read(&mut run, command).map(|updated| answer.updated = Some(updated)),
        "subscription" => subscription(&mut run, command),
        "unsubscribe" => unsubscribe(&mut run, command),
        "opt-out" => opt_out(&mut run, command),
        "opt-in" => opt_in(&mut run, command),
        "set-email" => email::set(&mut run, command),
        "confirm-email" => email::confirm(&mut run, command).map(|()| answer.undecided = true),
        "verdict" => email::verdict(&mut run, command),
        "mail" => plain_mail(&mut run, command),
        _ => Err(Refused::Unknown),
    };
    answer.refused = done.err();
    put_answer(&mut run, &command.address, &command.command_id, &answer);
    remember(&mut run, command);
    run.end()
}

/// Writes the answer to a command.
pub(super) fn put_answer(run: &mut Run, address: &str, command_id: &str, answer: &Answer) {
    let (partition, row) = (address.to_owned(), command_id.to_owned());
    run.rows
        .push(RowWrite::put(ANSWERS, partition, row, answer));
}

/// Remembers the command, forgets the oldest.
fn remember(run: &mut Run, command: &Command) {
    run.state.commands.push(command.command_id.clone());
    let old = run.state.commands.len().saturating_sub(COMMANDS_MAX);
    for forgotten in run.state.commands.drain(..old) {
        run.rows.push(RowWrite::delete(
            ANSWERS,
            command.address.clone(),
            forgotten,
        ));
    }
}

/// Marks as read what was not. Ids that are nothing here count for nothing.
fn read(run: &mut Run, command: &Command) -> Result<i64, Refused> {
    if command.ids.len() + command.broadcast_ids.len() > IDS_MAX {
        return Err(Refused::TooMany);
    }
    let mut updated = 0;
    for id in ids(&command.ids) {
        let Some(known) = run
            .state
            .known
            .get_mut(&id)
            .filter(|known| !known.is_read())
        else {
            continue;
        };
        *known = Known(known.order(), run.now.max(1));
        let place = number_key(known.order()).to_vec();
        run.rows
            .push(RowWrite::delete(UNREAD, command.address.clone(), place));
        updated += 1;
    }
    for id in ids(&command.broadcast_ids) {
        if run.state.seen.contains_key(&id) {
            continue;
        }
        run.state.seen.insert(id, run.now);
        let seen = Seen { read_at: run.now };
        let row = RowWrite::put(SEEN, command.address.clone(), id.to_string(), &seen);
        run.rows.push(row);
        updated += 1;
    }
    forget_seen(run, &command.address);
    Ok(updated)
}

fn ids(texts: &[String]) -> BTreeSet<Uuid> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// Forgets what was read longest ago; everybody's inbox has forgotten it, too.
fn forget_seen(run: &mut Run, address: &str) {
    while run.state.seen.len() > SEEN_MAX {
        let oldest = run.state.seen.iter().min_by_key(|(_, at)| **at);
        let Some(id) = oldest.map(|(id, _)| *id) else {
            return;
        };
        run.state.seen.remove(&id);
        run.rows
            .push(RowWrite::delete(SEEN, address.to_owned(), id.to_string()));
    }
}

/// Details as they are sent: what is not named stays.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    ignore_all_email: Option<bool>,
    ignore_all_in_app: Option<bool>,
    message_type: std::collections::BTreeMap<String, Ways>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ways {
    email: Option<bool>,
    in_app: Option<bool>,
}

fn subscription(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let wanted: Wanted = command.details.read().map_err(|_| Refused::Unknown)?;
    let details: &mut Details = &mut run.state.details;
    if let Some(ignore) = wanted.ignore_all_email {
        details.ignore_all_email = ignore;
        run.state.cleared = false;
    }
    if let Some(ignore) = wanted.ignore_all_in_app {
        details.ignore_all_in_app = ignore;
    }
    for (name, ways) in wanted.message_type {
        if !is_type(&name) {
            continue;
        }
        let channels = details.message_type.entry(name).or_default();
        channels.email = ways.email.unwrap_or(channels.email);
        channels.in_app = ways.in_app.unwrap_or(channels.in_app);
    }
    // Only what differs from the default is worth keeping.
    let default = model::tables::inbox::Channels::default();
    details
        .message_type
        .retain(|_, channels| *channels != default);
    Ok(())
}

fn unsubscribe(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let details = &mut run.state.details;
    match &command.kind {
        None => {
            details.ignore_all_email = true;
            run.state.cleared = false;
        }
        Some(kind) if is_type(kind) => {
            details.message_type.entry(kind.clone()).or_default().email = false;
        }
        Some(_) => return Err(Refused::Unknown),
    }
    Ok(())
}

fn opt_out(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let (scope, scope_id) = scope(command)?;
    let all: usize = run.state.opt_outs.values().map(BTreeSet::len).sum();
    if all >= OPT_OUTS_MAX && !run.state.opted_out(scope, scope_id) {
        return Err(Refused::TooMany);
    }
    let of_scope = run.state.opt_outs.entry(scope.to_owned()).or_default();
    of_scope.insert(scope_id.to_owned());
    Ok(())
}

fn opt_in(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let (scope, scope_id) = scope(command)?;
    if let Some(of_scope) = run.state.opt_outs.get_mut(scope) {
        of_scope.remove(scope_id);
        if of_scope.is_empty() {
            run.state.opt_outs.remove(scope);
        }
    }
    Ok(())
}

fn scope(command: &Command) -> Result<(&str, &str), Refused> {
    let scope = command.scope.as_deref().filter(|text| !text.is_empty());
    let scope_id = command.scope_id.as_deref().filter(|text| !text.is_empty());
    scope.zip(scope_id).ok_or(Refused::Unknown)
}

/// A mail that another service wrote.
fn plain_mail(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let mail = mail::plain(
        &command.address,
        &text(&command.subject),
        &text(&command.content),
        [&text(&command.title), &text(&command.title_highlight)],
    );
    run.effects.push(EffectRequest {
        kind: EFFECT,
        key: Some(command.command_id.clone()),
        request: model::encode(&mail),
        not_after: Some(run.now.saturating_add(MAIL_WAITS_MS)),
    });
    Ok(())
}
