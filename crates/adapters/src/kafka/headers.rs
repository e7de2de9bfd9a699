//! Envelopes and records, from and to what is on the wire.
//!
//! The mapping is the kernel's (`Headers::pairs`, `Headers::from_pairs`); reading is written out here because it is on the
//! replay path, where a name or a source that was seen before must cost a comparison and no allocation.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, Position, Record, Topic};
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};
use uuid::Uuid;

/// Texts remembered of each kind. A topic has few event types and sources.
const NAMES_MAX: usize = 32;

/// The headers of a record as the producer wants them; `None` when a name cannot be on the wire.
pub(super) fn encode(headers: &Headers, time: i64) -> Option<OwnedHeaders> {
    // The binding makes C strings of names and would panic.
    if headers.more.iter().any(|(name, _)| name.contains('\0')) {
        return None;
    }
    let pairs = headers.pairs(time);
    let mut wire = OwnedHeaders::new_with_capacity(pairs.len());
    for (name, value) in &pairs {
        wire = wire.insert(Header {
            key: name,
            value: Some(&value[..]),
        });
    }
    Some(wire)
}

/// Texts seen lately.
#[derive(Default)]
struct Names {
    seen: Vec<Arc<str>>,
    last: usize,
}

impl Names {
    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(last) = self.seen.get(self.last)
            && **last == *text
        {
            return Arc::clone(last);
        }
        if let Some(found) = self.seen.iter().position(|seen| **seen == *text) {
            self.last = found;
        } else if self.seen.len() < NAMES_MAX {
            self.last = self.seen.len();
            self.seen.push(text.into());
        } else {
            self.last = (self.last + 1) % NAMES_MAX;
            self.seen[self.last] = text.into();
        }
        Arc::clone(&self.seen[self.last])
    }
}

/// Makes records of one partition's messages.
pub(super) struct Decoder {
    topic: Topic,
    partition: u32,
    kinds: Names,
    sources: Names,
    upstream: Names,
    others: Names,
}

impl Decoder {
    pub(super) fn new(topic: Topic, partition: u32) -> Self {
        Self {
            topic,
            partition,
            kinds: Names::default(),
            sources: Names::default(),
            upstream: Names::default(),
            others: Names::default(),
        }
    }

    /// Copies key and value once each.
    pub(super) fn record(&mut self, message: &BorrowedMessage<'_>) -> Record {
        let offset = u64::try_from(message.offset()).unwrap_or(0);
        let headers = match message.headers() {
            None => self.envelope(std::iter::empty(), offset),
            // The binding panics on a name that is not UTF-8. A foreign client's bad name must not end the reader.
            Some(wire) => catch_unwind(AssertUnwindSafe(|| {
                self.envelope(wire.iter().map(|h| (h.key, h.value)), offset)
            }))
            .unwrap_or_else(|_| {
                tracing::warn!(
                    kafka.topic = &*self.topic,
                    kafka.partition = self.partition,
                    kafka.offset = offset,
                    "a record's headers have a name that is not UTF-8; they are left out"
                );
                self.envelope(std::iter::empty(), offset)
            }),
        };
        Record {
            offset,
            timestamp: message.timestamp().to_millis().unwrap_or(0),
            key: message.key().map(Bytes::copy_from_slice),
            headers,
            value: message.payload().map(Bytes::copy_from_slice),
        }
    }

