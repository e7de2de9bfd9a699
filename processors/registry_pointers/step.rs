//! From a claim to the candidates of a pointer.

use kernel::{Reject, RowWrite, Step};
use model::events::registry::{Claim, parse_claim_key};
use model::tables::registry::pointers::{self as tables, Candidate, Spawn, State};

pub(super) fn step(state: &State, claim: &Claim) -> Result<Step<State>, Reject> {
    let Some((world, pointer)) = parse_claim_key(&claim.key) else {
        return Err(incomplete(claim));
    };
    let mut new = state.clone();
    match (claim.kind.as_str(), world, pointer) {
        (Claim::UNDEPLOYMENT, Some(_), "") => {
            new.undeployed_at = new.undeployed_at.max(Some(claim.timestamp));
        }
        (Claim::SPAWN, Some(_), "") => {
            // Of two of one time the greater counts, so that it does not matter which came first.
            new.spawn = new.spawn.max(Some(Spawn {
                at: claim.timestamp,
                x: claim.x,
                y: claim.y,
            }));
        }
        (Claim::ENTITY, _, pointer) if !pointer.is_empty() && !claim.entity_id.is_empty() => {
            new.claim(Candidate {
                entity_id: claim.entity_id.clone(),
                timestamp: claim.timestamp,
                complete: claim.complete.iter().cloned().collect(),
                undeployed: claim.undeployed,
            });
        }
        _ => return Err(incomplete(claim)),
    }
    if new == *state {
        return Ok(Step::nothing());
    }
    let row = world.filter(|_| !pointer.is_empty());
    let row =
        row.map(|world| RowWrite::put(tables::WORLDS, world.to_owned(), pointer.to_owned(), &new));
    Ok(Step {
        rows: row.into_iter().collect(),
        ..Step::state(new)
    })
}

fn incomplete(claim: &Claim) -> Reject {
    let Claim {
        key,
        kind,
        entity_id,
        ..
    } = claim;
    let message = format!("{kind:?} of {key:?} by {entity_id:?} lacks a part");
    Reject::new("CLAIM_INCOMPLETE", message)
}
