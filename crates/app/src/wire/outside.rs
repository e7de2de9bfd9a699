//! The guarded way out of the process, the mirror of content files behind it, and the signer of credits.

use std::sync::Arc;

use anyhow::{Context, Result};
use gateways::catalyst::ContentFetch;
use gateways::runners::mirror::{self, Mirror};
use gateways::runners::voucher::Voucher;
use gateways::sources::outbound::Client;
use runtime::platform::Platform;

use crate::config::Loaded;

/// What may ask servers that are not ours.
pub(super) struct Outside {
    /// The client, which may ask the configured content servers and `outbound.allow`.
    pub(super) client: Client,
    /// Fetches content files into the blobs.
    pub(super) mirror: Mirror,
    /// Signs credits.
    pub(super) voucher: Voucher,
    /// Whether there is anybody to ask for content.
    reachable: bool,
}

impl Outside {
    /// # Errors
    /// A configured text that names no host; a key or a contract that credits cannot be signed with.
    pub(super) fn new(loaded: &Loaded, platform: &Platform) -> Result<Self> {
        let config = &loaded.config;
        let servers = &config.follow.urls;
        let client = Client::new(&config.platform.outbound, servers)
            .context("catalyst.urls or outbound.allow")?;
        let mirror = Mirror::new(
            Arc::clone(&platform.blobs),
            client.clone(),
            &mirror::Settings::from(&config.follow),
            servers.clone(),
        );
        let voucher = Voucher::new(&config.gateways.credits)?;
        let reachable = !servers.is_empty() || !config.platform.outbound.allow.is_empty();
        Ok(Self {
            client,
            mirror,
            voucher,
            reachable,
        })
    }

    /// Who fetches content files on demand; `None` when nobody may be asked.
    pub(super) fn content(&self) -> Option<Arc<dyn ContentFetch>> {
        self.reachable
            .then(|| Arc::new(self.mirror.clone()) as Arc<dyn ContentFetch>)
    }
}
