//! What counts for each rule that one fact decides.

use model::events::badges::{BADGES, Badge, HEIGHT_MIN, Rule};
use model::tables::badges::Progress;
use serde_json::Number;

use super::step::Turn;

/// Milliseconds of a minute.
pub(super) const MINUTE_MS: i64 = 60_000;
/// Minutes that are listed: those of a day.
const MINUTES_MAX: usize = 1440;

/// One step, which completes a badge that has only one.
fn once(progress: &mut Progress) {
    progress.steps = 1;
}

pub(super) fn landed(turn: &mut Turn<'_>, parcel: Option<String>, at: i64) {
    for badge in Badge::of(Rule::Landing) {
        let parcel = parcel.clone();
        turn.count(badge, at, |progress| {
            progress.detail = parcel.map(Into::into);
            once(progress);
        });
    }
}

pub(super) fn described(turn: &mut Turn<'_>, description: String, at: i64) {
    for badge in Badge::of(Rule::Description) {
        let description = description.clone();
        turn.count(badge, at, |progress| {
            progress.detail = Some(description.into());
            once(progress);
        });
    }
}

pub(super) fn built(turn: &mut Turn<'_>, at: i64) {
    for badge in Badge::of(Rule::Land) {
        turn.count(badge, at, once);
    }
}

/// A height that is not named was checked by the client.
pub(super) fn climbed(turn: &mut Turn<'_>, height: Option<Number>, at: i64) {
    let metres = height.as_ref().and_then(Number::as_f64);
    if metres.is_some_and(|metres| metres < HEIGHT_MIN) {
        return;
    }
    for badge in Badge::of(Rule::Height) {
        let height = height.clone();
        turn.count(badge, at, |progress| {
            progress.detail = height.map(Into::into);
            once(progress);
        });
    }
}

/// Every minute once, and only onwards.
pub(super) fn emoted(turn: &mut Turn<'_>, at: i64) {
    let minute = at.div_euclid(MINUTE_MS) * MINUTE_MS;
    for badge in Badge::of(Rule::Emotes) {
        let known = turn.state.badges.get(badge.id);
        let last = known.and_then(|progress| progress.last_minute);
        if last.is_some_and(|last| minute <= last) {
            continue;
        }
        turn.count(badge, at, |progress| {
            progress.last_minute = Some(minute);
            progress.minutes.push(minute);
            let old = progress.minutes.len().saturating_sub(MINUTES_MAX);
            progress.minutes.drain(..old);
            progress.steps = progress.steps.saturating_add(1);
        });
    }
}

pub(super) fn walked(turn: &mut Turn<'_>, key: &str, steps: i64, at: i64) {
    let mut badges = Badge::of(Rule::Steps);
    let open = badges.any(|badge| !turn.is_complete(badge));
    if !open || !turn.state.seen.insert(&format!("walk\n{key}"), at) {
        return;
    }
    for badge in Badge::of(Rule::Steps) {
        turn.count(badge, at, |progress| {
            progress.steps = progress.steps.saturating_add(steps);
        });
    }
}

/// A half of a business. It is complete at the time of the later half, whichever came first.
pub(super) fn half(turn: &mut Turn<'_>, half: &str, at: i64) {
    for badge in Badge::of(Rule::Business) {
        let known = turn.state.badges.get(badge.id);
        let other = known.and_then(|progress| progress.things.values().max().copied());
        let at_last = other.map_or(at, |other| other.max(at));
        if !turn.has(badge, half) {
            turn.count(badge, at_last, |progress| thing(progress, half, at));
        }
    }
}

/// A distinct thing more.
pub(super) fn add(turn: &mut Turn<'_>, rule: Rule, id: &str, at: i64) {
    for badge in Badge::of(rule) {
        if !turn.has(badge, id) {
            turn.count(badge, at, |progress| thing(progress, id, at));
        }
    }
}

/// A distinct thing more, of a category that may have a badge.
pub(super) fn add_of(
    turn: &mut Turn<'_>,
    rule: fn(&'static str) -> Rule,
    category: &str,
    id: &str,
    at: i64,
) {
    let named = |badge: &&Badge| match badge.rule {
        Rule::Purchases(own) | Rule::Publications(own) => {
            own == category && badge.rule == rule(own)
        }
        _ => false,
    };
    for badge in BADGES.iter().filter(named) {
        if !turn.has(badge, id) {
            turn.count(badge, at, |progress| thing(progress, id, at));
        }
    }
}

fn thing(progress: &mut Progress, id: &str, at: i64) {
    progress.things.insert(id.to_owned(), at);
    progress.steps = progress.things.len() as i64;
}
