//! Equal images are encoded once, whichever models have them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bundler::{
    EncodedTexture, Ktx2Textures, PlainTextures, TextureEncoder, TextureKey, TextureRequest,
};
use unitybundle::{BlockTextures, Profile};

type Encoded = Result<Option<EncodedTexture>, String>;

/// An encoder that remembers.
pub(in crate::verbs) struct Textures {
    inner: Box<dyn TextureEncoder + Send>,
    /// By content and use. Whoever asks second waits for the first.
    known: Mutex<HashMap<TextureKey, Arc<OnceLock<Encoded>>>>,
    encoded: AtomicU64,
}

impl Textures {
    pub(in crate::verbs) fn new(profile: Profile) -> Self {
        Self {
            inner: match profile {
                Profile::Gltf(bundler::Profile::Plain) => Box::new(PlainTextures),
                Profile::Gltf(bundler::Profile::Gltf) => Box::new(Ktx2Textures),
                Profile::Unity(_) => Box::new(BlockTextures),
            },
            known: Mutex::default(),
            encoded: AtomicU64::new(0),
        }
    }

    /// Different images that were encoded.
    pub(super) fn encoded(&self) -> u64 {
        self.encoded.load(Ordering::Relaxed)
    }
}

impl TextureEncoder for Textures {
    fn encode(&self, request: &TextureRequest<'_>) -> Encoded {
        let Some(key) = self.inner.key(request) else {
            return self.inner.encode(request);
        };
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = Arc::clone(known().entry(key).or_default());
        let encode = || {
            self.encoded.fetch_add(1, Ordering::Relaxed);
            self.inner.encode(request)
        };
        cell.get_or_init(encode).clone()
    }

    fn may_grow(&self) -> bool {
        self.inner.may_grow()
    }
}
