//! Auth chains: who stands behind a text, proven link by link.
//!
//! A chain starts with a wallet's address ([`LinkKind::Signer`]), usually delegates to a
//! short-lived key ([`LinkKind::Ephemeral`]) and ends in the text that was signed
//! ([`LinkKind::SignedEntity`]).
//! [`validate`] folds the links into a final authority and compares it with the expected text;
//! [`validate_deployment`] is the form for entities. Error texts are those of @dcl/crypto 3.7.0.
//!
//! This module knows no clock (times are arguments, in ms) and reaches no chain node: contract
//! wallets are asked for through [`ContractWallets`].

mod contract;
mod ephemeral;
mod link;
mod logins;
mod validate;

pub use contract::{ContractWallets, DenyContractWallets, Unavailable};
pub use ephemeral::{EphemeralError, EphemeralPayload};
pub use link::{AuthChain, AuthLink, ChainLimitError, LinkKind};
pub use validate::{ChainError, LinkError, final_authority, validate, validate_deployment};

pub(crate) use validate::{require_final_authority, require_signed_entity};
