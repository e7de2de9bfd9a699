//! A processor whose program has a fault: one event it cannot apply, until it is mended.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use kernel::{
    AnyEvent, AnyState, Context, ErasedProcessor, Keyed, Part, Record, Reject, Saved, Spec, Step,
};
use uuid::Uuid;

/// See the module.
pub(super) struct Poisoned {
    inner: Arc<dyn ErasedProcessor>,
    nth: usize,
    mended: Arc<AtomicBool>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    ids: HashSet<Uuid>,
    poison: Option<Uuid>,
}

/// An event, and whether it is the one.
struct Event {
    inner: AnyEvent,
    poison: bool,
}

impl Poisoned {
    /// The `nth` event that the processor has a use for is the one.
    pub(super) fn new(
        inner: Arc<dyn ErasedProcessor>,
        nth: usize,
        mended: Arc<AtomicBool>,
    ) -> Self {
        Self {
            inner,
            nth,
            mended,
            seen: Mutex::default(),
        }
    }

    fn is_poison(&self, id: Uuid) -> bool {
        let mut seen = self.seen.lock().expect("nothing panics");
        if seen.poison.is_none() && seen.ids.insert(id) && seen.ids.len() == self.nth {
            seen.poison = Some(id);
        }
        seen.poison == Some(id)
    }
}

impl ErasedProcessor for Poisoned {
    fn spec(&self) -> &'static Spec {
        self.inner.spec()
    }

    fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject> {
        let keyed = self.inner.decode(record)?;
        Ok(keyed.map(|Keyed { key, event }| Keyed {
            key,
            event: Box::new(Event {
                inner: event,
                poison: self.is_poison(record.headers.id),
            }),
        }))
    }

    fn parted(&self) -> bool {
        self.inner.parted()
    }

    fn load(&self, doc: Option<&[u8]>, parts: &[Part]) -> Result<AnyState, Reject> {
        self.inner.load(doc, parts)
    }

    fn save(&self, state: &AnyState, since: Option<&AnyState>) -> Saved {
        self.inner.save(state, since)
    }

    fn copy(&self, state: &AnyState) -> Option<AnyState> {
        self.inner.copy(state)
    }

    fn step(
        &self,
        state: &AnyState,
        event: &AnyEvent,
        context: &Context,
    ) -> Result<Step<AnyState>, Reject> {
        let event = event.downcast_ref::<Event>().expect("decode made it");
        match event.poison && !self.mended.load(Ordering::Relaxed) {
            true => Err(Reject::new("TEST_POISON", "the program has a fault")),
            false => self.inner.step(state, &event.inner, context),
        }
    }
}
