//! The ledger from outside: against a naive reference, and against its own promises.

mod model;
mod promises;
mod reference;
