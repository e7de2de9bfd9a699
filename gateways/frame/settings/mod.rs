//! The gateways' part of the configuration tree: one struct a section.

mod rewards;

use std::fmt;
use std::path::PathBuf;

use runtime::settings::{Size, Span};
use serde::Deserialize;

use crate::archipelago::Archipelago;
use crate::assets::Assets;
use crate::auth::Auth;
use crate::camera_reel::CameraReel;
use crate::comms_gatekeeper::CommsGatekeeper;
use crate::notifications::Notifications;
use crate::realm_provider::RealmProvider;
use crate::runners::convert::Convert;
use crate::runners::portrait::ProfileImages;

pub use rewards::{Badges, Credits, ExplorationGames};

/// A secret of the configuration. Never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for a comparison or an outgoing request and for nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The secret, unless it is the empty text, which means that none is set.
    pub fn present(secret: &Option<Self>) -> Option<&Self> {
        secret.as_ref().filter(|secret| !secret.0.is_empty())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Every section the gateways read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `gateway.*`
    pub gateway: Gateway,
    /// `operator.*`
    pub operator: Operator,
    /// `cdn.*`
    pub cdn: Cdn,
    /// `catalyst.*`
    pub catalyst: Catalyst,
    /// `events_notifier.*`
    pub events_notifier: EventsNotifier,
    /// `deployments.*`
    pub deployments: Deployments,
    /// `assets.*`
    pub assets: Assets,
    /// `archipelago.*`
    pub archipelago: Archipelago,
    /// `auth.*`
    pub auth: Auth,
    /// `comms_gatekeeper.*`; boxed, for it would make every future that holds these settings large.
    pub comms_gatekeeper: Box<CommsGatekeeper>,
    /// `convert.*`
    pub convert: Convert,
    /// `profile_images.*`
    pub profile_images: ProfileImages,
    /// `realm_provider.*`
    pub realm_provider: Box<RealmProvider>,
    /// `badges.*`
    pub badges: Badges,
    /// `camera_reel.*`
    pub camera_reel: Box<CameraReel>,
    /// `notifications.*`
    pub notifications: Notifications,
    /// `exploration_games.*`
    pub exploration_games: ExplorationGames,
    /// `credits.*`
    pub credits: Credits,
}

/// What all gateways share.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// How long a read waits for its position token, and an accepted write for its own read model.
    pub wait: Span,
    /// Largest request body, unless a gateway has a limit of its own.
    pub body_limit: Size,
    /// Addresses or networks (`10.0.0.0/8`) whose `x-forwarded-*` and `cf-*` headers are believed.
    pub trusted_proxies: Vec<String>,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            wait: Span::secs(5),
            body_limit: Size::mib(1),
            trusted_proxies: vec!["127.0.0.0/8".into(), "::1".into()],
        }
    }
}

/// The operator gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Operator {
    /// Bearer of everything that changes or feeds; unset: all of that answers 403.
    pub token: Option<Secret>,
    /// Whether reading needs the bearer, too.
    pub protect_reads: bool,
    /// How long somebody stays signed in at the console.
    pub session: Span,
    /// A JSON answer of records stops after the record that reaches this.
    pub records_bytes_max: Size,
    /// A generation that is at most so many events behind may be made live.
    pub ready_lag: u64,
    /// Most bytes that states and rows take at a time while a read model is verified.
    pub verify_memory: Size,
    /// Most events that one decision about dead letters takes.
    pub decision_events: usize,
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            token: None,
            protect_reads: false,
            session: Span::secs(12 * 60 * 60),
            records_bytes_max: Size::mib(32),
            ready_lag: 1000,
            verify_memory: Size::mib(256),
            decision_events: 10_000,
        }
    }
}

/// Public links.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cdn {
    /// What public links start with; unset: the URL of the mount.
    pub public_url: Option<String>,
}

