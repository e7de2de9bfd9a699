//! What the gateways may know of the roles that run beside them.

use std::sync::Arc;

use async_trait::async_trait;
use gateways::Process;
use runtime::effects::{Due, Effects, Pending};
use runtime::engine::{Blocked, Status};
use runtime::ports::PortError;
use tokio::sync::RwLock;

/// The roles of this process; without runners once it stops.
pub(super) struct Roles {
    effects: RwLock<Option<Effects>>,
    status: Arc<Status>,
}

impl Roles {
    pub(super) fn new(effects: Effects, status: Arc<Status>) -> Arc<Self> {
        Arc::new(Self {
            effects: RwLock::new(Some(effects)),
            status,
        })
    }

    /// Lets the runners finish what is in flight.
    pub(super) async fn stop(&self) {
        let effects = self.effects.write().await.take();
        if let Some(effects) = effects {
            effects.stop().await;
        }
    }
}

#[async_trait]
impl Process for Roles {
    async fn effects_due(&self) -> Result<Vec<Due>, PortError> {
        match &*self.effects.read().await {
            Some(effects) => effects.due().await,
            None => Ok(Vec::new()),
        }
    }

    fn effects_pending(&self) -> Vec<Pending> {
        let effects = self.effects.try_read();
        match effects.as_deref() {
            Ok(Some(effects)) => effects.pending(),
            _ => Vec::new(),
        }
    }

    fn blocked(&self) -> Vec<Blocked> {
        self.status.blocked()
    }

    fn waiting(&self) -> Vec<&'static str> {
        self.status.waiting()
    }
}
