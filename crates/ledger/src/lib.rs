//! A double-entry ledger as a value: accounts with four counters, transfers in atomic groups, holds that are resolved
//! at most once. Pure: no I/O, no clock, no randomness, no floats, no order but that of keys.
//!
//! It knows nothing of what it is used for. An account belongs to one [`Unit`] and has a [`Kind`] that says which side
//! may not outgrow the other. A group of [`Op`]s is applied whole or not at all ([`Ledger::apply`]). The same id with
//! the same fields is answered as before; with other fields it is refused by name. [`Ledger::hash`] rolls over the bytes
//! of every transfer, so that two replicas compare with one text. [`Ledger::check`] proves the invariants.
//!
//! A [`Ledger`] is cheap to clone: its tables share what did not change.

mod account;
pub mod decimal;
mod id;
mod ledger;
mod op;
mod proof;
mod table;

pub use account::{Account, Kind, Unit};
pub use id::{Hash, Id};
pub use ledger::{Applied, Ledger};
pub use op::{Effect, Entry, Op, Record, Refusal, State, Transfer};
pub use proof::Violation;
pub use table::{SHARDS, Table};
