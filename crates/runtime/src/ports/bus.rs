//! Short-lived messages between processes: heartbeats, presence, "look again".
//!
//! A bus may lose messages: when nobody listens, when a subscriber is slow, when a server goes away. Whoever uses it
//! must live with that: say again what holds (a heartbeat), or ask (a request) and ask again. What must not be lost
//! belongs in the log.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::PortError;
use crate::settings::Size;

/// Longest subject or pattern in bytes.
pub const SUBJECT_BYTES_MAX: usize = 512;

/// Bounds of a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusLimits {
    /// Largest payload. NATS servers take 1 MiB unless they are told otherwise.
    pub payload_bytes: Size,
    /// Most messages that wait in one subscription. One more, and the oldest is lost.
    pub buffer_messages: usize,
    /// Most bytes (subjects and payloads) that wait in one subscription; a single message may be larger.
    pub buffer_bytes: Size,
}

impl Default for BusLimits {
    fn default() -> Self {
        Self {
            payload_bytes: Size::mib(1),
            buffer_messages: 8192,
            buffer_bytes: Size::mib(16),
        }
    }
}

/// A message as it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusMessage {
    /// The subject it was published to.
    pub subject: Arc<str>,
    /// Its bytes.
    pub payload: Bytes,
    /// Where an answer is awaited, if one is.
    pub reply: Option<Arc<str>>,
}

impl BusMessage {
    /// What it counts in a buffer, in bytes.
    pub fn bytes(&self) -> usize {
        self.subject.len() + self.payload.len() + self.reply.as_ref().map_or(0, |r| r.len())
    }
}

/// What one subscriber gets. Dropping it unsubscribes.
#[async_trait]
pub trait Subscription: Send + Sync {
    /// The next message; `None` once the bus is closed. Messages of one publisher to one subject arrive in order.
    /// May be cancelled: no message is lost by it.
    async fn next(&mut self) -> Option<BusMessage>;

    /// Messages lost so far because this subscriber was slow. The oldest go first: what holds now is worth more than
    /// what held before, and who asked longest ago has given up soonest.
    fn lost(&self) -> u64;
}

/// A bus of messages. Subjects are tokens with dots between them, as in NATS; a pattern may have `*` for exactly one
/// token and `>` at its end for one or more.
#[async_trait]
pub trait Bus: Send + Sync {
    /// The bounds that hold.
    fn limits(&self) -> BusLimits;

    /// Sends to everyone who is subscribed now. That it returned does not mean that anyone got it.
    ///
    /// # Errors
    /// `Refused` when the subject is none or the payload is too large; `Retry` when the bus is away. Nothing is kept
    /// for later.
    async fn publish(&self, subject: &str, payload: Bytes) -> Result<(), PortError>;

    /// Receives what is published to matching subjects from now on. Of all subscriptions in one queue group each
    /// message goes to one, whatever their patterns. A subscription outlives an outage of the bus and misses what is
    /// said meanwhile.
    ///
    /// # Errors
    /// `Refused` when the pattern or the group is none; `Retry` when the bus is away.
    async fn subscribe(
        &self,
        pattern: &str,
        queue_group: Option<&str>,
    ) -> Result<Box<dyn Subscription>, PortError>;

    /// Sends and waits for the first answer.
    ///
    /// # Errors
    /// As [`Bus::publish`]; `Retry` when nobody is there to answer (at once) and when nobody did within `timeout`.
    async fn request(
        &self,
        subject: &str,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Bytes, PortError>;

    /// Answers a message.
    ///
    /// # Errors
    /// As [`Bus::publish`]; `Refused` when no answer is awaited.
    async fn reply(&self, to: &BusMessage, payload: Bytes) -> Result<(), PortError> {
        match &to.reply {
            Some(reply) => self.publish(reply, payload).await,
            None => Err(PortError::refused(format!(
                "message on {} awaits no answer",
                to.subject
            ))),
        }
    }
}

/// Checks a subject that is published to.
///
/// # Errors
/// `Refused`, naming it.
pub fn check_subject(subject: &str) -> Result<(), PortError> {
    let fine = within_bounds(subject) && subject.split('.').all(is_word);
    fine.then_some(()).ok_or_else(|| {
        PortError::refused(format!(
            "{:?} is no subject: want words of printable characters without * and >, with dots between them, at most \
             {SUBJECT_BYTES_MAX} bytes",
            shown(subject)
        ))
    })
}

/// Checks a pattern that is subscribed to.
///
/// # Errors
/// `Refused`, naming it.
pub fn check_pattern(pattern: &str) -> Result<(), PortError> {
    let head = match pattern.strip_suffix('>') {
        Some("") => return Ok(()),
        Some(head) => head.strip_suffix('.').unwrap_or_default(),
        None => pattern,
    };
    let fine =
        within_bounds(pattern) && head.split('.').all(|token| token == "*" || is_word(token));
    fine.then_some(()).ok_or_else(|| {
        PortError::refused(format!(
            "{:?} is no pattern: want a subject in which whole words may be *, and the last one >",
            shown(pattern)
        ))
    })
}

/// Checks the name of a queue group.
///
/// # Errors
/// `Refused`, naming it.
pub fn check_group(group: &str) -> Result<(), PortError> {
    if within_bounds(group) && is_word(group) {
        return Ok(());
    }
    Err(PortError::refused(format!(
        "{:?} is no queue group: want one word",
        shown(group)
    )))
}

/// Checks the size of a payload.
///
/// # Errors
/// `Refused`, naming the subject.
pub fn check_payload(subject: &str, payload: &Bytes, bytes_max: Size) -> Result<(), PortError> {
    if payload.len() <= bytes_max.as_usize() {
        return Ok(());
    }
    Err(PortError::refused(format!(
        "payload for {subject} has {} bytes, the bus takes {bytes_max}",
        payload.len()
    )))
}

fn within_bounds(text: &str) -> bool {
    !text.is_empty() && text.len() <= SUBJECT_BYTES_MAX
}

/// A token without a wildcard.
fn is_word(token: &str) -> bool {
    let legal = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '*' | '>' | '.');
    !token.is_empty() && token.chars().all(legal)
}

/// As much of a text as an error should repeat.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_have_no_wildcards_and_no_empty_words() {
        for fine in ["a", "peer.0xab.heartbeat", "_INBOX.x.1", "ü.ö"] {
            assert!(check_subject(fine).is_ok(), "{fine:?}");
        }
        for bad in [
            "", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", "a\r\nb", "a*b",
        ] {
            assert!(check_subject(bad).is_err(), "{bad:?}");
        }
        assert!(check_subject(&"a".repeat(SUBJECT_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn wildcards_are_whole_words_and_the_long_one_is_last() {
        for fine in [
            "a",
            "*",
            ">",
            "*.*",
            "a.>",
            "peer.*.world.*",
            "engine.peer.*.island_changed",
        ] {
            assert!(check_pattern(fine).is_ok(), "{fine:?}");
        }
        for bad in [
            "", "a.", ">.a", "a>", "a.b>", "a*", "*a.b", "a..>", ".>", "a.>.>", "a b",
        ] {
            assert!(check_pattern(bad).is_err(), "{bad:?}");
        }
    }
}
