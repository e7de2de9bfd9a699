//! Removes blobs that nobody needs any more (`effects.remove`): the files of photos that were deleted or never came about.
//!
//! What is gone already is as well removed, so it may be done any number of times.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use model::events::effects;
use runtime::effects::{EffectHandler, Outcome};
use runtime::ports::{Blobs, PortError};

/// Removes blobs. Cheap to clone.
#[derive(Clone)]
pub struct Remove(Arc<dyn Blobs>);

impl Remove {
    /// Out of these.
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self(blobs)
    }
}

#[async_trait]
impl EffectHandler for Remove {
    fn kind(&self) -> &'static str {
        "remove"
    }

    async fn perform(&self, _: &str, request: &[u8]) -> Outcome {
        let request: effects::Remove = match model::decode(request) {
            Ok(request) => request,
            Err(error) => {
                return Outcome::GiveUp {
                    reason: format!("request: {error}"),
                };
            }
        };
        for key in &request.keys {
            match self.0.remove(key).await {
                Ok(_) => {}
                Err(PortError::Retry { what, after }) => {
                    return Outcome::Retry {
                        after,
                        reason: what,
                    };
                }
                Err(PortError::Refused(reason)) => return Outcome::GiveUp { reason },
            }
        }
        Outcome::Done(None)
    }
}
