//! The trait a processor implements, and its object-safe twin for the engine.

use std::any::Any;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Position, Record, Reject, Spec, Step};

/// What a step may know besides state and event. No clock, no randomness.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where the event stands.
    pub position: Position,
    /// Its log time, ms.
    pub timestamp: i64,
    /// The generation being written.
    pub generation: u32,
}

/// A pure processor: `step(state, event, context) -> step`.
///
/// All three functions must be deterministic; the simulator runs every history twice and compares.
pub trait Processor: Send + Sync + 'static {
    /// What it reads and writes.
    const SPEC: Spec;
    /// What a record decodes to.
    type Event: Send + 'static;
    /// All that one aggregate owns. Small: it is written as one document.
    type State: Default + Serialize + DeserializeOwned + Send + 'static;

    /// Decodes a record; `None` when this processor has no use for it.
    ///
    /// # Errors
    /// The record can never be read.
    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject>;

    /// The aggregate the event belongs to. All events of one aggregate must share a partition of the input topic.
    fn key(&self, event: &Self::Event) -> Bytes;

    /// What follows from the event.
    ///
    /// # Errors
    /// The event can never be applied.
    fn step(
        &self,
        state: &Self::State,
        event: &Self::Event,
        context: &Context,
    ) -> Result<Step<Self::State>, Reject>;
}

/// A decoded event whose type only its processor knows.
pub type AnyEvent = Box<dyn Any + Send>;
/// A state whose type only its processor knows.
pub type AnyState = Box<dyn Any + Send>;

/// A decoded event with the aggregate it belongs to.
pub struct Keyed {
    /// The aggregate's key.
    pub key: Bytes,
    /// The event.
    pub event: AnyEvent,
}

/// The object-safe twin of [`Processor`], implemented for each of them.
pub trait ErasedProcessor: Send + Sync {
    /// What it reads and writes.
    fn spec(&self) -> &'static Spec;
    /// See [`Processor::decode`] and [`Processor::key`].
    ///
    /// # Errors
    /// The record can never be read.
    fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject>;
    /// The state a stored document holds; the default state for `None`.
    ///
    /// # Errors
    /// The document is not this processor's.
    fn load(&self, doc: Option<&[u8]>) -> Result<AnyState, Reject>;
    /// The document that holds a state.
    fn save(&self, state: &AnyState) -> Bytes;
    /// See [`Processor::step`].
    ///
    /// # Errors
    /// The event can never be applied.
    fn step(
        &self,
        state: &AnyState,
        event: &AnyEvent,
        context: &Context,
    ) -> Result<Step<AnyState>, Reject>;
}

impl<P: Processor> ErasedProcessor for P {
    fn spec(&self) -> &'static Spec {
        const { &P::SPEC }
    }

    fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject> {
        let event = Processor::decode(self, record)?;
        Ok(event.map(|event| Keyed {
            key: self.key(&event),
            event: Box::new(event),
        }))
    }

    fn load(&self, doc: Option<&[u8]>) -> Result<AnyState, Reject> {
        let state = match doc {
            None => P::State::default(),
            Some(doc) => serde_json::from_slice::<P::State>(doc).map_err(|e| {
                Reject::new(
                    "STATE_UNREADABLE",
                    format!("stored state of {}: {e}", P::SPEC.name),
                )
            })?,
        };
        Ok(Box::new(state))
    }

    fn save(&self, state: &AnyState) -> Bytes {
        let state = state
            .downcast_ref::<P::State>()
            .expect("the engine gives back this processor's own state");
        serde_json::to_vec(state)
            .expect("a state serialises: its keys are text")
            .into()
    }

    fn step(
        &self,
        state: &AnyState,
        event: &AnyEvent,
        context: &Context,
    ) -> Result<Step<AnyState>, Reject> {
        let state = state
            .downcast_ref::<P::State>()
            .expect("the engine gives back this processor's own state");
        let event = event
            .downcast_ref::<P::Event>()
            .expect("the engine gives back this processor's own event");
        Ok(Processor::step(self, state, event, context)?.map(|s| Box::new(s) as AnyState))
    }
}
