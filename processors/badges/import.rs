//! Progress that was counted elsewhere: merged, never told.

use std::collections::BTreeMap;

use model::events::badges::{Badge, Import};
use model::tables::badges::{HALVES, Progress};
use serde_json::Value;

use super::step::Turn;

pub(super) fn merge(
    turn: &mut Turn<'_>,
    badge_id: &str,
    import_id: &str,
    progress: &Value,
    at: i64,
) {
    let Some(badge) = Badge::find(badge_id) else {
        return turn.refuse(import_id, vec!["badge not found".into()]);
    };
    let import = match Import::parse(badge, progress) {
        Ok(import) => import,
        Err(error) => return turn.refuse(import_id, vec![error]),
    };
    let held = turn.held(badge);
    let mut merged = merged(badge, held.clone(), import);
    let errors = faults(badge, &merged);
    if !errors.is_empty() {
        return turn.refuse(import_id, errors);
    }
    merged.updated_at = held.updated_at;
    if merged != held {
        merged.updated_at = held.updated_at.max(at);
        turn.put(badge, merged);
    }
}

fn merged(badge: &Badge, held: Progress, import: Import) -> Progress {
    match import {
        Import::Had { at, with, text } => {
            if held.completed_at.is_some_and(|first| first <= at) {
                return held;
            }
            Progress {
                steps: badge.steps,
                things: with.into_iter().map(|id| (id, at)).collect(),
                detail: text.map(Into::into),
                completed_at: Some(at),
                ..Progress::default()
            }
        }
        Import::Business {
            completed_at,
            collection_at,
            store_at,
        } => business(held, completed_at, [store_at, collection_at]),
        Import::Things(things) => {
            let mut all = held.things.clone();
            for (id, at) in things {
                earlier(&mut all, id, at);
            }
            counted(badge, held, all)
        }
        Import::AllThings(things) => counted(badge, held, things),
        Import::Count {
            steps,
            last_at,
            tiers,
        } => {
            // They are numbered from the lowest on; what is above a gap is left out, and granted with the next emote.
            let tiers: Vec<i64> = (0..).map_while(|tier| tiers.get(&tier).copied()).collect();
            let whole = tiers.len() == badge.tiers.len();
            Progress {
                steps,
                last_minute: Some(last_at),
                completed_at: tiers.last().copied().filter(|_| whole),
                tiers,
                ..Progress::default()
            }
        }
    }
}

fn earlier(things: &mut BTreeMap<String, i64>, id: String, at: i64) {
    let first = things.entry(id).or_insert(at);
    *first = at.min(*first);
}

fn business(held: Progress, completed_at: Option<i64>, halves: [Option<i64>; 2]) -> Progress {
    let mut things = held.things.clone();
    for ((half, _), at) in HALVES.iter().zip(halves) {
        if let Some(at) = at {
            earlier(&mut things, (*half).to_owned(), at);
        }
    }
    let whole = things.len() == HALVES.len();
    let later = things.values().max().copied().filter(|_| whole);
    let ends = [held.completed_at, completed_at.or(later)];
    Progress {
        steps: things.len() as i64,
        things,
        completed_at: ends.into_iter().flatten().min(),
        ..held
    }
}

/// Progress of things that are counted: a tier is as old as the thing that reached it, or as it was held to be.
fn counted(badge: &Badge, held: Progress, things: BTreeMap<String, i64>) -> Progress {
    let mut progress = Progress {
        steps: things.len() as i64,
        things,
        ..held
    };
    let times: Vec<i64> = progress.by_time().map(|(_, at)| at).collect();
    let reached = badge.tiers.iter().map_while(|tier| {
        let nth = usize::try_from(tier.steps - 1).ok()?;
        times.get(nth).copied()
    });
    for (tier, at) in reached.enumerate() {
        match progress.tiers.get_mut(tier) {
            Some(first) => *first = at.min(*first),
            None => progress.tiers.push(at),
        }
    }
    if progress.tiers.len() == badge.tiers.len() {
        let ends = [progress.completed_at, progress.tiers.last().copied()];
        progress.completed_at = ends.into_iter().flatten().min();
    }
    progress
}

/// What contradicts itself, in words that clients know.
fn faults(badge: &Badge, progress: &Progress) -> Vec<String> {
    let mut faults = Vec::new();
    let complete = progress.completed_at.is_some();
    if badge.is_tiered() && complete && progress.tiers.len() != badge.tiers.len() {
        faults.push("mismatch between badge tiers and achieved tiers".to_owned());
    }
    if !badge.is_tiered() && complete && progress.steps != badge.steps {
        faults.push("mismatch between badge criteria and progress steps".to_owned());
    }
    for (tier, at) in progress.tiers.iter().enumerate() {
        let id = badge.tier_id(tier);
        if badge.tiers[tier].steps > progress.steps {
            faults.push(format!(
                "tier achieved {id} criteria steps are greater than progress steps"
            ));
        }
        if tier > 0 && progress.tiers[tier - 1] > *at {
            let previous = badge.tier_id(tier - 1);
            faults.push(format!(
                "tier achieved {id} completed before previous tier {previous}"
            ));
        }
    }
    faults
}
