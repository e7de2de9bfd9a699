//! Who wakes event streams: one task a partition reads whom the records were for that the inbox has just taken, and
//! wakes the streams of these, and of nobody else. However many streams are open, a record is looked at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use runtime::ports::{PortError, ReadLimits};
use tokio::sync::watch;

use super::command::TOPIC;
use super::tables::INBOX;
use crate::frame::GatewayContext;

/// When it is looked whether anybody still waits, and whether another generation is live.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// After so many records at once everybody is woken: reading them costs more.
const RECORDS_MAX: u64 = 10_000;

/// The streams that wait. Cheap to clone.
#[derive(Clone)]
pub(super) struct Wakes(Arc<Inner>);

struct Inner {
    context: GatewayContext,
    partitions: Mutex<BTreeMap<u32, Waiting>>,
}

/// Those of one partition, by the inbox that they show.
#[derive(Default)]
struct Waiting {
    by_key: HashMap<Bytes, watch::Sender<()>>,
    /// Whether a task wakes them.
    is_followed: bool,
}

impl Waiting {
    fn subscribe(&mut self, key: &str) -> watch::Receiver<()> {
        let key = Bytes::copy_from_slice(key.as_bytes());
        let sender = self
            .by_key
            .entry(key)
            .or_insert_with(|| watch::channel(()).0);
        sender.subscribe()
    }

    /// Wakes the streams of these inboxes; without a list all of them.
    fn wake(&mut self, keys: Option<&[Bytes]>) {
        match keys {
            Some(keys) => {
                let known = keys.iter().filter_map(|key| self.by_key.get(key));
                known.for_each(|sender| sender.send_modify(|()| ()));
            }
            None => self.by_key.values().for_each(|s| s.send_modify(|()| ())),
        }
    }

    /// Whether nobody waits any more; those that went are forgotten.
    fn is_empty(&mut self) -> bool {
        self.by_key.retain(|_, sender| sender.receiver_count() > 0);
        self.by_key.is_empty()
    }
}

impl Wakes {
    pub(super) fn new(context: &GatewayContext) -> Self {
        Self(Arc::new(Inner {
            context: context.clone(),
            partitions: Mutex::default(),
        }))
    }

    /// Changes whenever the inbox `key`, in `partition`, has taken something, from now on.
    pub(super) fn of(&self, key: &str, partition: u32) -> watch::Receiver<()> {
        let mut partitions = self.0.lock();
        let waiting = partitions.entry(partition).or_default();
        let receiver = waiting.subscribe(key);
        if !std::mem::replace(&mut waiting.is_followed, true) {
            // Read here: what comes after this call is not missed, however late the task begins.
            let platform = &self.0.context.platform;
            let generation = platform.views.live(INBOX);
            let mark = platform.progress.mark(INBOX, generation, partition);
            let follow = follow(Arc::clone(&self.0), partition, (generation, mark));
            tokio::spawn(follow);
        }
        receiver
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Waiting>> {
        self.partitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose the records from `from` to `to` are.
    async fn keys(&self, partition: u32, mut from: u64, to: u64) -> Result<Vec<Bytes>, PortError> {
        let log = &self.context.platform.log;
        let mut keys = Vec::new();
        while from < to {
            let batch = log
                .read(TOPIC, partition, from, ReadLimits::default())
                .await?;
            let taken = batch.records.into_iter().filter(|r| r.offset < to);
            keys.extend(taken.filter_map(|record| record.key));
            if batch.next <= from {
                break;
            }
            from = batch.next;
        }
        Ok(keys)
    }
}

/// Wakes who waits in a partition, until nobody does.
async fn follow(inner: Arc<Inner>, partition: u32, (mut generation, mut mark): (u32, u64)) {
    let platform = inner.context.platform.clone();
    let shutdown = inner.context.shutdown.clone();
    loop {
        let next = platform
            .progress
            .until(INBOX, generation, partition, mark + 1);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = next => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
        let live = platform.views.live(INBOX);
        let reached = platform.progress.mark(INBOX, live, partition);
        // Another generation has other rows, and what cannot be read may be anybody's.
        let few = live == generation && reached.saturating_sub(mark) <= RECORDS_MAX;
        let keys = match few {
            true => inner.keys(partition, mark, reached).await.ok(),
            false => None,
        };
        (generation, mark) = (live, reached);
        let mut partitions = inner.lock();
        let Some(waiting) = partitions.get_mut(&partition) else {
            return;
        };
        if waiting.is_empty() {
            partitions.remove(&partition);
            return;
        }
        waiting.wake(keys.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_whose_inbox_it_was_are_woken() {
        let mut waiting = Waiting::default();
        let (alice, bob) = (waiting.subscribe("alice"), waiting.subscribe("bob"));
        let also_alice = waiting.subscribe("alice");
        let woken = |receiver: &watch::Receiver<()>| receiver.has_changed().expect("a sender");
        waiting.wake(Some(&[Bytes::from("alice"), Bytes::from("carol")]));
        assert!(woken(&alice) && woken(&also_alice) && !woken(&bob));
        waiting.wake(None);
        assert!(woken(&bob));
        drop((alice, bob));
        assert!(!waiting.is_empty());
        assert_eq!(waiting.by_key.len(), 1);
        drop(also_alice);
        assert!(waiting.is_empty());
    }
}
