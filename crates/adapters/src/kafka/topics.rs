//! Topics: what there is, created and altered as `topics.yaml` wants it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, ConfigResource, ConfigSource, NewTopic,
    OwnedResourceSpecifier, ResourceSpecifier, TopicReplication,
};
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::{KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::Offset;
use runtime::ports::{PortError, Retention, TopicInfo, TopicSpec};

use super::cluster::{Again, Cluster};
use super::config::Configs;
use super::context::Context;
use super::fault::{by_code, fault, unknown};
use super::options::KafkaOptions;

/// Request timeouts that a change of topics may take to show: a busy broker makes the files of hundreds of partitions first.
const SHOWS_WITHIN: u32 = 6;

/// As Kafka's limit.
const TOPIC_NAME_MAX: usize = 249;

/// A topic's configuration by Kafka's names; what is not set there is left out.
type Properties = BTreeMap<String, String>;

/// Creates, alters and describes topics.
pub(super) struct Topics {
    configs: Arc<Configs>,
    cluster: Arc<Cluster>,
    options: KafkaOptions,
}

/// A topic's retention and the properties that were set for it alone.
struct Described {
    retention: Retention,
    own: Properties,
}

/// Copies of a partition where there are brokers enough.
const COPIES: u16 = 3;

impl Topics {
    pub(super) fn new(
        configs: Arc<Configs>,
        cluster: Arc<Cluster>,
        options: &KafkaOptions,
    ) -> Self {
        Self {
            configs,
            cluster,
            options: options.clone(),
        }
    }

    /// Every topic there is. Kafka's clients are not told how many bytes a topic has: it is 0. Records are counted by
    /// offsets, so compaction's gaps count as records.
    pub(super) async fn all(&self) -> Result<Vec<TopicInfo>, PortError> {
        let mut again = Again::within(self.cluster.timeout() * SHOWS_WITHIN);
        loop {
            match self.listed().await {
                // A topic that was listed has gone since: the question fails as a whole.
                Err(PortError::Refused(_)) if again.pause().await => {}
                listed => return listed,
            }
        }
    }

    async fn listed(&self) -> Result<Vec<TopicInfo>, PortError> {
        let topics = self.cluster.topics().await?;
        let names: Vec<String> = topics.iter().map(|(name, _)| name.clone()).collect();
        let partitions: Vec<(String, u32)> = topics
            .iter()
            .flat_map(|(name, count)| (0..*count).map(|p| (name.clone(), p)))
            .collect();
        let (described, starts, ends) = futures::future::try_join3(
            self.describe(names),
            self.cluster
                .offsets_of(partitions.clone(), Offset::Beginning),
            self.cluster.offsets_of(partitions.clone(), Offset::End),
        )
        .await?;
        let mut records: BTreeMap<&str, u64> = BTreeMap::new();
        for ((name, _), (start, end)) in partitions.iter().zip(starts.iter().zip(&ends)) {
            let kept = end.unwrap_or(0).saturating_sub(start.unwrap_or(0));
            *records.entry(name).or_default() += kept;
        }
        let info = |(name, partitions): &(String, u32)| {
            // Deleted since they were listed.
            let described = described.get(name)?;
            Some(TopicInfo {
                spec: TopicSpec {
                    name: name.clone(),
                    partitions: *partitions,
                    retention: described.retention.clone(),
                },
                records: records.get(&**name).copied().unwrap_or(0),
                bytes: 0,
            })
        };
        Ok(topics.iter().filter_map(info).collect())
    }

    /// Creates a topic, or alters the retention of one that exists.
    pub(super) async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        check_spec(spec)?;
        if self.cluster.look_up(&spec.name).await?.is_none() {
            self.create(spec).await?;
        }
        let there = self.appeared(&spec.name).await?;
        if there != spec.partitions {
            return Err(PortError::refused(format!(
                "topic {} has {there} partitions, not {}: keys would move; a topic of another name is needed",
                spec.name, spec.partitions
            )));
        }
        let described = self.describe_one(&spec.name).await?;
        if described.retention == spec.retention {
            return Ok(());
        }
        self.alter(spec, described.own).await?;
        self.until_kept(spec).await
    }

    /// Deletes the records before each partition's offset.
    pub(super) async fn delete_records(
        &self,
        offsets: TopicPartitionList,
    ) -> Result<KafkaResult<()>, PortError> {
        self.admin(move |admin, options| {
            let deleted = futures::executor::block_on(admin.delete_records(&offsets, options))?;
            let failed = deleted.elements().into_iter().find_map(|e| e.error().err());
            failed.map_or(Ok(()), Err)
        })
        .await
    }

    async fn create(&self, spec: &TopicSpec) -> Result<(), PortError> {
        let options = &self.options;
        let copies = match options.replication_factor {
            Some(copies) => copies.max(1),
            None => self.cluster.brokers().await?.clamp(1, COPIES),
        };
        let in_sync = options
            .min_insync_replicas
            .unwrap_or(if copies > 2 { 2 } else { 1 });
        let mut properties = properties_of(&spec.retention);
        let own = [
            ("min.insync.replicas", in_sync.to_string()),
            // A leader without all records would give an offset away again.
            ("unclean.leader.election.enable", "false".to_owned()),
            // The log's time is the platform's clock's, which may be far ahead of the broker's.
            ("message.timestamp.type", "CreateTime".to_owned()),
            ("message.timestamp.after.max.ms", i64::MAX.to_string()),
            (
                "max.message.bytes",
                self.configs.message_bytes_max().to_string(),
            ),
        ];
        properties.extend(own.map(|(key, value)| (key.to_owned(), value)));
        properties.extend(options.topic_properties.clone());
        let (name, partitions) = (spec.name.clone(), super::cluster::index(spec.partitions));
        let created = self.admin(move |admin, options| {
            let copies = TopicReplication::Fixed(i32::from(copies));
            let mut topic = NewTopic::new(&name, partitions, copies);
            for (key, value) in &properties {
                topic = topic.set(key, value);
            }
            let results = futures::executor::block_on(admin.create_topics([&topic], options))?;
            Ok(results.into_iter().next())
        });
        let what = format!("create topic {}", spec.name);
        match created.await?.map_err(|e| fault(&what, &e))? {
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) | Some(Ok(_)) => Ok(()),
            Some(Err((_, code))) => Err(by_code(&what, code)),
            None => Err(PortError::retry(format!("{what}: no answer"))),
        }
    }

    /// Waits until the cluster shows the topic; says how many partitions it has.
    async fn appeared(&self, topic: &str) -> Result<u32, PortError> {
        let mut again = Again::within(self.cluster.timeout() * SHOWS_WITHIN);
        loop {
            if let Some(count) = self.cluster.look_up(topic).await?
                // A partition without a leader is not there yet.
                && self.cluster.offsets(topic, Offset::End).await.is_ok()
            {
                return Ok(count);
            }
            if !again.pause().await {
                let text = format!("topic {topic} was created and does not show yet");
                return Err(PortError::retry(text));
            }
        }
    }

    /// Sets the retention. This request resets whatever it does not name, so it repeats what was set before.
    async fn alter(&self, spec: &TopicSpec, own: Properties) -> Result<(), PortError> {
        let mut properties = own;
        properties.extend(properties_of(&spec.retention));
        let name = spec.name.clone();
        let altered = self.admin(move |admin, options| {
            let mut change = AlterConfig::new(ResourceSpecifier::Topic(&name));
            for (key, value) in &properties {
                change = change.set(key, value);
            }
            let results = futures::executor::block_on(admin.alter_configs([&change], options))?;
            Ok(results.into_iter().next())
        });
        let what = format!("alter topic {}", spec.name);
        match altered.await?.map_err(|e| fault(&what, &e))? {
            Some(Err((_, code))) => Err(by_code(&what, code)),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    async fn until_kept(&self, spec: &TopicSpec) -> Result<(), PortError> {
        let mut again = Again::within(self.cluster.timeout() * SHOWS_WITHIN);
        while self.describe_one(&spec.name).await?.retention != spec.retention {
            if !again.pause().await {
                return Err(PortError::retry(format!(
                    "topic {} was altered and does not show it yet",
                    spec.name
                )));
            }
        }
        Ok(())
    }

    async fn describe_one(&self, topic: &str) -> Result<Described, PortError> {
        let mut described = self.describe(vec![topic.to_owned()]).await?;
        described.remove(topic).ok_or_else(|| {
            PortError::retry(format!("describe topic {topic}: it does not show yet"))
        })
    }

    /// Those of the topics that exist.
    async fn describe(
        &self,
        topics: Vec<String>,
    ) -> Result<BTreeMap<String, Described>, PortError> {
        if topics.is_empty() {
            return Ok(BTreeMap::new());
        }
        let described = self.admin(move |admin, options| {
            let wanted: Vec<_> = topics.iter().map(|t| ResourceSpecifier::Topic(t)).collect();
            futures::executor::block_on(admin.describe_configs(&wanted, options))
        });
        let results = described.await?.map_err(|e| fault("describe topics", &e))?;
        let mut found = BTreeMap::new();
        for result in results {
            match result {
                Ok(resource) => found.extend(read_resource(&resource)),
                Err(code) if unknown(code) => {}
                Err(code) => return Err(by_code("describe topics", code)),
            }
        }
        Ok(found)
    }

    /// Runs an admin call on a blocking thread, with a client of its own: nobody serves the events of one that is kept.
    async fn admin<T: Send + 'static>(
        &self,
        call: impl FnOnce(&AdminClient<Context>, &AdminOptions) -> KafkaResult<T> + Send + 'static,
    ) -> Result<KafkaResult<T>, PortError> {
        let config = self.configs.admin();
        let timeout = self.cluster.timeout();
        self.cluster
            .block(move || {
                let admin = AdminClient::from_config_and_context(&config, Context::alone("admin"))?;
                let options = AdminOptions::new()
                    .request_timeout(Some(timeout))
                    .operation_timeout(Some(timeout.min(OPERATION_MAX)));
                call(&admin, &options)
            })
            .await
    }
}

