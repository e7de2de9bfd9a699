//! The librdkafka configuration of each client: the settings that are decisions, and why.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;
use runtime::ports::PortError;
use runtime::settings::{Size, Span};

use super::fault::fault;
use super::options::{Compression, GroupProtocol, KafkaOptions};

/// What `properties` may not change: each of these carries a promise of the port.
const DECIDED: &[&str] = &[
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "client.id",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "isolation.level",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "request.required.acks",
    "transactional.id",
];
/// How old a consumer lets what it knows of its topics become.
const METADATA_AGE: Span = Span(Duration::from_secs(10));
/// What a fetch costs beyond its records; librdkafka wants the largest answer above the largest fetch.
const RECEIVE_OVERHEAD: u64 = 1 << 20;
/// What headers and framing add to a record.
pub(super) const RECORD_OVERHEAD: u64 = 64 << 10;

/// Makes the configurations of this process's clients.
pub(super) struct Configs {
    base: ClientConfig,
    options: KafkaOptions,
    clients: AtomicU64,
}

fn ms(span: Span) -> String {
    span.as_millis().to_string()
}

fn bytes(size: u64) -> String {
    size.to_string()
}

impl Configs {
    /// # Errors
    /// `Refused` for a property that is decided here, or that librdkafka does not know; its value is not in the text.
    pub(super) fn new(brokers: &str, options: &KafkaOptions) -> Result<Self, PortError> {
        let mut base = ClientConfig::new();
        // The binding's default follows the `log` crate's level, which nobody sets; `tracing` filters by target.
        let debug = options.properties.0.contains_key("debug");
        base.set_log_level(if debug {
            RDKafkaLogLevel::Debug
        } else {
            RDKafkaLogLevel::Info
        });
        base.set("bootstrap.servers", brokers)
            .set("socket.timeout.ms", ms(options.request_timeout))
            .set("socket.keepalive.enable", "true")
            .set("reconnect.backoff.ms", "50")
            .set("reconnect.backoff.max.ms", "1000")
            // A broker closes idle connections; that is no news.
            .set("log.connection.close", "false")
            .set("enable.metrics.push", "false");
        for (key, value) in &options.properties.0 {
            if DECIDED.contains(&key.as_str()) {
                return Err(PortError::refused(format!(
                    "the property {key} is not open to configuration: the log's promises rest on it"
                )));
            }
            base.set(key, value);
        }
        let configs = Self {
            base,
            options: options.clone(),
            clients: AtomicU64::new(1),
        };
        for config in [configs.producer(), configs.group("check", 1, None)] {
            configs.changes_nothing_of(&config)?;
            config
                .create_native_config()
                .map_err(|e| fault("configure the Kafka client", &e))?;
        }
        Ok(configs)
    }

    /// Refuses properties that this client would pass over without a word: another key decides them, or nothing does.
    fn changes_nothing_of(&self, config: &ClientConfig) -> Result<(), PortError> {
        let mut properties = self.options.properties.0.iter();
        match properties.find(|(key, value)| config.get(key) != Some(value)) {
            None => Ok(()),
            Some((key, _)) => Err(PortError::refused(format!(
                "the property {key} is set by the platform, from the other keys of the section kafka where there is one for it"
            ))),
        }
    }

    /// What every client has; its name is its own.
    fn client(&self, role: &str) -> ClientConfig {
        let mut config = self.base.clone();
        let number = self.clients.fetch_add(1, Ordering::Relaxed);
        config.set(
            "client.id",
            format!("{}-{role}-{number}", self.options.client_id),
        );
        config
    }

    /// Admin requests.
    pub(super) fn admin(&self) -> ClientConfig {
        self.client("admin")
    }

    /// Acknowledged by all in-sync replicas, each record once, in order, for ever: a record that timed out while later
    /// ones went through would be a hole that no reader can see, so nothing times out in the queue (`producer.rs` bounds
    /// the caller's wait instead), and a batch that a broker refuses stops the producer rather than be overtaken.
    pub(super) fn producer(&self) -> ClientConfig {
        let options = &self.options;
        let mut config = self.client("producer");
        let compression = match options.compression {
            Compression::None => "none",
            Compression::Lz4 => "lz4",
            Compression::Snappy => "snappy",
        };
        config
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("enable.gapless.guarantee", "true")
            .set("message.timeout.ms", "0")
            .set("linger.ms", ms(options.linger))
            .set("compression.codec", compression)
            .set("message.max.bytes", bytes(self.message_bytes_max()))
            // The queue is bounded by our own permits, which callers can wait for; these only must not be reached first.
            .set("queue.buffering.max.messages", "0")
            .set(
                "queue.buffering.max.kbytes",
                bytes((options.buffer_bytes.0 / 1024 * 2).clamp(1 << 10, 2_147_483_647)),
            );
        config
    }

    /// Largest batch on the wire: one record of the largest size with its envelope.
    pub(super) fn message_bytes_max(&self) -> u64 {
        (self.options.record_bytes_max.0 + RECORD_OVERHEAD).clamp(1000, 1_000_000_000)
    }

