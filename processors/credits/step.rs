//! From an entry to what follows: time first, then what is asked.

use kernel::{Reject, Step};
use model::events::ledger::Entry;
use serde_json::json;

use super::answers::Known;
use super::rules::{Answered, refuse};
use super::run::Run;
use super::state::State;

pub(super) fn step(state: &State, entry: &Entry) -> Result<Step<State>, Reject> {
    let mut run = Run::new(state, entry);
    run.fall_due()?;
    match entry.kind.as_str() {
        "clock-tick" | "finalized-head" => {}
        "voucher-signed" => run.signed(),
        "credit-used" | "credit-revoked" | "log-reverted" => {
            let done = run.chain();
            run.told(&done);
        }
        // Each is told apart by what it says, and there are many: their keys need not be remembered.
        "goal-step" | "captcha-issued" => {
            let done = run.program();
            run.told(&done);
        }
        "iap-registered" => {
            let done = run.registered_in_app();
            run.told(&done);
        }
        _ => match run.known() {
            Known::New => match run.admit() {
                Ok(()) => {
                    let done = run.command();
                    run.answered(done);
                }
                Err(refused) => run.told(&Err(refused)),
            },
            Known::Same => {}
            Known::Other => {
                let message = format!("key {:?} stands for another question", entry.key);
                run.told(&refuse("key-reused", message));
            }
        },
    }
    Ok(run.finished())
}

impl Run<'_> {
    fn command(&mut self) -> Answered {
        match self.entry.kind.as_str() {
            "season-defined" | "user-enrolled" | "user-opted-out" | "claim-requested"
            | "wallets-flagged" | "wallets-unflagged" => self.program(),
            "on-demand-granted" => self.grant(),
            "iap-verified" => self.bought_in_app(),
            "iap-refunded" => self.refunded_in_app(),
            "order-opened" => self.order_opened(),
            "order-paid" => self.order_paid(),
            "order-failed" => self.order_over("failed"),
            "order-abandoned" => self.order_over("abandoned"),
            "usd-minted" => self.minted(),
            "authorize-requested" => self.authorize(),
            "authorize-cancelled" => self.cancel(),
            "authorize-submitted" => self.submitted(),
            other => refuse("unknown", format!("{other:?} is no command of the ledger")),
        }
    }

    /// Whose the entry is.
    pub(super) fn address(&self) -> Result<String, super::rules::Refused> {
        match self.entry.address.as_str() {
            "" => refuse("invalid", "no address"),
            long if long.len() > super::rules::TEXT_BYTES_MAX => {
                refuse("invalid", "address too long")
            }
            address => Ok(address.to_owned()),
        }
    }

    fn finished(mut self) -> Step<State> {
        if !self.changed {
            return Step {
                emits: self.emits,
                ..Step::nothing()
            };
        }
        self.write_rows();
        Step {
            state: Some(self.state),
            rows: self.rows,
            emits: self.emits,
            effects: self.effects,
        }
    }

    /// Nothing more to say than that it is done.
    pub(super) fn done(&self) -> Answered {
        Ok(json!({}))
    }
}
