//! Waiting for a partition to grow, without asking again and again: one consumer follows the ends of the partitions that
//! somebody waits for. Kafka answers a fetch when there is something, and that is the only thing it pushes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use runtime::ports::PortError;
use runtime::settings::{Size, Span};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::client::{Client, Consumer, Leaving};
use super::cluster::{Cluster, index, name};
use super::config::Configs;
use super::context::take_partition_end;
use super::fault::{by_code, fault};
use super::feed::Queue;

/// Fetched ahead for each partition: only offsets are looked at.
const PREFETCH: Size = Size(64 << 10);
/// A partition that joins the others waits until the broker has answered the fetch that is under way.
const FETCH_WAIT: Span = Span::millis(100);
/// A partition that nobody waits for any more is followed this much longer: most wait again.
const LINGER: Duration = Duration::from_secs(2);

type Key = (String, u32);

/// The partitions that are waited for.
pub(super) struct Watches {
    configs: Arc<Configs>,
    leaving: Arc<Leaving>,
    watched: Arc<Watched>,
    client: Mutex<Option<Client>>,
    closed: CancellationToken,
}

/// Each partition that is followed, with what is known of it. Whoever waits for it holds it, too.
type Watched = Mutex<BTreeMap<Key, Arc<watch::Sender<Seen>>>>;

/// What is known of a partition that is waited for.
#[derive(Clone)]
enum Seen {
    End(u64),
    Failed(PortError),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn closed() -> PortError {
    PortError::refused("the log is closed")
}

impl Watches {
    pub(super) fn new(configs: Arc<Configs>, leaving: Arc<Leaving>) -> Self {
        Self {
            configs,
            leaving,
            watched: Arc::default(),
            client: Mutex::new(None),
            closed: CancellationToken::new(),
        }
    }

    /// Returns when the partition's end is greater than `offset`.
    pub(super) async fn wait(
        &self,
        cluster: &Cluster,
        topic: &str,
        partition: u32,
        offset: u64,
    ) -> Result<(), PortError> {
        let (_, end) = cluster.bounds(topic, partition).await?;
        if end > offset {
            return Ok(());
        }
        let watched = self.watch(cluster, topic, partition, end).await?;
        let mut seen = watched.subscribe();
        let reached = seen.wait_for(|seen| match seen {
            Seen::End(end) => *end > offset,
            Seen::Failed(_) => true,
        });
        tokio::select! {
            seen = reached => match seen.as_deref() {
                Ok(Seen::End(_)) => Ok(()),
                Ok(Seen::Failed(error)) => Err(cluster.told(topic, error.clone())),
                Err(_) => Err(closed()),
            },
            () = self.closed.cancelled() => Err(closed()),
        }
    }

    /// Nobody waits any more.
    pub(super) fn close(&self) {
        self.closed.cancel();
        lock(&self.client).take();
    }

    /// Follows a partition from `end` on, unless it is followed already.
    async fn watch(
        &self,
        cluster: &Cluster,
        topic: &str,
        partition: u32,
        end: u64,
    ) -> Result<Arc<watch::Sender<Seen>>, PortError> {
        let key = (topic.to_owned(), partition);
        let what = format!("wait for {}", name(topic, partition));
        let consumer = self.consumer()?;
        let all = Arc::clone(&self.watched);
        // One at a time under the lock, on a blocking thread: two must not assign one partition.
        let start = cluster.block(move || {
            let mut watched = lock(&all);
            if let Some(there) = watched.get(&key) {
                return Ok((Arc::clone(there), None));
            }
            let arrived = Arc::new(Notify::new());
            let queue = assign(&consumer, &key, end, &arrived)?;
            let seen = Arc::new(watch::Sender::new(Seen::End(end)));
            watched.insert(key.clone(), Arc::clone(&seen));
            let follower = Follower {
                all: Arc::clone(&all),
                consumer: Arc::clone(&consumer),
                key,
                seen: Arc::clone(&seen),
                arrived,
                next: end,
            };
            Ok((seen, Some((follower, queue))))
        });
        let (watched, started) = start.await?.map_err(|e| fault(&what, &e))?;
        if let Some((follower, queue)) = started {
            tokio::spawn(follower.run(queue, self.closed.clone()));
        }
        Ok(watched)
    }

