//! Claims: who is at an effect now, and that a try was begun whose end nobody wrote down.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::ports::{PortError, Store};

/// A claim as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    /// One life of one process.
    holder: String,
    /// Until then (ms) the holder may be at it.
    until: i64,
}

/// What came of asking for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claimed {
    /// It is ours, and nobody was at it before.
    Fresh,
    /// It is ours; an earlier try was begun, and nobody knows how it ended.
    Unknown,
    /// Another process is at it until then, ms.
    Busy(i64),
}

/// The claims of one kind.
#[derive(Clone)]
pub(super) struct Claims {
    store: Arc<dyn Store>,
    kind: &'static str,
    holder: String,
}

impl Claims {
    pub(super) fn new(store: Arc<dyn Store>, kind: &'static str, holder: String) -> Self {
        Self {
            store,
            kind,
            holder,
        }
    }

    fn name(&self, key: &str) -> String {
        format!("claims/{}/{key}", self.kind)
    }

    /// Claims an effect from `now` to `until`, ms. No two callers of one process may ask for one key at a time.
    pub(super) async fn take(&self, key: &str, now: i64, until: i64) -> Result<Claimed, PortError> {
        let name = self.name(key);
        let mine = Claim {
            holder: self.holder.clone(),
            until,
        };
        let mine = Bytes::from(serde_json::to_vec(&mine).expect("text and a number serialise"));
        loop {
            let found = self.store.pointer(&name).await?;
            let held = match &found {
                None => None,
                Some(found) => Some(
                    serde_json::from_slice::<Claim>(&found.value)
                        .map_err(|e| PortError::refused(format!("claim {name}: {e}")))?,
                ),
            };
            if let Some(claim) = &held
                && claim.holder != self.holder
                && claim.until > now
            {
                return Ok(Claimed::Busy(claim.until));
            }
            let version = found.map(|f| f.version);
            if self
                .store
                .compare_and_set(&name, version, mine.clone())
                .await?
            {
                return Ok(match held {
                    None => Claimed::Fresh,
                    Some(_) => Claimed::Unknown,
                });
            }
        }
    }

    /// Gives a claim back, because how the try ended is known; also one that its holder left behind.
    pub(super) async fn give_back(&self, key: &str, now: i64) -> Result<(), PortError> {
        let name = self.name(key);
        while let Some(pointer) = self.store.pointer(&name).await? {
            let free = serde_json::from_slice::<Claim>(&pointer.value)
                .is_ok_and(|claim| claim.holder == self.holder || claim.until <= now);
            // Whoever took it over after we were away too long has to give it back himself.
            if !free || self.store.remove_pointer(&name, pointer.version).await? {
                break;
            }
        }
        Ok(())
    }
}
