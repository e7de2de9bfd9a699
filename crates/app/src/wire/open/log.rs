//! Opens the log that is configured.

use std::sync::Arc;

use adapters::kafka::KafkaLog;
use anyhow::{Context, Result, anyhow};
use runtime::embedded::{SqliteLog, SqliteLogOptions};
use runtime::ports::{Clock, Log, PortError, Restore, SystemClock};

use crate::config::{Config, LogPlace};
use crate::exit::{Exit, Failure};

/// What will be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing is written; another process may be writing.
    Read,
    /// Written, and kept in order (retention, compaction).
    Serve,
    /// Written, and left alone otherwise.
    Write,
}

/// An open log, and how it is closed.
pub(crate) struct OpenLog {
    kind: Kind,
    place: String,
}

enum Kind {
    File(Arc<SqliteLog>),
    Kafka(Arc<KafkaLog>),
}

impl OpenLog {
    /// Opens the configured log by the machine's clock.
    ///
    /// # Errors
    /// `Unreachable` when it is only to be read and is not there.
    pub(crate) fn open(config: &Config, access: Access) -> Result<Self, Failure> {
        Self::with_clock(config, access, Arc::new(SystemClock))
    }

    /// The same by another clock.
    ///
    /// # Errors
    /// As [`OpenLog::open`].
    pub(crate) fn with_clock(
        config: &Config,
        access: Access,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let place = config.log_place()?;
        let shown = match &place {
            LogPlace::Kafka(brokers) => format!("kafka://{brokers}"),
            LogPlace::File(file) => file.display().to_string(),
        };
        let kind = match place {
            LogPlace::Kafka(brokers) => {
                let options = config.platform.kafka.clone();
                let log = KafkaLog::connect(&brokers, options, clock).context("log.url")?;
                Kind::Kafka(Arc::new(log))
            }
            LogPlace::File(file) if access == Access::Read => {
                if !file.exists() {
                    return Err(Failure::new(
                        Exit::Unreachable,
                        anyhow!(
                            "there is no log at {}: give --data DIR of a platform that has run, or --url of one \
                             that runs",
                            file.display()
                        ),
                    ));
                }
                Kind::File(Arc::new(SqliteLog::open_read_only(&file)?))
            }
            LogPlace::File(file) => {
                let usual = SqliteLogOptions::default();
                let options = match access {
                    Access::Write => SqliteLogOptions {
                        retention_interval: None,
                        ..usual
                    },
                    _ => usual,
                };
                let log = SqliteLog::open(&file, options, clock)
                    .with_context(|| format!("cannot open the log {}", file.display()))?;
                Kind::File(Arc::new(log))
            }
        };
        Ok(Self { kind, place: shown })
    }

    /// Where it is, for messages.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The log.
    pub(crate) fn log(&self) -> Arc<dyn Log> {
        match &self.kind {
            Kind::File(log) => Arc::clone(log) as Arc<dyn Log>,
            Kind::Kafka(log) => Arc::clone(log) as Arc<dyn Log>,
        }
    }

    /// The log, for exported records.
    pub(crate) fn restore(&self) -> Arc<dyn Restore> {
        match &self.kind {
            Kind::File(log) => Arc::clone(log) as Arc<dyn Restore>,
            Kind::Kafka(log) => Arc::clone(log) as Arc<dyn Restore>,
        }
    }

    /// Finishes what is under way and closes it.
    ///
    /// # Errors
    /// As the log's faults are; what was acknowledged is kept all the same.
    pub(crate) async fn close(self) -> Result<(), PortError> {
        match self.kind {
            Kind::File(log) => log.close().await,
            Kind::Kafka(log) => log.close().await,
        }
    }
}
