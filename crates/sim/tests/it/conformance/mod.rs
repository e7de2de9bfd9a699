//! The suite of each port, on every implementation that needs nothing but this process.

mod blobs;
mod bus;
mod log;
mod properties;
mod store;
mod survival;
