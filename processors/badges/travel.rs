//! Minutes spent in scenes.
//!
//! A move waits until it is known where it led, and moves are settled in the order the person made them; so it changes
//! nothing when the answers come interleaved. A move into no scene is left out entirely. Each other one adds the time
//! since the session's last one to the scene of that; a title that has had a minute in one session counts, at the time
//! of the move that shows it.

use std::collections::BTreeMap;

use model::events::badges::{Badge, Rule};
use model::tables::badges::{Move, Session};
use model::tables::{HOUR_MS, fingerprint};

use super::rules::{self, MINUTE_MS};
use super::step::Turn;

/// Time in a scene that counts, ms.
const STAY_MS: i64 = MINUTE_MS;
/// A session ends this long after its last move, ms.
const SESSION_MS: i64 = 2 * HOUR_MS;
/// Moves that wait for answers. Every question is answered, so there are only as many as are on their way.
pub(super) const PENDING_MAX: usize = 1024;
/// Answers that came before their moves.
const EARLY_MAX: usize = 64;
/// Settled moves that are known when they come again.
const SETTLED_MAX: usize = 64;
/// Sessions of one person at a time: the least recent one ends when there are more.
const SESSIONS_MAX: usize = 16;
/// Scenes of one session that have not had their minute: the one with the least time is forgotten when there are more.
const SPENT_MAX: usize = 1024;

fn is_open(turn: &Turn<'_>) -> bool {
    Badge::of(Rule::Scenes).any(|badge| !turn.is_complete(badge))
}

/// A move whose answer is to come.
pub(super) fn moved(turn: &mut Turn<'_>, key: &str, session: String, at: i64) {
    if !is_open(turn) {
        return;
    }
    let travel = &mut turn.state.travel;
    let again = travel.settled.contains(&fingerprint(key))
        || travel.pending.iter().any(|waits| waits.key == key);
    if again {
        return;
    }
    let early = travel.early.remove(key);
    travel.pending.push(Move {
        key: key.to_owned(),
        session,
        at,
        answered: early.is_some(),
        title: early.flatten(),
    });
    if travel.pending.len() > PENDING_MAX {
        travel.pending.remove(0);
    }
    settle(turn);
}

/// Where a move led.
pub(super) fn answered(turn: &mut Turn<'_>, key: &str, title: Option<String>) {
    if !is_open(turn) {
        return;
    }
    let travel = &mut turn.state.travel;
    match travel.pending.iter_mut().find(|waits| waits.key == key) {
        // The first answer stands.
        Some(waits) if !waits.answered => {
            waits.answered = true;
            waits.title = title;
        }
        Some(_) => {}
        None if travel.settled.contains(&fingerprint(key)) => {}
        None => {
            // The two came by different topics.
            travel.early.entry(key.to_owned()).or_insert(title);
            if travel.early.len() > EARLY_MAX {
                travel.early.pop_first();
            }
        }
    }
    settle(turn);
}

fn settle(turn: &mut Turn<'_>) {
    let answered = turn.state.travel.pending.iter().take_while(|m| m.answered);
    let count = answered.count();
    let settled: Vec<Move> = turn.state.travel.pending.drain(..count).collect();
    for one in settled {
        let travel = &mut turn.state.travel;
        travel.settled.push(fingerprint(&one.key));
        let old = travel.settled.len().saturating_sub(SETTLED_MAX);
        travel.settled.drain(..old);
        if let Some(title) = one.title {
            dwell(turn, &one.session, title, one.at);
        }
    }
    if !is_open(turn) {
        turn.state.travel = Default::default();
    }
}

/// The person is in a scene from now on, and was in the one before until now.
fn dwell(turn: &mut Turn<'_>, session_id: &str, title: String, at: i64) {
    let sessions = &mut turn.state.travel.sessions;
    let Some((left, stayed)) = enter(sessions, session_id, title, at) else {
        return;
    };
    let counted = Badge::of(Rule::Scenes).all(|badge| turn.has(badge, &left));
    let Some(session) = turn.state.travel.sessions.get_mut(session_id) else {
        return;
    };
    if counted {
        session.spent.remove(&left);
        return;
    }
    let spent = session.spent.entry(left.clone()).or_default();
    *spent += stayed;
    if *spent >= STAY_MS {
        session.spent.remove(&left);
        return rules::add(turn, Rule::Scenes, &left, at);
    }
    if session.spent.len() > SPENT_MAX {
        let least = session.spent.iter().min_by_key(|(_, spent)| **spent);
        if let Some(least) = least.map(|(title, _)| title.clone()) {
            session.spent.remove(&least);
        }
    }
}

/// Takes a scene as the session's; gives the scene before and the time (ms) in it. Nothing for the first scene of a
/// session, and for a move older than the session's last.
fn enter(
    sessions: &mut BTreeMap<String, Session>,
    session_id: &str,
    title: String,
    at: i64,
) -> Option<(String, i64)> {
    sessions.retain(|_, session| at - session.last_at < SESSION_MS);
    if let Some(session) = sessions.get_mut(session_id) {
        if at < session.last_at {
            return None;
        }
        let left = std::mem::replace(&mut session.last_title, title);
        let stayed = at - std::mem::replace(&mut session.last_at, at);
        return Some((left, stayed));
    }
    if sessions.len() >= SESSIONS_MAX {
        let oldest = sessions.iter().min_by_key(|(_, session)| session.last_at);
        if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
            sessions.remove(&oldest);
        }
    }
    let session = Session {
        last_title: title,
        last_at: at,
        ..Session::default()
    };
    sessions.insert(session_id.to_owned(), session);
    None
}
