//! Minutes spent in scenes.
//!
//! A move waits until it is known where it led, and moves are settled in the order the person made them; so it changes
//! nothing when the answers come interleaved. A move into no scene is left out entirely. Each other one adds the time
//! since the session's last one to the scene of that; a title that has had a minute in one session counts, at the time
//! of the move that shows it. What counts is the caller's: it is told each minute that the newest moves of a session show,
//! again and again, and says which scenes need not be looked at any more.
//!
//! A scene may become known after somebody stepped into it. Then the move is answered again, and as long as it is among
//! the session's newest, the session is counted again with it. What counted before stays counted.

use std::collections::BTreeMap;

use model::tables::badges::{Move, Session, Stop, Travel};
use model::tables::{HOUR_MS, fingerprint};

/// Time in a scene that counts, ms.
const STAY_MS: i64 = 60_000;
/// A session ends this long after its last move, ms.
const SESSION_MS: i64 = 2 * HOUR_MS;
/// Moves that wait for answers. Every question is answered, so there are only as many as are on their way.
pub(crate) const PENDING_MAX: usize = 1024;
/// Answers that came before their moves.
const EARLY_MAX: usize = 64;
/// Settled moves that are known when they come again.
const SETTLED_MAX: usize = 128;
/// Sessions of one person at a time: the least recent one ends when there are more.
const SESSIONS_MAX: usize = 16;
/// Moves of a session whose scenes may still become known.
const PATH_MAX: usize = 64;
/// Scenes of one session that have not had their minute: the one with the least time is forgotten when there are more.
const SPENT_MAX: usize = 1024;

/// Scenes that had their minute, and when (ms) that showed.
pub(crate) type Reached = Vec<(String, i64)>;

/// A scene, and the times (ms) between which somebody was there.
pub(crate) type Stay = (String, i64, i64);

/// Somebody on their way.
pub(crate) struct Walker<'a> {
    pub(crate) travel: &'a mut Travel,
    /// Scenes whose minutes need not be kept: they count no more.
    pub(crate) is_counted: &'a dyn Fn(&str) -> bool,
    pub(crate) reached: Reached,
    /// What the moves that were settled now have shown.
    pub(crate) stayed: Vec<Stay>,
}

/// A move whose answer is to come.
pub(crate) fn moved(walker: &mut Walker<'_>, key: &str, session: String, at: i64) {
    let travel = &mut *walker.travel;
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
    settle(walker);
}

/// Where a move led.
pub(crate) fn answered(walker: &mut Walker<'_>, key: &str, title: Option<String>) {
    let travel = &mut *walker.travel;
    if let Some(waits) = travel.pending.iter_mut().find(|waits| waits.key == key) {
        // Of the answers that name a scene the first stands.
        waits.answered = true;
        waits.title = waits.title.take().or(title);
        return settle(walker);
    }
    let mark = fingerprint(key);
    if travel.settled.contains(&mark) {
        return known_late(walker, &mark, title);
    }
    // The two came by different topics.
    let early = travel.early.entry(key.to_owned()).or_default();
    *early = early.take().or(title);
    if travel.early.len() > EARLY_MAX {
        travel.early.pop_first();
    }
}

fn settle(walker: &mut Walker<'_>) {
    let answered = walker.travel.pending.iter().take_while(|m| m.answered);
    let count = answered.count();
    let settled: Vec<Move> = walker.travel.pending.drain(..count).collect();
    for one in settled {
        let mark = fingerprint(&one.key);
        let travel = &mut *walker.travel;
        travel.settled.push(mark.clone());
        let old = travel.settled.len().saturating_sub(SETTLED_MAX);
        travel.settled.drain(..old);
        let stop = Stop {
            mark,
            at: one.at,
            title: one.title,
        };
        enter(walker, &one.session, stop);
    }
}

/// The scene of a settled move becomes known.
fn known_late(walker: &mut Walker<'_>, mark: &str, title: Option<String>) {
    let Some(title) = title else {
        return;
    };
    let mut found = None;
    for (id, session) in &mut walker.travel.sessions {
        let mut stops = session.path.iter_mut();
        if let Some(stop) = stops.find(|stop| stop.mark == mark && stop.title.is_none()) {
            stop.title = Some(title.clone());
            found = Some(id.clone());
        }
    }
    if let Some(id) = found {
        credit(walker, &id);
    }
}

