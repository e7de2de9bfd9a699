//! The port `Log` on SQLite.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kernel::{NewRecord, Topic, partition_for};
use tokio::sync::oneshot;

use super::catalogue::Partition;
use super::read;
use super::reader::GroupMember;
use super::schema;
use super::writer::{Append, Ready, Request, Writer};
use super::{Inner, SqliteLog};
use crate::embedded::codec::encode_headers;
use crate::embedded::sqlite;
use crate::ports::{Appended, Batch, Log, Membership, PortError, ReadLimits, TopicInfo, TopicSpec};

/// How often a read-only log looks whether the other process has appended.
const LOOK: Duration = Duration::from_millis(50);
/// As Kafka's limit.
const TOPIC_NAME_MAX: usize = 249;

impl Inner {
    /// Gives a record its partition and encodes its envelope, on the caller's thread.
    pub(super) fn ready(&self, record: NewRecord) -> Result<Ready, PortError> {
        let topic = self.catalogue.topic(&record.topic)?;
        let count = u32::try_from(topic.partitions.len()).expect("created from a u32");
        let number = match (record.partition, &record.key) {
            (Some(partition), _) => partition,
            (None, Some(key)) => partition_for(key, count),
            (None, None) => 0,
        };
        let partition = match topic.partitions.get(number as usize) {
            Some(partition) => Arc::clone(partition),
            None => self.catalogue.partition(&record.topic, number)?,
        };
        if record.size() > self.options.record_bytes_max {
            return Err(PortError::refused(format!(
                "record for {} has {} bytes, at most {} are taken",
                partition.name(),
                record.size(),
                self.options.record_bytes_max
            )));
        }
        Ok(Ready {
            partition,
            headers: encode_headers(&record.headers),
            restore: None,
            record,
        })
    }

    /// Writes in order, in one transaction; durable when it returns.
    pub(super) async fn write(&self, records: Vec<Ready>) -> Result<Vec<Appended>, PortError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let queue = self.queue()?;
        let bytes = records.iter().map(|ready| ready.record.size()).sum();
        let (reply, answer) = oneshot::channel();
        queue
            .push(Request::Append(Append { records, reply }), bytes)
            .await
            .map_err(|_| self.is_closed())?;
        answer.await.map_err(|_| self.is_closed())?
    }

    /// The batch from `from` on, from memory if it is there.
    pub(super) async fn batch(
        &self,
        partition: &Arc<Partition>,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        // A read-only log has no tail: it does not see what is appended.
        if self.queue.is_some()
            && let Some(batch) = read::from_tail(partition, from, limits)
        {
            return Ok(batch);
        }
        let partition = Arc::clone(partition);
        self.pool
            .run(move |conn| read::from_file(conn, &partition, from, limits))
            .await
    }

    /// Takes over what another process committed. Nothing to do where this one writes.
    async fn refresh(&self) -> Result<(), PortError> {
        if self.queue.is_some() {
            return Ok(());
        }
        let (catalogue, file) = (Arc::clone(&self.catalogue), self.file.clone());
        self.pool
            .run(move |conn| {
                schema::load_topics(conn, &catalogue)
                    .map_err(|e| sqlite::fault(&format!("load {}", file.display()), &e))
            })
            .await
    }

    /// Returns when the partition's end is greater than `offset`.
    pub(super) async fn wait_past(
        &self,
        partition: &Partition,
        offset: u64,
    ) -> Result<(), PortError> {
        let mut end = partition.end.subscribe();
        let reached = async {
            if self.queue.is_none() {
                while partition.end() <= offset {
                    tokio::time::sleep(LOOK).await;
                    self.refresh().await?;
                }
                return Ok(());
            }
            match end.wait_for(|end| *end > offset).await {
                Ok(_) => Ok(()),
                Err(_) => Err(self.is_closed()),
            }
        };
        tokio::select! {
            biased;
            result = reached => result,
            () = self.closed.cancelled() => Err(self.is_closed()),
        }
    }
}

fn check_spec(spec: &TopicSpec) -> Result<(), PortError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name = &spec.name;
    if name.is_empty() || name.len() > TOPIC_NAME_MAX || !name.chars().all(legal) {
        return Err(PortError::refused(format!(
            "{name:?} is no topic name: want 1 to {TOPIC_NAME_MAX} of a-z A-Z 0-9 . _ -"
        )));
    }
    if spec.partitions == 0 {
        return Err(PortError::refused(format!(
            "topic {name} must have at least one partition"
        )));
    }
    Ok(())
}

#[async_trait]
impl Log for SqliteLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        let ready = records.into_iter().map(|record| self.inner.ready(record));
        let ready = ready.collect::<Result<Vec<_>, _>>()?;
        self.inner.write(ready).await
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        self.inner.refresh().await?;
        let partition = self.inner.catalogue.partition(topic, partition)?;
        self.inner.batch(&partition, from, limits).await
    }

    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        self.inner.refresh().await?;
        let partition = self.inner.catalogue.partition(topic, partition)?;
        self.inner.wait_past(&partition, offset).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.inner.refresh().await?;
        let topic = self.inner.catalogue.topic(topic)?;
        Ok(topic.partitions.iter().map(|p| p.start()).collect())
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.inner.refresh().await?;
        let topic = self.inner.catalogue.topic(topic)?;
        Ok(topic.partitions.iter().map(|p| p.end()).collect())
    }

    async fn offset_at(
        &self,
        topic: &str,
        partition: u32,
        timestamp: i64,
    ) -> Result<u64, PortError> {
        self.inner.refresh().await?;
        let partition = self.inner.catalogue.partition(topic, partition)?;
        self.inner
            .pool
            .run(move |conn| read::offset_at(conn, &partition, timestamp))
            .await
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        self.inner.refresh().await?;
        let topics = self.inner.catalogue.all();
        Ok(topics.iter().map(|topic| topic.info()).collect())
    }

    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        check_spec(spec)?;
        let spec = spec.clone();
        self.inner.call(move |writer| writer.ensure(&spec)).await
    }

    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError> {
        self.inner.queue()?;
        let topic = self.inner.catalogue.topic(topic)?;
        let count = u32::try_from(topic.partitions.len()).expect("created from a u32");
        let member = self.inner.coordinator.join(group, &topic.name, count);
        Ok(Box::new(GroupMember::new(
            Arc::clone(&self.inner),
            topic,
            member,
        )))
    }

    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError> {
        let queue = self.inner.queue()?;
        self.inner.catalogue.partition(topic, partition)?;
        let key = (group.to_owned(), topic.to_owned());
        if self.inner.progress.set(key, partition, next) {
            queue
                .push_now(Request::Task(Box::new(Writer::unsettle)))
                .map_err(|_| self.inner.is_closed())?;
        }
        Ok(())
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        let key = (group.to_owned(), topic.to_owned());
        if self.inner.queue.is_some() {
            return Ok(self.inner.progress.get(&key));
        }
        let file = self.inner.file.clone();
        let committed = self
            .inner
            .pool
            .run(move |conn| {
                schema::load_committed(conn)
                    .map_err(|e| sqlite::fault(&format!("load {}", file.display()), &e))
            })
            .await?;
        Ok(committed.get(&key).cloned().unwrap_or_default())
    }
}
