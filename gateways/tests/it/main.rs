//! The gateways from outside: requests in, answers out.

mod catalyst_folder;
mod catalyst_platform;
mod contract;
mod feeding;
mod listener;
mod operator;
mod support;
mod world;