/// How long the broker itself may wait for a creation.
const OPERATION_MAX: Duration = Duration::from_secs(10);

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

/// A retention in Kafka's words.
fn properties_of(retention: &Retention) -> Properties {
    let bounded = retention.time.is_some() || retention.bytes.is_some();
    let policy = match (retention.compact, bounded) {
        (true, true) => "compact,delete",
        (true, false) => "compact",
        (false, _) => "delete",
    };
    let time = retention.time.map_or(-1, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    });
    let bytes = retention
        .bytes
        .map_or(-1, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    let pairs = [
        ("cleanup.policy", policy.to_owned()),
        ("retention.ms", time.to_string()),
        ("retention.bytes", bytes.to_string()),
    ];
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// A retention from Kafka's words.
fn retention_of(get: impl Fn(&str) -> Option<String>) -> Retention {
    let policy = get("cleanup.policy").unwrap_or_default();
    let has = |wanted: &str| policy.split(',').any(|p| p.trim() == wanted);
    // Without the policy that deletes, its bounds mean nothing.
    let bound = |key: &str| {
        let value = get(key).filter(|_| has("delete"))?;
        value.parse::<u64>().ok()
    };
    Retention {
        compact: has("compact"),
        time: bound("retention.ms").map(Duration::from_millis),
        bytes: bound("retention.bytes"),
    }
}

fn read_resource(resource: &ConfigResource) -> Option<(String, Described)> {
    let OwnedResourceSpecifier::Topic(name) = &resource.specifier else {
        return None;
    };
    let entries = resource.entry_map();
    let get = |key: &str| entries.get(key).and_then(|e| e.value.clone());
    let own = resource.entries.iter().filter_map(|entry| {
        let set_here = entry.source == ConfigSource::DynamicTopic;
        let value = entry.value.clone().filter(|_| set_here)?;
        Some((entry.name.clone(), value))
    });
    let described = Described {
        retention: retention_of(get),
        own: own.collect(),
    };
    Some((name.clone(), described))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_round_trips_through_kafkas_words() {
        let hour = Some(Duration::from_secs(3600));
        for (compact, time, bytes) in [
            (false, None, None),
            (false, hour, None),
            (false, None, Some(1 << 30)),
            (true, None, None),
            (true, hour, Some(7)),
        ] {
            let retention = Retention {
                compact,
                time,
                bytes,
            };
            let properties = properties_of(&retention);
            assert_eq!(
                retention_of(|key| properties.get(key).cloned()),
                retention,
                "{properties:?}"
            );
        }
    }

    #[test]
    fn names_and_numbers_that_kafka_would_not_take_are_refused() {
        let spec = |name: &str, partitions| TopicSpec {
            name: name.to_owned(),
            partitions,
            retention: Retention::FOREVER,
        };
        assert!(check_spec(&spec("a.b_c-9", 1)).is_ok());
        for bad in [
            spec("", 1),
            spec("a/b", 1),
            spec(&"x".repeat(250), 1),
            spec("a", 0),
        ] {
            assert!(check_spec(&bad).is_err_and(|e| !e.is_retry()), "{bad:?}");
        }
    }
}