    fn consumer(&self) -> Result<Arc<Consumer>, PortError> {
        if self.closed.is_cancelled() {
            return Err(closed());
        }
        let mut client = lock(&self.client);
        if let Some(client) = &*client {
            return Ok(Arc::clone(client.consumer()));
        }
        let config = self.configs.reader("watch", PREFETCH, FETCH_WAIT);
        let started = Client::start(&config, "watch", &self.leaving)?;
        Ok(Arc::clone(client.insert(started).consumer()))
    }
}

fn list(key: &Key, offset: Offset) -> TopicPartitionList {
    let at = ((key.0.clone(), index(key.1)), offset);
    [at].into_iter().collect()
}

fn assign(
    consumer: &Arc<Consumer>,
    key: &Key,
    end: u64,
    arrived: &Arc<Notify>,
) -> KafkaResult<Queue> {
    let unknown = || KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownPartition);
    let queue = consumer.split_partition_queue(&key.0, index(key.1));
    let mut queue = queue.ok_or_else(unknown)?;
    let tell = Arc::clone(arrived);
    queue.set_nonempty_callback(move || tell.notify_one());
    let at = Offset::Offset(i64::try_from(end).unwrap_or(i64::MAX));
    consumer.incremental_assign(&list(key, at))?;
    Ok(queue)
}

/// Follows one partition until nobody wants it.
struct Follower {
    all: Arc<Watched>,
    consumer: Arc<Consumer>,
    key: Key,
    seen: Arc<watch::Sender<Seen>>,
    arrived: Arc<Notify>,
    next: u64,
}

impl Follower {
    async fn run(mut self, queue: Queue, closed: CancellationToken) {
        loop {
            if let Err(code) = self.look(&queue) {
                let what = format!("wait for {}", name(&self.key.0, self.key.1));
                self.seen.send_replace(Seen::Failed(by_code(&what, code)));
                self.give_up(queue);
                return;
            }
            tokio::select! {
                () = self.arrived.notified() => {}
                () = closed.cancelled() => return,
                () = tokio::time::sleep(LINGER) => if !self.is_wanted() {
                    self.give_up(queue);
                    return;
                },
            }
        }
    }

    /// Tells the partition's end if it has moved.
    fn look(&mut self, queue: &Queue) -> Result<(), RDKafkaErrorCode> {
        let before = self.next;
        while let Some(met) = queue.poll(Duration::ZERO) {
            let end = match met {
                Ok(message) => u64::try_from(message.offset()).map_or(0, |offset| offset + 1),
                Err(KafkaError::PartitionEOF(_)) => take_partition_end().unwrap_or(0),
                Err(error) => {
                    return Err(error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Fail));
                }
            };
            self.next = self.next.max(end);
        }
        if self.next > before {
            self.seen.send_replace(Seen::End(self.next));
        }
        Ok(())
    }

    /// Whether anybody but the list and this follower holds it.
    fn is_wanted(&self) -> bool {
        let _all = lock(&self.all);
        Arc::strong_count(&self.seen) > 2
    }

    /// The queue goes first: a handle that outlived the next assignment would take its wake-up away. Who waits all the
    /// same, because it came just now, asks again.
    fn give_up(self, queue: Queue) {
        let mut all = lock(&self.all);
        drop(queue);
        let unassigned = self
            .consumer
            .incremental_unassign(&list(&self.key, Offset::Invalid));
        if let Err(error) = unassigned {
            tracing::debug!(%error, "a partition that was waited for is not given up");
        }
        all.remove(&self.key);
        if Arc::strong_count(&self.seen) > 1 && !matches!(*self.seen.borrow(), Seen::Failed(_)) {
            self.seen
                .send_replace(Seen::Failed(PortError::retry("ask again")));
        }
    }
}
