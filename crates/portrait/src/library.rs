//! Decoded models and textures, kept by content hash within a budget of bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use sha2::{Digest, Sha256};

use crate::assets::Assets;
use crate::category::{Category, face_part};
use crate::limits::Limits;
use crate::model::{self, Instance, Known, Model};
use crate::texture::{self, Kind, Texture};
use crate::wearable::Wearable;

/// A file of a wearable cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the content has no file {0:?}")]
    NotListed(String),
    #[error("the content {0} is not at hand")]
    NoContent(String),
    #[error("{file}: {cause}")]
    Model { file: String, cause: model::Error },
    #[error("{file}: {cause}")]
    Texture { file: String, cause: texture::Error },
}

#[derive(Clone)]
enum Item {
    Model(Arc<Model>),
    Texture(Arc<Texture>),
}

impl Item {
    fn bytes(&self) -> usize {
        match self {
            Self::Model(model) => model.bytes(),
            Self::Texture(texture) => texture.bytes(),
        }
    }

    fn is_held(&self) -> bool {
        match self {
            Self::Model(_) => false,
            Self::Texture(texture) => Arc::strong_count(texture) > 1,
        }
    }
}

/// Items with the tick of their last use.
#[derive(Default)]
struct Shelf {
    items: BTreeMap<String, (u64, Item)>,
    bytes: usize,
    tick: u64,
}

impl Shelf {
    fn get(&mut self, key: &str) -> Option<Item> {
        self.tick += 1;
        let (used, item) = self.items.get_mut(key)?;
        *used = self.tick;
        Some(item.clone())
    }

    /// Puts an item in; what was not used for longest goes until the budget holds. A texture that a
    /// model holds would not leave memory by going, so it stays as long as the model.
    fn put(&mut self, key: String, item: Item, budget: usize) {
        self.tick += 1;
        self.bytes += item.bytes();
        if let Some((_, old)) = self.items.insert(key, (self.tick, item)) {
            self.bytes -= old.bytes();
        }
        self.trim(budget);
    }

    fn trim(&mut self, budget: usize) {
        while self.bytes > budget {
            let free = self.items.iter().filter(|(_, (_, item))| !item.is_held());
            let oldest = free.min_by_key(|(_, (used, _))| *used);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            if let Some((_, item)) = self.items.remove(&key) {
                self.bytes -= item.bytes();
            }
        }
    }
}

/// Models and textures decoded once for many pictures. It only saves time: pictures are the same with
/// a library that forgets everything.
pub struct Library {
    limits: Limits,
    shelf: Mutex<Shelf>,
}

impl Library {
    /// An empty library.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            shelf: Mutex::default(),
        }
    }

    /// The limits it reads under.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes it holds now: within the budget, but for textures that models in use hold.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let mut shelf = self.lock();
        shelf.trim(self.limits.library_bytes);
        shelf.bytes
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        // A panic elsewhere cannot leave the shelf worse than incomplete.
        self.shelf
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }

    /// The model in a file of a wearable.
    ///
    /// # Errors
    /// The file is not listed, not at hand, or no model within the limits.
    pub fn model(
        &self,
        wearable: &Wearable,
        file: &str,
        assets: &dyn Assets,
    ) -> Result<Arc<Model>, Error> {
        let not_listed = || Error::NotListed(file.to_owned());
        let hash = wearable.hash_of(file).ok_or_else(not_listed)?;
        // The face's own pictures take the places of those that a body shape brings, which nobody sees.
        let is_body = wearable.category == Category::BodyShape;
        let seen = |instance: &Instance| {
            let is_face = is_body && face_part(&instance.part().to_lowercase()).is_some();
            !is_face && !instance.collides()
        };
        let key = format!("{}{hash}", if is_body { "body " } else { "" });
        // A model that refers to files beside it is another one in another entity.
        let own_key = format!("{key} of {}", wearable.id);
        for key in [&key, &own_key] {
            let found = self.lock().get(key);
            if let Some(Item::Model(model)) = found {
                return Ok(model);
            }
        }
        let bytes = assets.content(hash);
        let bytes = bytes.ok_or_else(|| Error::NoContent(hash.to_owned()))?;
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = |name: &str| {
            let path = if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            };
            let hash = wearable.hash_of(&path).or_else(|| wearable.hash_of(name))?;
            assets.content(hash)
        };
        let read = Model::read_seen(&bytes, &beside, self, &self.limits, seen);
        let model = read.map_err(|cause| Error::Model {
            file: file.to_owned(),
            cause,
        })?;
        let model = Arc::new(model);
        let key = if model.is_self_contained() {
            key
        } else {
            own_key
        };
        self.lock()
            .put(key, Item::Model(model.clone()), self.limits.library_bytes);
        Ok(model)
    }

    /// The picture in a file of a wearable.
    ///
    /// # Errors
    /// The file is not listed, not at hand, or no picture within the limits.
    pub fn texture(
        &self,
        wearable: &Wearable,
        file: &str,
        kind: Kind,
        assets: &dyn Assets,
    ) -> Result<Arc<Texture>, Error> {
        let not_listed = || Error::NotListed(file.to_owned());
        let hash = wearable.hash_of(file).ok_or_else(not_listed)?;
        let bytes = assets.content(hash);
        let bytes = bytes.ok_or_else(|| Error::NoContent(hash.to_owned()))?;
        if let Some(texture) = self.find(&bytes, kind) {
            return Ok(texture);
        }
        let mut budget = self.limits.texture_bytes;
        let decoded = Texture::decode(&bytes, kind, &self.limits, &mut budget);
        let texture = decoded.map_err(|cause| Error::Texture {
            file: file.to_owned(),
            cause,
        })?;
        let texture = Arc::new(texture);
        self.remember(&bytes, kind, &texture);
        Ok(texture)
    }
}

/// Pictures are known by their bytes, not by the file they came in: the same skin is in many models.
fn picture_key(bytes: &[u8], kind: Kind) -> String {
    let digest = Sha256::digest(bytes);
    format!("{kind:?} {digest:x}")
}

impl Known for Library {
    fn find(&self, bytes: &[u8], kind: Kind) -> Option<Arc<Texture>> {
        match self.lock().get(&picture_key(bytes, kind)) {
            Some(Item::Texture(texture)) => Some(texture),
            _ => None,
        }
    }

    fn remember(&self, bytes: &[u8], kind: Kind, texture: &Arc<Texture>) {
        let key = picture_key(bytes, kind);
        self.lock().put(
            key,
            Item::Texture(texture.clone()),
            self.limits.library_bytes,
        );
    }
}
