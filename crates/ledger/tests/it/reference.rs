//! A naive ledger, written independently: it keeps the list of what happened and adds everything up for each answer.

use std::collections::BTreeMap;

/// One step of a random history; accounts and ids are small numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Move {
        id: u8,
        from: u8,
        to: u8,
        amount: u128,
        balancing: bool,
        hold: bool,
    },
    Post {
        id: u8,
        hold: u8,
    },
    Void {
        id: u8,
        hold: u8,
    },
}

impl Step {
    fn id(&self) -> u8 {
        match self {
            Step::Move { id, .. } | Step::Post { id, .. } | Step::Void { id, .. } => *id,
        }
    }
}

/// What accounts there are: unit and bound.
pub(crate) const ACCOUNTS: [(char, char); 8] = [
    ('M', 'o'),
    ('M', 'c'),
    ('M', 'c'),
    ('M', 'd'),
    ('U', 'o'),
    ('U', 'c'),
    ('U', 'd'),
    ('U', 'o'),
];

#[derive(Clone, Debug)]
struct Happened {
    step: Step,
    amount: u128,
}

#[derive(Clone, Default)]
pub(crate) struct Reference {
    happened: Vec<Happened>,
}

/// Posted and held, of one side.
type Side = (u128, u128);

impl Reference {
    /// Says what each step of a group moved; or one word of why not.
    pub(crate) fn apply(&mut self, group: &[Step]) -> Result<(bool, Vec<u128>), &'static str> {
        if group.is_empty() {
            return Err("empty");
        }
        for (n, step) in group.iter().enumerate() {
            if group[..n].iter().any(|other| other.id() == step.id()) {
                return Err("group differs");
            }
        }
        let mut known = 0;
        for step in group {
            if let Some(old) = self.find(step.id()) {
                if old.step != *step {
                    return Err("differs");
                }
                known += 1;
            }
        }
        if known == group.len() {
            let amounts = group.iter().filter_map(|step| self.find(step.id()));
            return Ok((true, amounts.map(|old| old.amount).collect()));
        }
        if known > 0 {
            return Err("group differs");
        }
        let before = self.happened.len();
        let mut amounts = Vec::new();
        for step in group {
            match self.one(step) {
                Ok(amount) => {
                    amounts.push(amount);
                    let step = step.clone();
                    self.happened.push(Happened { step, amount });
                }
                Err(why) => {
                    self.happened.truncate(before);
                    return Err(why);
                }
            }
        }
        Ok((false, amounts))
    }

    fn find(&self, id: u8) -> Option<&Happened> {
        self.happened.iter().find(|h| h.step.id() == id)
    }

    fn resolution(&self, of: u8) -> Option<&Step> {
        self.happened.iter().map(|h| &h.step).find(
            |step| matches!(step, Step::Post { hold, .. } | Step::Void { hold, .. } if *hold == of),
        )
    }

    /// Debits and credits of an account.
    pub(crate) fn sides(&self, account: u8) -> (Side, Side) {
        let (mut debits, mut credits) = ((0, 0), (0, 0));
        for happened in &self.happened {
            let Step::Move {
                id, from, to, hold, ..
            } = happened.step
            else {
                continue;
            };
            let (posted, held) = match (hold, self.resolution(id)) {
                (false, _) | (true, Some(Step::Post { .. })) => (happened.amount, 0),
                (true, None) => (0, happened.amount),
                (true, Some(_)) => (0, 0),
            };
            if from == account {
                debits = (debits.0 + posted, debits.1 + held);
            }
            if to == account {
                credits = (credits.0 + posted, credits.1 + held);
            }
        }
        (debits, credits)
    }

    fn one(&self, step: &Step) -> Result<u128, &'static str> {
        match step {
            Step::Post { hold, .. } | Step::Void { hold, .. } => {
                let old = self
                    .find(*hold)
                    .filter(|h| matches!(h.step, Step::Move { hold: true, .. }));
                let old = old.ok_or("unknown hold")?;
                match self.resolution(*hold) {
                    None => Ok(old.amount),
                    Some(Step::Post { .. }) => Err("posted"),
                    Some(_) => Err("voided"),
                }
            }
            Step::Move {
                from,
                to,
                amount,
                balancing,
                ..
            } => self.movement(*from, *to, *amount, *balancing),
        }
    }

    fn movement(
        &self,
        from: u8,
        to: u8,
        amount: u128,
        balancing: bool,
    ) -> Result<u128, &'static str> {
        let of = |account: u8| ACCOUNTS.get(usize::from(account)).ok_or("unknown account");
        let ((unit, from_kind), (other, to_kind)) = (of(from)?, of(to)?);
        if from == to {
            return Err("same account");
        }
        if unit != other {
            return Err("units differ");
        }
        if amount == 0 && !balancing {
            return Err("nothing");
        }
        let (debits, credits) = self.sides(from);
        let has = match from_kind {
            'c' => credits.0 - debits.0 - debits.1,
            _ => u128::MAX,
        };
        let (debits, credits) = self.sides(to);
        let owed = match to_kind {
            'd' => debits.0 - credits.0 - credits.1,
            _ => u128::MAX,
        };
        let amount = if balancing {
            amount.min(has).min(owed)
        } else {
            amount
        };
        let all = (0..8).filter(|n| ACCOUNTS[usize::from(*n)].0 == *unit);
        let sums: BTreeMap<u8, u128> = all
            .map(|n| (n, self.sides(n).0.0 + self.sides(n).0.1))
            .collect();
        let moved: u128 = sums.values().sum();
        if u128::MAX - moved < amount {
            return Err("overflow");
        }
        if amount > has {
            return Err("insufficient");
        }
        if amount > owed {
            return Err("not owed");
        }
        Ok(amount)
    }
}
