//! The small core every other room of worldlog stands on: what a record, a position, a stamp and a step are.
//!
//! Nothing here does I/O, reads a clock or draws a random number. A processor is a pure function from an
//! aggregate's state and one event to a [`Step`]; everything that happens because of it (emitted events, rows,
//! effects) is data in that step, carried out by the engine in `runtime`.

mod headers;
mod ids;
mod partitioner;
mod parts;
mod policy;
mod position;
mod processor;
mod record;
mod reject;
mod spec;
mod stamp;
mod step;
mod trace;

pub use headers::{Headers, HeadersError};
pub use ids::{derived_id, effect_key, emit_id, event_id};
pub use partitioner::{murmur2, partition_for};
pub use parts::{Part, Parts, Saved};
pub use policy::with_poison;
pub use position::{Position, PositionError};
pub use processor::{AnyEvent, AnyState, Context, ErasedProcessor, Keyed, Processor};
pub use record::{NewRecord, Record, Topic};
pub use reject::Reject;
pub use spec::{Kind, Poison, Spec, Table};
pub use stamp::Stamp;
pub use step::{EffectRequest, Emit, RowWrite, Step};
pub use trace::TraceContext;
