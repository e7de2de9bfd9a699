//! The ports `Log` and `Store` in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{NewRecord, Topic};
use runtime::ports::{
    Appended, Batch, Flush, Log, MarkAt, Membership, Page, Pointer, PortError, ReadLimits, Row,
    RowRange, Scanned, Store, StoredAggregate, TableName, TopicInfo, TopicSpec,
};

use super::reader::GroupMember;
use super::{MemoryLog, MemoryStore};

#[async_trait]
impl Log for MemoryLog {
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        self.append_now(records)
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        self.read_now(topic, partition, from, limits)
    }

    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        let mut appends = self.0.appends.subscribe();
        while self.with(topic, partition, |p| p.end)? <= offset {
            let changed = appends.changed().await;
            changed.map_err(|_| PortError::refused("the log is gone"))?;
        }
        Ok(())
    }

    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.topic(topic, |t| t.partitions.iter().map(|p| p.start).collect())
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.topic(topic, |t| t.partitions.iter().map(|p| p.end).collect())
    }

    async fn offset_at(
        &self,
        topic: &str,
        partition: u32,
        timestamp: i64,
    ) -> Result<u64, PortError> {
        self.with(topic, partition, |p| {
            let found = p.records.values().find(|r| r.timestamp >= timestamp);
            found.map_or(p.end, |r| r.offset)
        })
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        Ok(self.infos())
    }

    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        self.ensure_now(spec)
    }

    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError> {
        let partitions = self.topic(topic, |t| t.spec.partitions)?;
        Ok(Box::new(GroupMember {
            log: self.clone(),
            topic: topic.to_string(),
            member: self.0.coordinator.join(group, topic, partitions),
        }))
    }

    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError> {
        self.with(topic, partition, |_| ())?;
        let key = (group.to_owned(), topic.to_owned());
        let mut state = self.lock();
        state
            .committed
            .entry(key)
            .or_default()
            .insert(partition, next);
        Ok(())
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        let key = (group.to_owned(), topic.to_owned());
        Ok(self.lock().committed.get(&key).cloned().unwrap_or_default())
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn create(&self, tables: &[TableName]) -> Result<(), PortError> {
        self.create_now(tables);
        Ok(())
    }

    async fn drop_tables(&self, tables: &[TableName]) -> Result<(), PortError> {
        self.drop_now(tables);
        Ok(())
    }

    async fn load(
        &self,
        table: &TableName,
        keys: &[Bytes],
    ) -> Result<Vec<StoredAggregate>, PortError> {
        keys.iter().map(|key| self.aggregate(table, key)).collect()
    }

    async fn load_whole(
        &self,
        table: &TableName,
        key: &[u8],
    ) -> Result<StoredAggregate, PortError> {
        self.whole(table, &Bytes::copy_from_slice(key))
    }

    async fn flush(&self, flush: Flush) -> Result<(), PortError> {
        self.flush_now(flush)
    }

    async fn marks(
        &self,
        processor: &str,
        generation: u32,
    ) -> Result<BTreeMap<(String, u32), MarkAt>, PortError> {
        Ok(self.marks_of(processor, generation))
    }

    async fn get(
        &self,
        table: &TableName,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<Row>, PortError> {
        let key = (
            Bytes::copy_from_slice(partition),
            Bytes::copy_from_slice(row),
        );
        self.row(table, &key)
    }

    async fn get_many(
        &self,
        table: &TableName,
        keys: &[(Bytes, Bytes)],
    ) -> Result<Vec<Option<Row>>, PortError> {
        keys.iter().map(|key| self.row(table, key)).collect()
    }

    async fn range(
        &self,
        table: &TableName,
        partition: &[u8],
        range: RowRange,
    ) -> Result<Vec<Row>, PortError> {
        let mut rows = self.rows(table)?;
        rows.retain(|row| {
            row.partition == partition
                && range.from.as_ref().is_none_or(|from| row.row >= from)
                && range.to.as_ref().is_none_or(|to| row.row < to)
        });
        if range.descending {
            rows.reverse();
        }
        rows.truncate(range.limit);
        Ok(rows)
    }

    async fn page(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Page, PortError> {
        // The token is the number of rows seen: enough for a store that nobody writes to while it is paged.
        let seen = match from {
            None => 0,
            Some(token) => std::str::from_utf8(&token)
                .ok()
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| PortError::refused(format!("{token:?} is no page token")))?,
        };
        let rows = self.rows(table)?;
        let upto = rows.len().min(seen + limit.max(1));
        let next = (upto < rows.len()).then(|| Bytes::from(upto.to_string()));
        let rows = rows.into_iter().take(upto).skip(seen).collect();
        Ok(Page { rows, next })
    }

    async fn scan(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Scanned, PortError> {
        self.scan_now(table, from, limit)
    }

    async fn pointer(&self, name: &str) -> Result<Option<Pointer>, PortError> {
        Ok(self.lock().pointers.get(name).cloned())
    }

    async fn compare_and_set(
        &self,
        name: &str,
        expected: Option<u64>,
        value: Bytes,
    ) -> Result<bool, PortError> {
        let mut state = self.lock();
        match (state.pointers.entry(name.to_owned()), expected) {
            (Entry::Vacant(vacant), None) => {
                vacant.insert(Pointer { version: 1, value });
                Ok(true)
            }
            (Entry::Occupied(mut known), Some(version)) if known.get().version == version => {
                known.insert(Pointer {
                    version: version + 1,
                    value,
                });
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn pointers(&self, prefix: &str) -> Result<Vec<(String, Pointer)>, PortError> {
        let state = self.lock();
        let pointers = state.pointers.iter();
        Ok(pointers
            .filter(|(name, _)| name.starts_with(prefix))
            .map(|(name, pointer)| (name.clone(), pointer.clone()))
            .collect())
    }

    async fn remove_pointer(&self, name: &str, expected: u64) -> Result<bool, PortError> {
        let mut state = self.lock();
        let known = state.pointers.get(name);
        let matches = known.is_some_and(|pointer| pointer.version == expected);
        if matches {
            state.pointers.remove(name);
        }
        Ok(matches)
    }
}
