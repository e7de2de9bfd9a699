//! The gateways' part of the configuration tree: one struct a section.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use runtime::settings::{Size, Span};
use serde::Deserialize;

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
    /// A JSON answer of records stops after the record that reaches this.
    pub records_bytes_max: Size,
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            token: None,
            protect_reads: false,
            records_bytes_max: Size::mib(32),
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

/// The events notifier.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventsNotifier {
    /// Largest body of `POST /events`.
    pub body_limit: Size,
    /// Most events of one `POST /events`.
    pub events_max: usize,
}

impl Default for EventsNotifier {
    fn default() -> Self {
        Self {
            body_limit: Size::mib(32),
            events_max: 10_000,
        }
    }
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

/// The credits server and the signer of its vouchers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Credits {
    /// Bearer of the admin routes: seasons, statements; unset: they answer 403.
    pub api_admin_token: Option<Secret>,
    /// Bearer of grants; unset: they answer 403.
    pub granter_api_admin_token: Option<Secret>,
    /// Bearer of flags; unset: they answer 403.
    pub programmatic_api_admin_token: Option<Secret>,
    /// Addresses that may sign grants.
    pub read_write_admin_addresses: Vec<String>,
    /// Credits that all grants of a UTC day may give; 0: no limit.
    pub daily_granter_limit: u64,
    /// Days a goal's credit lives after its season.
    pub credits_grace_period_days: u32,
    /// Days a credit lives that was given while no season ran.
    pub credits_no_season_expiration_days: u32,
    /// Signs credits, 64 hex digits; unset: credits wait unsigned and are not shown.
    pub private_key: Option<Secret>,
    /// Signs external calls, 64 hex digits; unset: the route answers 503.
    pub external_call_signer_private_key: Option<Secret>,
    /// Chain of the CreditsManager.
    pub chain_id: u64,
    /// Address of the CreditsManager; unset: the known one of the chain.
    pub credits_manager_address_override: Option<String>,
    /// Whether dollars can be bought and spent.
    pub usd_credits: bool,
    /// Seconds an authorization lives.
    pub usd_intent_ttl_seconds: u32,
    /// Whether the packs are for sale.
    pub stripe_enabled: bool,
    /// The provider's hosted payment page of each pack; an order's id is sent along as `client_reference_id`.
    pub stripe_payment_links: BTreeMap<String, String>,
    /// Secret of the payment provider's webhook; unset: it answers 503.
    pub stripe_webhook_secret: Option<Secret>,
    /// How old a webhook's signature may be.
    pub stripe_webhook_window: Span,
    /// For tests: the `/dev` routes.
    pub allow_dev_mint: bool,
    /// How far an answer to the captcha may be off, per cent of the picture's width.
    pub captcha_tolerance: f64,
    /// For tests: fixes the captcha's answer.
    pub credits_test_captcha_x: Option<f64>,
    /// Dollars per MANA, in parts of `oracle_fixed_decimals`; unset: authorizations answer 503.
    pub oracle_fixed_rate: Option<String>,
    /// Decimals of the rate.
    pub oracle_fixed_decimals: u32,
    /// How long a signed request holds.
    pub signature_window: Span,
    /// Rows of one person that a read looks at: credits, purchases, orders.
    pub rows_max: usize,
    /// Lines of a statement at a time.
    pub statement_lines_max: usize,
    /// How often the ledger is told the time where nobody feeds ticks; 0: never.
    pub tick_interval: Span,
}

impl Default for Credits {
    fn default() -> Self {
        Self {
            api_admin_token: None,
            granter_api_admin_token: None,
            programmatic_api_admin_token: None,
            read_write_admin_addresses: Vec::new(),
            daily_granter_limit: 0,
            credits_grace_period_days: 14,
            credits_no_season_expiration_days: 90,
            private_key: None,
            external_call_signer_private_key: None,
            chain_id: 137,
            credits_manager_address_override: None,
            usd_credits: true,
            usd_intent_ttl_seconds: 900,
            stripe_enabled: false,
            stripe_payment_links: BTreeMap::new(),
            stripe_webhook_secret: None,
            stripe_webhook_window: Span::secs(300),
            allow_dev_mint: false,
            captcha_tolerance: 5.0,
            credits_test_captcha_x: None,
            oracle_fixed_rate: None,
            oracle_fixed_decimals: 8,
            signature_window: Span::secs(60),
            rows_max: 10_000,
            statement_lines_max: 10_000,
            tick_interval: Span::secs(10),
        }
    }
}

impl Credits {
    /// The CreditsManager, lower case; `None` on a chain where none is known.
    pub fn manager(&self) -> Option<String> {
        let known = match self.chain_id {
            137 => Some("0x8b3a40ca1b6f5cafc99d112a4d02e897d1fd8cc5"),
            80002 => Some("0x8052a560e6e6ac86eeb7e711a4497f639b322fb3"),
            _ => None,
        };
        let configured = self.credits_manager_address_override.as_deref();
        configured
            .filter(|a| !a.is_empty())
            .or(known)
            .map(str::to_lowercase)
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
