//! What is written to the log of islands, beside the live path: a bounded queue and one task. When the log is slow what
//! no longer fits is dropped and counted; nobody waits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use islands::PeerId;
use kernel::{Headers, NewRecord};
use model::Recorded;
use model::events::archipelago::{IslandChanged, PeerChanged};
use runtime::platform::Platform;
use tokio::sync::mpsc::{self, Receiver, Sender};
use uuid::Uuid;

use super::meters;
use super::wire::Position;

const PEERS: &str = "archipelago.peers";
const ISLANDS: &str = "archipelago.islands";
const SOURCE: &str = "gateways/archipelago";
/// Records appended at a time.
const BATCH: usize = 512;
/// Pauses between two tries.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(100),
    Duration::from_secs(1),
    Duration::from_secs(5),
];

/// One change.
pub(super) enum Change {
    Peer(PeerChanged),
    Island(IslandChanged),
}

/// A session was opened or closed.
pub(super) fn session(peer: PeerId, change: &str, reason: &str) -> PeerChanged {
    PeerChanged {
        address: peer.to_string(),
        change: change.to_owned(),
        reason: reason.to_owned(),
        ..PeerChanged::default()
    }
}

/// A peer is in another island, or in none.
pub(super) fn moved(peer: PeerId, change: &str, reason: &str, at: Option<Position>) -> PeerChanged {
    let at = at.unwrap_or_default();
    PeerChanged {
        x: at.x.into(),
        y: at.y.into(),
        z: at.z.into(),
        ..session(peer, change, reason)
    }
}

/// The way to the log.
#[derive(Default)]
pub(super) struct Outlet(Mutex<Option<Sender<Change>>>);

impl Outlet {
    /// Opens it; what comes out is for [`write`].
    pub(super) fn open(&self, queue: usize) -> Receiver<Change> {
        let (sender, receiver) = mpsc::channel(queue.max(1));
        let mut outlet = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *outlet = Some(sender);
        receiver
    }

    /// Takes a change, or drops it.
    pub(super) fn note(&self, change: Change) {
        let outlet = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = outlet
            .as_ref()
            .is_some_and(|sender| sender.try_send(change).is_ok());
        if !is_taken {
            meters::unlogged(1);
        }
    }
}

/// Writes what comes until nobody is left to say anything.
pub(super) async fn write(platform: Platform, mut changes: Receiver<Change>) {
    let mut batch = Vec::with_capacity(BATCH);
    while changes.recv_many(&mut batch, BATCH).await > 0 {
        let records: Vec<NewRecord> = batch.drain(..).map(record).collect();
        append(&platform, records).await;
    }
}

async fn append(platform: &Platform, records: Vec<NewRecord>) {
    let mut pauses = PAUSES.iter();
    loop {
        let error = match platform.append(records.clone()).await {
            Ok(_) => return,
            Err(error) => error,
        };
        let Some(pause) = pauses.next() else {
            meters::unlogged(records.len() as u64);
            tracing::warn!(%error, records = records.len(), "changes of islands are not in the log");
            return;
        };
        tokio::time::sleep(*pause).await;
    }
}

fn record(change: Change) -> NewRecord {
    match change {
        Change::Peer(change) => of(PEERS, change.address.clone(), &change),
        Change::Island(change) => of(ISLANDS, change.island.clone(), &change),
    }
}

fn of<T: Recorded>(topic: &'static str, key: String, value: &T) -> NewRecord {
    let headers = Headers::new(Uuid::now_v7(), T::SCHEMA, SOURCE);
    NewRecord::keyed(
        topic.into(),
        Bytes::from(key),
        headers,
        model::encode(value),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_does_not_fit_is_dropped_and_the_rest_is_kept() {
        let outlet = Outlet::default();
        let change = |n: u8| Change::Peer(session(PeerId([n; 20]), "welcomed", ""));
        outlet.note(change(0));
        let mut receiver = outlet.open(2);
        for n in 1..9 {
            outlet.note(change(n));
        }
        drop(outlet);
        let mut came = Vec::new();
        while let Some(Change::Peer(change)) = receiver.recv().await {
            came.push(change.address);
        }
        let wanted = [1, 2].map(|n| PeerId([n; 20]).to_string());
        assert_eq!(came, wanted);
    }
}
