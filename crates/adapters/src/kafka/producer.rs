//! Appending: everything of a call is handed to librdkafka in order, then all acknowledgements are awaited.
//!
//! What readers rely on is that a record is never seen before an earlier one of its call and partition was. An idempotent
//! producer sends each partition's records in order and without gaps; nothing times out in its queue (`config.rs`), so a
//! call that is told to try again has its records still under way, ahead of their repetition. A batch that the broker
//! refuses for good ends the producer (`enable.gapless.guarantee`), with everything that is queued behind it; the next
//! append gets a new one. Whatever of the old one's records still arrives is the beginning of what its callers append
//! again: a repetition, which readers drop by `src`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use kernel::{NewRecord, Topic};
use rdkafka::client::ClientContext;
use rdkafka::config::{FromClientConfigAndContext as _, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Message as _, OwnedHeaders};
use rdkafka::producer::{
    BaseRecord, DeliveryResult, NoCustomPartitioner, Producer as _, ProducerContext,
    ThreadedProducer,
};
use runtime::ports::{Appended, PortError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::cluster::{index, name};
use super::config::Configs;
use super::context;
use super::fault::{by_code, fault};
use super::options::KafkaOptions;
use super::patience::{Acknowledged, Patience};

/// What a record costs in the queue beyond its own bytes.
const QUEUED_OVERHEAD: usize = 512;
/// Pause when librdkafka's own queue is full, which our permits should not let happen.
const FULL_PAUSE: Duration = Duration::from_millis(5);

/// Longest time an ended producer waits for calls that still hold it. Its queue is purged, so they are answered soon.
const LET_GO_MAX: Duration = Duration::from_secs(5);

type Native = ThreadedProducer<Context, NoCustomPartitioner>;

/// A record that knows its place.
pub(super) struct Ready {
    pub(super) record: NewRecord,
    pub(super) partition: u32,
    pub(super) timestamp: i64,
    pub(super) headers: OwnedHeaders,
}

/// Appends records.
pub(super) struct Producer {
    configs: Arc<Configs>,
    native: Mutex<Option<Arc<Native>>>,
    room: Arc<Semaphore>,
    room_bytes: usize,
    patience: Duration,
    acknowledged: Acknowledged,
}

/// One call of `append`.
struct Call {
    /// Offset + 1 of each record; 0 while it is not known.
    places: Vec<AtomicU64>,
    /// Records handed over and not yet answered, plus one while the call still hands over.
    open: AtomicUsize,
    /// The first record that failed.
    failed: Mutex<Option<(usize, RDKafkaErrorCode)>>,
    done: Notify,
}

/// One record under way.
struct Ticket {
    call: Arc<Call>,
    index: usize,
    /// Acknowledgements of its partition.
    acknowledged: Arc<AtomicU64>,
    _room: OwnedSemaphorePermit,
}

struct Context;

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        context::log(level, "producer", facility, line);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}

    fn error(&self, error: KafkaError, reason: &str) {
        context::report("producer", &error, reason);
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, delivered: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        match delivered {
            Ok(message) => {
                ticket.acknowledged.fetch_add(1, Ordering::Relaxed);
                let place = u64::try_from(message.offset()).map_or(0, |offset| offset + 1);
                ticket.call.places[ticket.index].store(place, Ordering::Relaxed);
            }
            Err((error, _)) => {
                let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Fail);
                ticket.call.fail(ticket.index, code);
            }
        }
        ticket.call.answered();
    }
}

impl Call {
    fn new(records: usize) -> Arc<Self> {
        Arc::new(Self {
            places: (0..records).map(|_| AtomicU64::new(0)).collect(),
            open: AtomicUsize::new(1),
            failed: Mutex::new(None),
            done: Notify::new(),
        })
    }

    fn fail(&self, index: usize, code: RDKafkaErrorCode) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.is_none_or(|(first, _)| index < first) {
            *failed = Some((index, code));
        }
    }

    fn answered(&self) {
        if self.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.done.notify_one();
        }
    }
}

impl Producer {
    pub(super) fn new(configs: Arc<Configs>, options: &KafkaOptions) -> Result<Self, PortError> {
        let room_bytes = options
            .buffer_bytes
            .as_usize()
            .clamp(1, Semaphore::MAX_PERMITS);
        let room_bytes = room_bytes.min(u32::MAX as usize);
        let producer = Self {
            configs,
            native: Mutex::new(None),
            room: Arc::new(Semaphore::new(room_bytes)),
            room_bytes,
            patience: options.delivery_timeout.0,
            acknowledged: Acknowledged::default(),
        };
        producer.native()?;
        Ok(producer)
    }

