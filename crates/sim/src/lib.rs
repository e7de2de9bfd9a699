//! The simulator, the oracle and the conformance suites. Never shipped.

pub mod simulation;
