//! The trait a processor implements, and its object-safe twin for the engine.

use std::any::Any;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Part, Parts, Position, Record, Reject, Saved, Spec, Step};

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
    /// Set where a state may become large.
    const PARTS: Option<Parts<Self::State>> = None;
    /// What a record decodes to.
    type Event: Send + 'static;
    /// All that one aggregate owns. Small, because it is written as one document; else see [`Processor::PARTS`].
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
    /// Whether its states are stored in parts.
    fn parted(&self) -> bool;
    /// The state that a stored document and its parts hold; the default state for `None`.
    ///
    /// # Errors
    /// They are not this processor's.
    fn load(&self, doc: Option<&[u8]>, parts: &[Part]) -> Result<AnyState, Reject>;
    /// The document that holds a state, with the parts that differ from those of an earlier one.
    fn save(&self, state: &AnyState, since: Option<&AnyState>) -> Saved;
    /// A copy for [`ErasedProcessor::save`] to compare with; `None` where there are no parts.
    fn copy(&self, state: &AnyState) -> Option<AnyState>;
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

    fn parted(&self) -> bool {
        P::PARTS.is_some()
    }

    fn load(&self, doc: Option<&[u8]>, parts: &[Part]) -> Result<AnyState, Reject> {
        let unreadable = |what: String| {
            let name = P::SPEC.name;
            Reject::new(
                "STATE_UNREADABLE",
                format!("stored state of {name}: {what}"),
            )
        };
        let mut state = match doc {
            None => P::State::default(),
            Some(doc) => serde_json::from_slice(doc).map_err(|e| unreadable(e.to_string()))?,
        };
        if let Some(of) = P::PARTS {
            (of.join)(&mut state, parts).map_err(unreadable)?;
        }
        Ok(Box::new(state))
    }

    fn save(&self, state: &AnyState, since: Option<&AnyState>) -> Saved {
        let state = own::<P>(state);
        match P::PARTS {
            None => Saved {
                doc: document::<P>(state),
                parts: Vec::new(),
            },
            Some(of) => {
                let (rest, parts) = (of.split)(state, since.map(own::<P>));
                let doc = document::<P>(&rest);
                Saved { doc, parts }
            }
        }
    }

    fn copy(&self, state: &AnyState) -> Option<AnyState> {
        P::PARTS.map(|of| Box::new((of.copy)(own::<P>(state))) as AnyState)
    }

    fn step(
        &self,
        state: &AnyState,
        event: &AnyEvent,
        context: &Context,
    ) -> Result<Step<AnyState>, Reject> {
        let state = own::<P>(state);
        let event = event
            .downcast_ref::<P::Event>()
            .expect("the engine gives back this processor's own event");
        Ok(Processor::step(self, state, event, context)?.map(|s| Box::new(s) as AnyState))
    }
}

fn own<P: Processor>(state: &AnyState) -> &P::State {
    state
        .downcast_ref()
        .expect("the engine gives back this processor's own state")
}

fn document<P: Processor>(state: &P::State) -> Bytes {
    serde_json::to_vec(state)
        .expect("a state serialises: its keys are text")
        .into()
}
