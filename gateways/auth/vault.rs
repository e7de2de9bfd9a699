//! Short-lived secrets in the store: each a pointer, changed only by compare-and-set, under a name that is a hash of its
//! id and sealed with a key that is another. Who can read the store, or a copy of it, reads nothing; who has the id can.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use runtime::platform::Platform;
use runtime::ports::{PortError, Store};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What all names begin with.
const ROOT: &str = "auth";

/// What is kept, by the part of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Identity,
    /// Somebody else's token that counts once.
    Token,
}

impl Kind {
    /// All there are.
    pub(super) const ALL: [Self; 3] = [Self::Request, Self::Identity, Self::Token];

    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Identity => "identity",
            Self::Token => "token",
        }
    }

    /// What the names of this kind begin with.
    pub(super) fn prefix(self) -> String {
        format!("{ROOT}/{}/", self.name())
    }
}

/// The name of a thing: tells nothing of its id.
pub(super) fn name(kind: Kind, id: &str) -> String {
    format!("{}{}", kind.prefix(), hex::encode(digest("name", kind, id)))
}

fn digest(purpose: &str, kind: Kind, id: &str) -> [u8; 32] {
    let text = format!("worldlog auth {purpose} {} {id}", kind.name());
    Sha256::digest(text.as_bytes()).into()
}

/// What of a thing may be read without its id.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Envelope {
    /// When its content must be gone, ms.
    dies_at: i64,
    /// When nothing needs to remember it any more, ms.
    forget_at: i64,
    /// Base64 of the nonce and what is sealed; empty: only the memory is left.
    sealed: String,
}

/// A thing as it was read.
#[derive(Clone, Debug)]
pub(super) struct Held<T> {
    /// To change it, if nobody else has.
    pub(super) version: u64,
    /// What it is; `None` for one whose content is gone.
    pub(super) value: Option<T>,
}

/// How long a thing is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    /// When its content must be gone, ms.
    pub(super) dies_at: i64,
    /// When nothing needs to remember it any more, ms.
    pub(super) forget_at: i64,
}

/// See the module.
#[derive(Clone)]
pub(super) struct Vault {
    store: Arc<dyn Store>,
}

impl Vault {
    pub(super) fn new(platform: &Platform) -> Self {
        Self {
            store: Arc::clone(&platform.store),
        }
    }

    /// Reads a thing.
    ///
    /// # Errors
    /// The store's faults; a value that was not sealed here.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        kind: Kind,
        id: &str,
    ) -> Result<Option<Held<T>>, PortError> {
        let name = name(kind, id);
        let Some(pointer) = self.store.pointer(&name).await? else {
            return Ok(None);
        };
        let envelope: Envelope = serde_json::from_slice(&pointer.value).map_err(unreadable)?;
        let value = match envelope.sealed.is_empty() {
            true => None,
            false => Some(open(kind, id, &envelope)?),
        };
        Ok(Some(Held {
            version: pointer.version,
            value,
        }))
    }

    /// Writes a thing if it is still at `expected` (`None`: if there is none). Says whether it did.
    ///
    /// # Errors
    /// The store's faults; afterwards it may or may not be written.
    pub(super) async fn put<T: Serialize>(
        &self,
        kind: Kind,
        id: &str,
        expected: Option<u64>,
        life: Life,
        value: &T,
    ) -> Result<bool, PortError> {
        let sealed = seal(kind, id, life, value)?;
        let envelope = Envelope {
            dies_at: life.dies_at,
            forget_at: life.forget_at,
            sealed,
        };
        let bytes = serde_json::to_vec(&envelope).map_err(unreadable)?;
        let name = name(kind, id);
        self.store
            .compare_and_set(&name, expected, bytes.into())
            .await
    }

    /// Removes a thing if it is still at `expected`.
    ///
    /// # Errors
    /// The store's faults.
    pub(super) async fn remove(
        &self,
        kind: Kind,
        id: &str,
        expected: u64,
    ) -> Result<(), PortError> {
        let name = name(kind, id);
        self.store.remove_pointer(&name, expected).await.map(drop)
    }

    /// Takes the content out of what is dead, and away what is to be forgotten, of all names that begin so.
    ///
    /// # Errors
    /// The store's faults.
    pub(super) async fn sweep(&self, prefix: &str, now: i64) -> Result<(), PortError> {
        for (name, pointer) in self.store.pointers(prefix).await? {
            let envelope: Envelope = serde_json::from_slice(&pointer.value).map_err(unreadable)?;
            if envelope.forget_at < now {
                self.store.remove_pointer(&name, pointer.version).await?;
            } else if envelope.dies_at < now && !envelope.sealed.is_empty() {
                let empty = Envelope {
                    sealed: String::new(),
                    ..envelope
                };
                let bytes: Bytes = serde_json::to_vec(&empty).map_err(unreadable)?.into();
                let version = Some(pointer.version);
                self.store.compare_and_set(&name, version, bytes).await?;
            }
        }
        Ok(())
    }
}

fn unreadable(error: impl std::fmt::Display) -> PortError {
    PortError::refused(format!("a secret of the auth gateway: {error}"))
}

fn key(kind: Kind, id: &str) -> Result<LessSafeKey, PortError> {
    let key = UnboundKey::new(&AES_256_GCM, &digest("key", kind, id)).map_err(unreadable)?;
    Ok(LessSafeKey::new(key))
}

/// What is not secret and must not be changed either.
fn bound(kind: Kind, life: Life) -> Vec<u8> {
    format!("{} {} {}", kind.name(), life.dies_at, life.forget_at).into_bytes()
}

fn seal<T: Serialize>(kind: Kind, id: &str, life: Life, value: &T) -> Result<String, PortError> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(unreadable)?;
    let mut bytes = serde_json::to_vec(value).map_err(unreadable)?;
    let aad = Aad::from(bound(kind, life));
    key(kind, id)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut bytes)
        .map_err(unreadable)?;
    Ok(STANDARD.encode([&nonce[..], &bytes].concat()))
}

fn open<T: DeserializeOwned>(kind: Kind, id: &str, envelope: &Envelope) -> Result<T, PortError> {
    let bytes = STANDARD.decode(&envelope.sealed).map_err(unreadable)?;
    let (nonce, sealed) = bytes
        .split_at_checked(NONCE_LEN)
        .ok_or_else(|| unreadable("it is too short"))?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(unreadable)?;
    let life = Life {
        dies_at: envelope.dies_at,
        forget_at: envelope.forget_at,
    };
    let mut sealed = sealed.to_vec();
    let aad = Aad::from(bound(kind, life));
    let opened = key(kind, id)?
        .open_in_place(nonce, aad, &mut sealed)
        .map_err(unreadable)?;
    serde_json::from_slice(opened).map_err(unreadable)
}
