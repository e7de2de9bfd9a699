//! Putting an exported log back exactly: the same offsets, so that every position in every header stays right.

use async_trait::async_trait;
use kernel::NewRecord;

use super::SqliteLog;
use super::schema;
use super::writer::Ready;
use crate::ports::{PortError, Restore};

#[async_trait]
impl Restore for SqliteLog {
    async fn restore(&self, records: Vec<(u64, NewRecord)>) -> Result<(), PortError> {
        let ready = records.into_iter().map(|(offset, record)| {
            let ready = self.inner.ready(record)?;
            Ok(Ready {
                restore: Some(offset),
                ..ready
            })
        });
        let ready = ready.collect::<Result<Vec<_>, PortError>>()?;
        // Nothing of the call is written when it is refused; an untouched partition starts at its first record.
        self.inner.write(ready).await.map(|_| ())
    }

    async fn restore_end(&self, topic: &str, partition: u32, end: u64) -> Result<(), PortError> {
        let partition = self.inner.catalogue.partition(topic, partition)?;
        self.inner
            .call(move |writer| {
                let mut row = partition.row();
                if row.end >= end {
                    return Ok(());
                }
                row.move_end(&partition, end)?;
                writer.transaction(|conn, context| {
                    schema::save_partition(conn, &row).map_err(|e| context.fault(&e))
                })?;
                partition.set(&row);
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use kernel::{Headers, Position};

    use super::*;
    use crate::embedded::SqliteLogOptions;
    use crate::ports::{Log, ReadLimits, Retention, SystemClock, TopicSpec};

    fn record(topic: &str, cause: u64) -> NewRecord {
        let mut headers = Headers::new(uuid::Uuid::from_u128(cause.into()), "k", "processors/p");
        headers.cause = Some(Position::new("inbox", 0, cause));
        NewRecord {
            partition: Some(0),
            ..NewRecord::keyed(topic.into(), Bytes::new(), headers, Bytes::new())
        }
    }

    async fn log(folder: &std::path::Path) -> SqliteLog {
        let log = SqliteLog::open(
            folder.join("log.db"),
            SqliteLogOptions::default(),
            Arc::new(SystemClock),
        );
        let log = log.expect("opened");
        for name in ["inbox", "out"] {
            let spec = TopicSpec {
                name: name.into(),
                partitions: 1,
                retention: Retention::FOREVER,
            };
            log.ensure(&spec).await.expect("created");
        }
        log
    }

    #[tokio::test]
    async fn gaps_and_repetitions_keep_their_offsets_and_new_outputs_are_let_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path()).await;
        let exported = vec![
            (3, record("out", 7)),
            (4, record("out", 7)),
            (9, record("out", 8)),
        ];
        log.restore(exported).await.expect("restored");
        log.restore_end("inbox", 0, 9).await.expect("restored");
        let batch = log
            .read("out", 0, 0, ReadLimits::default())
            .await
            .expect("read");
        let offsets: Vec<_> = batch.records.iter().map(|r| r.offset).collect();
        assert_eq!(offsets, [3, 4, 9]);
        assert_eq!(log.starts("out").await.ok(), Some(vec![3]));
        assert_eq!(log.starts("inbox").await.ok(), Some(vec![9]));
        let appended = log
            .append(vec![record("out", 8), record("out", 9)])
            .await
            .expect("appended");
        assert!(appended[0].repeated && !appended[1].repeated);
        assert_eq!(appended[1].offset, 10);
    }

    #[tokio::test]
    async fn what_is_there_is_never_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path()).await;
        log.append(vec![record("out", 1), record("out", 2)])
            .await
            .expect("appended");
        let error = log
            .restore(vec![(2, record("out", 3)), (1, record("out", 4))])
            .await;
        let error = error.expect_err("offset 1 is taken").to_string();
        assert!(
            error.contains("out") && error.contains("offset 3"),
            "{error}"
        );
        assert_eq!(log.ends("out").await.ok(), Some(vec![2]));
    }
}
