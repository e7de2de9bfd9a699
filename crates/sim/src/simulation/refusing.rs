//! Processors that refuse some events, until a release mends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::{
    AnyEvent, AnyState, Context, ErasedProcessor, Keyed, Part, Record, Reject, Saved, Spec, Step,
};

/// Refuses some events in its step, and cannot read some others. Which, their ids tell: a repetition fares as the first.
pub(super) struct Refusing {
    pub(super) inner: Arc<dyn ErasedProcessor>,
    pub(super) mended: Arc<AtomicBool>,
}

/// An event, and whether it is refused.
struct Event {
    inner: AnyEvent,
    refused: bool,
}

impl Refusing {
    fn is_mended(&self) -> bool {
        self.mended.load(Ordering::Relaxed)
    }
}

impl ErasedProcessor for Refusing {
    fn spec(&self) -> &'static Spec {
        self.inner.spec()
    }

    fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject> {
        let number = record.headers.id.as_u128() % 97;
        // A derived event that nobody can read has no aggregate to remember it: its repetition is another dead letter.
        let outside = record.headers.cause.is_none();
        if number < 4 && outside && !self.is_mended() {
            return Err(Reject::new("SIM_UNREADABLE", "not yet"));
        }
        let keyed = self.inner.decode(record)?;
        Ok(keyed.map(|Keyed { key, event }| Keyed {
            key,
            event: Box::new(Event {
                inner: event,
                refused: number > 90,
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
        match event.refused && !self.is_mended() {
            true => Err(Reject::new("SIM_REFUSED", "not yet")),
            false => self.inner.step(state, &event.inner, context),
        }
    }
}
