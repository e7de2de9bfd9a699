//! Where facts enter the platform by our own asking: content servers and indexers that are followed, and the demo world.

pub mod catalyst;
pub mod demo;
pub mod indexer;
pub mod outbound;
