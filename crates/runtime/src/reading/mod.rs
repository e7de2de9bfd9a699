//! What gateways read through: how far processors have come, position tokens, views pinned to a generation.

mod others;
mod progress;
mod token;
mod views;
mod waiter;

pub use others::follow_marks;
pub use progress::Progress;
pub use token::{Token, TokenError};
pub use views::{View, Views, decode};
pub use waiter::{Unsettled, Waiter};
