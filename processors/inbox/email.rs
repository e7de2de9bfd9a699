//! The way of an e-mail address: wanted, proven by a code, then decided by `emails`.

use kernel::EffectRequest;
use model::events::notification::{Command, EmailClaim, MailsAllowed};
use model::tables::inbox::{Answer, Pending, Refused};

use super::command::put_answer;
use super::mail::{self, EFFECT};
use super::step::Run;
use crate::wire;

/// Where e-mail addresses are claimed.
pub(super) const CLAIMS: &str = "emails.claims";

/// Two spellings of one address.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Notes the wanted address and asks for the mail with its code; clears the address for an empty one.
pub(super) fn set(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let email = command.email.as_deref().unwrap_or_default();
    let confirmed = run.state.email.as_deref();
    let asks = !email.is_empty() && !confirmed.is_some_and(|confirmed| same(confirmed, email));
    if asks && !may_mail(run, command) {
        return Err(Refused::TooOften);
    }
    run.state.pending = None;
    if email.is_empty() {
        if let Some(old) = run.state.email.take() {
            claim(run, command, &old, "release");
        }
        run.state.cleared |= !run.state.details.ignore_all_email;
        run.state.details.ignore_all_email = true;
        return Ok(());
    }
    if !asks {
        return Ok(());
    }
    let until = run.now.saturating_add(command.ttl_ms);
    run.state.pending = Some(Pending {
        email: email.to_owned(),
        code_hash: command.code_hash.clone().unwrap_or_default(),
        until,
        tries_left: command.tries_max,
        claim: None,
    });
    run.effects.push(EffectRequest {
        kind: EFFECT,
        key: Some(command.command_id.clone()),
        request: model::encode(&mail::validation(command, email)),
        not_after: Some(until),
    });
    Ok(())
}

/// Whether one more mail with a code may go out; then it is counted. A wallet names whatever address it likes: without
/// a bound anybody could have anybody's box filled.
fn may_mail(run: &mut Run, command: &Command) -> bool {
    // Commands of before there was a bound name none.
    let allowed: MailsAllowed = command.details.read().unwrap_or_default();
    if allowed.most == 0 {
        return true;
    }
    let since = run.now.saturating_sub(allowed.window_ms);
    run.state.mailed.retain(|at| *at > since);
    if run.state.mailed.len() >= allowed.most as usize {
        return false;
    }
    run.state.mailed.push(run.now);
    true
}

/// Compares the code; a right one makes a claim, whose verdict answers the command.
pub(super) fn confirm(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let now = run.now;
    let Some(pending) = &mut run.state.pending else {
        return Err(Refused::NothingPending);
    };
    if now > pending.until {
        run.state.pending = None;
        return Err(Refused::InvalidCode);
    }
    let given = command.code_hash.as_deref().unwrap_or_default();
    if pending.code_hash.is_empty() || pending.code_hash != given {
        // A right code came before: its claim is not lost to whoever guesses meanwhile.
        if pending.claim.is_none() {
            pending.tries_left -= 1;
        }
        if pending.tries_left <= 0 {
            run.state.pending = None;
        }
        return Err(Refused::InvalidCode);
    }
    pending.claim = Some(command.command_id.clone());
    let email = pending.email.clone();
    claim(run, command, &email, "claim");
    Ok(())
}

/// Takes over what `emails` decided. An address that was granted but is not wanted any more is given back.
pub(super) fn verdict(run: &mut Run, command: &Command) -> Result<(), Refused> {
    let email = command.email.as_deref().unwrap_or_default();
    let claimed = |pending: &Pending| pending.claim.is_some() && same(&pending.email, email);
    let mut refused = None;
    if run.state.pending.as_ref().is_some_and(claimed) {
        let pending = run.state.pending.take().unwrap_or_default();
        if command.granted {
            let old = run.state.email.replace(pending.email);
            if let Some(old) = old.filter(|old| !same(old, email)) {
                claim(run, command, &old, "release");
            }
            if std::mem::take(&mut run.state.cleared) {
                run.state.details.ignore_all_email = false;
            }
        } else {
            refused = Some(Refused::EmailTaken);
        }
    } else if !run
        .state
        .email
        .as_deref()
        .is_some_and(|own| same(own, email))
    {
        refused = Some(Refused::NothingPending);
        if command.granted {
            claim(run, command, email, "release");
        }
    }
    let Some(confirm) = command.ids.first() else {
        return Ok(());
    };
    // An answer that was forgotten meanwhile would not be forgotten again.
    if run.state.commands.contains(confirm) {
        let answer = Answer {
            command: "confirm-email".into(),
            at: run.now,
            refused,
            ..Answer::default()
        };
        put_answer(run, &command.address, confirm, &answer);
    }
    Ok(())
}

fn claim(run: &mut Run, command: &Command, email: &str, action: &str) {
    let claim = EmailClaim {
        email: email.to_lowercase(),
        address: command.address.clone(),
        action: action.to_owned(),
        command_id: command.command_id.clone(),
    };
    run.emits.push(wire::emit(CLAIMS, &claim.email, &claim));
}
