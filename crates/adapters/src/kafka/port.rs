//! The port `Log` on Kafka.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{NewRecord, Topic, partition_for};
use rdkafka::topic_partition_list::Offset;
use runtime::ports::{
    Appended, Batch, Log, Membership, PortError, ReadLimits, TopicInfo, TopicSpec,
};

use super::KafkaLog;
use super::cluster::name;
use super::group::{Joining, join};
use super::headers::encode;
use super::producer::Ready;

impl KafkaLog {
    /// Gives a record its partition and its time, and encodes its envelope.
    async fn ready(&self, record: NewRecord, now: i64) -> Result<Ready, PortError> {
        let count = self.cluster.partitions(&record.topic).await?;
        let partition = partition_of(&record, count);
        self.cluster.check(&record.topic, partition).await?;
        let name = || name(&record.topic, partition);
        if record.size() > self.options.record_bytes_max.as_usize() {
            return Err(PortError::refused(format!(
                "record for {} has {} bytes, at most {} are taken",
                name(),
                record.size(),
                self.options.record_bytes_max
            )));
        }
        let timestamp = record.timestamp.unwrap_or(now);
        if timestamp < 0 {
            return Err(PortError::refused(format!(
                "record for {} has time {timestamp}: Kafka knows none before 1970",
                name()
            )));
        }
        let headers = encode(&record.headers, timestamp).ok_or_else(|| {
            PortError::refused(format!("record for {}: a header's name has a NUL", name()))
        })?;
        Ok(Ready {
            partition,
            // The binding takes 0 for "now".
            timestamp: timestamp.max(1),
            headers,
            record,
        })
    }

    fn is_open(&self) -> Result<(), PortError> {
        if self.closed.is_cancelled() {
            return Err(PortError::refused("the log is closed"));
        }
        Ok(())
    }
}

/// The partition a record belongs to, of so many.
pub(super) fn partition_of(record: &NewRecord, count: u32) -> u32 {
    match (record.partition, &record.key) {
        (Some(partition), _) => partition,
        (None, Some(key)) => partition_for(key, count),
        (None, None) => 0,
    }
}

#[async_trait]
impl Log for KafkaLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        self.is_open()?;
        let now = self.clock.now_ms();
        let mut ready = Vec::with_capacity(records.len());
        for record in records {
            ready.push(self.ready(record, now).await?);
        }
        if ready.is_empty() {
            return Ok(Vec::new());
        }
        let topics: Vec<Topic> = ready.iter().map(|r| Arc::clone(&r.record.topic)).collect();
        let appended = self.producer.append(ready).await;
        if appended.is_err() {
            // Whether they are still there is asked of a broker the next time.
            for topic in topics {
                self.cluster.forget(&topic);
            }
        }
        appended
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        self.cluster.check(topic, partition).await?;
        self.tails
            .read(&self.cluster, topic, partition, from, limits)
            .await
    }

    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        self.cluster.check(topic, partition).await?;
        self.watches
            .wait(&self.cluster, topic, partition, offset)
            .await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.cluster.offsets(topic, Offset::Beginning).await
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.cluster.offsets(topic, Offset::End).await
    }

    async fn offset_at(
        &self,
        topic: &str,
        partition: u32,
        timestamp: i64,
    ) -> Result<u64, PortError> {
        self.cluster.check(topic, partition).await?;
        let found = self.cluster.offset_at(topic, partition, timestamp).await?;
        match found {
            Some(offset) => Ok(offset),
            None => Ok(self.cluster.bounds(topic, partition).await?.1),
        }
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        self.topics.all().await
    }

    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        self.topics.ensure(spec).await
    }

    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError> {
        self.is_open()?;
        // A topic that does not exist would only be waited for.
        let partitions = self
            .cluster
            .look_up(topic)
            .await?
            .ok_or_else(|| PortError::refused(format!("topic {topic} does not exist")))?;
        let seat = self.seats.take(group);
        let instance = self.options.group_instance_id.as_deref();
        let instance = instance.map(|name| seat.instance(name));
        let joining = Joining {
            config: self.configs.group(group, partitions, instance.as_deref()),
            cluster: Arc::clone(&self.cluster),
            leaving: Arc::clone(&self.leaving),
            positions: Arc::clone(&self.positions),
            lag_interval: self.options.lag_interval.0,
            group: group.to_owned(),
            topic: Arc::clone(topic),
        };
        Ok(Box::new(join(joining, seat)?))
    }

    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError> {
        self.positions.set(group, topic, partition, next);
        Ok(())
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        self.positions.committed(group, topic).await
    }
}
