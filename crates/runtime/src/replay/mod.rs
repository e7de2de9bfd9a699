//! Folds the log again, without the engine: to tell whether a read model is right, and why it is as it is.

mod changes;
mod naive;
mod scan;
mod verify;

pub use changes::{Change, changes};
pub use naive::{Became, Naive, Once, Panicked, Taken};
pub use verify::{Difference, Keys, Kind, Report, Scope, Telling, verify};
