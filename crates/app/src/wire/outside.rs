//! The guarded way out of the process, and what goes out there: content files and indexers are read, mails and wishes for
//! rewards are sent, credits are signed.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use gateways::catalyst::ContentFetch;
use gateways::events_notifier::Producers;
use gateways::runners::convert::Converter;
use gateways::runners::mail::Mailer;
use gateways::runners::mirror::{self, Mirror};
use gateways::runners::portrait::Portraits;
use gateways::runners::remove::Remove;
use gateways::runners::reward::Reward;
use gateways::runners::voucher::Voucher;
use gateways::settings::Secret;
use gateways::sources::indexer::Indexers;
use gateways::sources::outbound::Client;
use runtime::platform::Platform;

use crate::config::Loaded;
use crate::verbs::convert_worker;

/// What may ask servers that are not ours.
pub(super) struct Outside {
    /// The client, which may ask the configured content servers and `outbound.allow`.
    pub(super) client: Client,
    /// Fetches content files into the blobs.
    pub(super) mirror: Mirror,
    /// Sends mails.
    pub(super) mailer: Mailer,
    /// Removes blobs.
    pub(super) remove: Remove,
    /// Asks for rewards.
    pub(super) reward: Reward,
    /// Reads indexers of the chain, if one is configured.
    pub(super) indexers: Option<Indexers>,
    /// Signs credits.
    pub(super) voucher: Voucher,
    /// Converts entities.
    pub(super) converter: Converter,
    /// Draws portraits.
    pub(super) portraits: Portraits,
    /// Whether there is anybody to ask for content.
    reachable: bool,
}

impl Outside {
    /// `url` is how the listener is reached.
    ///
    /// # Errors
    /// A configured text that names no host, or is no address; a key or a contract that credits cannot be signed with.
    pub(super) fn new(loaded: &Loaded, platform: &Platform, url: &str) -> Result<Self> {
        let config = &loaded.config;
        let servers = &config.follow.urls;
        let images = &config.gateways.profile_images;
        let configured = servers.iter().cloned().chain(images.peer_content());
        let client = Client::new(&config.platform.outbound, configured)
            .context("catalyst.urls, profile_images.peer_url or outbound.allow")?;
        let mirror = Mirror::new(
            Arc::clone(&platform.blobs),
            client.clone(),
            &mirror::Settings::from(&config.follow),
            servers.clone(),
        );
        let notifier = &config.gateways.events_notifier;
        let convert = config.gateways.convert.clone();
        let program = convert_worker::program(&convert)?;
        let content: Arc<dyn ContentFetch> = Arc::new(mirror.clone());
        let portraits = Portraits::new(
            platform,
            Arc::clone(&content),
            client.clone(),
            servers,
            images,
        )
        .map_err(|what| anyhow!(what))?;
        let converter = Converter::new(Arc::clone(&platform.blobs), content, convert, program);
        let indexers = Indexers::new(platform, notifier, &config.platform.outbound)?;
        let rewards = Secret::present(&config.gateways.exploration_games.reward_server_url);
        let reward = Reward::new(&config.platform.outbound, rewards)
            .map_err(|_| anyhow::anyhow!("exploration_games.reward_server_url: not a URL"))?;
        let voucher = Voucher::new(&config.gateways.credits)?;
        let reachable = !servers.is_empty() || !config.platform.outbound.allow.is_empty();
        let key = config.gateways.notifications.signing_key.clone();
        let mailer = Mailer::new(
            &config.gateways,
            &config.platform.outbound,
            key.context("notifications.signing_key was not filled in")?,
            url,
            &config.platform.data,
            Arc::clone(&platform.clock),
        )
        .map_err(|what| anyhow!(what))?
        .asking(platform.views.clone());
        Ok(Self {
            client,
            mailer,
            mirror,
            remove: Remove::new(Arc::clone(&platform.blobs)),
            reward,
            indexers,
            voucher,
            converter,
            portraits,
            reachable,
        })
    }

    /// Who reads indexers when asked to; whether this process also follows them is another question.
    pub(super) fn producers(&self) -> Option<Arc<dyn Producers>> {
        let indexers = self.indexers.clone()?;
        Some(Arc::new(indexers))
    }

    /// Who fetches content files on demand; `None` when nobody may be asked.
    pub(super) fn content(&self) -> Option<Arc<dyn ContentFetch>> {
        self.reachable
            .then(|| Arc::new(self.mirror.clone()) as Arc<dyn ContentFetch>)
    }
}
