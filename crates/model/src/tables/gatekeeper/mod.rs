//! The read models of the gatekeeper: `gatekeeper_scenes`, `gatekeeper_users`, `gatekeeper_voice`.

pub mod scenes;
pub mod users;
pub mod voice;

/// The only partition of what is always read as a whole.
pub const ALL: &[u8] = b"all";
