//! Members of a group and the readers of the partitions they are given.

use std::sync::Arc;

use async_trait::async_trait;

use super::Inner;
use super::catalogue::{Partition, TopicState};
use crate::embedded::groups::{Change, Member};
use crate::ports::{Assignment, Batch, Membership, PartitionReader, PortError, ReadLimits};

pub(super) struct GroupMember {
    log: Arc<Inner>,
    topic: Arc<TopicState>,
    member: Member,
}

impl GroupMember {
    pub(super) fn new(log: Arc<Inner>, topic: Arc<TopicState>, member: Member) -> Self {
        Self { log, topic, member }
    }
}

#[async_trait]
impl Membership for GroupMember {
    async fn next(&mut self) -> Option<Assignment> {
        match self.member.next().await? {
            Change::Revoked(partition) => Some(Assignment::Revoked(partition)),
            Change::Assigned(number) => {
                let partition = Arc::clone(&self.topic.partitions[number as usize]);
                Some(Assignment::Assigned(Box::new(Reader {
                    log: Arc::clone(&self.log),
                    next: partition.start(),
                    partition,
                })))
            }
        }
    }
}

struct Reader {
    log: Arc<Inner>,
    partition: Arc<Partition>,
    next: u64,
}

#[async_trait]
impl PartitionReader for Reader {
    fn partition(&self) -> u32 {
        self.partition.partition
    }

    async fn seek(&mut self, offset: u64) -> Result<(), PortError> {
        let (start, end) = (self.partition.start(), self.partition.end());
        if offset > end {
            return Err(PortError::refused(format!(
                "{} ends at {end}, before {offset}: the log went backwards",
                self.partition.name()
            )));
        }
        check_kept(&self.partition, offset, start)?;
        self.next = offset;
        Ok(())
    }

    async fn next(&mut self, limits: ReadLimits) -> Result<Batch, PortError> {
        // `self.next` moves only with what is returned, so that a cancelled call loses nothing.
        let mut from = self.next;
        loop {
            self.log.wait_past(&self.partition, from).await?;
            check_kept(&self.partition, from, self.partition.start())?;
            let batch = self.log.batch(&self.partition, from, limits).await?;
            if let Some(first) = batch.records.first() {
                if first.offset > from {
                    // A gap: compaction's, or retention's that moved while we read.
                    check_kept(&self.partition, from, self.partition.start())?;
                }
                self.next = batch.next;
                return Ok(batch);
            }
            from = batch.next;
        }
    }
}

fn check_kept(partition: &Partition, offset: u64, start: u64) -> Result<(), PortError> {
    if offset < start {
        return Err(PortError::refused(format!(
            "{} starts at {start}, after {offset}: retention has removed what was to be read",
            partition.name()
        )));
    }
    Ok(())
}
