//! Applying groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::account::{Account, Kind, Unit};
use crate::decimal;
use crate::id::{Hash, Id};
use crate::op::{Effect, Entry, Op, Record, Refusal, State, Transfer};
use crate::table::Table;

/// What a group led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was applied now.
    New(Vec<Entry>),
    /// It was applied earlier, with the same fields; nothing changed.
    Exists(Vec<Entry>),
}

impl Applied {
    /// What each op did, now or earlier.
    pub fn entries(&self) -> &[Entry] {
        let (Self::New(entries) | Self::Exists(entries)) = self;
        entries
    }
}

/// Sums of one unit: each counter of each account is at most these, so that no addition can overflow unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Total {
    #[serde(with = "decimal")]
    pub(crate) posted: u128,
    #[serde(with = "decimal")]
    pub(crate) pending: u128,
}

/// See the crate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    pub(crate) accounts: Table<Id, Account>,
    pub(crate) records: Table<Id, Record>,
    pub(crate) totals: BTreeMap<Unit, Total>,
    hash: Hash,
    applied: u64,
}

impl Ledger {
    /// Opens an account; one that is open already with the same unit and kind stays as it is.
    ///
    /// # Errors
    /// It is open with another unit or kind.
    pub fn open(&mut self, id: Id, unit: Unit, kind: Kind) -> Result<(), Refusal> {
        match self.accounts.get(&id) {
            Some(account) if (account.unit, account.kind) == (unit, kind) => Ok(()),
            Some(_) => Err(Refusal::AccountDiffers(id)),
            None => {
                self.accounts.insert(id, Account::new(unit, kind));
                Ok(())
            }
        }
    }

    /// An account.
    pub fn account(&self, id: &Id) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// What is remembered under an id.
    pub fn record(&self, id: &Id) -> Option<&Record> {
        self.records.get(id)
    }

    /// SHA-256 over the previous hash and the bytes of each op, from 32 zero bytes on.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// How many ops were applied.
    pub fn applied(&self) -> u64 {
        self.applied
    }

    /// Accounts that are open.
    pub fn accounts(&self) -> &Table<Id, Account> {
        &self.accounts
    }

    /// What is remembered: open holds, and what was not forgotten.
    pub fn records(&self) -> &Table<Id, Record> {
        &self.records
    }

    /// The books without accounts and records, for who keeps those apart.
    #[must_use]
    pub fn without_tables(&self) -> Self {
        Self {
            accounts: Table::default(),
            records: Table::default(),
            totals: self.totals.clone(),
            ..*self
        }
    }

    /// Puts accounts and records back that were kept apart.
    pub fn restore(
        &mut self,
        accounts: impl IntoIterator<Item = (Id, Account)>,
        records: impl IntoIterator<Item = (Id, Record)>,
    ) {
        for (id, account) in accounts {
            self.accounts.insert(id, account);
        }
        for (id, record) in records {
            self.records.insert(id, record);
        }
    }

    /// Applies a group whole, or nothing of it.
    ///
    /// # Errors
    /// The first reason why it cannot be.
    pub fn apply(&mut self, group: &[Op]) -> Result<Applied, Refusal> {
        let first = group.first().ok_or(Refusal::Empty)?;
        let mut ids = BTreeSet::new();
        if let Some(twice) = group.iter().find(|op| !ids.insert(op.id())) {
            return Err(Refusal::GroupDiffers(twice.id()));
        }
        let known: Vec<_> = group
            .iter()
            .filter(|op| self.records.contains(&op.id()))
            .collect();
        for op in &known {
            self.same(op)?;
        }
        if known.len() == group.len() {
            let entries = group.iter().filter_map(|op| self.entry_of(&op.id()));
            return Ok(Applied::Exists(entries.collect()));
        }
        if let Some(op) = known.first() {
            return Err(Refusal::GroupDiffers(op.id()));
        }
        debug_assert!(ids.contains(&first.id()));
        // Tables share what does not change, so that a copy to be thrown away costs little.
        let mut next = self.clone();
        let mut entries = Vec::with_capacity(group.len());
        for op in group {
            entries.push(next.apply_one(op)?);
        }
        *self = next;
        Ok(Applied::New(entries))
    }

