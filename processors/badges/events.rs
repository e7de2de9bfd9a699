//! Events that were attended: five minutes in the scene where an event is, while it lasts.
//!
//! What a person is told of their events, where these are, and the person's moves come by different topics. So what a
//! move adds is counted as it comes, and when an event or its scene becomes known, the newest moves of each session are
//! looked at again.

use model::events::badges::{Badge, Rule};
use model::tables::DAY_MS;
use model::tables::badges::Attending;

use super::rules::{self, MINUTE_MS};
use super::step::Turn;
use super::travel;

/// Time at an event that counts, ms.
const STAY_MS: i64 = 5 * MINUTE_MS;
/// Longest time an event lasts, also of one whose end nobody told, ms.
const EVENT_MS: i64 = DAY_MS;
/// Events of one person that are waited for; the one that ends first is forgotten when there are more.
const EVENTS_MAX: usize = 32;

/// Whether there are badges for it that are not complete.
pub(super) fn is_open(turn: &Turn<'_>) -> bool {
    Badge::of(Rule::Events).any(|badge| !turn.is_complete(badge))
}

/// Whether an event may still count.
fn is_wanted(turn: &Turn<'_>, id: &str) -> bool {
    let counted = Badge::of(Rule::Events).all(|badge| turn.has(badge, id));
    !counted && is_open(turn)
}

/// Forgets the event that ends first when there are too many.
fn bound(turn: &mut Turn<'_>) {
    let events = &mut turn.state.events;
    if events.len() > EVENTS_MAX {
        let first = events.iter().min_by_key(|(_, event)| event.until);
        if let Some(first) = first.map(|(id, _)| id.clone()) {
            events.remove(&first);
        }
    }
}

/// The person attends an event from a time on; when it ends is not always told.
pub(super) fn announced(turn: &mut Turn<'_>, id: &str, from: i64, until: Option<i64>) {
    if !is_wanted(turn, id) {
        return;
    }
    let longest = from.saturating_add(EVENT_MS);
    let events = &mut turn.state.events;
    let known = events.get(id).cloned().unwrap_or_default();
    let wanted = match from < known.until {
        // The same occurrence, told again.
        true => Attending {
            from: known.from.min(from),
            until: until.unwrap_or(known.until).min(longest),
            ..known.clone()
        },
        false => Attending {
            from,
            until: until.unwrap_or(longest).min(longest),
            title: known.title.clone(),
            spent: 0,
        },
    };
    if wanted == known {
        return;
    }
    events.insert(id.to_owned(), wanted);
    bound(turn);
    look_back(turn, id);
}

/// Where an event is.
pub(super) fn answered(turn: &mut Turn<'_>, id: &str, title: Option<String>) {
    // Before the event is told of, its place may be: the two come by different topics.
    if title.is_none() || !is_wanted(turn, id) {
        return;
    }
    let event = turn.state.events.entry(id.to_owned()).or_default();
    if event.title.is_none() {
        event.title = title;
        bound(turn);
        look_back(turn, id);
    }
}

/// The person was in a scene from one time to another.
pub(super) fn stayed(turn: &mut Turn<'_>, title: &str, from: i64, to: i64) {
    let events = turn.state.events.iter_mut();
    let mut attended = Vec::new();
    for (id, event) in events.filter(|(_, event)| event.title.as_deref() == Some(title)) {
        event.spent += overlap(event, from, to);
        if event.spent >= STAY_MS {
            attended.push(id.clone());
        }
    }
    for id in attended {
        turn.state.events.remove(&id);
        rules::add(turn, Rule::Events, &id, to);
    }
}

/// Counts anew what the newest moves show of an event.
fn look_back(turn: &mut Turn<'_>, id: &str) {
    let stays = travel::stays(turn);
    let Some(event) = turn.state.events.get_mut(id) else {
        return;
    };
    event.spent = 0;
    let here = event.title.clone();
    for (title, from, to) in stays {
        if here.as_ref() != Some(&title) {
            continue;
        }
        event.spent += overlap(event, from, to);
        if event.spent >= STAY_MS {
            turn.state.events.remove(id);
            return rules::add(turn, Rule::Events, id, to);
        }
    }
}

fn overlap(event: &Attending, from: i64, to: i64) -> i64 {
    (to.min(event.until) - from.max(event.from)).max(0)
}
