//! Members of consumer groups: one consumer a membership, its partitions' queues split inside the rebalance callback, one
//! reader a partition.
//!
//! The callback runs where the member is served, on a task of its own. It must not wait: what it does is tell the readers
//! and the member, and answer librdkafka. An assigned partition is paused until its reader was told where to start.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use kernel::Topic;
use rdkafka::consumer::{BaseConsumer, Consumer as _, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use runtime::ports::{Assignment, Membership, PortError};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client::{Consumer, Leaving, Started, events, serve, start};
use super::cluster::{Cluster, index};
use super::context::Context;
use super::fault::fault;
use super::feed::Queue;
use super::positions::Positions;
use super::reader::Reader;

/// Pause before a member that was put out of its group joins again: it doubles each time, up to a minute, so that two
/// processes of one name do not put each other out for ever, and is short again after [`STEADY`].
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// A member that stayed this long was well.
const STEADY: Duration = Duration::from_secs(120);

/// What the callback, the readers and the member share.
pub(super) struct Group {
    pub(super) id: String,
    pub(super) topic: Topic,
    consumer: OnceLock<Weak<Consumer>>,
    slots: Mutex<BTreeMap<u32, Arc<Slot>>>,
    changes: mpsc::UnboundedSender<Change>,
    /// The consumer can never go on: another one has to take its place.
    ended: CancellationToken,
    /// Because the broker has another member of our name, and did not let this one in.
    waits_for_name: AtomicBool,
}

enum Change {
    Assigned(Arc<Slot>),
    Revoked(u32),
}

/// A partition from its assignment to its revocation.
pub(super) struct Slot {
    pub(super) partition: u32,
    queue: Mutex<Option<Queue>>,
    /// The queue has something, or the slot's state has changed.
    pub(super) arrived: Arc<Notify>,
    revoked: AtomicBool,
    left: AtomicBool,
    /// The partition's end when it was last asked for.
    pub(super) end: AtomicU64,
    /// The reader is not at the end: it wants to know where that is by now.
    pub(super) behind: AtomicBool,
}

/// What a reader finds in its slot.
pub(super) enum Held<T> {
    /// It has the partition; this is what came of using the queue.
    Ours(T),
    /// Another member may have it by now.
    Revoked,
    /// The membership has ended.
    Left,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    /// Uses the queue, for a moment: the rebalance callback may be waiting for it.
    pub(super) fn with_queue<T>(&self, using: impl FnOnce(&Queue) -> T) -> Held<T> {
        match &*lock(&self.queue) {
            Some(queue) => Held::Ours(using(queue)),
            None if self.left.load(Ordering::Acquire) => Held::Left,
            None => Held::Revoked,
        }
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }

    /// Takes the partition from its reader. The queue goes at once: a handle that outlived the next assignment would take
    /// its wake-up away.
    fn revoke(&self) {
        self.revoked.store(true, Ordering::Release);
        lock(&self.queue).take();
        self.arrived.notify_one();
    }

    fn leave(&self) {
        self.left.store(true, Ordering::Release);
        self.revoke();
    }
}

impl Group {
    /// Takes over partitions, inside the rebalance callback.
    pub(super) fn assign(
        &self,
        consumer: &BaseConsumer<Context>,
        partitions: &mut TopicPartitionList,
    ) {
        let numbers = numbers(partitions);
        let slots: Vec<Arc<Slot>> = numbers.iter().filter_map(|p| self.split(*p)).collect();
        if let Err(error) = take(consumer, partitions) {
            tracing::error!(%error, kafka.group = self.id, kafka.topic = &*self.topic, "partitions not taken");
        }
        tracing::info!(kafka.group = self.id, kafka.topic = &*self.topic, partitions = ?numbers, "assigned");
        for slot in slots {
            lock(&self.slots).insert(slot.partition, Arc::clone(&slot));
            // A member that was dropped leaves on its own.
            let _ = self.changes.send(Change::Assigned(slot));
        }
    }

    /// Makes a slot with the partition's queue in it; `None` when the consumer is being closed.
    fn split(&self, partition: u32) -> Option<Arc<Slot>> {
        let consumer = self.consumer()?;
        let queue = consumer.split_partition_queue(&self.topic, index(partition));
        let Some(mut queue) = queue else {
            tracing::error!(
                kafka.group = self.id,
                kafka.topic = &*self.topic,
                partition,
                "assigned, but not to be read"
            );
            return None;
        };
        let arrived = Arc::new(Notify::new());
        let tell = Arc::clone(&arrived);
        queue.set_nonempty_callback(move || tell.notify_one());
        Some(Arc::new(Slot {
            partition,
            queue: Mutex::new(Some(queue)),
            arrived,
            revoked: AtomicBool::new(false),
            left: AtomicBool::new(false),
            end: AtomicU64::new(0),
            behind: AtomicBool::new(false),
        }))
    }

    /// Takes partitions from their readers, inside the rebalance callback.
    pub(super) fn revoke(&self, consumer: &BaseConsumer<Context>, partitions: &TopicPartitionList) {
        let numbers = numbers(partitions);
        let lost = consumer.assignment_lost();
        if lost {
            tracing::warn!(kafka.group = self.id, kafka.topic = &*self.topic, partitions = ?numbers, "lost: the group went on without this member");
        } else {
            tracing::info!(kafka.group = self.id, kafka.topic = &*self.topic, partitions = ?numbers, "revoked");
        }
        for partition in numbers {
            let slot = lock(&self.slots).remove(&partition);
            if let Some(slot) = slot {
                slot.revoke();
                let _ = self.changes.send(Change::Revoked(partition));
            }
        }
        // librdkafka 2.12 may never find its coordinator again after that; a new consumer asks anew.
        if lost {
            self.ended.cancel();
        }
    }

    /// The consumer, unless it is closed.
    pub(super) fn consumer(&self) -> Option<Arc<Consumer>> {
        self.consumer.get().and_then(Weak::upgrade)
    }

    /// An error of the member, not of one partition. A fatal one ends the consumer, never the membership: after an outage
    /// of the broker a static member may be fenced by its own former self, and whoever leaves then leaves for ever.
    fn met(&self, error: &KafkaError) {
        let KafkaError::MessageConsumptionFatal(code) = error else {
            return;
        };
        match code {
            // Most often the name of a process that was killed a moment ago and that is this one's predecessor.
            RDKafkaErrorCode::UnreleasedInstanceId => {
                self.waits_for_name.store(true, Ordering::Release);
                tracing::warn!(
                    kafka.group = self.id,
                    kafka.topic = &*self.topic,
                    "group.instance.id is still another member's; joining again until it is free"
                );
            }
            RDKafkaErrorCode::FencedInstanceId => tracing::error!(
                kafka.group = self.id,
                kafka.topic = &*self.topic,
                "fenced: another member took this one's group.instance.id. After an outage of the broker that may be its own \
                 former self; if it happens again and again, another process has the same kafka.group_instance_id. Joining again"
            ),
            code => tracing::error!(
                kafka.group = self.id,
                kafka.topic = &*self.topic,
                "the consumer has ended: {code}. Joining again"
            ),
        }
        for (partition, slot) in std::mem::take(&mut *lock(&self.slots)) {
            slot.revoke();
            let _ = self.changes.send(Change::Revoked(partition));
        }
        self.ended.cancel();
    }

    /// Whether the member has a partition now.
    pub(super) fn has(&self, partition: u32) -> bool {
        lock(&self.slots).contains_key(&partition)
    }

    fn is_behind(&self) -> bool {
        let slots = lock(&self.slots);
        slots.values().any(|s| s.behind.load(Ordering::Relaxed))
    }

    fn learn_ends(&self, ends: &[u64]) {
        for (partition, slot) in &*lock(&self.slots) {
            if let Some(end) = ends.get(*partition as usize) {
                slot.end.fetch_max(*end, Ordering::Relaxed);
            }
        }
    }

    fn leave(&self) {
        for slot in std::mem::take(&mut *lock(&self.slots)).into_values() {
            slot.leave();
        }
    }
}

fn numbers(partitions: &TopicPartitionList) -> Vec<u32> {
    let numbers = partitions.elements().into_iter().map(|e| e.partition());
    numbers.filter_map(|p| u32::try_from(p).ok()).collect()
}

/// Answers an assignment: paused, then taken, so that nothing is fetched before its reader was told where to start. The
/// place is only one that needs no question to the cluster. It must not be "end" or "beginning": librdkafka asks where
/// that is, and when a seek makes the answer out of date it asks again and goes there after all, over what the seek was
/// to read.
fn take(consumer: &BaseConsumer<Context>, partitions: &mut TopicPartitionList) -> KafkaResult<()> {
    partitions.set_all_offsets(Offset::Offset(0))?;
    consumer.pause(partitions)?;
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
        RebalanceProtocol::None | RebalanceProtocol::Eager => consumer.assign(partitions),
    }
}

