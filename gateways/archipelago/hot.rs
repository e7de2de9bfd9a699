//! The list of scenes with most people in them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::Server;
use crate::frame::scenes::{HotScene, Naming};
use crate::frame::{Edge, GatewayContext};

/// The list, and how old it is.
pub(super) struct HotScenes {
    naming: Naming,
    max_age: Duration,
    kept: Mutex<Option<(Instant, Arc<Vec<HotScene>>)>>,
}

impl HotScenes {
    pub(super) fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.archipelago;
        Self {
            naming: Naming::new(context, "archipelago.content_url", &settings.content_url),
            max_age: settings.hot_scenes_max_age.0,
            kept: Mutex::default(),
        }
    }

    /// The list with links for whoever asks at this edge.
    pub(super) async fn shown(&self, server: &Server, edge: &Edge) -> Vec<HotScene> {
        let contents = self.naming.contents(&server.context, edge);
        let list = self.list(server).await;
        let linked = list.iter().map(|scene| scene.linked(contents.as_deref()));
        linked.collect()
    }

    /// The list, made anew when it is too old. When that fails the old one is better than none.
    pub(super) async fn list(&self, server: &Server) -> Arc<Vec<HotScene>> {
        let mut kept = self.kept.lock().await;
        if let Some((made, list)) = &*kept
            && made.elapsed() < self.max_age
        {
            return Arc::clone(list);
        }
        let most = server.context.settings.archipelago.hot_scenes_parcels;
        let parcels = server.live.scene.parcels();
        let list = match self.naming.scenes(&server.context, parcels, most).await {
            Ok(list) => Arc::new(list),
            Err(error) => {
                tracing::warn!(error, "hot scenes are not named anew");
                let old = kept.as_ref().map(|(_, list)| Arc::clone(list));
                old.unwrap_or_default()
            }
        };
        *kept = Some((Instant::now(), Arc::clone(&list)));
        list
    }
}