    /// As `Headers::from_pairs`, except that a well-known header which does not parse is kept as any other: a foreign
    /// record must not stop the partition; whoever understands the topic may reject it.
    fn envelope<'a>(
        &mut self,
        pairs: impl Iterator<Item = (&'a str, Option<&'a [u8]>)>,
        offset: u64,
    ) -> Headers {
        let nothing = self.kinds.share("");
        let mut headers = Headers::new(Uuid::nil(), Arc::clone(&nothing), nothing);
        let mut identified = false;
        for (name, value) in pairs {
            let value = value.unwrap_or_default();
            let text = || std::str::from_utf8(value).ok();
            let known = match name {
                "ce_id" => text().map(|_| {
                    identified = true;
                    headers.id =
                        Uuid::try_parse_ascii(value).unwrap_or_else(|_| kernel::event_id(value));
                }),
                "ce_type" => text().map(|t| headers.kind = self.kinds.share(t)),
                "ce_source" => text().map(|t| headers.source = self.sources.share(t)),
                "traceparent" => text().map(|t| headers.trace = Some(t.into())),
                "src" => text()
                    .and_then(|t| self.position(t))
                    .map(|position| headers.cause = Some(position)),
                "ce_specversion" | "ce_time" | "content-type" => Some(()),
                _ => None,
            };
            if known.is_none() {
                let name = self.others.share(name);
                headers.more.push((name, Bytes::copy_from_slice(value)));
            }
        }
        if !identified {
            let position = Position::new(Arc::clone(&self.topic), self.partition, offset);
            headers.id = kernel::emit_id("", &position);
        }
        headers
    }

    /// As `Position::from_str`, with a shared topic.
    fn position(&mut self, text: &str) -> Option<Position> {
        let mut parts = text.rsplitn(4, '/');
        let index = parts.next()?.parse().ok()?;
        let offset = parts.next()?.parse().ok()?;
        let partition = parts.next()?.parse().ok()?;
        let topic = parts.next().filter(|topic| !topic.is_empty())?;
        Some(Position {
            topic: self.upstream.share(topic),
            partition,
            offset,
            index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs = Vec<(Arc<str>, Bytes)>;

    fn decode(pairs: &Pairs) -> Headers {
        let mut decoder = Decoder::new("t".into(), 3);
        let pairs = pairs.iter().map(|(n, v)| (&**n, Some(&v[..])));
        decoder.envelope(pairs, 7)
    }

    fn kernels(pairs: &Pairs) -> Option<Headers> {
        Headers::from_pairs(pairs.clone(), &Position::new("t", 3, 7)).ok()
    }

    fn pair(name: &str, value: &'static [u8]) -> (Arc<str>, Bytes) {
        (name.into(), Bytes::from_static(value))
    }

    #[test]
    fn reading_agrees_with_the_kernel() {
        let mut full = Headers::new(Uuid::from_u128(9), "a/b", "processors/a");
        full.cause = Some(Position::new("up/stream", 3, 99).at(2));
        full.trace = Some("00-4bf92f-01".into());
        full.more = vec![pair("x", &[0, 255]), pair("x", b"again"), pair("y", b"")];
        let foreign = vec![
            pair("ce_id", b"order 66"),
            pair("content-type", b"text/plain"),
        ];
        let twice = vec![pair("ce_type", b"one"), pair("ce_type", b"two")];
        for pairs in [full.pairs(1), Pairs::new(), foreign, twice] {
            assert_eq!(Some(decode(&pairs)), kernels(&pairs), "{pairs:?}");
        }
        assert_eq!(decode(&full.pairs(1)), full, "nothing is lost");
    }

    #[test]
    fn a_broken_header_of_a_known_name_is_kept_as_it_is() {
        for pairs in [
            vec![pair("src", b"nowhere")],
            vec![pair("ce_type", &[255])],
            vec![pair("ce_id", &[255])],
        ] {
            assert_eq!(kernels(&pairs), None, "the kernel refuses it");
            assert_eq!(decode(&pairs).more, pairs);
        }
    }

    #[test]
    fn names_are_shared_and_bounded() {
        let mut names = Names::default();
        let first = names.share("a");
        assert!(Arc::ptr_eq(&first, &names.share("a")));
        for n in 0..1000 {
            assert_eq!(&*names.share(&n.to_string()), n.to_string());
        }
        assert!(names.seen.len() <= NAMES_MAX);
    }
}
