//! A consumer whose events (log lines, errors, rebalances) are handled as they come, without a thread that waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use runtime::ports::PortError;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::fault::fault;

/// librdkafka's consumer with our context.
pub(super) type Consumer = BaseConsumer<Context>;

/// A member that is not polled for `max.poll.interval.ms` is thought dead; and a wake-up may have been missed.
const POLL_AT_LEAST: Duration = Duration::from_secs(1);

/// Longest time a consumer that is closed waits for calls that still hold it, and how often it looks.
const LET_GO_MAX: Duration = Duration::from_secs(30);
const LET_GO_PAUSE: Duration = Duration::from_millis(2);

/// Consumers that are being closed.
///
/// Closing one leaves its group and waits for its threads, which must not happen on a thread of the async runtime.
#[derive(Default)]
pub(super) struct Leaving {
    count: AtomicUsize,
    changed: Notify,
}

impl Leaving {
    /// Drops a consumer on a thread of its own.
    pub(super) fn retire(self: &Arc<Self>, consumer: Arc<Consumer>) {
        self.count.fetch_add(1, Ordering::SeqCst);
        let left = Arc::clone(self);
        let close = move || {
            // Calls under way hold it, too; the last to let go must be this thread.
            let started = Instant::now();
            while Arc::strong_count(&consumer) > 1 && started.elapsed() < LET_GO_MAX {
                std::thread::sleep(LET_GO_PAUSE);
            }
            drop(consumer);
            left.count.fetch_sub(1, Ordering::SeqCst);
            left.changed.notify_waiters();
        };
        let thread = std::thread::Builder::new().name("kafka-leave".into());
        if let Err(error) = thread.spawn(close) {
            // The closure is dropped with the consumer in it: closed here and now.
            tracing::warn!(%error, "no thread to close a Kafka consumer on");
            self.count.fetch_sub(1, Ordering::SeqCst);
            self.changed.notify_waiters();
        }
    }

    /// Returns when none is left.
    pub(super) async fn done(&self) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            changed.await;
        }
    }
}

/// A consumer and what tells that it has events.
pub(super) struct Started {
    pub(super) consumer: Arc<Consumer>,
    pub(super) events: Arc<Notify>,
}

/// Starts a consumer; no broker is needed yet.
pub(super) fn start(config: &ClientConfig, context: Context) -> Result<Started, PortError> {
    let consumer = Consumer::from_config_and_context(config, context);
    let mut consumer = consumer.map_err(|e| fault("start a Kafka consumer", &e))?;
    let events = Arc::new(Notify::new());
    let tell = Arc::clone(&events);
    consumer.set_nonempty_callback(move || tell.notify_one());
    Ok(Started {
        consumer: Arc::new(consumer),
        events,
    })
}

/// Handles the events that are there; those that are errors go to `failed`.
pub(super) fn serve(consumer: &Consumer, mut failed: impl FnMut(&KafkaError)) {
    loop {
        let before = consumer.context().served();
        match consumer.poll(Duration::ZERO) {
            Some(Err(error)) => failed(&error),
            // Records come through partition queues; one that was here before its queue was split is read again there.
            Some(Ok(_)) => {}
            None if consumer.context().served() == before => return,
            None => {}
        }
    }
}

/// Returns when there may be events.
pub(super) async fn events(events: &Notify) {
    tokio::select! {
        () = events.notified() => {}
        () = tokio::time::sleep(POLL_AT_LEAST) => {}
    }
}

/// A consumer outside of groups; closed when dropped.
pub(super) struct Client {
    consumer: Arc<Consumer>,
    stop: CancellationToken,
}

impl Client {
    /// Starts it, and a task that serves it.
    pub(super) fn start(
        config: &ClientConfig,
        role: &'static str,
        leaving: &Arc<Leaving>,
    ) -> Result<Self, PortError> {
        let started = start(config, Context::alone(role))?;
        let stop = CancellationToken::new();
        let client = Self {
            consumer: Arc::clone(&started.consumer),
            stop: stop.clone(),
        };
        let leaving = Arc::clone(leaving);
        tokio::spawn(async move {
            let Started {
                consumer,
                events: arrived,
            } = started;
            loop {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = events(&arrived) => serve(&consumer, |_| {}),
                }
            }
            leaving.retire(consumer);
        });
        Ok(client)
    }

    pub(super) fn consumer(&self) -> &Arc<Consumer> {
        &self.consumer
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
