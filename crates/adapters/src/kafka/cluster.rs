//! Questions to the cluster: which topics there are, how far they go. librdkafka's calls block, so they run on blocking
//! threads, a bounded number at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kernel::Topic;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use runtime::ports::PortError;
use tokio::sync::Semaphore;

use super::client::{Client, Consumer, Leaving};
use super::config::Configs;
use super::fault::{by_code, fault, unknown};
use super::options::KafkaOptions;

/// Pause before the cluster is asked again whether a change has reached it, and the longest.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(250));

/// Asks the cluster.
pub(super) struct Cluster {
    client: Client,
    /// Partitions of topics. Their number never changes while a topic exists.
    counts: Mutex<HashMap<Topic, u32>>,
    under_way: Arc<Semaphore>,
    /// When a question was given up without an answer, the last time.
    unanswered: Mutex<Option<Instant>>,
    timeout: Duration,
}

/// A partition as people call it.
pub(super) fn name(topic: &str, partition: u32) -> String {
    format!("{topic}/{partition}")
}

/// As librdkafka counts partitions.
pub(super) fn index(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

/// Waits a little longer each time, until the deadline.
pub(super) struct Again {
    pause: Duration,
    deadline: Instant,
}

impl Again {
    pub(super) fn within(time: Duration) -> Self {
        Self {
            pause: LOOK_AGAIN.0,
            deadline: Instant::now() + time,
        }
    }

    /// False when the time is over.
    pub(super) async fn pause(&mut self) -> bool {
        if Instant::now() + self.pause > self.deadline {
            return false;
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LOOK_AGAIN.1);
        true
    }
}

impl Cluster {
    pub(super) fn new(
        configs: &Configs,
        options: &KafkaOptions,
        leaving: &Arc<Leaving>,
    ) -> Result<Self, PortError> {
        Ok(Self {
            client: Client::start(&configs.query(), "query", leaving)?,
            counts: Mutex::default(),
            under_way: Arc::new(Semaphore::new(options.queries.max(1))),
            unanswered: Mutex::default(),
            timeout: options.request_timeout.0,
        })
    }

    /// Runs a blocking call with a consumer of ours that is in no group.
    async fn ask<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Consumer, Duration) -> KafkaResult<T> + Send + 'static,
    ) -> Result<KafkaResult<T>, PortError> {
        let (client, timeout) = (Arc::clone(self.client.consumer()), self.timeout);
        let answer = self.block(move || call(&client, timeout)).await?;
        if matches!(&answer, Err(error) if is_silence(error)) {
            *self.unanswered() = Some(Instant::now());
        }
        Ok(answer)
    }

    /// Runs a blocking call. It is not made when a question stayed without an answer while this one waited for its turn:
    /// every partition of every processor asks when the brokers are away, and each would hold the line up for a timeout.
    pub(super) async fn block<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PortError> {
        let asked = Instant::now();
        // Owned by the call: a caller that is cancelled does not make room for another thread.
        let permit = Arc::clone(&self.under_way).acquire_owned().await;
        let permit = permit.map_err(|_| PortError::refused("the log is closed"))?;
        if self.unanswered().is_some_and(|at| at > asked) {
            return Err(PortError::retry("Kafka does not answer"));
        }
        let done = tokio::task::spawn_blocking(move || {
            let result = call();
            drop(permit);
            result
        });
        done.await
            .map_err(|e| PortError::retry(format!("a question to Kafka: {e}")))
    }

    /// How long one question may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How many partitions a topic has.
    pub(super) async fn partitions(&self, topic: &str) -> Result<u32, PortError> {
        if let Some(count) = self.counts().get(topic) {
            return Ok(*count);
        }
        self.look_up(topic).await?.ok_or_else(|| no_topic(topic))
    }

    /// How many partitions a topic has now; `None` when there is no such topic.
    pub(super) async fn look_up(&self, topic: &str) -> Result<Option<u32>, PortError> {
        let name = topic.to_owned();
        let found = self
            .ask(move |client, timeout| partitions_of(client, &name, timeout))
            .await?;
        let count = found.map_err(|e| fault(&format!("look up topic {topic}"), &e))?;
        match count {
            Some(count) => self.counts().insert(topic.into(), count),
            None => self.counts().remove(topic),
        };
        Ok(count)
    }

    /// How many brokers there are.
    pub(super) async fn brokers(&self) -> Result<u16, PortError> {
        let found = self.ask(|client, timeout| {
            let metadata = client.fetch_metadata(None, timeout)?;
            Ok(metadata.brokers().len())
        });
        let brokers = found
            .await?
            .map_err(|e: KafkaError| fault("list brokers", &e))?;
        Ok(u16::try_from(brokers).unwrap_or(u16::MAX))
    }

    /// Every topic there is, with its partitions; not the brokers' own.
    pub(super) async fn topics(&self) -> Result<Vec<(String, u32)>, PortError> {
        let found = self.ask(|client, timeout| {
            let metadata = client.fetch_metadata(None, timeout)?;
            let topics = metadata.topics().iter();
            let topics = topics.filter(|t| t.error().is_none() && !t.name().starts_with("__"));
            Ok(topics
                .map(|t| (t.name().to_owned(), count(t.partitions().len())))
                .collect::<Vec<_>>())
        });
        let topics = found.await?.map_err(|e| fault("list topics", &e))?;
        let known = topics.iter().map(|(name, n)| (name.as_str().into(), *n));
        *self.counts() = known.collect();
        Ok(topics)
    }

    /// Refuses a partition that does not exist.
    pub(super) async fn check(&self, topic: &str, partition: u32) -> Result<(), PortError> {
        let count = self.partitions(topic).await?;
        if partition < count {
            return Ok(());
        }
        Err(PortError::refused(format!(
            "topic {topic} has {count} partitions, {partition} is none of them"
        )))
    }

    /// For each partition the offset that `of` stands for: the first kept, or one past the last.
    pub(super) async fn offsets(&self, topic: &str, of: Offset) -> Result<Vec<u64>, PortError> {
        let count = self.partitions(topic).await?;
        let wanted = (0..count).map(|p| (topic.to_owned(), p)).collect();
        let found = self.offsets_of(wanted, of).await;
        if found.is_err() {
            // Whether the topic is still there is asked of a broker the next time.
            self.forget(topic);
        }
        found?
            .into_iter()
            .map(|offset| offset.ok_or_else(|| no_topic(topic)))
            .collect()
    }

    /// The same for partitions of many topics in one question; `None` for one that does not exist any more.
    pub(super) async fn offsets_of(
        &self,
        wanted: Vec<(String, u32)>,
        of: Offset,
    ) -> Result<Vec<Option<u64>>, PortError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let what = match wanted.len() {
            1 => name(&wanted[0].0, wanted[0].1),
            n => format!("{} and {} more", name(&wanted[0].0, wanted[0].1), n - 1),
        };
        let what = format!("offsets of {what}");
        let found = self.ask(move |client, timeout| {
            let times: TopicPartitionList = wanted
                .iter()
                .map(|(topic, partition)| (topic.clone(), index(*partition), of))
                .collect();
            let found = client.offsets_for_times(times, timeout)?;
            // The answer is in the order of its own.
            let find = |(topic, partition): &(String, u32)| {
                let found = found.find_partition(topic, index(*partition));
                found.map(|f| f.error().map(|()| f.offset()))
            };
            Ok(wanted.iter().map(find).collect::<Vec<_>>())
        });
        let found = found.await?.map_err(|e: KafkaError| fault(&what, &e))?;
        found.into_iter().map(|f| absolute(f, &what)).collect()
    }

    /// First kept offset of a partition, and one past its last.
    pub(super) async fn bounds(
        &self,
        topic: &str,
        partition: u32,
    ) -> Result<(u64, u64), PortError> {
        let name = topic.to_owned();
        let found = self
            .ask(move |client, timeout| client.fetch_watermarks(&name, index(partition), timeout));
        let what = || format!("offsets of {}", self::name(topic, partition));
        let (low, high) = found
            .await?
            .map_err(|e| self.told(topic, fault(&what(), &e)))?;
        let offset = |n: i64| {
            u64::try_from(n).map_err(|_| PortError::retry(format!("{}: not known yet", what())))
        };
        Ok((offset(low)?, offset(high)?))
    }

    /// The first offset at or after a time in ms; `None` if there is none.
    pub(super) async fn offset_at(
        &self,
        topic: &str,
        partition: u32,
        timestamp: i64,
    ) -> Result<Option<u64>, PortError> {
        // Negative times stand for the beginning and the end.
        let at = Offset::Offset(timestamp.max(0));
        let found = self.ask({
            let topic = topic.to_owned();
            move |client, timeout| {
                let times = [((topic, index(partition)), at)].into_iter().collect();
                let found = client.offsets_for_times(times, timeout)?;
                let first = found.elements().into_iter().next();
                first.map_or(Ok(Offset::Invalid), |f| f.error().map(|()| f.offset()))
            }
        });
        let what = format!("offset of {} by time", name(topic, partition));
        match found
            .await?
            .map_err(|e| self.told(topic, fault(&what, &e)))?
        {
            Offset::Offset(offset) => Ok(u64::try_from(offset).ok()),
            _ => Ok(None),
        }
    }

    /// Counts the topic's partitions anew the next time.
    pub(super) fn forget(&self, topic: &str) {
        self.counts().remove(topic);
    }

    /// An error may mean that the topic has gone: a broker is asked the next time.
    pub(super) fn told(&self, topic: &str, error: PortError) -> PortError {
        self.forget(topic);
        error
    }

    fn unanswered(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.unanswered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<Topic, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether nobody answered at all.
fn is_silence(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        error.rdkafka_error_code(),
        Some(
            Code::AllBrokersDown
                | Code::BrokerTransportFailure
                | Code::OperationTimedOut
                | Code::RequestTimedOut
        )
    )
}

