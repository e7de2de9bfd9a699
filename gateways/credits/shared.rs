//! What the handlers of one process share.

use std::sync::Arc;

use axum::Extension;
use tokio::sync::Semaphore;

use super::app_store::AppStore;
use super::follow::Followed;
use super::name_route::Routes;
use crate::frame::{GatewayContext, Limiter};

/// See the module.
pub(super) struct Shared {
    pub(super) limiter: Limiter<String>,
    pub(super) followed: Arc<Followed>,
    pub(super) streams: Arc<Semaphore>,
    pub(super) store: AppStore,
    pub(super) routes: Routes,
}

/// How handlers ask for it.
pub(super) type Common = Extension<Arc<Shared>>;

impl Shared {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.credits;
        Self {
            limiter: Limiter::per_minute(settings.wallet_requests_per_minute),
            followed: Arc::default(),
            streams: Arc::new(Semaphore::new(settings.streams_max)),
            store: AppStore::new(context),
            routes: Routes::new(context),
        }
    }
}
