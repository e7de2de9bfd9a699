//! Decides which wallet has an e-mail address: one at a time, the first that claims it.
//!
//! The code of a confirmation proves that somebody reads the address; two wallets may prove it, so who may keep it is
//! decided here, in the one order of the address. The verdict goes back to the wallet's inbox as a command. A claim by
//! the wallet that has the address is granted again.
//!
//! It is a decider: its verdicts are history.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::notification::EmailClaim;
use model::tables::emails::{self as tables, State};

/// See the module.
pub struct Emails;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "emails",
    revision: 1,
    input: "emails.claims",
    aggregates: Some(tables::TABLE),
    projections: &[],
    emits: &[step::VERDICTS],
    effects: &[],
    kind: Kind::Decider,
    // A claim that means nothing changes nothing for the next one.
    poison: Poison::Skip,
};

impl Processor for Emails {
    const SPEC: Spec = SPEC;
    type Event = EmailClaim;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<EmailClaim>, Reject> {
        crate::wire::read_keyed(record, |claim: &EmailClaim| &claim.email)
    }

    fn key(&self, claim: &EmailClaim) -> Bytes {
        Bytes::copy_from_slice(claim.email.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        claim: &EmailClaim,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, claim, context)
    }
}
