//! Effects that wait for another try, in the store's compare-and-set side.

use std::sync::Arc;

use bytes::Bytes;
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
    /// Tries made so far.
    pub attempts: u32,
    /// When the next one is due, ms.
    pub due: i64,
    /// After this, nobody wants it any more, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<i64>,
    /// Why the last try failed.
    pub reason: String,
}

/// The ledger of one kind.
#[derive(Clone)]
pub(super) struct Ledger {
    store: Arc<dyn Store>,
    kind: &'static str,
}

impl Ledger {
    pub(super) fn new(store: Arc<dyn Store>, kind: &'static str) -> Self {
        Self { store, kind }
    }

    fn name(&self, key: &str) -> String {
        format!("effects/{}/{key}", self.kind)
    }

    /// Notes what became of the last try, whatever was noted before.
    pub(super) async fn put(&self, pending: &Pending) -> Result<(), PortError> {
        let name = self.name(&pending.key);
        let value = Bytes::from(serde_json::to_vec(pending).expect("text and numbers serialise"));
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

    /// Everything that waits.
    pub(super) async fn all(&self) -> Result<Vec<Pending>, PortError> {
        let pointers = self.store.pointers(&self.name("")).await?;
        pointers
            .into_iter()
            .map(|(name, pointer)| {
                serde_json::from_slice(&pointer.value)
                    .map_err(|e| PortError::refused(format!("ledger entry {name}: {e}")))
            })
            .collect()
    }
}
