//! The simulator's seeds and the conformance suites, one binary.

mod engine;
mod simulation;
