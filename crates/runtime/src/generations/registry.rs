//! The read models as they are stored, and as this process knows them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::fresh::Reads;
use super::read_model::{ReadModel, Refused};
use crate::ports::{Pointer, PortError, Store};
use crate::settings::Span;

/// Pointers of read models begin so.
const PREFIX: &str = "generations/";

/// Why a read model was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// As it is, it may not be.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed; it may have been changed.
    #[error(transparent)]
    Store(#[from] PortError),
}

/// A read model under the version it was read with; `None`: it is not stored yet.
#[derive(Clone)]
struct Known {
    version: Option<u64>,
    model: Arc<ReadModel>,
}

/// The generations of all read models.
pub struct Registry {
    store: Arc<dyn Store>,
    /// Other processes change them, too.
    shared: bool,
    known: RwLock<BTreeMap<String, Known>>,
    /// By read model.
    reads: Mutex<BTreeMap<String, Arc<Reads>>>,
    changes: watch::Sender<u64>,
}

impl Registry {
    /// Nothing is known yet: every read model is at its first generation. `shared`: other processes change the store.
    pub fn new(store: Arc<dyn Store>, shared: bool) -> Self {
        Self {
            store,
            shared,
            known: RwLock::default(),
            reads: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// Takes over what is stored.
    ///
    /// # Errors
    /// The store's faults; a value that is none of ours, by its name.
    pub async fn load(&self) -> Result<(), PortError> {
        for (name, pointer) in self.store.pointers(PREFIX).await? {
            let known = Known {
                version: Some(pointer.version),
                model: Arc::new(decode(&name, &pointer)?),
            };
            let name = name.strip_prefix(PREFIX).unwrap_or(&name);
            self.learn(name, known);
        }
        Ok(())
    }

    /// Keeps up with what other processes store, until stopped; where there are none there is nothing to keep up with.
    pub async fn follow(self: Arc<Self>, every: Span, stop: CancellationToken) {
        if !self.shared {
            return;
        }
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(every.0) => {}
            }
            if let Err(error) = self.load().await {
                tracing::debug!(%error, "generations are not known");
            }
        }
    }

    fn learn(&self, model: &str, new: Known) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let old = known.get(model).and_then(|old| old.version);
        // Two reads may come back in the other order.
        if old.is_some() && old >= new.version {
            return;
        }
        known.insert(model.to_owned(), new);
        drop(known);
        self.changes.send_modify(|count| *count += 1);
    }

    fn known(&self, model: &str) -> Option<Known> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(model).cloned()
    }

    /// The live generation of a read model, as this process knows it.
    pub fn live(&self, model: &str) -> u32 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(model).map_or(1, |known| known.model.live)
    }

    /// A read model, as this process knows it; `None`: nothing is stored of it.
    pub fn get(&self, model: &str) -> Option<Arc<ReadModel>> {
        self.known(model).map(|known| known.model)
    }

    /// A read model as it was stored at a moment after this call began.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn fresh(&self, model: &str) -> Result<Option<Arc<ReadModel>>, PortError> {
        if !self.shared {
            return Ok(self.get(model));
        }
        let reads = {
            let mut all = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(model.to_owned()).or_default())
        };
        reads.after_now(|| self.reread(model)).await?;
        Ok(self.get(model))
    }

    async fn reread(&self, model: &str) -> Result<(), PortError> {
        let name = format!("{PREFIX}{model}");
        if let Some(pointer) = self.store.pointer(&name).await? {
            let known = Known {
                version: Some(pointer.version),
                model: Arc::new(decode(&name, &pointer)?),
            };
            self.learn(model, known);
        }
        Ok(())
    }

    /// Counts every change that this process hears of.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Stores a read model with one generation, unless it is stored.
    ///
    /// # Errors
    /// The store's faults.
    pub async fn ensure(&self, model: &str, revision: u32, now: i64) -> Result<(), PortError> {
        if self.known(model).is_some() {
            return Ok(());
        }
        let first = Bytes::from(encode(&ReadModel::new(revision, now)));
        let name = format!("{PREFIX}{model}");
        self.store.compare_and_set(&name, None, first).await?;
        self.reread(model).await
    }

    /// Changes a read model as one compare-and-set: `change` is asked again when somebody else was faster.
    ///
    /// # Errors
    /// What `change` refuses; the store's faults.
    pub async fn change<T>(
        &self,
        model: &str,
        change: impl Fn(&mut ReadModel) -> Result<T, Refused>,
    ) -> Result<T, NotChanged> {
        loop {
            self.reread(model).await?;
            let Some(known) = self.known(model) else {
                return Err(Refused::Unknown(1).into());
            };
            let mut new = (*known.model).clone();
            let told = change(&mut new)?;
            if new == *known.model {
                return Ok(told);
            }
            let name = format!("{PREFIX}{model}");
            let value = Bytes::from(encode(&new));
            let set = self.store.compare_and_set(&name, known.version, value);
            if set.await? {
                self.reread(model).await?;
                return Ok(told);
            }
        }
    }
}

fn encode(model: &ReadModel) -> Vec<u8> {
    serde_json::to_vec(model).expect("a read model serialises: its keys are numbers")
}

fn decode(name: &str, pointer: &Pointer) -> Result<ReadModel, PortError> {
    serde_json::from_slice(&pointer.value)
        .map_err(|e| PortError::refused(format!("pointer {name} is unreadable: {e}")))
}
