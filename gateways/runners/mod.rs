//! What performs effects from here: the outside world is touched, the outcome is an event again.

pub mod convert;
mod lanes;
pub mod mail;
pub mod mirror;
pub mod outcomes;
pub mod portrait;
pub mod remove;
pub mod reward;
mod store;
pub mod voucher;
