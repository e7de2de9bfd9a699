//! The read models of the asset-bundle registry: `registry_entities`, `registry_pointers`, `registry_moderation`.
//!
//! An entity's row says what was told of it, a pointer's row who claims it; neither says a status. [`Known`] derives the
//! status from both and from the platforms that are required, when it is asked for.

pub mod entities;
pub mod moderation;
pub mod pointers;
mod status;

pub use status::{Known, Missing, Required, Status, keys_of};
