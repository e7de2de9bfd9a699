//! Every processor of the platform: pure functions from a state and an event to what follows.
//!
//! One folder each, one line each in [`all`]. Nothing here does I/O, reads a clock or draws a random number;
//! `clippy.toml` beside this file sees to it.

use kernel::ErasedProcessor;

pub mod compat;
pub mod consumers;
pub mod deployments;
mod entity;
pub mod game_definitions;
pub mod game_rewards;
pub mod game_scores;
pub mod games;
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
        Box::new(game_definitions::GameDefinitions),
        Box::new(games::Games),
        Box::new(game_scores::GameScores),
        Box::new(game_rewards::GameRewards),
    ]
}
