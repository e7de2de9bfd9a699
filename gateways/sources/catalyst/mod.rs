//! Follows Decentraland's content servers ("catalysts") and turns what they list into `catalyst.sightings`.
//!
//! Each server has readers of its own: one for its snapshots (the past), one for /pointer-changes (the present).
//! A row is believed only after its entity file was fetched, hashed to the entity's id and agreed with the row, and
//! after the auth chain proved the deployment. What can never be believed goes to `catalyst.rejected` with a code;
//! what cannot be had now is tried again while everything else flows. How far a server was read is saved in
//! `catalyst.cursors` only after the log has acknowledged what was read: a crash leaves no gap.
//!
//! A sighting may be appended twice (after a crash, or by two servers); `processors/deployments` makes one
//! deployment of all of them. This module writes no read model and serves nobody.

mod board;
mod changes;
mod entity;
mod fetch;
mod follower;
mod funnel;
mod listing;
mod progress;
mod reject;
mod row;
mod seen;
mod server;
mod settings;
mod settle;
mod sink;
mod snapshots;
mod spool;
mod status;

pub use follower::Follower;
pub use reject::{Code, Rejection};
pub use settings::{Follow, SettingsError};
pub use status::{BLOCKED, LAG_SECONDS, PENDING, Phase, REJECTED, SIGHTED, ServerStatus};

use runtime::ports::{Clock, SystemClock};

/// Real time in ms, whatever the platform's clock says: other people's servers follow no ticks.
fn real_now_ms() -> i64 {
    SystemClock.now_ms()
}

#[cfg(test)]
mod tests;

/// What the tests of other sources need.
#[cfg(test)]
pub(crate) mod test_support {
    pub(crate) use super::tests::fake::{Fake, Fault, Rig, outbound, until};
    pub(crate) use super::tests::memory::MemoryLog;

    pub(crate) fn now() -> i64 {
        super::real_now_ms()
    }
}
