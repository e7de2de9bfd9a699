//! Reading outside of groups: a few consumers that are told where to read, kept for the next read that goes on there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kernel::Topic;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaResult;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use runtime::ports::{Batch, PortError, ReadLimits};
use runtime::settings::{Size, Span};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::client::{Client, Consumer, Leaving};
use super::cluster::{Cluster, index, name};
use super::config::Configs;
use super::fault::{by_code, fault};
use super::feed::{Feed, Queue};
use super::options::KafkaOptions;

/// A consumer that is told to read elsewhere waits until the broker has answered the fetch that is under way.
const FETCH_WAIT: Span = Span::millis(50);
/// A consumer that nobody goes on with stops fetching after this.
const PARK_AFTER: Duration = Duration::from_secs(2);

/// The consumers, at most `readers`.
pub(super) struct Tails {
    configs: Arc<Configs>,
    leaving: Arc<Leaving>,
    options: KafkaOptions,
    room: Arc<Semaphore>,
    /// Used longest ago first.
    idle: Mutex<VecDeque<Tail>>,
}

/// A consumer that reads one partition at a time.
struct Tail {
    place: Option<Place>,
    used: Instant,
    client: Client,
}

/// Where a consumer reads. Its queue goes before the consumer: it holds it.
struct Place {
    queue: Queue,
    arrived: Arc<Notify>,
    topic: Topic,
    partition: u32,
    feed: Feed,
}

/// A consumer in use; given back when dropped.
struct Borrowed {
    tails: Arc<Tails>,
    tail: Option<Tail>,
    /// Whether a read that begins where this one ended may go on with it.
    clean: bool,
    _room: OwnedSemaphorePermit,
}

impl Tails {
    pub(super) fn new(
        configs: Arc<Configs>,
        options: &KafkaOptions,
        leaving: Arc<Leaving>,
    ) -> Arc<Self> {
        Arc::new(Self {
            configs,
            leaving,
            options: options.clone(),
            room: Arc::new(Semaphore::new(options.readers.max(1))),
            idle: Mutex::default(),
        })
    }

    /// What there is from `from` on, within the limits.
    pub(super) async fn read(
        self: &Arc<Self>,
        cluster: &Cluster,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        let (start, end) = cluster.bounds(topic, partition).await?;
        let from = from.max(start);
        if from >= end {
            return Ok(Batch {
                records: Vec::new(),
                next: from,
                end,
            });
        }
        let mut borrowed = self.borrow(topic, partition, from).await?;
        if !borrowed.tail().stands(topic, partition, from) {
            borrowed = borrowed.moved(cluster, topic, partition, from).await?;
        }
        let place = borrowed.tail().place.as_mut();
        let place = place.expect("it stands there, or was moved there");
        let batch = place.read(cluster.timeout(), end, limits).await?;
        borrowed.clean = true;
        Ok(batch)
    }

    /// An idle consumer: the one that stands there, else one whose fetches have ended; `None` where one more is allowed;
    /// else the one used longest ago.
    fn choose(&self, topic: &str, partition: u32, from: u64) -> Option<Tail> {
        let mut idle = self.idle();
        let there = idle.iter().position(|t| t.stands(topic, partition, from));
        let ready = there.or_else(|| idle.iter().position(|t| t.place.is_none()));
        if let Some(ready) = ready {
            return idle.remove(ready);
        }
        // Whoever asks has a permit.
        let borrowed = self.options.readers.max(1) - self.room.available_permits();
        if idle.len() + borrowed <= self.options.readers.max(1) {
            return None;
        }
        idle.pop_front()
    }

    /// A consumer to read with.
    async fn borrow(
        self: &Arc<Self>,
        topic: &str,
        partition: u32,
        from: u64,
    ) -> Result<Borrowed, PortError> {
        let room = Arc::clone(&self.room).acquire_owned().await;
        let room = room.map_err(|_| PortError::refused("the log is closed"))?;
        let tail = match self.choose(topic, partition, from) {
            Some(tail) => tail,
            None => {
                let share = self.options.prefetch_bytes.0 / self.options.readers.max(1) as u64;
                let config = self.configs.reader("reader", Size(share), FETCH_WAIT);
                Tail {
                    place: None,
                    used: Instant::now(),
                    client: Client::start(&config, "reader", &self.leaving)?,
                }
            }
        };
        Ok(Borrowed {
            tails: Arc::clone(self),
            tail: Some(tail),
            clean: false,
            _room: room,
        })
    }

    /// No more reads; the consumers are closed.
    pub(super) fn close(&self) {
        self.room.close();
        self.idle().clear();
    }

