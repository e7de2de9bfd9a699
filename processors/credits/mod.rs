//! The credits ledger: every number shown is a fold over double-entry transfers.
//!
//! All that concerns credits is in one order (`credits.log`, then with the time in it `credits.journal`), because
//! budgets and daily limits are everybody's. This processor folds it: one aggregate, since an event has one key and a
//! claim moves money of a season to a person. Its state stays bounded by what is alive: a credit that is used up, a
//! purchase that is over, a question that was answered leave it a week later; what they were stays in rows. The state's
//! tables share what did not change, so that a step costs what it touches. See docs/decisions/012-the-ledger.md.
//!
//! - [`program`]: seasons, enrolment, goals, captcha and claims.
//! - [`grants`]: credits given on demand and bought in an app.
//! - [`usd`]: dollars: orders, authorizations, cancellations.
//! - [`chain`]: what was spent, revoked, taken back, and made final.
//! - [`limits`]: how much one wallet may ask in a day.
//! - [`sweep`], [`due`]: what falls due by the ledger's time or by a finalised block.
//! - [`books`]: the only place that moves money; it writes the statement as it does.
//!
//! Whatever is asked gets one answer, a refusal included; the same key with the same question keeps its first answer.
//! A violated invariant stops the partition.

mod answers;
mod books;
mod captcha;
mod chain;
mod due;
mod grants;
pub mod inputs;
mod limits;
mod names;
mod program;
mod proofs;
mod rows;
mod rules;
mod run;
pub mod sequencer;
mod state;
mod step;
mod sweep;
#[cfg(test)]
mod tests;
mod usd;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::ledger::Entry;
use model::tables::credits as tables;

use state::State;

/// See the module.
pub struct Credits;

/// Where answers are told.
const OUTCOMES: &str = "credits.outcomes";
/// Where people are told.
const SERVICE: &str = "credits-service.events";

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "credits",
    revision: 1,
    input: "credits.journal",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::USERS,
            doc: "people; partition address, row empty",
        },
        Table {
            name: tables::VOUCHERS,
            doc: "credits; partition address, row salt",
        },
        Table {
            name: tables::PURCHASES,
            doc: "purchases with dollars; partition address, row salt",
        },
        Table {
            name: tables::PURCHASE_LISTS,
            doc: "the same, newest first; partition address and status or all, row time and salt",
        },
        Table {
            name: tables::ORDERS,
            doc: "orders of dollars; partition address, row order id",
        },
        Table {
            name: tables::STATEMENT,
            doc: "movements of a person's accounts; partition address, row 8-byte number",
        },
        Table {
            name: tables::ANSWERS,
            doc: "answers of the last week; partition address or all, row key",
        },
        Table {
            name: tables::PROGRAM,
            doc: "seasons and sums; partition all, row empty",
        },
        Table {
            name: tables::ANOMALIES,
            doc: "what should not be; partition all, row 8-byte number",
        },
        Table {
            name: tables::FLAGS,
            doc: "flagged wallets; partition all, row address",
        },
        Table {
            name: tables::REASONS,
            doc: "why credits were given on demand; partition all, row the reason",
        },
        Table {
            name: tables::IN_APP_TOKENS,
            doc: "wallets of app accounts; partition token, row empty",
        },
        Table {
            name: tables::CHANGES,
            doc: "whose credits or dollars changed last; partition all, row 8-byte number",
        },
    ],
    emits: &[OUTCOMES, SERVICE],
    effects: &["voucher"],
    kind: Kind::Decider,
    // Only a violated invariant or a broken entry is rejected: money must not move on after either.
    poison: Poison::Halt,
};

impl Processor for Credits {
    const SPEC: Spec = SPEC;
    type Event = Entry;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Entry>, Reject> {
        crate::wire::read(record)
    }

    fn key(&self, _: &Entry) -> Bytes {
        Bytes::from_static(tables::ALL.as_bytes())
    }

    fn step(&self, state: &State, entry: &Entry, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, entry)
    }
}
