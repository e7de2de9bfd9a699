//! The simulator, the oracle and the conformance suites. Never shipped.

pub mod conformance;
pub mod golden;
pub mod memory;
pub mod simulation;
