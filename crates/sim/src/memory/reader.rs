//! Members of a group of the log in memory, and their readers.

use async_trait::async_trait;
use runtime::embedded::groups::{Change, Member};
use runtime::ports::{Assignment, Batch, Log, Membership, PartitionReader, PortError, ReadLimits};

use super::MemoryLog;

pub(super) struct GroupMember {
    pub(super) log: MemoryLog,
    pub(super) topic: String,
    pub(super) member: Member,
}

#[async_trait]
impl Membership for GroupMember {
    async fn next(&mut self) -> Option<Assignment> {
        match self.member.next().await? {
            Change::Revoked(partition) => Some(Assignment::Revoked(partition)),
            Change::Assigned(partition) => {
                let start = self.log.with(&self.topic, partition, |p| p.start);
                Some(Assignment::Assigned(Box::new(Reader {
                    log: self.log.clone(),
                    topic: self.topic.clone(),
                    partition,
                    next: start.expect("a topic that was joined stays"),
                })))
            }
        }
    }
}

struct Reader {
    log: MemoryLog,
    topic: String,
    partition: u32,
    next: u64,
}

#[async_trait]
impl PartitionReader for Reader {
    fn partition(&self) -> u32 {
        self.partition
    }

    async fn seek(&mut self, offset: u64) -> Result<(), PortError> {
        let (start, end) = self
            .log
            .with(&self.topic, self.partition, |p| (p.start, p.end))?;
        if !(start..=end).contains(&offset) {
            return Err(PortError::refused(format!(
                "{}/{} has offsets {start} to {end}, not {offset}",
                self.topic, self.partition
            )));
        }
        self.next = offset;
        Ok(())
    }

    async fn next(&mut self, limits: ReadLimits) -> Result<Batch, PortError> {
        let mut from = self.next;
        loop {
            self.log.wait(&self.topic, self.partition, from).await?;
            let start = self.log.with(&self.topic, self.partition, |p| p.start)?;
            if from < start {
                return Err(PortError::refused(format!(
                    "{}/{} starts at {start}, after {from}: retention has removed what was to be read",
                    self.topic, self.partition
                )));
            }
            let batch = self
                .log
                .read_now(&self.topic, self.partition, from, limits)?;
            from = batch.next;
            if !batch.records.is_empty() {
                self.next = from;
                return Ok(batch);
            }
        }
    }
}
