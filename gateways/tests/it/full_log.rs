//! A log that can be read and not written.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{NewRecord, Topic};
use runtime::ports::{
    Appended, Batch, Log, Membership, PortError, ReadLimits, TopicInfo, TopicSpec,
};

/// Refuses every append, as a log does whose disk is full.
pub(crate) struct FullLog(pub(crate) Arc<dyn Log>);

#[async_trait]
impl Log for FullLog {
    async fn append(&self, _: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        Err(PortError::retry("the disk at /secret is full"))
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        self.0.read(topic, partition, from, limits).await
    }

    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        self.0.wait(topic, partition, offset).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.0.starts(topic).await
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.0.ends(topic).await
    }

    async fn offset_at(
        &self,
        topic: &str,
        partition: u32,
        timestamp: i64,
    ) -> Result<u64, PortError> {
        self.0.offset_at(topic, partition, timestamp).await
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        self.0.topics().await
    }

    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        self.0.ensure(spec).await
    }

    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError> {
        self.0.join(group, topic).await
    }

    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError> {
        self.0.commit(group, topic, partition, next).await
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        self.0.committed(group, topic).await
    }
}
