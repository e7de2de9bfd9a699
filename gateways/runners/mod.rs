//! What performs effects from here: the outside world is touched, the outcome is an event again.

pub mod mirror;
pub mod voucher;
