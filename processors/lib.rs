//! Every processor of the platform: pure functions from a state and an event to what follows.
//!
//! One folder each, one line each in [`all`]; a dash in a processor's name is a folder in a folder. Nothing here does I/O, reads a clock or draws a random number;
//! `clippy.toml` beside this file sees to it.

use kernel::ErasedProcessor;

pub mod compat;
pub mod consumers;
pub mod credits;
pub mod deployments;
mod entity;
pub mod ingest;
pub mod pointers;
pub mod queue;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod wire;

/// Every processor. The chart, the CLI, metrics, rebuilds and the simulator pick them up from here.
pub fn all() -> Vec<Box<dyn ErasedProcessor>> {
    vec![
        Box::new(deployments::Deployments),
        Box::new(pointers::Pointers),
        Box::new(queue::Queue),
        Box::new(consumers::Consumers),
        Box::new(compat::Compat),
        Box::new(ingest::Ingest),
        Box::new(credits::inputs::events::Events),
        Box::new(credits::inputs::chain::Chain),
        Box::new(credits::inputs::ticks::Ticks),
        Box::new(credits::inputs::vouchers::Vouchers),
        Box::new(credits::sequencer::Sequencer),
        Box::new(credits::Credits),
    ]
}
