//! Folds the log again, without the engine: to tell whether a read model is right, and why it is as it is.

mod changes;
mod explain;
mod late;
mod naive;
mod scan;
mod verify;

pub use changes::{Change, changes};
pub use explain::{Applied, Asked, Entry, Explained, Explaining, Outcome, Writer, explain};
pub use late::TakenLate;
pub use naive::{Became, Naive, Once, Panicked, Taken};
pub use verify::{Difference, Keys, Kind, Report, Scope, Telling, verify};
