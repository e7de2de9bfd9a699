//! Clusters peers by where they stand: who is near each other shares an island, and an island never has more peers than
//! a room holds.
//!
//! Pure: no I/O, no clock, no randomness, no floating-point arithmetic in any decision. [`Engine::set`] and
//! [`Engine::remove`] take what peers do, [`Engine::flush`] answers who is in another island now. The rules, the
//! algorithm with its cost, and the figures are in docs/islands.md.
//!
//! # Example
//!
//! ```
//! use islands::{Engine, Options, PeerId, Position};
//!
//! let mut engine = Engine::new(Options::default()).expect("the defaults are in range");
//! let [a, b] = [PeerId([1; 20]), PeerId([2; 20])];
//! engine.set(a, Position::new(0.0, 0.0, 0.0), None).expect("a finite position");
//! engine.set(b, Position::new(16.0, 0.0, 16.0), None).expect("a finite position");
//! let changes = engine.flush();
//! assert_eq!(changes.moved.len(), 2);
//! assert_eq!(engine.name(changes.moved[0].island), "I1");
//! assert_eq!(engine.island_of(a), engine.island_of(b));
//! ```

mod changes;
mod engine;
mod flush;
mod grid;
mod ids;
mod isles;
mod options;
mod peers;
mod space;
mod views;

pub use changes::{Changes, IslandChanged, IslandDelta, Reason};
pub use engine::{Engine, Resident};
pub use ids::{IslandId, PeerId};
pub use options::{Error, Options};
pub use space::{COORDINATE_MAX_M, Position, UNITS_PER_METRE};
pub use views::IslandView;
