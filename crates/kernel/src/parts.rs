//! States that are stored in parts.

use bytes::Bytes;

/// A piece of a state that is stored under a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Not empty; the same for the same piece for ever.
    pub name: Bytes,
    /// Document; `None`: there is none, or none any more.
    pub doc: Option<Bytes>,
}

/// How a state is stored that grows with the number of people: as one document that stays small, and as pieces of
/// which only those are written that changed. Document and pieces are written together or not at all.
///
/// Of two writes of one piece the one that knows more events stays, whoever made it. So what a piece holds must follow
/// from the events alone, and a piece that was touched since the last write must be written even if it is again what it
/// was, or was made and is gone: a late owner may have written what it was in between.
pub struct Parts<S> {
    /// The state without what its pieces hold, and the pieces that were touched since an earlier state; all of them if
    /// there is none.
    pub split: fn(&S, since: Option<&S>) -> (S, Vec<Part>),
    /// Puts pieces back into what was read from the document, or says what is wrong with one.
    pub join: fn(&mut S, &[Part]) -> Result<(), String>,
    /// A copy to compare with later; it should share what does not change.
    pub copy: fn(&S) -> S,
}

/// A state as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Its document.
    pub doc: Bytes,
    /// Its pieces, if it has any.
    pub parts: Vec<Part>,
}
