//! What is to be written for the events folded since the last time.

use bytes::Bytes;
use kernel::Saved;

use super::Fold;
use crate::engine::output::FoldOutput;
use crate::ports::{AggregateWrite, Flush, Mark, StampedRow, StoredAggregate};

impl Fold {
    /// Takes everything to write. The caller must write it before it applies more, or throw the fold away: the
    /// aggregates in memory count as written from here on.
    pub fn take(&mut self) -> FoldOutput {
        let appends = std::mem::take(&mut self.appends);
        let rows = std::mem::take(&mut self.rows)
            .into_iter()
            .map(|((table, partition, row), (doc, stamp))| StampedRow {
                table,
                partition,
                row,
                doc,
                stamp,
            })
            .collect();
        let aggregates = std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|key| self.take_aggregate(key))
            .collect();
        self.bytes = 0;
        self.flushed = self.next;
        self.cache.shrink();
        let mark = self.next.map(|next| Mark {
            topic: self.topic.to_string(),
            partition: self.partition,
            next,
            last: self.last,
        });
        let flush = Flush {
            processor: self.spec.name,
            generation: self.generation,
            rows,
            aggregates_table: self.spec.heads(),
            aggregates,
            mark,
        };
        FoldOutput { appends, flush }
    }

    fn take_aggregate(&mut self, key: Bytes) -> AggregateWrite {
        let entry = self
            .cache
            .get_mut(&key)
            .expect("dirty aggregates are never evicted");
        let stamp = entry.dirty.take().expect("it is in the dirty list");
        let mut aggregate = StoredAggregate {
            head: entry.head.clone(),
            ..StoredAggregate::default()
        };
        if entry.exists {
            let Saved { doc, parts } = self.processor.save(&entry.state, entry.saved.as_ref());
            aggregate.doc = Some(doc);
            aggregate.parts = parts;
            entry.saved = self.processor.copy(&entry.state);
        }
        AggregateWrite {
            key,
            aggregate,
            stamp,
        }
    }
}