    /// Forgets an account on which nothing is left: then only its id tells it from one that never was.
    ///
    /// # Errors
    /// It holds something, or there is no such account.
    pub fn retire(&mut self, id: &Id) -> Result<(), Refusal> {
        let account = self.accounts.get(id).ok_or(Refusal::UnknownAccount(*id))?;
        if !account.is_even() {
            return Err(Refusal::InUse(*id));
        }
        let (unit, moved) = (account.unit, account.debits_posted);
        self.accounts.remove(id);
        self.total(unit).posted -= moved;
        Ok(())
    }

    /// Forgets an op: who asks again under its id is no longer answered from memory. Held transfers stay.
    ///
    /// # Errors
    /// It is held.
    pub fn forget(&mut self, id: &Id) -> Result<(), Refusal> {
        let held = |record: &Record| {
            matches!(
                record,
                Record::Moved {
                    state: State::Held,
                    ..
                }
            )
        };
        if self.records.get(id).is_some_and(held) {
            return Err(Refusal::InUse(*id));
        }
        self.records.remove(id);
        Ok(())
    }

    /// Whether an op is the one that its id was used for.
    fn same(&self, op: &Op) -> Result<(), Refusal> {
        let id = op.id();
        let differs = |field| Err(Refusal::Differs { id, field });
        match (self.records.get(&id), op) {
            (Some(Record::Moved { transfer: old, .. }), Op::Transfer { transfer: new, .. }) => {
                match () {
                    () if old.debit != new.debit => differs("debit account"),
                    () if old.credit != new.credit => differs("credit account"),
                    () if old.amount != new.amount => differs("amount"),
                    () if old.balancing != new.balancing => differs("balancing flag"),
                    () if old.pending != new.pending => differs("pending flag"),
                    () => Ok(()),
                }
            }
            (Some(Record::Resolved { hold, post }), Op::Post { hold: new, .. }) => match () {
                () if !*post => differs("kind"),
                () if hold != new => differs("hold"),
                () => Ok(()),
            },
            (Some(Record::Resolved { hold, post }), Op::Void { hold: new, .. }) => match () {
                () if *post => differs("kind"),
                () if hold != new => differs("hold"),
                () => Ok(()),
            },
            _ => differs("kind"),
        }
    }

    /// What the op of an id did.
    fn entry_of(&self, id: &Id) -> Option<Entry> {
        let (moved_id, effect) = match self.records.get(id)? {
            Record::Moved { transfer, .. } if transfer.pending => (*id, Effect::Held),
            Record::Moved { .. } => (*id, Effect::Moved),
            Record::Resolved { hold, post: true } => (*hold, Effect::Posted),
            Record::Resolved { hold, post: false } => (*hold, Effect::Voided),
        };
        let Record::Moved {
            transfer, moved, ..
        } = self.records.get(&moved_id)?
        else {
            return None;
        };
        Some(Entry {
            id: *id,
            debit: transfer.debit,
            credit: transfer.credit,
            amount: *moved,
            effect,
        })
    }

    fn apply_one(&mut self, op: &Op) -> Result<Entry, Refusal> {
        let entry = match op {
            Op::Transfer { id, transfer } => self.transfer(*id, transfer)?,
            Op::Post { id, hold } => self.resolve(*id, *hold, true)?,
            Op::Void { id, hold } => self.resolve(*id, *hold, false)?,
        };
        self.hash = self.hash.then(&bytes(&entry));
        self.applied += 1;
        Ok(entry)
    }