/// One move more of a session.
fn enter(walker: &mut Walker<'_>, session_id: &str, stop: Stop) {
    let sessions = &mut walker.travel.sessions;
    sessions.retain(|_, session| stop.at.saturating_sub(last_at(session)) < SESSION_MS);
    if !sessions.contains_key(session_id) && sessions.len() >= SESSIONS_MAX {
        let oldest = sessions.iter().min_by_key(|(_, session)| last_at(session));
        if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
            sessions.remove(&oldest);
        }
    }
    let mut session = sessions.remove(session_id).unwrap_or_default();
    let before = stays_of(&session).len();
    session.path.push(stop);
    let stayed = stays_of(&session).into_iter().nth(before);
    walker.stayed.extend(stayed);
    if session.path.len() > PATH_MAX {
        let mut walk = Walk::of(&session);
        walk.step(&session.path.remove(0));
        walk.spent.retain(|title, _| !(walker.is_counted)(title));
        if walk.spent.len() > SPENT_MAX {
            let least = walk.spent.iter().min_by_key(|(_, spent)| **spent);
            if let Some(least) = least.map(|(title, _)| title.clone()) {
                walk.spent.remove(&least);
            }
        }
        session.spent = walk.spent;
        if let Some((title, at)) = walk.last {
            session.last_title = Some(title);
            session.last_at = at;
        }
    }
    let sessions = &mut walker.travel.sessions;
    sessions.insert(session_id.to_owned(), session);
    credit(walker, session_id);
}

/// What the newest moves of all sessions show, in the order of the moves that show it.
pub(crate) fn stays(travel: &Travel) -> Vec<Stay> {
    let mut stays: Vec<Stay> = travel.sessions.values().flat_map(stays_of).collect();
    stays.sort_by_key(|(_, _, to)| *to);
    stays
}

fn stays_of(session: &Session) -> Vec<Stay> {
    let mut walk = Walk::of(session);
    for stop in &session.path {
        walk.step(stop);
    }
    walk.stays
}

/// When (ms) a session was last in a scene; in one that was in none yet, when it last moved.
fn last_at(session: &Session) -> i64 {
    let scenes = session.path.iter().filter(|stop| stop.title.is_some());
    let known = session.last_title.as_ref().map(|_| session.last_at);
    let newest = scenes.map(|stop| stop.at).chain(known).max();
    let moved = || session.path.last().map_or(session.last_at, |stop| stop.at);
    newest.unwrap_or_else(moved)
}

/// Counts what a session has shown.
fn credit(walker: &mut Walker<'_>, session_id: &str) {
    let Some(session) = walker.travel.sessions.get(session_id) else {
        return;
    };
    let mut walk = Walk::of(session);
    for stop in &session.path {
        walk.step(stop);
    }
    walker.reached.append(&mut walk.reached);
}

/// A session gone through move by move.
struct Walk {
    /// Where it is, and since when (ms).
    last: Option<(String, i64)>,
    /// Time (ms) in each scene.
    spent: BTreeMap<String, i64>,
    /// Scenes that have had their minute, and when (ms) that showed.
    reached: Vec<(String, i64)>,
    /// Each stay in a scene between two moves.
    stays: Vec<Stay>,
}

impl Walk {
    /// The moves before the session's newest ones.
    fn of(session: &Session) -> Self {
        let last = session.last_title.clone();
        Self {
            last: last.map(|title| (title, session.last_at)),
            spent: session.spent.clone(),
            reached: Vec::new(),
            stays: Vec::new(),
        }
    }

    /// One move. Nothing for one into no scene, and for one older than the last into a scene.
    fn step(&mut self, stop: &Stop) {
        let Some(title) = &stop.title else {
            return;
        };
        if let Some((left, since)) = &self.last {
            if stop.at < *since {
                return;
            }
            self.stays.push((left.clone(), *since, stop.at));
            let spent = self.spent.entry(left.clone()).or_default();
            let before = *spent;
            *spent = spent.saturating_add(stop.at.saturating_sub(*since));
            if before < STAY_MS && *spent >= STAY_MS {
                self.reached.push((left.clone(), stop.at));
            }
        }
        self.last = Some((title.clone(), stop.at));
    }
}
