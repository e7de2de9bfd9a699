//! What waits for one subscriber: bounded by messages and by bytes; when it is full the oldest message is lost and
//! counted.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::Counter;
use tokio::sync::Notify;

use crate::observe;
use crate::ports::{BusLimits, BusMessage};

/// The messages of one subscription, between whoever delivers and its one reader.
pub struct BusBuffer {
    waiting: Mutex<Waiting>,
    arrived: Notify,
    limits: BusLimits,
    lost: Counter,
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<BusMessage>,
    bytes: usize,
    lost: u64,
    closed: bool,
}

impl BusBuffer {
    /// An empty buffer for subscriptions to a pattern. Losses are counted under the pattern's first word, since the
    /// others may be names of people.
    pub fn new(pattern: &str, limits: BusLimits) -> Self {
        let root = pattern.split('.').next().unwrap_or_default().to_owned();
        Self {
            waiting: Mutex::default(),
            arrived: Notify::new(),
            limits,
            lost: metrics::counter!(observe::BUS_MESSAGES_LOST, "root" => root),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing in here panics half way, so a poisoned lock guards whole messages.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message; says whether the reader is still there.
    pub fn push(&self, message: BusMessage) -> bool {
        let bytes = message.bytes();
        let mut lost = 0;
        {
            let mut waiting = self.waiting();
            if waiting.closed {
                return false;
            }
            waiting.messages.push_back(message);
            waiting.bytes += bytes;
            while waiting.messages.len() > 1 && self.is_over(&waiting) {
                let oldest = waiting.messages.pop_front();
                waiting.bytes -= oldest.map_or(0, |m| m.bytes());
                lost += 1;
            }
            waiting.lost += lost;
        }
        if lost > 0 {
            self.lost.increment(lost);
        }
        self.arrived.notify_one();
        true
    }

    fn is_over(&self, waiting: &Waiting) -> bool {
        waiting.messages.len() > self.limits.buffer_messages
            || waiting.bytes > self.limits.buffer_bytes.as_usize()
    }

    /// No message comes any more; what waits can still be read.
    pub fn close(&self) {
        self.waiting().closed = true;
        self.arrived.notify_one();
    }

    /// The next message, or `None` when the buffer is closed and empty. For one reader at a time.
    pub async fn next(&self) -> Option<BusMessage> {
        loop {
            {
                let mut waiting = self.waiting();
                if let Some(message) = waiting.messages.pop_front() {
                    waiting.bytes -= message.bytes();
                    return Some(message);
                }
                if waiting.closed {
                    return None;
                }
            }
            // A permit is stored if a message came in between.
            self.arrived.notified().await;
        }
    }

    /// Messages lost so far.
    pub fn lost(&self) -> u64 {
        self.waiting().lost
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::settings::Size;

    fn message(payload: &'static [u8]) -> BusMessage {
        BusMessage {
            subject: "s".into(),
            payload: Bytes::from_static(payload),
            reply: None,
        }
    }

    fn buffer(messages: usize, bytes: u64) -> BusBuffer {
        let limits = BusLimits {
            buffer_messages: messages,
            buffer_bytes: Size(bytes),
            ..BusLimits::default()
        };
        BusBuffer::new("s.*", limits)
    }

    #[tokio::test]
    async fn the_oldest_goes_when_there_are_too_many() {
        let buffer = buffer(2, 1000);
        for payload in [b"1", b"2", b"3"] {
            assert!(buffer.push(message(payload)));
        }
        assert_eq!(buffer.lost(), 1);
        buffer.close();
        assert!(!buffer.push(message(b"4")), "nobody reads any more");
        let mut read = Vec::new();
        while let Some(message) = buffer.next().await {
            read.push(message.payload);
        }
        assert_eq!(read, [&b"2"[..], b"3"]);
    }

    #[tokio::test]
    async fn bytes_bound_it_too_but_a_single_large_message_passes() {
        let buffer = buffer(100, 10);
        for payload in [b"123", b"456", b"789"] {
            buffer.push(message(payload));
        }
        assert_eq!(
            buffer.lost(),
            1,
            "three messages of four bytes are too many"
        );
        buffer.push(message(b"a very long one"));
        assert_eq!(buffer.lost(), 3);
        let left = buffer.next().await.expect("it is there");
        assert_eq!(left.payload, &b"a very long one"[..]);
        buffer.push(message(b"x"));
        assert_eq!(buffer.lost(), 3, "what was read does not count");
    }
}
