//! Group positions: hints for people and tools. They are kept until the next round and committed together, so that the
//! engine never waits for one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use runtime::ports::PortError;
use tokio_util::sync::CancellationToken;

use super::client::Consumer;
use super::cluster::{Cluster, index};
use super::config::Configs;
use super::context::Context;
use super::fault::fault;
use super::group::Group;

type Key = (String, String);
type Offsets = BTreeMap<u32, u64>;

/// Positions that are not committed yet, and who can commit them.
pub(super) struct Positions {
    configs: Arc<Configs>,
    cluster: Arc<Cluster>,
    pending: Mutex<BTreeMap<Key, Offsets>>,
    members: Mutex<Vec<Weak<Group>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn list(topic: &str, offsets: &Offsets) -> TopicPartitionList {
    let at = |next: u64| Offset::Offset(i64::try_from(next).unwrap_or(i64::MAX));
    let each = offsets.iter();
    each.map(|(partition, next)| ((topic.to_owned(), index(*partition)), at(*next)))
        .collect()
}

impl Positions {
    pub(super) fn new(configs: Arc<Configs>, cluster: Arc<Cluster>) -> Arc<Self> {
        Arc::new(Self {
            configs,
            cluster,
            pending: Mutex::default(),
            members: Mutex::default(),
        })
    }

    /// Commits what has come together, until stopped.
    pub(super) fn start(self: &Arc<Self>, interval: Duration, stop: CancellationToken) {
        let positions = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(interval) => {}
                }
                let Some(positions) = positions.upgrade() else {
                    return;
                };
                positions.flush().await;
            }
        });
    }

    /// A member of ours speaks for its group from now on: brokers do not let others.
    pub(super) fn joined(&self, group: &Arc<Group>) {
        let mut members = lock(&self.members);
        members.retain(|m| m.strong_count() > 0);
        members.push(Arc::downgrade(group));
    }

    /// Keeps a position for the next round.
    pub(super) fn set(&self, group: &str, topic: &str, partition: u32, next: u64) {
        let key = (group.to_owned(), topic.to_owned());
        lock(&self.pending)
            .entry(key)
            .or_default()
            .insert(partition, next);
    }

    /// Commits all positions that are waiting.
    pub(super) async fn flush(&self) {
        let pending = std::mem::take(&mut *lock(&self.pending));
        for (key, offsets) in pending {
            match self.commit(&key, &offsets, CommitMode::Async).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let error = commit_fault(&key, &error);
                    tracing::warn!(%error, "group positions not committed; they are only a hint");
                    if error.is_retry() {
                        self.keep(key, offsets);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "group positions not committed; they are only a hint");
                    self.keep(key, offsets);
                }
            }
        }
    }

    /// Tries again with the next round, unless there are newer ones by then.
    fn keep(&self, key: Key, offsets: Offsets) {
        let mut pending = lock(&self.pending);
        let kept = pending.entry(key).or_default();
        for (partition, next) in offsets {
            kept.entry(partition).or_insert(next);
        }
    }

    /// Commits what is waiting of a group that our member is about to leave. The answer is awaited by closing the consumer.
    pub(super) fn last(&self, group: &Group, consumer: &Consumer) {
        let key = (group.id.clone(), group.topic.to_string());
        let Some(mut offsets) = lock(&self.pending).remove(&key) else {
            return;
        };
        offsets.retain(|partition, _| group.has(*partition));
        if let Err(error) = commit(consumer, &list(&key.1, &offsets), CommitMode::Async) {
            tracing::warn!(%error, "last group positions not committed; they are only a hint");
        }
    }

    /// The positions that the broker has of a group.
    pub(super) async fn committed(&self, group: &str, topic: &str) -> Result<Offsets, PortError> {
        let key = (group.to_owned(), topic.to_owned());
        let waiting = lock(&self.pending).remove(&key);
        if let Some(offsets) = waiting {
            let done = self.commit(&key, &offsets, CommitMode::Sync).await?;
            done.map_err(|e| commit_fault(&key, &e))?;
        }
        let count = self.cluster.partitions(topic).await?;
        let all: Offsets = (0..count).map(|p| (p, 0)).collect();
        let wanted = list(topic, &all);
        let timeout = self.cluster.timeout();
        let ask = move |consumer: &Consumer| consumer.committed_offsets(wanted, timeout);
        let found = self.speak(&key, ask).await?;
        let found = found.map_err(|e| fault(&format!("positions of group {group}"), &e))?;
        let positions = found
            .elements()
            .into_iter()
            .filter_map(|e| match e.offset() {
                Offset::Offset(next) => Some((
                    u32::try_from(e.partition()).ok()?,
                    u64::try_from(next).ok()?,
                )),
                _ => None,
            });
        Ok(positions.collect())
    }

    async fn commit(
        &self,
        key: &Key,
        offsets: &Offsets,
        mode: CommitMode,
    ) -> Result<KafkaResult<()>, PortError> {
        let mut offsets = offsets.clone();
        if let Some(group) = self.member(key) {
            // What was handed over is the new owner's to say.
            offsets.retain(|partition, _| group.has(*partition));
        }
        let list = list(&key.1, &offsets);
        self.speak(key, move |consumer| commit(consumer, &list, mode))
            .await
    }

    /// Our member of a group.
    fn member(&self, key: &Key) -> Option<Arc<Group>> {
        let members = lock(&self.members);
        let mut members = members.iter().filter_map(Weak::upgrade);
        members.find(|g| g.id == key.0 && *g.topic == *key.1)
    }

    /// Runs a blocking call with our member of the group, or with a client that only bears its name.
    async fn speak<T: Send + 'static>(
        &self,
        key: &Key,
        call: impl FnOnce(&Consumer) -> KafkaResult<T> + Send + 'static,
    ) -> Result<KafkaResult<T>, PortError> {
        let member = self.member(key).and_then(|group| group.consumer());
        let config = self.configs.outsider(&key.0);
        self.cluster
            .block(move || match member {
                Some(member) => call(&member),
                None => {
                    // Closed at the end of this call, on this thread.
                    let context = Context::alone("outsider");
                    call(&Consumer::from_config_and_context(&config, context)?)
                }
            })
            .await
    }
}

fn commit_fault(key: &Key, error: &KafkaError) -> PortError {
    fault(&format!("commit positions of group {}", key.0), error)
}

/// Commits. A client that is no member has no callback that is served: it waits for the answer, whatever the mode. A group
/// that has members by now, none of them ours, knows better.
fn commit(consumer: &Consumer, list: &TopicPartitionList, mode: CommitMode) -> KafkaResult<()> {
    use RDKafkaErrorCode as Code;
    if list.count() == 0 {
        return Ok(());
    }
    let member = consumer.subscription().is_ok_and(|s| s.count() > 0);
    let mode = if member { mode } else { CommitMode::Sync };
    match consumer.commit(list, mode) {
        Err(KafkaError::ConsumerCommit(
            Code::NoOffset
            | Code::UnknownMemberId
            | Code::IllegalGeneration
            | Code::StaleMemberEpoch
            | Code::FencedMemberEpoch,
        )) => Ok(()),
        done => done,
    }
}