/// What a membership needs of the log.
pub(super) struct Joining {
    pub(super) config: rdkafka::ClientConfig,
    pub(super) cluster: Arc<Cluster>,
    pub(super) leaving: Arc<Leaving>,
    pub(super) positions: Arc<Positions>,
    pub(super) lag_interval: Duration,
    pub(super) group: String,
    pub(super) topic: Topic,
}

/// Joins; the first partitions come when the group has agreed.
pub(super) fn join(joining: Joining, seat: Seat) -> Result<GroupMember, PortError> {
    Ok(GroupMember {
        entered: joining.enter()?,
        joining,
        pause: AGAIN.0,
        again: None,
        _seat: seat,
    })
}

impl Joining {
    fn enter(&self) -> Result<Entered, PortError> {
        let (changes, receiver) = mpsc::unbounded_channel();
        let group = Arc::new(Group {
            id: self.group.clone(),
            topic: Arc::clone(&self.topic),
            consumer: OnceLock::new(),
            slots: Mutex::default(),
            changes,
            ended: CancellationToken::new(),
            waits_for_name: AtomicBool::new(false),
        });
        let started = start(&self.config, Context::member(Arc::clone(&group)))?;
        // Set once, here, before the consumer is polled for the first time.
        let _ = group.consumer.set(Arc::downgrade(&started.consumer));
        let subscribed = started.consumer.subscribe(&[&group.topic]);
        if let Err(error) = subscribed {
            self.leaving.retire(started.consumer);
            return Err(fault(&format!("join group {}", group.id), &error));
        }
        self.positions.joined(&group);
        let stop = CancellationToken::new();
        let drive = Drive {
            group: Arc::clone(&group),
            cluster: Arc::clone(&self.cluster),
            leaving: Arc::clone(&self.leaving),
            positions: Arc::clone(&self.positions),
            lag_interval: self.lag_interval,
        };
        tokio::spawn(drive.run(started, stop.clone()));
        Ok(Entered {
            group,
            changes: receiver,
            since: Instant::now(),
            stop,
        })
    }
}