    /// Appends in order. All are there when it returns; after `Retry` they may be, or may still come.
    pub(super) async fn append(&self, ready: Vec<Ready>) -> Result<Vec<Appended>, PortError> {
        let places: Vec<_> = ready
            .iter()
            .map(|r| (Arc::clone(&r.record.topic), r.partition))
            .collect();
        let mut counts: HashMap<&(Topic, u32), Arc<AtomicU64>> = HashMap::new();
        for place in &places {
            let count = || self.acknowledged.of(&place.0, place.1);
            counts.entry(place).or_insert_with(count);
        }
        let each = counts.values().map(Arc::clone);
        let mut patience = Patience::new(self.patience, each.collect());
        let native = self.native()?;
        let call = Call::new(ready.len());
        let mut handed = Ok(());
        for (i, ready) in ready.into_iter().enumerate() {
            let ticket = (i, Arc::clone(&counts[&places[i]]));
            handed = self
                .hand_over(&native, &call, ticket, ready, &mut patience)
                .await;
            if handed.is_err() {
                break;
            }
        }
        call.answered();
        handed?;
        let done = patience.wait(call.done.notified()).await;
        let failed = *call.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((i, code)) = failed {
            self.replace_if_dead(&native);
            return Err(by_code(
                &format!("append to {}", name(&places[i].0, places[i].1)),
                code,
            ));
        }
        if done.is_none() {
            let open = |place: &AtomicU64| place.load(Ordering::Relaxed) == 0;
            let first = call.places.iter().position(open).unwrap_or(0);
            return Err(PortError::retry(format!(
                "append to {}: not acknowledged, and nothing else there, within {:?}; it may still arrive",
                name(&places[first].0, places[first].1),
                self.patience
            )));
        }
        let offsets = call.places.iter().map(|p| p.load(Ordering::Relaxed));
        let appended = offsets.zip(places).map(|(place, (topic, partition))| {
            let offset = place.checked_sub(1).ok_or_else(|| {
                // A repetition whose first acknowledgement was lost: it is there, the broker does not say where.
                PortError::retry(format!(
                    "append to {}: no offset came back",
                    name(&topic, partition)
                ))
            })?;
            Ok(Appended {
                partition,
                offset,
                repeated: false,
            })
        });
        appended.collect()
    }

    /// Puts one record into the queue, waiting for room.
    async fn hand_over(
        &self,
        native: &Native,
        call: &Arc<Call>,
        (index_in_call, acknowledged): (usize, Arc<AtomicU64>),
        ready: Ready,
        patience: &mut Patience,
    ) -> Result<(), PortError> {
        let Ready {
            record,
            partition,
            timestamp,
            headers,
        } = ready;
        let what = || format!("append to {}", name(&record.topic, partition));
        let size = (record.size() + QUEUED_OVERHEAD).min(self.room_bytes);
        let permits = u32::try_from(size).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(permits);
        let room = match patience.wait(room).await {
            Some(room) => room.map_err(|_| PortError::refused("the log is closed"))?,
            None => {
                return Err(PortError::retry(format!(
                    "{}: no room in the queue within {:?}",
                    what(),
                    self.patience
                )));
            }
        };
        call.open.fetch_add(1, Ordering::Relaxed);
        let ticket = Box::new(Ticket {
            call: Arc::clone(call),
            index: index_in_call,
            acknowledged,
            _room: room,
        });
        let mut next = BaseRecord::with_opaque_to(&record.topic, ticket)
            .partition(index(partition))
            .timestamp(timestamp)
            .headers(headers);
        next.key = record.key.as_ref().map(Bytes::as_ref);
        next.payload = record.value.as_ref().map(Bytes::as_ref);
        let deadline = Instant::now() + self.patience;
        loop {
            let Err((error, back)) = native.send::<[u8], [u8]>(next) else {
                return Ok(());
            };
            let full = error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull);
            if full && Instant::now() < deadline {
                tokio::time::sleep(FULL_PAUSE).await;
                next = back;
                continue;
            }
            back.delivery_opaque.call.answered();
            self.replace_if_dead(native);
            return Err(fault(&what(), &error));
        }
    }

    /// The producer that is in use.
    fn native(&self) -> Result<Arc<Native>, PortError> {
        let mut native = self.native.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(native) = &*native {
            return Ok(Arc::clone(native));
        }
        let created = Native::from_config_and_context(&self.configs.producer(), Context)
            .map_err(|e| fault("start the Kafka producer", &e))?;
        Ok(Arc::clone(native.insert(Arc::new(created))))
    }

    /// Lets go of a producer that has ended, so that the next append starts a new one.
    fn replace_if_dead(&self, dead: &Native) {
        let Some((code, reason)) = dead.client().fatal_error() else {
            return;
        };
        let mut native = self.native.lock().unwrap_or_else(PoisonError::into_inner);
        if native.as_ref().is_some_and(|n| std::ptr::eq(&**n, dead)) {
            tracing::warn!(%code, "the Kafka producer has ended, a new one is started: {reason}");
            if let Some(native) = native.take() {
                retire(native, Duration::ZERO);
            }
        }
    }

    /// Waits until what was handed over is there, at most so long; then no more is taken.
    pub(super) async fn close(&self, patience: Duration) {
        self.room.close();
        let native = self
            .native
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(native) = native {
            let (done, closed) = tokio::sync::oneshot::channel::<()>();
            retire_with(native, patience, done);
            // The sender is dropped when it is done.
            let _ = closed.await;
        }
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        let native = self
            .native
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(native) = native {
            retire(native, Duration::ZERO);
        }
    }
}

/// Ends a producer on a thread of its own: it waits for its polling thread.
fn retire(native: Arc<Native>, patience: Duration) {
    let (done, _) = tokio::sync::oneshot::channel::<()>();
    retire_with(native, patience, done);
}

fn retire_with(native: Arc<Native>, patience: Duration, done: tokio::sync::oneshot::Sender<()>) {
    let end = move || {
        // Calls still under way hold it, too; the last to let go must be this thread.
        let started = std::time::Instant::now();
        while Arc::strong_count(&native) > 1 && started.elapsed() < LET_GO_MAX {
            std::thread::sleep(FULL_PAUSE);
        }
        if !patience.is_zero()
            && let Err(error) = native.flush(patience)
        {
            tracing::warn!(%error, "records were still on their way to Kafka");
        }
        drop(native);
        drop(done);
    };
    let thread = std::thread::Builder::new().name("kafka-producer-end".into());
    if let Err(error) = thread.spawn(end) {
        tracing::warn!(%error, "no thread to end a Kafka producer on");
    }
}