fn count(partitions: usize) -> u32 {
    u32::try_from(partitions).unwrap_or(u32::MAX)
}

fn no_topic(topic: &str) -> PortError {
    PortError::refused(format!(
        "topic {topic} does not exist; `worldlog topics apply` creates what is missing"
    ))
}

/// `None` when there is no such topic; an error when it is there but has no leader yet.
fn partitions_of(client: &Consumer, topic: &str, timeout: Duration) -> KafkaResult<Option<u32>> {
    let metadata = client.fetch_metadata(Some(topic), timeout)?;
    let Some(found) = metadata.topics().iter().find(|t| t.name() == topic) else {
        return Ok(None);
    };
    if let Some(error) = found.error() {
        let code = RDKafkaErrorCode::from(error);
        return match code {
            code if unknown(code) => Ok(None),
            code => Err(KafkaError::MetadataFetch(code)),
        };
    }
    Ok(Some(count(found.partitions().len())).filter(|n| *n > 0))
}

/// What one partition's answer says.
fn absolute(found: Option<KafkaResult<Offset>>, what: &str) -> Result<Option<u64>, PortError> {
    match found {
        Some(Ok(Offset::Offset(offset))) => Ok(u64::try_from(offset).ok()),
        Some(Ok(_)) => Err(PortError::retry(format!("{what}: not known yet"))),
        Some(Err(error)) => match error.rdkafka_error_code() {
            Some(code) if unknown(code) => Ok(None),
            Some(code) => Err(by_code(what, code)),
            None => Err(fault(what, &error)),
        },
        None => Ok(None),
    }
}
