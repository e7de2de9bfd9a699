//! Effects that wait for another try, in the store's compare-and-set side.

use std::sync::Arc;

use bytes::Bytes;
use kernel::Position;
use serde::{Deserialize, Serialize};

use crate::ports::{PortError, Store};

/// An effect that waits for another try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// Kind.
    pub kind: String,
    /// Idempotency key.
    pub key: String,
    /// The request as it was asked for (framed Avro, hex): every try sends the same.
    pub request: String,
    /// Position of the record that asked for it; unknown for what older releases noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// `traceparent` of that record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Arc<str>>,
    /// Tries made so far.
    pub attempts: u32,
    /// When the next one is due, ms.
    pub due: i64,
    /// After this, nobody wants it any more, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<i64>,
    /// Why the last try failed.
    pub reason: String,
    /// Whether it is in the ledger: every one of these is, unless it is about to have its first try.
    #[serde(skip, default = "yes")]
    pub(super) noted: bool,
    /// An operator asked for it again, after it had failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

fn yes() -> bool {
    true
}

impl Pending {
    /// Whether it was asked for again after an outcome that answers the request at `answered`.
    pub(super) fn is_newer_than(&self, answered: Option<&Position>) -> bool {
        let asked = self
            .asked
            .as_deref()
            .and_then(|text| text.parse::<Position>().ok());
        match (asked, answered) {
            (Some(asked), Some(answered)) => self.again && asked.offset > answered.offset,
            _ => false,
        }
    }
}

/// The ledger of one kind.
#[derive(Clone)]
pub struct Ledger {
    store: Arc<dyn Store>,
    kind: Arc<str>,
}

impl Ledger {
    /// The ledger of a kind in a store.
    pub fn new(store: Arc<dyn Store>, kind: impl Into<Arc<str>>) -> Self {
        Self {
            store,
            kind: kind.into(),
        }
    }

    fn name(&self, key: &str) -> String {
        format!("effects/{}/{key}", self.kind)
    }

    /// Makes the next try of an effect due at `now` (ms): whoever has it hears of it within `ledger_interval`. False when
    /// it does not wait for one.
    ///
    /// # Errors
    /// The store's faults; an entry that is not one.
    pub async fn hurry(&self, key: &str, now: i64) -> Result<bool, PortError> {
        let name = self.name(key);
        loop {
            let Some(found) = self.store.pointer(&name).await? else {
                return Ok(false);
            };
            let mut pending: Pending = read(&name, &found.value)?;
            pending.due = now;
            if self
                .store
                .compare_and_set(&name, Some(found.version), written(&pending))
                .await?
            {
                return Ok(true);
            }
        }
    }

    /// Notes what became of the last try, whatever was noted before.
    pub(super) async fn put(&self, pending: &Pending) -> Result<(), PortError> {
        let name = self.name(&pending.key);
        let value = written(pending);
        loop {
            let version = self.store.pointer(&name).await?.map(|p| p.version);
            if self
                .store
                .compare_and_set(&name, version, value.clone())
                .await?
            {
                return Ok(());
            }
        }
    }

    /// Forgets an effect that is over.
    pub(super) async fn remove(&self, key: &str) -> Result<(), PortError> {
        let name = self.name(key);
        while let Some(pointer) = self.store.pointer(&name).await? {
            if self.store.remove_pointer(&name, pointer.version).await? {
                break;
            }
        }
        Ok(())
    }

    /// An effect that waits.
    ///
    /// # Errors
    /// The store's faults; an entry that is not one.
    pub async fn get(&self, key: &str) -> Result<Option<Pending>, PortError> {
        let name = self.name(key);
        let found = self.store.pointer(&name).await?;
        found.map(|found| read(&name, &found.value)).transpose()
    }

    /// Everything that waits, in all processes.
    ///
    /// # Errors
    /// The store's faults; an entry that is not one.
    pub async fn all(&self) -> Result<Vec<Pending>, PortError> {
        let pointers = self.store.pointers(&self.name("")).await?;
        pointers
            .into_iter()
            .map(|(name, pointer)| read(&name, &pointer.value))
            .collect()
    }
}

fn written(pending: &Pending) -> Bytes {
    let text = serde_json::to_vec(pending).expect("text and numbers serialise");
    Bytes::from(text)
}

fn read(name: &str, value: &[u8]) -> Result<Pending, PortError> {
    serde_json::from_slice(value)
        .map_err(|e| PortError::refused(format!("ledger entry {name}: {e}")))
}
