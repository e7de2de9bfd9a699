//! The invariants of every history.

use std::collections::BTreeMap;

use crate::account::{Kind, Unit};
use crate::id::Id;
use crate::ledger::{Ledger, Total};
use crate::op::{Record, State};

/// An invariant that does not hold: the ledger must take nothing more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The two sides of a unit differ from each other or from what was moved.
    #[error("unit {unit}: {what}")]
    Sums {
        /// The unit.
        unit: char,
        /// Which sums.
        what: String,
    },
    /// One side of an account outgrew the other.
    #[error("account {0} exceeds its bound")]
    Bound(Id),
    /// A resolution without its hold, or a hold that disagrees with it.
    #[error("resolution {0} does not fit its hold")]
    Resolution(Id),
}

impl Ledger {
    /// Recounts everything: debits equal credits, posted and held, in each unit; no account exceeds its bound; what is
    /// held is what open holds hold; each resolution agrees with its hold.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check(&self) -> Result<(), Violation> {
        let mut debits: BTreeMap<Unit, Total> = BTreeMap::new();
        let mut credits = debits.clone();
        for (id, account) in self.accounts.iter() {
            let bounded = match account.kind {
                Kind::Credit => within(
                    account.debits_posted,
                    account.debits_pending,
                    account.credits_posted,
                ),
                Kind::Debit => within(
                    account.credits_posted,
                    account.credits_pending,
                    account.debits_posted,
                ),
                Kind::Open => true,
            };
            if !bounded {
                return Err(Violation::Bound(*id));
            }
            let sides = [
                (&mut debits, account.debits_posted, account.debits_pending),
                (
                    &mut credits,
                    account.credits_posted,
                    account.credits_pending,
                ),
            ];
            for (side, posted, pending) in sides {
                let sum = side.entry(account.unit).or_default();
                sum.posted = sum.posted.saturating_add(posted);
                sum.pending = sum.pending.saturating_add(pending);
            }
        }
        self.check_sums(&debits, &credits)?;
        self.check_holds()
    }

    fn check_sums(
        &self,
        debits: &BTreeMap<Unit, Total>,
        credits: &BTreeMap<Unit, Total>,
    ) -> Result<(), Violation> {
        let units = self.totals.keys().chain(debits.keys());
        for unit in units {
            let of = |side: &BTreeMap<Unit, Total>| side.get(unit).copied().unwrap_or_default();
            let (debit, credit, total) = (of(debits), of(credits), of(&self.totals));
            if debit != credit || debit != total {
                let what = format!("debits {debit:?}, credits {credit:?}, moved {total:?}");
                return Err(Violation::Sums { unit: unit.0, what });
            }
        }
        Ok(())
    }

    fn check_holds(&self) -> Result<(), Violation> {
        let mut held: BTreeMap<Unit, u128> = BTreeMap::new();
        for (id, record) in self.records.iter() {
            match record {
                Record::Moved {
                    transfer,
                    moved,
                    state: State::Held,
                } => {
                    let account = self.accounts.get(&transfer.debit);
                    let unit = account.ok_or(Violation::Resolution(*id))?.unit;
                    *held.entry(unit).or_default() += moved;
                }
                Record::Moved { .. } => {}
                Record::Resolved { hold, post } => {
                    let state = match self.records.get(hold) {
                        Some(Record::Moved { state, .. }) => *state,
                        // Forgotten before its resolution.
                        None => continue,
                        Some(Record::Resolved { .. }) => return Err(Violation::Resolution(*id)),
                    };
                    let wanted = if *post { State::Posted } else { State::Voided };
                    if state != wanted {
                        return Err(Violation::Resolution(*id));
                    }
                }
            }
        }
        for (unit, total) in &self.totals {
            let held = held.get(unit).copied().unwrap_or_default();
            if held != total.pending {
                let what = format!("{held} in open holds, {} held on accounts", total.pending);
                return Err(Violation::Sums { unit: unit.0, what });
            }
        }
        Ok(())
    }
}

fn within(posted: u128, pending: u128, bound: u128) -> bool {
    posted.checked_add(pending).is_some_and(|sum| sum <= bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Kind;
    use crate::op::{Op, Transfer};

    fn filled() -> Ledger {
        let mut ledger = Ledger::default();
        let (a, b) = (id("a"), id("b"));
        ledger.open(a, Unit('M'), Kind::Open).expect("new");
        ledger.open(b, Unit('M'), Kind::Credit).expect("new");
        let transfer = |debit, credit, amount, pending| Transfer {
            debit,
            credit,
            amount,
            balancing: false,
            pending,
        };
        let ops = [
            Op::Transfer {
                id: Id::transfer("in", &[]),
                transfer: transfer(a, b, 10, false),
            },
            Op::Transfer {
                id: Id::transfer("hold", &[]),
                transfer: transfer(b, a, 4, true),
            },
        ];
        ledger.apply(&ops).expect("it fits");
        ledger
    }

    fn id(name: &str) -> Id {
        Id::account(Unit('M'), name)
    }

    #[test]
    fn a_right_ledger_passes_and_each_wrong_one_is_named() {
        assert_eq!(filled().check(), Ok(()));
        let mut lost = filled();
        lost.accounts
            .get_mut(&id("b"))
            .expect("open")
            .credits_posted -= 1;
        assert!(matches!(
            lost.check(),
            Err(Violation::Sums { unit: 'M', .. })
        ));
        let mut over = filled();
        over.accounts
            .get_mut(&id("b"))
            .expect("open")
            .debits_pending = 11;
        assert_eq!(over.check(), Err(Violation::Bound(id("b"))));
        let mut gone = filled();
        gone.records.remove(&Id::transfer("hold", &[]));
        assert!(matches!(gone.check(), Err(Violation::Sums { .. })));
        let mut wild = filled();
        let hold = Id::transfer("hold", &[]);
        let resolution = Id::transfer("post", &[]);
        wild.records
            .insert(resolution, Record::Resolved { hold, post: true });
        assert_eq!(wild.check(), Err(Violation::Resolution(resolution)));
    }
}
