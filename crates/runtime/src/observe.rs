//! Every metric name of the platform, and every name of a span and its attributes, in one place; the catalogue of the
//! metrics in `docs/operations.md` is checked against it.

/// Gauge {processor, generation, partition}: events between a processor's mark and the end of its input.
pub const PROCESSOR_LAG_EVENTS: &str = "processor_lag_events";
/// Gauge {processor, generation, partition}: age in seconds of the newest event applied while there is lag; 0 without.
pub const PROCESSOR_LAG_SECONDS: &str = "processor_lag_seconds";
/// Gauge {processor, generation}: partitions of its input that this process has.
pub const PROCESSOR_PARTITIONS: &str = "processor_partitions";
/// Counter {processor, generation, outcome}: events by what became of them (applied, skipped, ignored, rejected, parked).
pub const PROCESSOR_EVENTS: &str = "processor_events_total";
/// Histogram {processor}: seconds to fold one fetched batch.
pub const PROCESSOR_STEP_SECONDS: &str = "processor_step_seconds";
/// Histogram {processor}: seconds of one flush, emits and rows.
pub const STORE_WRITE_SECONDS: &str = "store_write_seconds";
/// Counter {processor}: rows and aggregates written to the store.
pub const STORE_ROWS: &str = "store_rows_total";
/// Counter {processor}: records sent to the dead-letter topic.
pub const DEAD_LETTERS: &str = "dlq_records_total";
/// Gauge {processor}: dead letters of the live generation that nothing was done about yet.
pub const DEAD_LETTERS_DEPTH: &str = "dlq_depth";
/// Gauge {processor}: keys of the live generation that are parked.
pub const PARKED_KEYS: &str = "parked_keys";
/// Gauge {processor}: age in seconds of the oldest dead letter that nothing was done about yet; 0 without.
pub const DEAD_LETTERS_OLDEST: &str = "dlq_oldest_seconds";
/// Gauge {processor, generation, partition, reason}: 1 while a partition is stopped until a person acts.
pub const PARTITION_BLOCKED: &str = "partition_blocked";
/// Gauge {processor, generation, state}: 1 for each generation there is.
pub const GENERATION_INFO: &str = "generation_info";
/// Gauge {kind}: effects waiting for another try.
pub const EFFECTS_PENDING: &str = "effects_pending";
/// Counter {kind, outcome}: effects by outcome (done, retry, failed, expired).
pub const EFFECTS: &str = "effects_total";
/// Histogram {gateway}: seconds a read waited for a position.
pub const GATEWAY_STALENESS_SECONDS: &str = "gateway_staleness_seconds";
/// Counter {root}: messages a subscriber of the bus lost because it was slow, by the first word of its pattern.
pub const BUS_MESSAGES_LOST: &str = "bus_messages_lost_total";
/// Gauge: 1 while the bus is connected.
pub const BUS_CONNECTED: &str = "bus_connected";
/// Counter: statements sent to a CQL store without a stamp, whose writes lose; more than 0 is an error in the store.
pub const STORE_UNSTAMPED_WRITES: &str = "store_unstamped_writes_total";

/// Names of spans and of what is said of them. Where OpenTelemetry has a name, it is that.
pub mod span {
    /// Span: one event applied by one processor; or a batch of many, with links. The topic follows.
    pub const PROCESS: &str = "process";
    /// Span: what was written for it. The processor follows.
    pub const FLUSH: &str = "flush";
    /// Span: one try of an effect. The kind follows.
    pub const EFFECT: &str = "effect";

    /// Processor.
    pub const PROCESSOR: &str = "worldlog.processor";
    /// Its generation.
    pub const GENERATION: &str = "worldlog.generation";
    /// Gateway.
    pub const GATEWAY: &str = "worldlog.gateway";
    /// Effect kind.
    pub const EFFECT_KIND: &str = "worldlog.effect.kind";
    /// Effect key.
    pub const EFFECT_KEY: &str = "worldlog.effect.key";
    /// Outcome of a try.
    pub const EFFECT_OUTCOME: &str = "worldlog.effect.outcome";
    /// Number of the try, from 1.
    pub const EFFECT_ATTEMPT: &str = "worldlog.effect.attempt";
    /// Rows and aggregates written.
    pub const ROWS: &str = "worldlog.rows";
    /// Records appended.
    pub const APPENDED: &str = "worldlog.appended";
    /// Topic.
    pub const TOPIC: &str = "messaging.destination.name";
    /// Partition.
    pub const PARTITION: &str = "messaging.destination.partition.id";
    /// Consumer group.
    pub const GROUP: &str = "messaging.consumer.group.name";
    /// `ce_id` of the record.
    pub const MESSAGE: &str = "messaging.message.id";
    /// Events of a batch.
    pub const COUNT: &str = "messaging.batch.message_count";
    /// Offset.
    pub const OFFSET: &str = "messaging.kafka.offset";
    /// Method of a request.
    pub const METHOD: &str = "http.request.method";
    /// Pattern of its route.
    pub const ROUTE: &str = "http.route";
    /// Status of its answer.
    pub const STATUS: &str = "http.response.status_code";
}
