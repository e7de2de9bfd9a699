//! The engine that runs processors, the ports it stands on, and their embedded implementations.

mod continuity;
pub mod dead_letters;
pub mod effects;
pub mod embedded;
pub mod engine;
pub mod generations;
pub mod observe;
pub mod platform;
pub mod ports;
mod rate;
pub mod reading;
pub mod replay;
pub mod settings;
mod sharing;
pub mod snapshots;
pub mod trace;
