//! Results that were made before: equal images are encoded once, and a second run encodes nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{EncodedTexture, TextureEncoder, TextureRequest};

/// The name of an image's encoding: equal names, equal results. A SHA-256 digest.
pub type TextureKey = [u8; 32];

/// Where results are kept; the caller's folder, table or memory.
pub trait TextureStore: Sync {
    /// What came of this key before: `Some(None)` when the image was left as it is.
    fn get(&self, key: &TextureKey) -> Option<Option<EncodedTexture>>;

    /// Keeps a result. A store that cannot just does not answer next time.
    fn put(&self, key: &TextureKey, result: &Option<EncodedTexture>);
}

/// An encoder that asks a store first. Failures are not stored.
pub struct StoredTextures<'a> {
    /// Who encodes what the store does not have.
    pub encoder: &'a dyn TextureEncoder,
    /// What was encoded before.
    pub store: &'a dyn TextureStore,
}

impl TextureEncoder for StoredTextures<'_> {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        let Some(key) = self.encoder.key(request) else {
            return self.encoder.encode(request);
        };
        if let Some(known) = self.store.get(&key) {
            return Ok(known);
        }
        let result = self.encoder.encode(request)?;
        self.store.put(&key, &result);
        Ok(result)
    }

    fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
        self.encoder.key(request)
    }

    fn may_grow(&self) -> bool {
        self.encoder.may_grow()
    }
}

/// Results in memory, for as long as a run lasts.
#[derive(Debug, Default)]
pub struct TextureMemory(Mutex<BTreeMap<TextureKey, Option<EncodedTexture>>>);

impl TextureStore for TextureMemory {
    fn get(&self, key: &TextureKey) -> Option<Option<EncodedTexture>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).cloned()
    }

    fn put(&self, key: &TextureKey, result: &Option<EncodedTexture>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(*key, result.clone());
    }
}
