//! The one guarded way out: HTTP requests to servers that strangers run.
//!
//! What every request goes through, in this order: the allow-list (hosts of configured URLs and
//! `outbound.allow`), the scheme (https, or http to a loopback that was configured), the resolved address
//! (nothing private behind a public name), no redirects (or a few, each judged anew: [`Follow`]), a limit on bytes, a limit on silence and a limit on
//! trickling. A file is hashed while it streams and is never believed before its name was confirmed.
//!
//! Errors name the server and the thing that was asked of it. This module keeps no state besides connections.

mod backoff;
mod body;
mod client;
mod error;
mod follow;
mod guard;
mod settings;

pub use backoff::{Backoff, Jitter};
pub use body::Body;
pub use client::{Client, Request, VerifiedBody};
pub use error::{Fault, FetchError};
pub use follow::{Follow, Followed};
pub use guard::{Guard, GuardError};
pub use settings::Outbound;
pub(crate) use settings::list;
