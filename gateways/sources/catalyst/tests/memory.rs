//! A log in memory that can refuse to append to a topic.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use kernel::{NewRecord, Record, Topic};
use model::Recorded;
use runtime::ports::{
    Appended, Batch, Log, Membership, PortError, ReadLimits, TopicInfo, TopicSpec,
};

/// Every topic has one partition.
#[derive(Default)]
pub(crate) struct MemoryLog(Mutex<State>);

#[derive(Default)]
struct State {
    topics: BTreeMap<String, Vec<Record>>,
    refuse: Option<&'static str>,
}

impl MemoryLog {
    /// From now on appends to `topic` fail.
    pub(crate) fn refuse(&self, topic: Option<&'static str>) {
        self.lock().refuse = topic;
    }

    /// All records of a topic.
    pub(crate) fn records(&self, topic: &str) -> Vec<Record> {
        self.lock().topics.get(topic).cloned().unwrap_or_default()
    }

    /// All values of a topic.
    pub(crate) fn values<T: Recorded>(&self, topic: &str) -> Vec<T> {
        let state = self.lock();
        let records = state
            .topics
            .get(topic)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let values = records.iter().filter_map(|record| record.value.as_deref());
        values
            .map(|value| model::decode(value).expect("our own record"))
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Log for MemoryLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        let mut state = self.lock();
        if records
            .iter()
            .any(|record| Some(&*record.topic) == state.refuse)
        {
            return Err(PortError::retry("refused for the test"));
        }
        let mut appended = Vec::new();
        for record in records {
            let topic = state.topics.entry(record.topic.to_string()).or_default();
            let offset = topic.len() as u64;
            let NewRecord {
                key,
                headers,
                value,
                ..
            } = record;
            topic.push(Record {
                offset,
                timestamp: 0,
                key,
                headers,
                value,
            });
            appended.push(Appended {
                partition: 0,
                offset,
                repeated: false,
            });
        }
        Ok(appended)
    }

    async fn read(
        &self,
        topic: &str,
        _: u32,
        from: u64,
        _: ReadLimits,
    ) -> Result<Batch, PortError> {
        let state = self.lock();
        let all = state
            .topics
            .get(topic)
            .map(Vec::as_slice)
            .unwrap_or_default();
        // Small batches, so that readers are seen to go on.
        let records: Vec<_> = all.iter().skip(from as usize).take(3).cloned().collect();
        let next = from + records.len() as u64;
        Ok(Batch {
            records,
            next,
            end: all.len() as u64,
        })
    }

    async fn wait(&self, _: &str, _: u32, _: u64) -> Result<(), PortError> {
        Err(PortError::refused("not in this log"))
    }

    async fn starts(&self, _: &str) -> Result<Vec<u64>, PortError> {
        Ok(vec![0])
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        Ok(vec![
            self.lock().topics.get(topic).map_or(0, Vec::len) as u64
        ])
    }

    async fn offset_at(&self, _: &str, _: u32, _: i64) -> Result<u64, PortError> {
        Ok(0)
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        Ok(Vec::new())
    }

    async fn ensure(&self, _: &TopicSpec) -> Result<(), PortError> {
        Ok(())
    }

    async fn join(&self, _: &str, _: &Topic) -> Result<Box<dyn Membership>, PortError> {
        Err(PortError::refused("not in this log"))
    }

    async fn commit(&self, _: &str, _: &str, _: u32, _: u64) -> Result<(), PortError> {
        Ok(())
    }

    async fn committed(&self, _: &str, _: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        Ok(BTreeMap::new())
    }
}
