//! The limits: a consumer that only decodes, a driver that only writes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use scylla::client::session_builder::SessionBuilder;

use super::stage::TOPIC;
use crate::events::{USERS, decode};
use crate::platform::PARTITIONS;

/// Requests at once, as the store of ours.
const IN_FLIGHT: usize = 128;
const SILENCE: Duration = Duration::from_secs(30);

/// Reads and decodes every record; returns the seconds from the first to the last.
pub(super) fn consume(brokers: &str, events: usize) -> Result<f64> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "bare")
        .set("enable.auto.commit", "false")
        .create()?;
    let mut partitions = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        partitions.add_partition_offset(TOPIC, i32::try_from(partition)?, Offset::Beginning)?;
    }
    consumer.assign(&partitions)?;
    let (mut started, mut steps) = (None, 0);
    for _ in 0..events {
        let message = consumer.poll(SILENCE).context("the broker is silent")??;
        started.get_or_insert_with(Instant::now);
        let value = message.payload().context("a value")?;
        steps += decode(value)?.1;
    }
    ensure!(steps > 0, "somebody walked");
    Ok(started.context("there are events")?.elapsed().as_secs_f64())
}

/// Writes rows of the size of the projector's, each under a stamp; returns the seconds.
pub(super) async fn write(contact: &str, rows: usize) -> Result<f64> {
    let session = SessionBuilder::new().known_node(contact).build().await?;
    for cql in [
        "CREATE KEYSPACE IF NOT EXISTS bare WITH replication = {'class': 'NetworkTopologyStrategy', 'replication_factor': 1}",
        "CREATE TABLE IF NOT EXISTS bare.rows (partition blob, row blob, doc blob, aggregate blob, \
         PRIMARY KEY (partition, row))",
    ] {
        session.query_unpaged(cql, ()).await?;
    }
    session.await_schema_agreement().await?;
    let insert = "INSERT INTO bare.rows (partition, row, doc, aggregate) VALUES (?, ?, ?, ?) USING TIMESTAMP ?";
    let mut insert = session.prepare(insert).await?;
    insert.set_is_idempotent(true);
    let (session, insert) = (&session, &insert);
    let started = Instant::now();
    let writes = futures::stream::iter(0..rows).map(|n| async move {
        let key = format!("0x{:040x}", n % USERS).into_bytes();
        let (doc, aggregate) = (vec![2_u8; 60], vec![1_u8; 48]);
        let row = (
            key,
            Vec::<u8>::new(),
            doc,
            aggregate,
            i64::try_from(n)? * 256 + 1,
        );
        session.execute_unpaged(insert, row).await?;
        anyhow::Ok(())
    });
    writes
        .buffer_unordered(IN_FLIGHT)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(started.elapsed().as_secs_f64())
}
