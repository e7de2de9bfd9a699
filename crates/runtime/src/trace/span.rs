//! One span: something that was done, from when to when, and what it was done for.

use std::time::SystemTime;

use kernel::TraceContext;

/// What a span is to the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request that was answered.
    Server,
    /// A record that was taken from the log.
    Consumer,
    /// Something between.
    Internal,
}

/// What an attribute says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

/// A span that has ended.
#[derive(Clone, Debug)]
pub struct Span {
    /// Its own context.
    pub context: TraceContext,
    /// The span that it belongs to; `None` at the root of a trace.
    pub parent: Option<u64>,
    /// What it was, with few different values.
    pub name: String,
    /// What it is to the other end.
    pub kind: Kind,
    /// When it began.
    pub start: SystemTime,
    /// When it ended.
    pub end: SystemTime,
    /// Names are in [`crate::observe`].
    pub attributes: Vec<(&'static str, Value)>,
    /// Contexts of other traces that it also was done for.
    pub links: Vec<TraceContext>,
    /// What went wrong, if anything did.
    pub error: Option<String>,
}

/// A span that is being made; it is told when it ends, and not at all when it is dropped before.
#[derive(Debug)]
pub struct Open(Span);

impl Open {
    /// Begins a span below `parent`, or at the root of a trace; `None` where that is not recorded.
    pub fn begin(kind: Kind, parent: Option<&TraceContext>) -> Option<Self> {
        let context = super::begin(parent)?;
        let parent = parent.map(|parent| parent.span_id);
        Some(Self::under(kind, context, parent))
    }

    /// Begins the span of this context, which is known already.
    pub(crate) fn under(kind: Kind, context: TraceContext, parent: Option<u64>) -> Self {
        let now = SystemTime::now();
        Self(Span {
            context,
            parent,
            name: String::new(),
            kind,
            start: now,
            end: now,
            attributes: Vec::new(),
            links: Vec::new(),
            error: None,
        })
    }

    /// Its context, for what is done below it.
    pub fn context(&self) -> TraceContext {
        self.0.context
    }

    /// Says something of it.
    pub fn say(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.attributes.push((name, value.into()));
    }

    /// Says that it went wrong.
    pub fn failed(&mut self, why: impl Into<String>) {
        self.0.error = Some(why.into());
    }

    /// It began earlier.
    pub(crate) fn since(&mut self, start: SystemTime) {
        self.0.start = start;
    }

    /// Other traces that it is done for, too.
    pub(crate) fn linked(&mut self, links: Vec<TraceContext>) {
        self.0.links = links;
    }

    /// It ends now.
    pub fn end(self, name: impl Into<String>) {
        self.end_at(name, SystemTime::now());
    }

    /// It ended then.
    pub(crate) fn end_at(mut self, name: impl Into<String>, end: SystemTime) {
        self.0.name = name.into();
        self.0.end = end;
        super::end(self.0);
    }
}
