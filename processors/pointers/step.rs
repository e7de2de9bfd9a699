//! From a claim to a top and a loser.

use std::cmp::Ordering;

use kernel::{Context, Reject, RowWrite, Step};
use model::events::catalyst::PointerClaim;
use model::tables::pointers::{self as tables, Overwrite, State, Top};

pub(super) fn step(
    state: &State,
    claim: &PointerClaim,
    context: &Context,
) -> Result<Step<State>, Reject> {
    if claim.pointer.is_empty() || claim.entity_id.is_empty() || claim.entity_type.is_empty() {
        let message = format!(
            "claim of {:?} by {:?} ({:?}) lacks a part",
            claim.pointer, claim.entity_id, claim.entity_type
        );
        return Err(Reject::new("CLAIM_INCOMPLETE", message));
    }
    let claimed = Top {
        entity_id: claim.entity_id.clone(),
        entity_timestamp: claim.entity_timestamp,
    };
    let Some(top) = state.tops.get(&claim.entity_type) else {
        return Ok(Step::state(with_top(state, claim, claimed)));
    };
    let overwrites = |loser: &Top, winner: &Top| {
        let row = Overwrite {
            by: winner.entity_id.clone(),
            by_timestamp: winner.entity_timestamp,
            at: context.timestamp,
        };
        let (partition, pointer) = (loser.entity_id.clone(), claim.pointer.clone());
        vec![RowWrite::put(tables::OVERWRITES, partition, pointer, &row)]
    };
    Ok(match newer(&claimed, top) {
        Ordering::Equal => Step::nothing(),
        Ordering::Less => Step {
            rows: overwrites(&claimed, top),
            ..Step::nothing()
        },
        Ordering::Greater => Step {
            rows: overwrites(top, &claimed),
            ..Step::state(with_top(state, claim, claimed))
        },
    })
}

fn with_top(state: &State, claim: &PointerClaim, top: Top) -> State {
    let mut state = state.clone();
    state.tops.insert(claim.entity_type.clone(), top);
    state
}

/// The order of catalysts. Ids that differ only in case never happen; they are told apart all the same, so that the
/// order is total and no claim is lost.
fn newer(a: &Top, b: &Top) -> Ordering {
    let lower = |top: &Top| top.entity_id.to_ascii_lowercase();
    a.entity_timestamp
        .cmp(&b.entity_timestamp)
        .then_with(|| lower(a).cmp(&lower(b)))
        .then_with(|| a.entity_id.cmp(&b.entity_id))
}
