//! The gateways from outside: requests in, answers out.

mod catalyst_deploy;
mod catalyst_folder;
mod catalyst_on_demand;
mod catalyst_platform;
mod catalyst_snapshots;
mod contract;
mod credits;
mod credits_desk;
mod credits_shop;
mod deployments;
mod feeding;
mod full_log;
mod lambdas;
mod listener;
mod operator;
mod operator_records;
mod requeue;
mod support;
mod world;
