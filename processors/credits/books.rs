//! Moving money: accounts by name, groups of legs, and the statement of whom it concerns.

use ledger::{Applied, Effect, Entry, Id, Op, Refusal, Transfer};
use model::tables::credits::Line;

use super::names::Account;
use super::run::Run;

/// One leg of a group.
pub(super) struct Leg {
    kind: &'static str,
    id: Id,
    from: Account,
    to: Account,
    what: What,
}

enum What {
    Move { amount: u128, balancing: bool },
    Hold { amount: u128 },
    Post { hold: Id },
    Void { hold: Id },
}

impl Leg {
    fn new(kind: &'static str, parts: &[&str], (from, to): (Account, Account), what: What) -> Self {
        Self {
            kind,
            id: Id::transfer(kind, parts),
            from,
            to,
            what,
        }
    }

    /// Moves an amount.
    pub(super) fn exact(
        kind: &'static str,
        parts: &[&str],
        accounts: (Account, Account),
        amount: u128,
    ) -> Self {
        let balancing = false;
        Self::new(kind, parts, accounts, What::Move { amount, balancing })
    }

    /// Moves as much as both accounts allow, up to an amount.
    pub(super) fn balancing(
        kind: &'static str,
        parts: &[&str],
        accounts: (Account, Account),
        amount: u128,
    ) -> Self {
        let balancing = true;
        Self::new(kind, parts, accounts, What::Move { amount, balancing })
    }

    /// Holds an amount.
    pub(super) fn hold(
        kind: &'static str,
        parts: &[&str],
        accounts: (Account, Account),
        amount: u128,
    ) -> Self {
        Self::new(kind, parts, accounts, What::Hold { amount })
    }

    /// Lets a hold happen.
    pub(super) fn post(
        kind: &'static str,
        parts: &[&str],
        accounts: (Account, Account),
        hold: Id,
    ) -> Self {
        Self::new(kind, parts, accounts, What::Post { hold })
    }

    /// Lets a hold go.
    pub(super) fn void(
        kind: &'static str,
        parts: &[&str],
        accounts: (Account, Account),
        hold: Id,
    ) -> Self {
        Self::new(kind, parts, accounts, What::Void { hold })
    }

    fn op(&self) -> Op {
        let id = self.id;
        let transfer = |amount, balancing, pending| Op::Transfer {
            id,
            transfer: Transfer {
                debit: self.from.id(),
                credit: self.to.id(),
                amount,
                balancing,
                pending,
            },
        };
        match self.what {
            What::Move { amount, balancing } => transfer(amount, balancing, false),
            What::Hold { amount } => transfer(amount, false, true),
            What::Post { hold } => Op::Post { id, hold },
            What::Void { hold } => Op::Void { id, hold },
        }
    }
}

impl Run<'_> {
    /// Applies a group whole and writes the statement of `person`; says what each leg moved.
    ///
    /// What was decided here is remembered by what it changed (a goal's hold, a purchase's state, a log), so the books
    /// need not remember it, too: they keep open holds only.
    ///
    /// # Errors
    /// The ledger refused it; nothing of it happened.
    pub(super) fn book(&mut self, person: &str, legs: &[Leg]) -> Result<Vec<u128>, Refusal> {
        let mut books = self.state.books.clone();
        for account in legs.iter().flat_map(|leg| [&leg.from, &leg.to]) {
            books.open(account.id(), account.unit, account.kind)?;
        }
        let ops: Vec<Op> = legs.iter().map(Leg::op).collect();
        let applied = books.apply(&ops)?;
        self.state.books = books;
        self.changed = true;
        if let Applied::New(entries) = &applied {
            for (leg, entry) in legs.iter().zip(entries) {
                self.state_lines(person, leg, entry);
            }
        }
        self.forget(legs);
        Ok(applied.entries().iter().map(|e| e.amount).collect())
    }

    fn forget(&mut self, legs: &[Leg]) {
        for leg in legs {
            let resolved = match leg.what {
                What::Hold { .. } => continue,
                What::Move { .. } => None,
                What::Post { hold } | What::Void { hold } => Some(hold),
            };
            for id in resolved.into_iter().chain([leg.id]) {
                // A hold made and resolved in one group is over, too; an open one is not among these.
                let forgotten = self.state.books.forget(&id);
                debug_assert_eq!(forgotten, Ok(()), "{} is over", leg.kind);
            }
        }
    }

    fn state_lines(&mut self, person: &str, leg: &Leg, entry: &Entry) {
        if entry.amount == 0 {
            return;
        }
        for (own, other, sign) in [(&leg.from, &leg.to, "-"), (&leg.to, &leg.from, "")] {
            if !own.personal {
                continue;
            }
            let signed = |amount: u128, sign: &str| match amount {
                0 => "0".to_owned(),
                amount => format!("{sign}{amount}"),
            };
            let opposite = if sign.is_empty() { "-" } else { "" };
            let (amount, held) = match entry.effect {
                Effect::Moved => (signed(entry.amount, sign), "0".to_owned()),
                Effect::Held => ("0".to_owned(), signed(entry.amount, sign)),
                Effect::Posted => (signed(entry.amount, sign), signed(entry.amount, opposite)),
                Effect::Voided => ("0".to_owned(), signed(entry.amount, opposite)),
            };
            let effect = match entry.effect {
                Effect::Moved => "moved",
                Effect::Held => "held",
                Effect::Posted => "posted",
                Effect::Voided => "voided",
            };
            let line = Line {
                kind: leg.kind.to_owned(),
                transfer: leg.id.to_string(),
                unit: own.unit.0.to_string(),
                account: own.name.clone(),
                other: other.name.clone(),
                effect: effect.to_owned(),
                amount,
                held,
                balance: self.balance(own),
                ..Line::default()
            };
            self.line(person, line);
        }
    }

    /// Posted credits without posted debits.
    fn balance(&self, account: &Account) -> String {
        let Some(account) = self.state.books.account(&account.id()) else {
            return "0".to_owned();
        };
        match account.credits_posted.checked_sub(account.debits_posted) {
            Some(rest) => rest.to_string(),
            None => format!("-{}", account.debits_posted - account.credits_posted),
        }
    }

    /// Closes accounts on which nothing is left and nothing will be.
    pub(super) fn retire(&mut self, account: &Account) {
        // One that is in use stays: what is left on it is somebody's.
        let retired = self.state.books.retire(&account.id());
        debug_assert!(
            retired.is_ok() || self.state.books.account(&account.id()).is_none(),
            "{} is even",
            account.name
        );
    }
}
