//! Dead letters: what a processor could not apply, and what people decide about it.
//! See docs/decisions/014-dead-letters.md.

mod decision;
mod decisions;
mod letters;

pub use decision::{Decision, Event, Late};
pub use decisions::Decisions;
pub use letters::{LETTERS_MAX, Letter, Letters, State};

/// The topic of the decisions. The marks of a generation under this name tell which of them it has carried out.
pub const TOPIC: &str = "redrives";

/// Header names of Kafka Streams' dead-letter queue (KIP-1034), so that its tools read ours.
pub(crate) const EXCEPTION: &str = "__streams.errors.exception";
pub(crate) const MESSAGE: &str = "__streams.errors.message";
pub(crate) const ORIGIN_TOPIC: &str = "__streams.errors.topic";
pub(crate) const ORIGIN_PARTITION: &str = "__streams.errors.partition";
pub(crate) const ORIGIN_OFFSET: &str = "__streams.errors.offset";
/// The generation that could not apply it.
pub(crate) const GENERATION: &str = "worldlog.generation";
/// The aggregate of the event, where it is known.
pub(crate) const AGGREGATE: &str = "worldlog.aggregate";
/// `1` where the key of the event is parked from there on.
pub(crate) const PARKS: &str = "worldlog.parks";
/// Offset of the parked event behind which it waits.
pub(crate) const BEHIND: &str = "worldlog.behind";
/// Number of the decision because of which it was tried again, in vain.
pub(crate) const DECISION: &str = "worldlog.decision";
