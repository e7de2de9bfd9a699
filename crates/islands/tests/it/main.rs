//! The rules of docs/islands.md, on examples and on ten thousand seeded walks.

mod crowd;
mod examples;
mod oracle;
mod properties;
mod refusals;
mod takeover;
mod walk;
