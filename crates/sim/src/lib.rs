//! The simulator, the oracle and the conformance suites. Never shipped.

pub mod golden;
pub mod simulation;
