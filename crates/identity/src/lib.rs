//! Identity and content names of Decentraland: who signed, and which bytes.
//!
//! Everything a service needs to believe a stranger's upload or request, and nothing else: no I/O,
//! no clock (times are arguments, in ms since 1970), no randomness, no other crate of this
//! workspace.
//!
//! - [`hash`]: names of files and entities (`bafkrei…`, `bafybei…`, the two kinds of `Qm…`), as
//!   streams, and the check of a download against its name.
//! - [`chain`]: auth chains, from a wallet over a short-lived key to a signed text.
//! - [`signed_fetch`]: HTTP requests signed by `x-identity-*` headers (ADR-44).
//! - [`metadata`]: the gates services put on a signed request's metadata.
//! - [`sign`]: wallets from known keys, to make valid chains in demo worlds and tests.
//! - [`voucher`]: credits and calls of the CreditsManager contract.
//! - [`signature`]: the Ethereum personal signature beneath it all.
//! - [`js_date`], [`js_json`]: dates and JSON text as JavaScript reads and writes them.
//!
//! The rules are those of @dcl/crypto 3.7.0, @dcl/hashing 3.0.4 and @dcl/crypto-middleware 6, texts
//! of errors included, because clients and their tests compare them.
//!
//! # Example
//!
//! ```
//! use identity::chain::{DenyContractWallets, validate_deployment};
//! use identity::hash::{ContentHash, hash_v1};
//! use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain, sign_entity};
//!
//! let entity_file = br#"{"type":"scene"}"#;
//! let id = ContentHash::parse(&hash_v1(entity_file)).expect("a hasher's name is well formed");
//! assert_eq!(id.verify(entity_file), Ok(()));
//!
//! let owner = Wallet::from_private_key([1; 32]).expect("a valid key");
//! let session = Wallet::from_private_key([2; 32]).expect("a valid key");
//! let until = "2030-01-01T00:00:00.000Z";
//! let login = create_ephemeral_chain(&owner, &session, LOGIN_TITLE, until).expect("short texts");
//! let chain = sign_entity(&login, &session, id.as_str()).expect("a short text");
//!
//! let entity_timestamp_ms = 1_767_225_600_000;
//! validate_deployment(&chain, id.as_str(), entity_timestamp_ms, &DenyContractWallets)
//!     .expect("the chain signs this entity");
//! assert_eq!(chain.owner().as_deref(), Some(owner.address()));
//! ```

pub mod chain;
pub mod hash;
pub mod js_date;
pub mod js_json;
pub mod metadata;
pub mod sign;
pub mod signature;
pub mod signed_fetch;
pub mod voucher;
