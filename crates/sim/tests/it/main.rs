//! The simulator's seeds and the conformance suites, one binary.

mod conformance;
mod engine;
mod simulation;