/// The catalyst gateway and the follower of catalysts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Catalyst {
    /// Content servers to follow, each a base such as `http://127.0.0.1:6000/content`.
    pub urls: Vec<String>,
    /// How often the gateway makes its own snapshots.
    pub snapshot_interval: Span,
    /// How often it is looked whether there is something new to list.
    pub snapshot_look_interval: Span,
    /// Least time between two generations when something new brings one about.
    pub snapshot_rest: Span,
    /// Content files that are fetched for requests at a time.
    pub fetches_max: usize,
    /// How long a question for availability waits for a file to be fetched.
    pub available_within: Span,
    /// How long a file that no server has, or that took longer than that, is not asked for again.
    pub missing_for: Span,
    /// Deployments received at a time.
    pub deploy_concurrency: usize,
    /// Longest time for a deployment's body, and for looking for the files that it does not bring.
    pub deploy_timeout: Span,
    /// Longest silence between two pieces of a deployment's body.
    pub deploy_idle_timeout: Span,
    /// Largest file of a deployment.
    pub deploy_file_limit: Size,
    /// All files of a deployment together.
    pub deploy_total_limit: Size,
    /// Files of a deployment.
    pub deploy_files_max: usize,
    /// Content files that a deployed entity may name, whether they are sent or not.
    pub deploy_content_max: usize,
    /// Largest entity file of a deployment; it is read into memory.
    pub deploy_entity_limit: Size,
    /// Folder for the files of a deployment until it is checked; unset: the system's temporary folder.
    pub deploy_spool: Option<PathBuf>,
    /// What `/about` names as base of `content` and `lambdas`; unset: the URL of the mount.
    pub public_url: Option<String>,
    /// `configurations.realmName` of `/about`.
    pub realm_name: String,
    /// `configurations.networkId` of `/about`.
    pub network_id: u32,
    /// `comms.adapter` of `/about`; unset: comms are said to be offline.
    pub comms_adapter: Option<String>,
    /// `ethNetwork` of `/content/status`.
    pub eth_network: String,
    /// What links to images of profiles start with; unset: the platform's own `profile-images` mount if there is such
    /// a gateway, else the original's address.
    pub profile_images_url: Option<String>,
    /// What `/lambdas/contracts/pois` answers: the realm's own points of interest.
    pub pois: Vec<String>,
    /// What `/lambdas/contracts/denylisted-names` answers: names that the realm does not show.
    pub denylisted_names: Vec<String>,
}

impl Default for Catalyst {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            snapshot_interval: Span::secs(6 * 3600),
            snapshot_look_interval: Span::secs(5),
            snapshot_rest: Span::secs(30),
            fetches_max: 16,
            available_within: Span::secs(5),
            missing_for: Span::secs(30),
            deploy_concurrency: 8,
            deploy_timeout: Span::secs(600),
            deploy_idle_timeout: Span::secs(30),
            deploy_file_limit: Size::mib(100),
            deploy_total_limit: Size::mib(2048),
            deploy_files_max: 3000,
            deploy_content_max: 10_000,
            deploy_entity_limit: Size::mib(10),
            deploy_spool: None,
            public_url: None,
            realm_name: "worldlog".into(),
            network_id: 1,
            comms_adapter: None,
            eth_network: "mainnet".into(),
            profile_images_url: None,
            pois: Vec::new(),
            denylisted_names: Vec::new(),
        }
    }
}

