//! The simulator's seeds and the conformance suites, one binary.

mod conformance;
mod effects;
mod embedded;
mod engine;
mod in_memory;
mod once;
mod outcomes;
mod partitions;
mod replay;
mod simulation;
mod told;
