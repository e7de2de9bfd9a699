//! The credits ledger over many entries.

mod chain;
mod desk;
mod limits;
mod model;
mod program;
mod reference;
mod reorg;
mod usd;
