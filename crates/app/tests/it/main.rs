//! Checks of the whole program: the real binary, asked from outside and killed.

mod cli;
mod clients;
mod contract;
mod crowd;
mod follow;
mod generated;
mod http;
mod kill;
mod load;
mod process;
mod queue;
mod stage;
mod world;