    fn transfer(&mut self, id: Id, transfer: &Transfer) -> Result<Entry, Refusal> {
        let Transfer { debit, credit, .. } = *transfer;
        let (from, to) = (self.known(&debit)?, self.known(&credit)?);
        if debit == credit {
            return Err(Refusal::SameAccount(debit));
        }
        if from.unit != to.unit {
            return Err(Refusal::UnitsDiffer(debit, credit));
        }
        if transfer.amount == 0 && !transfer.balancing {
            return Err(Refusal::Nothing(id));
        }
        let (unit, available, owed) = (from.unit, from.debit_room(), to.credit_room());
        let mut moved = transfer.amount;
        if transfer.balancing {
            moved = moved.min(available).min(owed);
        }
        let total = self.totals.get(&unit).copied().unwrap_or_default();
        let sum = total.posted.checked_add(total.pending);
        if sum.and_then(|sum| sum.checked_add(moved)).is_none() {
            return Err(Refusal::Overflow(id));
        }
        if moved > available {
            return Err(Refusal::Insufficient {
                account: debit,
                available,
                wanted: moved,
            });
        }
        if moved > owed {
            return Err(Refusal::NotOwed {
                account: credit,
                owed,
                offered: moved,
            });
        }
        let (state, effect) = match transfer.pending {
            true => (State::Held, Effect::Held),
            false => (State::Direct, Effect::Moved),
        };
        let entry = Entry {
            id,
            debit,
            credit,
            amount: moved,
            effect,
        };
        self.count(&entry);
        self.records.insert(
            id,
            Record::Moved {
                transfer: transfer.clone(),
                moved,
                state,
            },
        );
        Ok(entry)
    }

    fn resolve(&mut self, id: Id, hold: Id, post: bool) -> Result<Entry, Refusal> {
        let Some(Record::Moved {
            transfer,
            moved,
            state,
        }) = self.records.get_mut(&hold)
        else {
            return Err(Refusal::UnknownHold(hold));
        };
        match state {
            State::Held => {}
            State::Posted => return Err(Refusal::AlreadyPosted(hold)),
            State::Voided => return Err(Refusal::AlreadyVoided(hold)),
            State::Direct => return Err(Refusal::UnknownHold(hold)),
        }
        let effect;
        (*state, effect) = match post {
            true => (State::Posted, Effect::Posted),
            false => (State::Voided, Effect::Voided),
        };
        let entry = Entry {
            id,
            debit: transfer.debit,
            credit: transfer.credit,
            amount: *moved,
            effect,
        };
        self.count(&entry);
        self.records.insert(id, Record::Resolved { hold, post });
        Ok(entry)
    }

    /// Moves the counters. Rooms and sums were checked, so no addition overflows and no subtraction goes below zero.
    fn count(&mut self, entry: &Entry) {
        let (amount, effect) = (entry.amount, entry.effect);
        let (posts, holds, frees) = (
            matches!(effect, Effect::Moved | Effect::Posted),
            matches!(effect, Effect::Held),
            matches!(effect, Effect::Posted | Effect::Voided),
        );
        let change = |posted: &mut u128, pending: &mut u128| {
            if frees {
                *pending -= amount;
            }
            if holds {
                *pending += amount;
            }
            if posts {
                *posted += amount;
            }
        };
        let mut unit = None;
        if let Some(account) = self.accounts.get_mut(&entry.debit) {
            change(&mut account.debits_posted, &mut account.debits_pending);
            unit = Some(account.unit);
        }
        if let Some(account) = self.accounts.get_mut(&entry.credit) {
            change(&mut account.credits_posted, &mut account.credits_pending);
        }
        let unit = unit.expect("an account with a hold or a transfer under way is open");
        let total = self.total(unit);
        change(&mut total.posted, &mut total.pending);
    }

    fn known(&self, id: &Id) -> Result<&Account, Refusal> {
        self.accounts.get(id).ok_or(Refusal::UnknownAccount(*id))
    }

    fn total(&mut self, unit: Unit) -> &mut Total {
        self.totals.entry(unit).or_default()
    }
}

/// What the hash rolls over: the effect, the id, both accounts, and the amount, big-endian.
fn bytes(entry: &Entry) -> Vec<u8> {
    let effect = match entry.effect {
        Effect::Moved => 1,
        Effect::Held => 2,
        Effect::Posted => 3,
        Effect::Voided => 4,
    };
    let mut bytes = Vec::with_capacity(65);
    bytes.push(effect);
    for id in [&entry.id, &entry.debit, &entry.credit] {
        bytes.extend_from_slice(id.bytes());
    }
    bytes.extend_from_slice(&entry.amount.to_be_bytes());
    bytes
}
