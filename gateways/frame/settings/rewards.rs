//! What people earn: badges, credits, games.

use std::collections::BTreeMap;

use runtime::settings::{Size, Span};
use serde::Deserialize;

use super::Secret;

/// Badges.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Badges {
    /// Bearer of the admin routes; unset: they are absent.
    pub api_admin_token: Option<Secret>,
    /// What links to badge images start with.
    pub cdn_host: String,
    /// Which environment it is: only `dev` and `test` may forget somebody's progress.
    pub env: String,
    /// Largest body of a backfill.
    pub body_limit: Size,
    /// Most people of one backfill.
    pub backfill_registries_max: usize,
}

impl Badges {
    /// Whether progress may be forgotten.
    pub fn is_test(&self) -> bool {
        ["dev", "test"].contains(&self.env.as_str())
    }
}

impl Default for Badges {
    fn default() -> Self {
        Self {
            api_admin_token: None,
            cdn_host: model::events::badges::CDN_HOST.into(),
            env: "prod".into(),
            body_limit: Size::mib(32),
            backfill_registries_max: 10_000,
        }
    }
}

/// Exploration games.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExplorationGames {
    /// Addresses that may use the admin routes; without any these answer 500, as in the original.
    pub admins: Vec<String>,
    /// Base of the rewards server; unset: rewards wait.
    pub reward_server_url: Option<Secret>,
    /// Hours between the starts of two runs of mini-games.
    pub mission_time_window_hs: u32,
    /// Bearer of `POST /api/multiplayer/progress`; unset: there is no such route.
    pub multiplayer_key: Option<Secret>,
    /// Most scores of one `POST /api/multiplayer/progress`.
    pub multiplayer_scores_max: usize,
    /// How long the answer to the last challenge of a mission waits for its reward.
    pub reward_wait: Span,
    /// How often it is looked for runs whose time is over.
    pub expiry_interval: Span,
    /// Runs that are looked at each time.
    pub open_runs_max: usize,
    /// How many rows of a game an administrator may page through; a page beyond answers 400.
    pub progress_rows_max: usize,
}

impl Default for ExplorationGames {
    fn default() -> Self {
        Self {
            admins: Vec::new(),
            reward_server_url: None,
            mission_time_window_hs: 24,
            multiplayer_key: None,
            multiplayer_scores_max: 100,
            reward_wait: Span::secs(5),
            expiry_interval: Span::secs(60),
            open_runs_max: 100_000,
            progress_rows_max: 100_000,
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