    /// Ends the fetches of consumers that nobody went on with.
    fn park(&self) {
        for tail in &mut *self.idle() {
            if tail.used.elapsed() >= PARK_AFTER
                && tail.place.take().is_some()
                && let Err(error) = tail.client.consumer().unassign()
            {
                tracing::debug!(%error, "a partition that was read is not given up");
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Tail>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tail {
    fn stands(&self, topic: &str, partition: u32, from: u64) -> bool {
        self.place.as_ref().is_some_and(|place| {
            place.feed.next == from && place.partition == partition && *place.topic == *topic
        })
    }
}

impl Borrowed {
    fn tail(&mut self) -> &mut Tail {
        self.tail.as_mut().expect("taken only when dropped")
    }

    /// Puts the consumer where it is to read. The call has the consumer to itself until it returns, whatever becomes of
    /// whoever asked: a call that came to its end behind the next one would put the consumer elsewhere, and take its wake-up
    /// away.
    async fn moved(
        mut self,
        cluster: &Cluster,
        topic: &str,
        partition: u32,
        from: u64,
    ) -> Result<Self, PortError> {
        let topic: Topic = topic.into();
        let what = format!("read {}", name(&topic, partition));
        let of = Arc::clone(&topic);
        let moved = cluster.block(move || {
            let tail = self.tail();
            // Before the next queue is made: a handle that outlived it would take its wake-up away.
            tail.place = None;
            let queue = assign(tail.client.consumer(), &of, partition, from);
            // In this order: where nobody takes them, the queue goes before another may have the consumer.
            (queue, self)
        });
        let (queue, mut borrowed) = moved.await?;
        let mut queue = queue
            .map_err(|e| fault(&what, &e))?
            .ok_or_else(|| PortError::retry(format!("{what}: no such partition yet")))?;
        let arrived = Arc::new(Notify::new());
        let tell = Arc::clone(&arrived);
        queue.set_nonempty_callback(move || tell.notify_one());
        borrowed.tail().place = Some(Place {
            queue,
            arrived,
            feed: Feed::new(Arc::clone(&topic), partition, from),
            topic,
            partition,
        });
        Ok(borrowed)
    }
}

/// Lets a consumer read one partition and no other. What it read before is given up first: librdkafka forgets a partition
/// that is given up before the broker has named it, and one call that replaces it by itself would fetch into a queue that
/// is not the one taken here.
fn assign(
    consumer: &Arc<Consumer>,
    topic: &str,
    partition: u32,
    from: u64,
) -> KafkaResult<Option<Queue>> {
    consumer.unassign()?;
    let Some(queue) = consumer.split_partition_queue(topic, index(partition)) else {
        return Ok(None);
    };
    let at = Offset::Offset(i64::try_from(from).unwrap_or(i64::MAX));
    let mut assignment = TopicPartitionList::with_capacity(1);
    assignment.add_partition_offset(topic, index(partition), at)?;
    consumer.assign(&assignment)?;
    Ok(Some(queue))
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let Some(mut tail) = self.tail.take() else {
            return;
        };
        if !self.clean {
            // It is told to read elsewhere before it is read from again.
            tail.place = None;
        }
        tail.used = Instant::now();
        self.tails.idle().push_back(tail);
        // Cancelled when the runtime ends, as the consumers are then.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let tails = Arc::downgrade(&self.tails);
            runtime.spawn(async move {
                tokio::time::sleep(PARK_AFTER).await;
                if let Some(tails) = tails.upgrade() {
                    tails.park();
                }
            });
        }
    }
}

impl Place {
    /// Reads on until the limits or the end that was found before are reached.
    async fn read(
        &mut self,
        patience: Duration,
        end: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        let what = || format!("read {}", name(&self.topic, self.partition));
        let mut records = Vec::new();
        let (mut left, mut bytes_left) = (limits.records.max(1), limits.bytes);
        loop {
            let limits = ReadLimits {
                records: left,
                bytes: bytes_left,
            };
            let drained = self.feed.drain(&self.queue, limits, &mut records);
            if let Some(code) = drained.failed {
                return Err(by_code(&what(), code));
            }
            left -= drained.records.min(left);
            bytes_left = bytes_left.saturating_sub(drained.bytes);
            let full = left == 0 || bytes_left == 0;
            if (full && !records.is_empty()) || self.feed.next >= end {
                return Ok(Batch {
                    records,
                    next: self.feed.next,
                    end: end.max(self.feed.next),
                });
            }
            let arrived = tokio::time::timeout(patience, self.arrived.notified()).await;
            arrived.map_err(|_| {
                PortError::retry(format!("{}: nothing came within {patience:?}", what()))
            })?;
        }
    }
}
