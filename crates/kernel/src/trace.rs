//! The trace context of a record: the header `traceparent` of W3C Trace Context, version 00.
//!
//! It travels with the records and decides nothing. What a step makes of a sampled context follows from the context and
//! from the event's id, so that a step which runs again makes the same bytes again.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

/// Namespace of the span ids of steps (a random UUID, fixed for ever).
const STEPS: Uuid = Uuid::from_u128(0x3b61_c0da_9f4e_4d0b_a1c7_52e8_06d3_7f94);
const SAMPLED: u8 = 1;

/// Which trace something belongs to, and which span it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace; never 0.
    pub trace_id: u128,
    /// The span; never 0.
    pub span_id: u64,
    /// Whether the spans of this trace are recorded.
    pub sampled: bool,
}

impl TraceContext {
    /// Reads a `traceparent`. Of a later version what version 00 knows is read, as the standard wants; `None` for what is
    /// no context.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let version = u8::try_from(hex(parts.next()?, 2)?).ok()?;
        let trace_id = hex(parts.next()?, 32)?;
        let span_id = u64::try_from(hex(parts.next()?, 16)?).ok()?;
        let flags = u8::try_from(hex(parts.next()?, 2)?).ok()?;
        let whole = version > 0 || parts.next().is_none();
        let valid = version != u8::MAX && trace_id != 0 && span_id != 0 && whole;
        valid.then_some(Self {
            trace_id,
            span_id,
            sampled: flags & SAMPLED != 0,
        })
    }

    /// The context of the step that `unit` makes of the event `id` which came in this context.
    #[must_use]
    pub fn step(&self, unit: &str, id: Uuid) -> Self {
        let name = format!("{unit}\n{id}\n{:016x}", self.span_id);
        let (high, _) = Uuid::new_v5(&STEPS, name.as_bytes()).as_u64_pair();
        Self {
            span_id: high.max(1),
            ..*self
        }
    }

    /// The header that outputs of that step carry: a context that is not sampled, or is none, stays as it is.
    pub fn carried(header: Option<&Arc<str>>, unit: &str, id: Uuid) -> Option<Arc<str>> {
        let header = header?;
        match Self::parse(header).filter(|context| context.sampled) {
            Some(context) => Some(context.step(unit, id).to_string().into()),
            None => Some(Arc::clone(header)),
        }
    }
}

/// As a `traceparent`.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            trace_id, span_id, ..
        } = self;
        write!(
            f,
            "00-{trace_id:032x}-{span_id:016x}-0{}",
            u8::from(self.sampled)
        )
    }
}

/// Exactly so many hexadecimal digits in lower case.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let right = text.len() == digits && text.bytes().all(lower);
    right.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_is_read_and_written_as_it_was() {
        let context = TraceContext::parse(HEADER).expect("it is one");
        assert_eq!(context.span_id, 0x00f0_67aa_0ba9_02b7);
        assert!(context.sampled);
        assert_eq!(context.to_string(), HEADER);
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more";
        assert_eq!(TraceContext::parse(later), Some(context));
    }

    #[test]
    fn what_is_no_context_is_none() {
        for text in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceContext::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_step_that_runs_again_carries_the_same_context_and_no_other_does() {
        let header: Arc<str> = HEADER.into();
        let carried = |unit, id| TraceContext::carried(Some(&header), unit, Uuid::from_u128(id));
        let once = carried("processors/badges", 7).expect("a header");
        assert_eq!(carried("processors/badges", 7).as_ref(), Some(&once));
        assert_ne!(carried("processors/badges", 8).as_ref(), Some(&once));
        assert_ne!(carried("processors/inbox", 7).as_ref(), Some(&once));
        let (before, after) = (TraceContext::parse(HEADER), TraceContext::parse(&once));
        let (before, after) = (before.expect("one"), after.expect("one"));
        assert_eq!(after.trace_id, before.trace_id);
        assert_ne!(after.span_id, before.span_id);
        assert!(after.sampled);
    }

    #[test]
    fn what_is_not_sampled_or_not_ours_stays_as_it_is() {
        let unsampled = HEADER.replace("-01", "-00");
        for text in [unsampled.as_str(), "something else"] {
            let header: Arc<str> = text.into();
            let carried = TraceContext::carried(Some(&header), "processors/x", Uuid::nil());
            assert_eq!(carried, Some(header));
        }
        assert_eq!(
            TraceContext::carried(None, "processors/x", Uuid::nil()),
            None
        );
    }
}
