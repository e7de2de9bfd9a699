//! The log on Apache Kafka, by librdkafka.
//!
//! It must not know what records mean, and it promises no more than the port: order per partition, at least once. Positions
//! are the store's; what a group commits is a hint.
//!
//! | File | What |
//! | --- | --- |
//! | `options.rs`, `config.rs` | what can be set, and what is decided |
//! | `port.rs` | the port, over the parts below |
//! | `producer.rs` | appending |
//! | `group.rs`, `reader.rs` | members of groups, and their partitions' readers |
//! | `tail.rs`, `watch.rs` | reading and waiting outside of groups |
//! | `feed.rs`, `headers.rs` | a partition's queue into records |
//! | `restore.rs` | putting exported records back at their offsets |
//! | `positions.rs` | what groups commit |
//! | `topics.rs`, `cluster.rs` | topics, metadata, offsets |
//! | `client.rs`, `context.rs`, `fault.rs` | librdkafka's events, log lines and errors |

mod client;
mod cluster;
mod config;
mod context;
mod fault;
mod feed;
mod group;
mod headers;
mod options;
mod patience;
mod port;
mod positions;
mod producer;
mod reader;
mod restore;
mod tail;
mod topics;
mod watch;

use std::sync::Arc;

use runtime::ports::{Clock, PortError};
use tokio_util::sync::CancellationToken;

pub use self::options::{Compression, GroupProtocol, KafkaOptions, Secrets};

use self::client::Leaving;
use self::cluster::Cluster;
use self::config::Configs;
use self::group::Seats;
use self::positions::Positions;
use self::producer::Producer;
use self::tail::Tails;
use self::topics::Topics;
use self::watch::Watches;

/// A log on a Kafka cluster.
///
/// Dropping it without [`KafkaLog::close`] loses nothing that was acknowledged; memberships that outlive it go on.
pub struct KafkaLog {
    options: KafkaOptions,
    configs: Arc<Configs>,
    clock: Arc<dyn Clock>,
    leaving: Arc<Leaving>,
    cluster: Arc<Cluster>,
    producer: Producer,
    tails: Arc<Tails>,
    watches: Watches,
    topics: Topics,
    positions: Arc<Positions>,
    seats: Seats,
    closed: CancellationToken,
}

impl KafkaLog {
    /// A log on the cluster that these brokers (`host:port`, with commas) belong to. It must be called within a tokio
    /// runtime. No broker is asked yet: the first call that needs one says if none is there.
    ///
    /// # Errors
    /// `Refused` for options that librdkafka does not take; the text has no secrets.
    pub fn connect(
        brokers: &str,
        options: KafkaOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PortError> {
        let configs = Arc::new(Configs::new(brokers, &options)?);
        let leaving = Arc::<Leaving>::default();
        let cluster = Arc::new(Cluster::new(&configs, &options, &leaving)?);
        let positions = Positions::new(Arc::clone(&configs), Arc::clone(&cluster));
        let closed = CancellationToken::new();
        positions.start(options.commit_interval.0, closed.clone());
        Ok(Self {
            producer: Producer::new(Arc::clone(&configs), &options)?,
            tails: Tails::new(Arc::clone(&configs), &options, Arc::clone(&leaving)),
            watches: Watches::new(Arc::clone(&configs), Arc::clone(&leaving)),
            topics: Topics::new(Arc::clone(&configs), Arc::clone(&cluster), &options),
            positions,
            seats: Seats::default(),
            closed,
            options,
            configs,
            clock,
            leaving,
            cluster,
        })
    }

    /// Waits until appends under way are acknowledged, positions are committed and the memberships that were dropped have
    /// left their groups, each at most for the request timeout. Afterwards appends, reads and waits are refused.
    ///
    /// # Errors
    /// `Retry` when a group could not be left in time: its members then wait for the session timeout.
    pub async fn close(&self) -> Result<(), PortError> {
        let patience = self.options.request_timeout.0;
        self.closed.cancel();
        self.watches.close();
        self.tails.close();
        self.positions.flush().await;
        self.producer.close(patience).await;
        let left = tokio::time::timeout(patience, self.leaving.done()).await;
        left.map_err(|_| PortError::retry("leave the Kafka groups: no answer in time"))
    }
}

impl Drop for KafkaLog {
    fn drop(&mut self) {
        self.closed.cancel();
    }
}
