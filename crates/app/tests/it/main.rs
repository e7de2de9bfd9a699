//! Checks of the whole program: the real binary, asked from outside and killed.

mod chart;
mod cli;
mod clients;
mod cluster;
mod contract;
mod crowd;
mod demo;
mod follow;
mod generated;
mod generations;
mod http;
mod kill;
mod load;
mod metrics;
mod outside;
mod process;
mod queue;
mod replay;
mod rewards;
mod schemas;
mod snapshots;
mod stage;
mod transfer;
mod world;
