//! A schema registry outside, with Confluent's routes: Confluent's own, Apicurio's, Karapace.
//!
//! It knows nothing of the platform's schemas: whoever calls it brings subjects and texts, and takes the registry's
//! ids to `model::wire`.

mod client;
mod options;
mod publish;

pub use self::client::{Found, Level, RegistryClient, Verdict};
pub use self::options::{RegistryAuth, RegistryOptions};
pub use self::publish::{
    IdTable, Incompatible, Registered, Subject, Version, check_all, find_all, register_all,
};
