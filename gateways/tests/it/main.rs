//! The gateways from outside: requests in, answers out.

mod catalyst_deploy;
mod catalyst_folder;
mod catalyst_platform;
mod contract;
mod deployments;
mod feeding;
mod lambdas;
mod listener;
mod operator;
mod support;
mod world;
