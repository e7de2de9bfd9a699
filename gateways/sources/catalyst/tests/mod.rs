//! The follower against servers in process: good ones, bad ones, and ones that fail in the middle.

mod bad_rows;
mod bad_servers;
mod crash;
pub(super) mod fake;
mod follow;
mod lists;
pub(super) mod memory;
mod real;