/// The events notifier and the producers that read indexers for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventsNotifier {
    /// Largest body of `POST /events`.
    pub body_limit: Size,
    /// Most events of one `POST /events`.
    pub events_max: usize,
    /// How far ahead of the clock an event of `POST /events` may be.
    pub ahead_max: Span,
    /// Largest body of `POST /forward`.
    pub forward_body_limit: Size,
    /// Key of the signatures of `POST /forward`; unset: every signature is wrong.
    pub segment_signing_key: Option<Secret>,
    /// Bearer of `POST /producers/:producer/set-since`; unset: there is no such route.
    pub signing_key: Option<Secret>,
    /// `mainnet` or `sepolia`: where the contracts of rented LAND are.
    pub network: Network,
    /// What links to the marketplace start with.
    pub marketplace_base_url: String,
    /// Indexer of collections, sales and bids. Its path may hold a key.
    pub collections_l2_subgraph_url: Option<Secret>,
    /// Indexer of rentals.
    pub rentals_subgraph_url: Option<Secret>,
    /// Indexer that knows the coordinates of LAND and estates.
    pub land_manager_subgraph_url: Option<Secret>,
    /// Pause between two polls of a producer.
    pub indexer_poll_interval: Span,
    /// How far behind the indexed head rows are taken: the chain may still be reorganised there.
    pub indexer_lag: Span,
    /// How far behind its cursor a producer reads again: rows may appear late.
    pub indexer_overlap: Span,
    /// How often that is done.
    pub indexer_overlap_interval: Span,
    /// Rows asked for at a time.
    pub indexer_page_size: usize,
    /// Pages of one poll.
    pub indexer_pages_max: usize,
    /// Largest answer of an indexer.
    pub indexer_answer_limit: Size,
    /// Longest time of one question.
    pub indexer_timeout: Span,
    /// Pause after a first failure.
    pub indexer_retry_min: Span,
    /// Longest pause after failures in a row.
    pub indexer_retry_max: Span,
    /// Rows remembered for each producer, so that the overlap does not append them again.
    pub indexer_remembered: usize,
}

impl Default for EventsNotifier {
    fn default() -> Self {
        Self {
            body_limit: Size::mib(32),
            events_max: 10_000,
            ahead_max: Span::secs(30 * 86_400),
            forward_body_limit: Size(256 << 10),
            segment_signing_key: None,
            signing_key: None,
            network: Network::Mainnet,
            marketplace_base_url: "https://decentraland.org/marketplace".into(),
            collections_l2_subgraph_url: None,
            rentals_subgraph_url: None,
            land_manager_subgraph_url: None,
            indexer_poll_interval: Span::secs(60),
            indexer_lag: Span::secs(120),
            indexer_overlap: Span::secs(30 * 60),
            indexer_overlap_interval: Span::secs(5 * 60),
            indexer_page_size: 1000,
            indexer_pages_max: 1000,
            indexer_answer_limit: Size::mib(8),
            indexer_timeout: Span::secs(60),
            indexer_retry_min: Span::secs(1),
            indexer_retry_max: Span::secs(60),
            indexer_remembered: 65_536,
        }
    }
}

/// An Ethereum network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// The real one.
    #[default]
    Mainnet,
    /// The one for tests.
    Sepolia,
}

/// The deployments queue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deployments {
    /// Most items of one lease.
    pub lease_max: usize,
    /// Longest time a lease may be held.
    pub lease_ttl_max: Span,
    /// Longest time a lease request waits for work.
    pub lease_wait_max: Span,
    /// Longest reason of a `nack` or a requeue, characters: it is kept with each item.
    pub reason_chars_max: usize,
}

impl Default for Deployments {
    fn default() -> Self {
        Self {
            lease_max: 500,
            lease_ttl_max: Span::secs(6 * 3600),
            lease_wait_max: Span::secs(30),
            reason_chars_max: 1000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let operator: Operator =
            serde_json::from_str(r#"{"token":"hunter2"}"#).expect("a token is text");
        assert!(!format!("{operator:?}").contains("hunter2"));
        assert_eq!(operator.token.as_ref().map(Secret::reveal), Some("hunter2"));
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = serde_json::from_str::<Settings>(r#"{"gateway":{"wiat":"5s"}}"#)
            .expect_err("no such key")
            .to_string();
        assert!(error.contains("wiat") && error.contains("wait"), "{error}");
    }
}
