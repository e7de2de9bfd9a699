//! Traces: who was asked, what followed from it, how long each step took. A façade, as `metrics` is one: units tell the
//! spans that have ended, and whoever was installed sends them on. Nothing is told while nobody was.
//!
//! The context travels in the records (`kernel::TraceContext`), so one trace leads from a request through the log to the
//! row. It changes nothing of what is folded (docs/decisions/015-traces.md).

mod current;
mod span;

use std::sync::OnceLock;

use kernel::TraceContext;
use uuid::Uuid;

pub use current::{carried, carry, stamp};
pub use span::{Kind, Open, Span, Value};

static TRACER: OnceLock<Tracer> = OnceLock::new();

/// Takes the spans that have ended. It must neither wait nor fail: what it cannot take is lost.
pub trait Spans: Send + Sync {
    /// A span has ended.
    fn ended(&self, span: Span);
}

struct Tracer {
    spans: Box<dyn Spans>,
    ratio: f64,
}

/// Tells all spans of this process to `spans` from now on. Of the traces that begin here the share `ratio` is recorded.
/// False when somebody is told already.
pub fn install(spans: Box<dyn Spans>, ratio: f64) -> bool {
    TRACER.set(Tracer { spans, ratio }).is_ok()
}

/// Whether anybody is told: one look at a flag.
pub fn on() -> bool {
    TRACER.get().is_some()
}

/// Tells that a span has ended.
pub(crate) fn end(span: Span) {
    if let Some(tracer) = TRACER.get() {
        tracer.spans.ended(span);
    }
}

/// The context of a span below `parent`; without one, of a trace that begins here. `None` where the trace is not
/// recorded, or nobody is told.
pub(crate) fn begin(parent: Option<&TraceContext>) -> Option<TraceContext> {
    let tracer = TRACER.get()?;
    if let Some(parent) = parent {
        let span_id = span_id();
        return parent
            .sampled
            .then_some(TraceContext { span_id, ..*parent });
    }
    let root = root();
    drawn(root.trace_id, tracer.ratio).then_some(root)
}

/// The context of a trace that begins here and is recorded.
pub(crate) fn root() -> TraceContext {
    TraceContext {
        trace_id: trace_id(),
        span_id: span_id(),
        sampled: true,
    }
}

/// By the 56 bits that are random in every trace id, so that all who ask agree.
fn drawn(trace_id: u128, ratio: f64) -> bool {
    const BITS: u32 = 56;
    let random = trace_id & ((1 << BITS) - 1);
    (random as f64) < ratio * (1_u64 << BITS) as f64
}

/// Without the counter that orders the ids of one millisecond: all threads would share it.
fn random() -> (u64, u64) {
    Uuid::new_v7(uuid::Timestamp::now(uuid::NoContext)).as_u64_pair()
}

fn trace_id() -> u128 {
    let ((high, _), (_, low)) = (random(), random());
    u128::from(high) << 64 | u128::from(low)
}

fn span_id() -> u64 {
    random().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_kept_and_its_ends_are_all_and_none() {
        let ids: Vec<u128> = std::iter::repeat_with(trace_id).take(4000).collect();
        let drawn = |ratio| ids.iter().filter(|id| drawn(**id, ratio)).count();
        assert_eq!((drawn(0.0), drawn(1.0)), (0, 4000));
        // Eight standard deviations: a wrong draw is far outside, a right one is never.
        let quarter = drawn(0.25);
        assert!((780..1220).contains(&quarter), "{quarter} of 4000");
    }

    #[test]
    fn nothing_begins_while_nobody_is_told() {
        let sampled = TraceContext {
            trace_id: 1,
            span_id: 2,
            sampled: true,
        };
        assert!(!on());
        assert_eq!(begin(None), None);
        assert_eq!(begin(Some(&sampled)), None);
    }
}