/// Serves a member.
struct Drive {
    group: Arc<Group>,
    cluster: Arc<Cluster>,
    leaving: Arc<Leaving>,
    positions: Arc<Positions>,
    lag_interval: Duration,
}

impl Drive {
    /// Until the member is dropped; then it leaves the group.
    async fn run(self, started: Started, stop: CancellationToken) {
        let Started {
            consumer,
            events: arrived,
        } = started;
        let group = &self.group;
        let mut asked = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = events(&arrived) => serve(&consumer, |error| group.met(error)),
            }
            if asked.elapsed() >= self.lag_interval && group.is_behind() {
                asked = Instant::now();
                self.learn_ends();
            }
        }
        self.positions.last(group, &consumer);
        group.leave();
        self.leaving.retire(consumer);
    }

    fn learn_ends(&self) {
        let (group, cluster) = (Arc::clone(&self.group), Arc::clone(&self.cluster));
        tokio::spawn(async move {
            // It is only for people; the next time will do.
            if let Ok(ends) = cluster.offsets(&group.topic, Offset::End).await {
                group.learn_ends(&ends);
            }
        });
    }
}

/// A member of a group. Dropping it leaves the group at once, except that a static member's partitions wait for it for
/// the session timeout: that is what static membership is for.
pub(super) struct GroupMember {
    entered: Entered,
    joining: Joining,
    /// The pause before it joins again the next time.
    pause: Duration,
    /// When it joins again; a call that is given up does not put that off.
    again: Option<Instant>,
    _seat: Seat,
}