    fn consumer(&self, role: &str) -> ClientConfig {
        let mut config = self.client(role);
        let largest = self.options.fetch_bytes.0.max(self.message_bytes_max());
        config
            .set("allow.auto.create.topics", "false")
            // Records of aborted transactions are nobody's business; offsets end where readers of this kind end.
            .set("isolation.level", "read_committed")
            // A retention hole must stop us, not be skipped.
            .set("auto.offset.reset", "error")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // A broker that has just started may answer that it knows no such topic, and a consumer that heard that does not
            // join its group before it asks again: by default after five minutes.
            .set("topic.metadata.refresh.interval.ms", ms(METADATA_AGE))
            .set("fetch.max.bytes", bytes(largest))
            .set(
                "receive.message.max.bytes",
                bytes(largest + RECEIVE_OVERHEAD),
            )
            // A queue that was full is filled again soon after there is room; the default is a second.
            .set("fetch.queue.backoff.ms", "10")
            .set("fetch.error.backoff.ms", "100");
        config
    }

    /// Metadata and offsets, no records.
    pub(super) fn query(&self) -> ClientConfig {
        self.consumer("query")
    }

    /// Reads without being in a group. librdkafka wants a group's name all the same; nothing is ever committed to it.
    pub(super) fn reader(&self, role: &str, prefetch: Size, fetch_wait: Span) -> ClientConfig {
        let mut config = self.consumer(role);
        let name = format!("{}-{role}", self.options.client_id);
        config
            .set("group.id", name)
            // The end of a gap that no record follows is only known by this event.
            .set("enable.partition.eof", "true")
            .set("fetch.wait.max.ms", ms(fetch_wait));
        self.set_fetch(&mut config, prefetch.0);
        config
    }

    /// A client that speaks for a group without being a member of it.
    pub(super) fn outsider(&self, group: &str) -> ClientConfig {
        let mut config = self.consumer("outsider");
        config.set("group.id", group);
        config
    }

    /// A member of a group that reads a topic of so many partitions.
    pub(super) fn group(
        &self,
        group: &str,
        partitions: u32,
        instance: Option<&str>,
    ) -> ClientConfig {
        let options = &self.options;
        let mut config = self.consumer("member");
        config
            .set("group.id", group)
            .set("enable.partition.eof", "true")
            .set("fetch.wait.max.ms", ms(options.fetch_wait))
            // Members are polled each second whatever their readers do, so this only bounds how long the others wait for one
            // that is gone, and how long one waits for an answer to its joining that a dying broker has lost.
            .set("max.poll.interval.ms", ms(rejoin(options)));
        match options.group_protocol {
            GroupProtocol::Classic => {
                config
                    .set("group.protocol", "classic")
                    .set("partition.assignment.strategy", "cooperative-sticky")
                    .set("session.timeout.ms", ms(options.session_timeout))
                    .set("heartbeat.interval.ms", ms(heartbeat(options)));
            }
            GroupProtocol::Consumer => {
                config.set("group.protocol", "consumer");
            }
        }
        if let Some(instance) = instance {
            config.set("group.instance.id", instance);
        }
        self.set_fetch(
            &mut config,
            options.prefetch_bytes.0 / u64::from(partitions.max(1)),
        );
        config
    }

    /// Queues are split by partition, so librdkafka's bound holds for each of them.
    fn set_fetch(&self, config: &mut ClientConfig, partition_prefetch: u64) {
        let queue = (partition_prefetch / 1024).clamp(64, 2_097_151);
        let fetch = self.options.partition_fetch_bytes.0.clamp(1, 1_000_000_000);
        config
            .set("queued.max.messages.kbytes", bytes(queue))
            .set("queued.min.messages", "1000000")
            .set("fetch.message.max.bytes", bytes(fetch.min(queue * 1024)));
    }
}

/// How long the members of a group may take to agree. librdkafka wants at least a session, whose default is 45 s where the
/// broker decides it.
fn rejoin(options: &KafkaOptions) -> Span {
    options.session_timeout.max(Span::secs(45))
}

/// A third of the session, at most a second: members learn of a rebalance by the answers.
fn heartbeat(options: &KafkaOptions) -> Span {
    let third = options.session_timeout.as_millis() / 3;
    Span::millis(u64::try_from(third.clamp(1, 1000)).unwrap_or(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_cannot_be_configured_away_and_secrets_stay_out_of_errors() {
        let with = |key: &str, value: &str| {
            let mut options = KafkaOptions::default();
            let pair = (key.to_owned(), value.to_owned());
            options.properties.0.extend([pair]);
            Configs::new("127.0.0.1:1", &options)
        };
        assert!(with("socket.nagle.disable", "true").is_ok());
        for (key, value) in [("linger.ms", "100"), ("max.poll.interval.ms", "60000")] {
            let error = with(key, value).err().expect("set here").to_string();
            assert!(error.contains(key), "{error}");
        }
        let error = with("acks", "1").err().expect("decided").to_string();
        assert!(error.contains("acks"), "{error}");
        let error = with("sasl.pasword", "hunter2").err().expect("unknown");
        assert!(!error.is_retry());
        let error = error.to_string();
        assert!(error.contains("sasl.pasword"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn every_client_has_a_name_of_its_own() {
        let configs = Configs::new("127.0.0.1:1", &KafkaOptions::default()).expect("valid");
        let names = [configs.query(), configs.query(), configs.producer()];
        let names = names.map(|c| c.get("client.id").map(str::to_owned));
        assert!(names[0] != names[1] && names[1] != names[2]);
    }
}
