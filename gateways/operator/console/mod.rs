//! The console: a page for people, out of the routes beside it. Its files are in the program; it asks no other host.
//!
//! Whoever reads needs nothing. What changes something needs a session: [`session`].

pub(super) mod assets;
mod attempts;
pub(super) mod session;

pub(super) use attempts::Attempts;
