//! Converts entities: plans what there is to do, and does it in worker processes of its own.
//!
//! Both are effects (`effects.plan`, `effects.convert`, and the lanes of history beside them). What comes out lies in the
//! blobs under names that follow from the content, so that doing it twice is as good as once. Worker processes have limits
//! of memory and of CPU time: a file that is too much for one ends it and nothing else, and is not tried again.

mod desktop;
mod frames;
mod images;
mod levels;
mod lods;
mod plan;
mod pool;
mod settings;
mod task;
mod variants;
pub mod worker;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use model::Recorded;
use model::events::conversion;
use runtime::effects::{EffectHandler, Outcome};
use runtime::ports::{Blobs, PortError};

use crate::catalyst::ContentFetch;

pub use pool::Program;
pub use settings::Convert;
pub use variants::CODINGS;

use images::Images;
use pool::Pool;

/// Where bundles lie among the blobs.
const BUNDLES: &str = "bundles";

/// The converter. Cheap to clone.
#[derive(Clone)]
pub struct Converter(Arc<Inner>);

struct Inner {
    blobs: Arc<dyn Blobs>,
    content: Arc<dyn ContentFetch>,
    settings: Convert,
    pool: Pool,
}

/// A kind of its effects.
struct Lane {
    converter: Converter,
    kind: &'static str,
    live: bool,
    is_plan: bool,
}

impl Converter {
    /// A converter that starts its workers by `program`.
    pub fn new(
        blobs: Arc<dyn Blobs>,
        content: Arc<dyn ContentFetch>,
        settings: Convert,
        program: Program,
    ) -> Self {
        let images = Images::new(Arc::clone(&blobs), settings.frame_bytes_max());
        let pool = Pool::new(program, &settings, images);
        Self(Arc::new(Inner {
            blobs,
            content,
            settings,
            pool,
        }))
    }

    /// Its kinds of effects; none where nothing shall be converted.
    pub fn handlers(&self) -> Vec<Arc<dyn EffectHandler>> {
        if !self.0.settings.enabled {
            return Vec::new();
        }
        let lane = |kind, is_plan, live| {
            let converter = self.clone();
            Arc::new(Lane {
                converter,
                kind,
                live,
                is_plan,
            }) as Arc<dyn EffectHandler>
        };
        vec![
            lane("plan", true, true),
            lane("plan-backlog", true, false),
            lane("convert", false, true),
            lane("convert-backlog", false, false),
        ]
    }

    async fn planned(&self, plan: &conversion::Plan) -> Result<Outcome, PortError> {
        let planned = self.plan(plan).await?;
        let unwritable = |e: serde_json::Error| PortError::refused(format!("plan: {e}"));
        let mut told = serde_json::to_value(&planned).map_err(unwritable)?;
        if let Some(fetched) = self.fetched(plan).await? {
            told[conversion::FETCHED] = serde_json::to_value(&fetched).map_err(unwritable)?;
        }
        Ok(Outcome::Done(Some(told.to_string().into())))
    }
}

/// The blob of a bundle, or of a file beside one.
pub fn bundle(version: &str, name: &str) -> String {
    format!("{BUNDLES}/{version}/{name}")
}

fn read<T: Recorded>(request: &[u8]) -> Result<T, PortError> {
    model::decode(request).map_err(|e| PortError::refused(format!("request: {e}")))
}

#[async_trait]
impl EffectHandler for Lane {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn concurrency(&self) -> Option<usize> {
        // One more than there are workers fetches its files meanwhile.
        let settings = &self.converter.0.settings;
        (!self.is_plan).then(|| settings.workers() + 1)
    }

    async fn perform(&self, _: &str, request: &[u8]) -> Outcome {
        let converter = &self.converter;
        let done = async {
            match self.is_plan {
                true => converter.planned(&read(request)?).await,
                false => converter.convert(&read(request)?, self.live).await,
            }
        };
        match done.await {
            Ok(outcome) => outcome,
            Err(PortError::Retry { what, after }) => Outcome::Retry {
                after,
                reason: what,
            },
            Err(PortError::Refused(reason)) => Outcome::GiveUp { reason },
        }
    }
}
