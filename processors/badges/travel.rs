//! Scenes that were explored: see `processors/travel.rs` for what a minute in one is. Nothing is kept of the travels of
//! somebody whose badge is complete.

use model::events::badges::{Badge, Rule};

use super::events;
use super::rules;
use super::step::Turn;
use crate::travel::{self, Stay, Walker};

#[cfg(test)]
pub(super) use crate::travel::PENDING_MAX;

fn is_open(turn: &Turn<'_>) -> bool {
    Badge::of(Rule::Scenes).any(|badge| !turn.is_complete(badge)) || events::is_open(turn)
}

/// A move whose answer is to come.
pub(super) fn moved(turn: &mut Turn<'_>, key: &str, session: String, at: i64) {
    go(turn, |walker| travel::moved(walker, key, session, at));
}

/// Where a move led.
pub(super) fn answered(turn: &mut Turn<'_>, key: &str, title: Option<String>) {
    go(turn, |walker| travel::answered(walker, key, title));
}

fn go(turn: &mut Turn<'_>, step: impl FnOnce(&mut Walker<'_>)) {
    if !is_open(turn) {
        return;
    }
    let mut travel = std::mem::take(&mut turn.state.travel);
    let counted = |title: &str| Badge::of(Rule::Scenes).all(|badge| turn.has(badge, title));
    let mut walker = Walker {
        travel: &mut travel,
        is_counted: &counted,
        reached: Vec::new(),
        stayed: Vec::new(),
    };
    step(&mut walker);
    let (reached, stayed) = (walker.reached, walker.stayed);
    turn.state.travel = travel;
    for (title, at) in reached {
        rules::add(turn, Rule::Scenes, &title, at);
    }
    for (title, from, to) in stayed {
        events::stayed(turn, &title, from, to);
    }
    if !is_open(turn) {
        turn.state.travel = Default::default();
    }
}

/// What the newest moves of all sessions show.
pub(super) fn stays(turn: &Turn<'_>) -> Vec<Stay> {
    travel::stays(&turn.state.travel)
}
