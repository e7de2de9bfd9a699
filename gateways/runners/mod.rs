//! What performs effects from here: the outside world is touched, the outcome is an event again.

pub mod convert;
pub mod mail;
pub mod mirror;
pub mod outcomes;
pub mod reward;
pub mod voucher;
