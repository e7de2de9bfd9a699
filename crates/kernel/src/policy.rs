//! A processor under another poison policy than its own.

use std::sync::Arc;

use crate::{
    AnyEvent, AnyState, Context, ErasedProcessor, Keyed, Part, Poison, Record, Reject, Saved, Spec,
    Step,
};

/// The processor, but for what happens to records it rejects.
struct Governed {
    inner: Arc<dyn ErasedProcessor>,
    spec: &'static Spec,
}

/// A processor under another poison policy. To be called once a processor: its description lives as long as the program.
pub fn with_poison(inner: Arc<dyn ErasedProcessor>, poison: Poison) -> Arc<dyn ErasedProcessor> {
    if inner.spec().poison == poison {
        return inner;
    }
    let spec = Spec {
        poison,
        ..*inner.spec()
    };
    let spec = Box::leak(Box::new(spec));
    Arc::new(Governed { inner, spec })
}

impl ErasedProcessor for Governed {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject> {
        self.inner.decode(record)
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
        self.inner.step(state, event, context)
    }
}
