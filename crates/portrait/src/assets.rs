//! Where entities and files come from: whoever calls has them at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use crate::wearable::Wearable;

/// Entities and files an avatar needs. Answers must not change while one picture is made.
pub trait Assets: Sync {
    /// The wearable of an item's URN ([`item_urn`](crate::wearable::item_urn): lower case, no token).
    fn wearable(&self, urn: &str) -> Option<Arc<Wearable>>;

    /// The file of a content hash.
    fn content(&self, hash: &str) -> Option<Bytes>;
}

/// Assets in memory.
#[derive(Clone, Debug, Default)]
pub struct AssetMap {
    wearables: BTreeMap<String, Arc<Wearable>>,
    contents: BTreeMap<String, Bytes>,
}

impl AssetMap {
    /// Adds a wearable under its URN.
    pub fn add_wearable(&mut self, wearable: Wearable) {
        self.wearables
            .insert(wearable.urn.clone(), Arc::new(wearable));
    }

    /// Adds a file under its hash.
    pub fn add_content(&mut self, hash: impl Into<String>, bytes: impl Into<Bytes>) {
        self.contents.insert(hash.into(), bytes.into());
    }

    /// All wearables, by URN.
    pub fn wearables(&self) -> impl Iterator<Item = &Arc<Wearable>> {
        self.wearables.values()
    }
}

impl Assets for AssetMap {
    fn wearable(&self, urn: &str) -> Option<Arc<Wearable>> {
        self.wearables.get(urn).cloned()
    }

    fn content(&self, hash: &str) -> Option<Bytes> {
        self.contents.get(hash).cloned()
    }
}
