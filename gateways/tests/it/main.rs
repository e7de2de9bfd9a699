//! The gateways from outside: requests in, answers out.

mod badges;
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
mod forward;
mod full_log;
mod games;
mod lambdas;
mod listener;
mod notifications;
mod notifications_mail;
mod notifications_people;
mod operator;
mod operator_records;
mod requeue;
mod set_since;
mod support;
mod world;
