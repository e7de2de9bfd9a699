//! Section `auth` of the configuration.

use runtime::settings::{Size, Span};
use serde::Deserialize;

use crate::frame::Secret;

/// Signature requests, identities, sockets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auth {
    /// How long a request for a login's signature lives.
    pub dcl_personal_sign_request_expiration_in_seconds: Span,
    /// How long any other request lives.
    pub request_expiration_in_seconds: Span,
    /// How long an identity waits to be fetched.
    pub identity_ttl: Span,
    /// How long it is remembered why an identity is gone.
    pub identity_status_ttl: Span,
    /// How old a signed request may be.
    pub signature_window: Span,
    /// Largest body of a request, and largest message of a socket.
    pub body_limit: Size,
    /// Requests and identities that one address may make in a minute; 0: no limit.
    pub makes_per_minute: u32,
    /// Everything else that one address may ask in a minute; 0: no limit.
    pub asks_per_minute: u32,
    /// Sockets that one address may open in a minute; 0: no limit.
    pub sockets_per_minute: u32,
    /// Sockets at once in this process.
    pub sockets_max: usize,
    /// How long a socket may stay without saying what it wants of which namespace.
    pub connect_timeout: Span,
    /// Pause between two pings of a socket.
    pub ping_interval: Span,
    /// How long its pong may take.
    pub ping_timeout: Span,
    /// How often it is looked whether a request was answered in another process whose word was lost.
    pub look_again: Span,
    /// The time in which all that is stored is looked through once for what is over.
    pub sweep_interval: Span,
    /// Magic's key; unset: accounts are not deleted.
    pub magic_secret_key: Option<Secret>,
    /// Where Magic is asked.
    pub magic_api_url: String,
    /// Whom Magic's tokens must be for; unset: accounts are not deleted.
    pub magic_client_id: Option<String>,
    /// How old such a token may be.
    pub magic_did_token_max_age_seconds: Span,
    /// How long Magic may take.
    pub magic_timeout: Span,
    /// Origins whose pages may delete accounts; empty: none.
    pub account_deletion_allowed_origins: Vec<String>,
    /// Tenderly's key; unset: nothing is simulated.
    pub tenderly_access_key: Option<Secret>,
    /// The account there.
    pub tenderly_account_slug: Option<String>,
    /// The project there.
    pub tenderly_project_slug: Option<String>,
    /// Where Tenderly is asked.
    pub tenderly_api_url: String,
    /// How long it may take, ms.
    pub tenderly_timeout_ms: u64,
    /// Simulations that one address may ask for in a minute; 0: no limit.
    pub simulation_rate_limit: u32,
    /// Simulations that all may ask for in a minute; 0: no limit.
    pub simulations_per_minute: u32,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            dcl_personal_sign_request_expiration_in_seconds: Span::secs(600),
            request_expiration_in_seconds: Span::secs(300),
            identity_ttl: Span::secs(60 * 60),
            identity_status_ttl: Span::secs(14 * 24 * 60 * 60),
            signature_window: Span::secs(60),
            body_limit: Size(16 << 10),
            makes_per_minute: 120,
            asks_per_minute: 1200,
            sockets_per_minute: 120,
            sockets_max: 10_000,
            connect_timeout: Span::secs(10),
            ping_interval: Span::secs(25),
            ping_timeout: Span::secs(20),
            look_again: Span::secs(5),
            sweep_interval: Span::secs(60 * 60),
            magic_secret_key: None,
            magic_api_url: "https://api.magic.link".to_owned(),
            magic_client_id: None,
            magic_did_token_max_age_seconds: Span::secs(120),
            magic_timeout: Span::secs(10),
            account_deletion_allowed_origins: Vec::new(),
            tenderly_access_key: None,
            tenderly_account_slug: None,
            tenderly_project_slug: None,
            tenderly_api_url: "https://api.tenderly.co/api/v1".to_owned(),
            tenderly_timeout_ms: 6000,
            simulation_rate_limit: 10,
            simulations_per_minute: 600,
        }
    }
}
