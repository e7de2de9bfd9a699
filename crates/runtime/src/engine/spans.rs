//! What a partition tells of the events that come in a trace: that they were applied, and what was written for them.
//!
//! A few events between two flushes get a span each, below the span that their record names. Of more there is one span for
//! all, with links to theirs: a batch has many parents.

use std::time::SystemTime;

use kernel::{Keyed, Record, Reject, Spec, TraceContext};

use super::fold::Fold;
use super::group;
use crate::observe::span;
use crate::ports::Batch;
use crate::trace::{self, Kind, Open};

/// Events between two flushes with a span of their own.
const EACH_MAX: usize = 16;
/// Links of the span of all others.
const LINKS_MAX: usize = 128;
/// What is older than this (ms) is not told: it is folded again, and its trace was looked at long ago.
const AGE_MAX: i64 = 3_600_000;

/// The spans of what was folded and is not yet written.
pub(super) struct Spans {
    spec: &'static Spec,
    source: String,
    generation: u32,
    partition: u32,
    each: Vec<Folded>,
    others: Option<Box<Others>>,
}

struct Folded {
    offset: u64,
    span: Open,
    /// When it was folded; `None` while it is not.
    end: Option<SystemTime>,
}

struct Others {
    span: Open,
    links: Vec<TraceContext>,
    count: usize,
}

/// What was written.
pub(super) struct Written {
    pub(super) since: SystemTime,
    pub(super) appended: usize,
    pub(super) rows: usize,
}

impl Spans {
    pub(super) fn new(spec: &'static Spec, generation: u32, partition: u32) -> Self {
        Self {
            spec,
            source: format!("processors/{}", spec.name),
            generation,
            partition,
            each: Vec::new(),
            others: None,
        }
    }

    /// Begins the spans of a batch, before it is folded; `now`: the time of the log, ms.
    pub(super) fn begin(
        &mut self,
        batch: &Batch,
        decoded: &[Result<Option<Keyed>, Reject>],
        fold: &Fold,
        now: i64,
    ) {
        if !trace::on() {
            return;
        }
        for (record, decoded) in batch.records.iter().zip(decoded) {
            // What is of no use to this processor is not worth a word.
            if matches!(decoded, Ok(None)) || now - record.timestamp > AGE_MAX {
                continue;
            }
            let header = record.headers.trace.as_deref();
            let context = header.and_then(TraceContext::parse);
            if let Some(context) = context.filter(|context| context.sampled) {
                self.take(record, context, fold.speaks(record.offset));
            }
        }
    }

    fn take(&mut self, record: &Record, of: TraceContext, speaks: bool) {
        if self.each.len() == EACH_MAX {
            return self.take_among_others(of);
        }
        // What this event leads to names this span; a generation that says nothing has one of its own.
        let context = match speaks {
            true => Some(of.step(&self.source, record.headers.id)),
            false => trace::begin(Some(&of)),
        };
        let Some(context) = context else { return };
        let mut span = Open::under(Kind::Consumer, context, Some(of.span_id));
        self.place(&mut span);
        span.say(span::OFFSET, record.offset);
        span.say(span::MESSAGE, record.headers.id.to_string());
        self.each.push(Folded {
            offset: record.offset,
            span,
            end: None,
        });
    }

    fn take_among_others(&mut self, of: TraceContext) {
        let mut others = self.others.take().unwrap_or_else(|| {
            let mut span = Open::under(Kind::Consumer, trace::root(), None);
            self.place(&mut span);
            let (links, count) = (Vec::new(), 0);
            Box::new(Others { span, links, count })
        });
        others.count += 1;
        if others.links.len() < LINKS_MAX {
            others.links.push(of);
        }
        self.others = Some(others);
    }

    fn place(&self, span: &mut Open) {
        span.say(span::PROCESSOR, self.spec.name);
        span.say(span::GENERATION, self.generation);
        span.say(span::TOPIC, self.spec.input);
        span.say(span::PARTITION, self.partition.to_string());
        span.say(span::GROUP, group(self.spec.name, self.generation));
    }

    /// The batch was folded.
    pub(super) fn folded(&mut self) {
        for folded in &mut self.each {
            folded.end.get_or_insert_with(SystemTime::now);
        }
    }

    /// The event there cannot be applied.
    pub(super) fn failed(&mut self, offset: u64, why: &str) {
        let found = self.each.iter_mut().find(|folded| folded.offset == offset);
        if let Some(folded) = found {
            folded.span.failed(why);
        }
    }

    /// All of it is written now, if there was anything to write.
    pub(super) fn end(&mut self, written: Option<&Written>) {
        let flush = |of: TraceContext| {
            let (written, context) = (written?, trace::begin(Some(&of))?);
            let mut span = Open::under(Kind::Internal, context, Some(of.span_id));
            span.since(written.since);
            span.say(span::PROCESSOR, self.spec.name);
            span.say(span::GENERATION, self.generation);
            span.say(span::APPENDED, written.appended);
            span.say(span::ROWS, written.rows);
            span.end(format!("{} {}", span::FLUSH, self.spec.name));
            Some(())
        };
        let name = || format!("{} {}", span::PROCESS, self.spec.input);
        for folded in self.each.drain(..) {
            flush(folded.span.context());
            let end = folded.end.unwrap_or_else(SystemTime::now);
            folded.span.end_at(name(), end);
        }
        if let Some(mut others) = self.others.take() {
            flush(others.span.context());
            others.span.say(span::COUNT, others.count);
            others.span.linked(others.links);
            others.span.end(name());
        }
    }
}
