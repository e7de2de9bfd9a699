//! What conversions say for the asset-bundle registry: that they were asked for, and how they ended.
//!
//! One processor a topic: the catalogue's events, and those of platforms that the catalogue does not know. An end for
//! `webgl`, which nobody converts for any more, only ends the waiting for it. They keep no state.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};

use step::Conversion;

/// The processor of the topic that stands at place `T` of [`SPECS`].
pub struct RegistryConversions<const T: usize>;

/// What they declare.
pub(crate) const SPECS: [Spec; 2] = [
    spec("registry_conversions-bundles", "asset-bundle.events"),
    spec("registry_conversions-platforms", "asset.conversions"),
];

const fn spec(name: &'static str, input: &'static str) -> Spec {
    Spec {
        name,
        revision: 1,
        input,
        aggregates: None,
        projections: &[],
        emits: &[crate::registry::INPUTS],
        effects: &[],
        kind: Kind::Decider,
        // One conversion does not depend on another.
        poison: Poison::Skip,
    }
}

impl<const T: usize> Processor for RegistryConversions<T> {
    const SPEC: Spec = SPECS[T];
    type Event = Conversion;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Conversion>, Reject> {
        step::decode(record)
    }

    fn key(&self, conversion: &Conversion) -> Bytes {
        Bytes::copy_from_slice(conversion.entity_id.as_bytes())
    }

    fn step(&self, (): &(), conversion: &Conversion, _: &Context) -> Result<Step<()>, Reject> {
        step::step(conversion)
    }
}
