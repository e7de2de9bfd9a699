//! What every service of the original says of itself at `/status`.

use serde::Serialize;
use utoipa::ToSchema;

use super::GatewayContext;

/// What runs, and what time it has.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Of this program.
    version: &'static str,
    /// The platform's time, ms.
    current_time: i64,
    /// What it was built from.
    commit_hash: &'static str,
}

impl Status {
    /// As it is now.
    pub fn of(context: &GatewayContext) -> Self {
        Self {
            version: context.version,
            current_time: context.platform.clock.now_ms(),
            commit_hash: context.commit,
        }
    }
}
