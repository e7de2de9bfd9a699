//! The bus inside one process. It keeps NATS's rules, losses of slow subscribers included, so that what runs on it
//! runs on NATS.

mod buffer;
mod routes;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use self::routes::Routes;
use crate::ports::{
    Bus, BusLimits, BusMessage, PortError, Subscription, check_group, check_pattern, check_payload,
    check_subject,
};

pub use self::buffer::BusBuffer;

/// What the subjects of answers begin with, as in NATS.
const ANSWERS: &str = "_INBOX.memory";

/// A bus for the units of one process.
pub struct MemoryBus {
    routes: Arc<RwLock<Routes>>,
    limits: BusLimits,
    requests: AtomicU64,
}

/// A subscription to a [`MemoryBus`].
struct MemorySubscription {
    pattern: Box<str>,
    number: u64,
    buffer: Arc<BusBuffer>,
    routes: Arc<RwLock<Routes>>,
}

fn read(routes: &RwLock<Routes>) -> RwLockReadGuard<'_, Routes> {
    // A panic cannot leave the tree half changed: each change is one insertion or removal.
    routes.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(routes: &RwLock<Routes>) -> RwLockWriteGuard<'_, Routes> {
    routes.write().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryBus {
    /// A bus without subscribers.
    pub fn new(limits: BusLimits) -> Self {
        Self {
            routes: Arc::default(),
            limits,
            requests: AtomicU64::new(0),
        }
    }

    /// Delivers; says to how many.
    fn send(
        &self,
        subject: &str,
        payload: Bytes,
        reply: Option<Arc<str>>,
    ) -> Result<usize, PortError> {
        check_subject(subject)?;
        check_payload(subject, &payload, self.limits.payload_bytes)?;
        let message = BusMessage {
            subject: subject.into(),
            payload,
            reply,
        };
        Ok(read(&self.routes).deliver(subject, |buffer| {
            buffer.push(message.clone());
        }))
    }

    fn add(&self, pattern: &str, queue_group: Option<&str>) -> MemorySubscription {
        let buffer = Arc::new(BusBuffer::new(pattern, self.limits));
        let number = write(&self.routes).add(pattern, queue_group, buffer.clone());
        MemorySubscription {
            pattern: pattern.into(),
            number,
            buffer,
            routes: self.routes.clone(),
        }
    }
}

#[async_trait]
impl Bus for MemoryBus {
    fn limits(&self) -> BusLimits {
        self.limits
    }

    async fn publish(&self, subject: &str, payload: Bytes) -> Result<(), PortError> {
        self.send(subject, payload, None).map(drop)
    }

    async fn subscribe(
        &self,
        pattern: &str,
        queue_group: Option<&str>,
    ) -> Result<Box<dyn Subscription>, PortError> {
        check_pattern(pattern)?;
        queue_group.map_or(Ok(()), check_group)?;
        Ok(Box::new(self.add(pattern, queue_group)))
    }

    async fn request(
        &self,
        subject: &str,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Bytes, PortError> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let inbox: Arc<str> = format!("{ANSWERS}.{number}").into();
        let mut answers = self.add(&inbox, None);
        if self.send(subject, payload, Some(inbox))? == 0 {
            return Err(PortError::retry(format!("nobody answers on {subject}")));
        }
        match tokio::time::timeout(timeout, answers.next()).await {
            Ok(Some(answer)) => Ok(answer.payload),
            Ok(None) => Err(PortError::retry(format!(
                "the bus closed before {subject} was answered"
            ))),
            Err(_) => Err(PortError::retry(format!(
                "no answer on {subject} within {timeout:?}"
            ))),
        }
    }
}

impl Drop for MemoryBus {
    fn drop(&mut self) {
        read(&self.routes).each(|buffer| buffer.close());
    }
}

#[async_trait]
impl Subscription for MemorySubscription {
    async fn next(&mut self) -> Option<BusMessage> {
        self.buffer.next().await
    }

    fn lost(&self) -> u64 {
        self.buffer.lost()
    }
}

impl Drop for MemorySubscription {
    fn drop(&mut self) {
        write(&self.routes).remove(&self.pattern, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn dropped_subscriptions_and_requests_leave_nothing() {
        let bus = MemoryBus::new(BusLimits::default());
        let subscription = bus.subscribe("a.*", None).await.expect("subscribed");
        let unanswered = bus.request("a.b", Bytes::new(), Duration::from_millis(1));
        unanswered.await.expect_err("nobody answers");
        drop(subscription);
        let mut left = 0;
        read(&bus.routes).each(|_| left += 1);
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn subscriptions_end_with_the_bus() {
        let bus = MemoryBus::new(BusLimits::default());
        let mut subscription = bus.subscribe(">", None).await.expect("subscribed");
        bus.publish("last", Bytes::new()).await.expect("published");
        drop(bus);
        let last = subscription.next().await.expect("what waits is read");
        assert_eq!(&*last.subject, "last");
        assert_eq!(subscription.next().await, None);
    }
}