/// The time of one consumer in a group; it leaves when this is dropped.
struct Entered {
    group: Arc<Group>,
    changes: mpsc::UnboundedReceiver<Change>,
    since: Instant,
    stop: CancellationToken,
}

impl Entered {
    /// The next change; `None` when the consumer has ended.
    async fn next(&mut self) -> Option<Change> {
        tokio::select! {
            // What was assigned before is revoked first.
            biased;
            change = self.changes.recv() => change,
            () = self.group.ended.cancelled() => None,
        }
    }
}

impl GroupMember {
    /// Another consumer takes the place of one that has ended, after a pause.
    async fn join_again(&mut self) {
        let due = match self.again {
            Some(due) => due,
            None => Instant::now() + self.next_pause(),
        };
        self.again = Some(due);
        tokio::time::sleep_until(due).await;
        self.again = None;
        match self.joining.enter() {
            Ok(entered) => self.entered = entered,
            Err(error) => tracing::warn!(%error, "not joined again yet"),
        }
    }

    fn next_pause(&mut self) -> Duration {
        let (shortest, longest) = AGAIN;
        let waits_for_name = self.entered.group.waits_for_name.load(Ordering::Acquire);
        if waits_for_name || self.entered.since.elapsed() > STEADY {
            self.pause = shortest;
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(longest);
        pause
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[async_trait]
impl Membership for GroupMember {
    async fn next(&mut self) -> Option<Assignment> {
        loop {
            match self.entered.next().await {
                Some(Change::Revoked(partition)) => return Some(Assignment::Revoked(partition)),
                Some(Change::Assigned(slot)) => {
                    let (group, cluster) = (&self.entered.group, &self.joining.cluster);
                    let reader = Reader::new(Arc::clone(group), Arc::clone(cluster), slot);
                    return Some(Assignment::Assigned(Box::new(reader)));
                }
                None => self.join_again().await,
            }
        }
    }
}

/// Which members this process has in each group: each static member needs a name of its own.
#[derive(Default)]
pub(super) struct Seats(Arc<Mutex<BTreeSet<(String, u32)>>>);

/// A member's number in its group, from 1; free again when dropped.
pub(super) struct Seat {
    taken: Arc<Mutex<BTreeSet<(String, u32)>>>,
    key: (String, u32),
}

impl Seats {
    /// The lowest that is free.
    pub(super) fn take(&self, group: &str) -> Seat {
        let mut taken = lock(&self.0);
        let free = (1..).find(|n| !taken.contains(&(group.to_owned(), *n)));
        let key = (group.to_owned(), free.expect("fewer members than u32::MAX"));
        taken.insert(key.clone());
        Seat {
            taken: Arc::clone(&self.0),
            key,
        }
    }
}

impl Seat {
    /// The member's `group.instance.id`.
    pub(super) fn instance(&self, name: &str) -> String {
        match self.key.1 {
            1 => name.to_owned(),
            n => format!("{name}-{n}"),
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.taken).remove(&self.key);
    }
}
