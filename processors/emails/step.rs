//! From a claim to its verdict.

use kernel::{Context, Reject, Step};
use model::events::notification::{Command, EmailClaim};
use model::tables::emails::State;

use crate::wire;

/// Where verdicts go: to the inbox of the wallet.
pub(super) const VERDICTS: &str = "notifications";

pub(super) fn step(
    state: &State,
    claim: &EmailClaim,
    context: &Context,
) -> Result<Step<State>, Reject> {
    let own = state.owner.as_ref() == Some(&claim.address);
    match claim.action.as_str() {
        "claim" => {
            let granted = own || state.owner.is_none();
            let verdict = Command {
                address: claim.address.clone(),
                command: "verdict".into(),
                command_id: format!("verdict-{}", claim.command_id),
                ids: vec![claim.command_id.clone()],
                email: Some(claim.email.clone()),
                granted,
                at: context.timestamp,
                ..Command::default()
            };
            let owner = match granted {
                true => Some(claim.address.clone()),
                false => state.owner.clone(),
            };
            Ok(Step {
                emits: vec![wire::emit(VERDICTS, &claim.address, &verdict)],
                ..Step::state(State { owner })
            })
        }
        "release" if own => Ok(Step::state(State { owner: None })),
        "release" => Ok(Step::nothing()),
        other => {
            let message = format!(
                "claim of {} is to {other:?}, which means nothing",
                claim.address
            );
            Err(Reject::new("EMAIL_CLAIM_UNKNOWN", message))
        }
    }
}
