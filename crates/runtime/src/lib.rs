//! The engine that runs processors, the ports it stands on, and their embedded implementations.

pub mod ports;
