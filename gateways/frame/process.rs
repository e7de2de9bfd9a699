//! What the process around the gateways knows of itself.

use async_trait::async_trait;
use runtime::effects::{Due, Pending};
use runtime::engine::Blocked;
use runtime::ports::PortError;

/// The engine and the effect runners beside the gateways, as the operator gateway asks them.
#[async_trait]
pub trait Process: Send + Sync {
    /// What effects are left to do, by kind.
    async fn effects_due(&self) -> Result<Vec<Due>, PortError>;

    /// Effects that wait for another try.
    fn effects_pending(&self) -> Vec<Pending>;

    /// Partitions that do not move.
    fn blocked(&self) -> Vec<Blocked>;

    /// Processors that have no partition yet.
    fn waiting(&self) -> Vec<&'static str>;
}
