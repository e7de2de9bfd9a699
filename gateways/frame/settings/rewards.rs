//! What people earn: badges, credits, games.

use std::collections::BTreeMap;

use runtime::settings::{Size, Span};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

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
    /// Whether credits can be bought in an app.
    pub iap_credits: bool,
    /// Credits of each product of the app: a table, or the same as JSON text.
    pub iap_product_catalog: Catalog,
    /// Credits that one wallet may ever buy in the app; 0: no limit.
    pub iap_wallet_total_limit: u64,
    /// Credits that one wallet may buy there in a UTC day; 0: no limit.
    pub iap_wallet_daily_limit: u64,
    /// Credits that all wallets may buy there in a UTC day; 0: no limit.
    pub iap_service_daily_limit: u64,
    /// Base of the app store's server API, which knows what was bought; unset: purchases wait.
    pub iap_store_url: Option<String>,
    /// The same for purchases of the store's sandbox; unset: they are refused.
    pub iap_sandbox_store_url: Option<String>,
    /// The app that purchases must be of; unset: purchases wait.
    pub iap_bundle_id: Option<String>,
    /// Issuer of the tokens that the store is asked with; unset: it is asked without one, as a proxy of ours may be.
    pub iap_issuer_id: Option<String>,
    /// Which of the issuer's keys signs them.
    pub iap_key_id: Option<String>,
    /// That key: PKCS#8 in PEM, as the store gives it out.
    pub iap_private_key: Option<Secret>,
    /// Who finds a way to register a name on Ethereum, by provider (`axelar`, `across`).
    pub name_route_urls: BTreeMap<String, String>,
    /// Credits that a way may cost beside the name itself; 0: whatever it costs.
    pub name_route_cost_limit: u64,
    /// How long a signed way may be used.
    pub name_route_ttl: Span,
    /// Contracts whose calls are signed; none: any but the manager itself.
    pub external_call_targets: Vec<String>,
    /// Requests of one wallet a minute that the ledger would have to answer, at each gateway; 0: no limit.
    pub wallet_requests_per_minute: u32,
    /// Questions of one wallet a UTC day that the ledger answers; it allows 1000 whatever this says.
    pub wallet_questions_per_day: u32,
    /// Streams of credits that are open at a time.
    pub streams_max: usize,
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
            iap_credits: true,
            iap_product_catalog: Catalog::default(),
            iap_wallet_total_limit: 0,
            iap_wallet_daily_limit: 0,
            iap_service_daily_limit: 0,
            iap_store_url: None,
            iap_sandbox_store_url: None,
            iap_bundle_id: None,
            iap_issuer_id: None,
            iap_key_id: None,
            iap_private_key: None,
            name_route_urls: BTreeMap::new(),
            name_route_cost_limit: 0,
            name_route_ttl: Span::secs(900),
            external_call_targets: Vec::new(),
            wallet_requests_per_minute: 120,
            wallet_questions_per_day: 500,
            streams_max: 10_000,
            signature_window: Span::secs(60),
            rows_max: 10_000,
            statement_lines_max: 10_000,
            tick_interval: Span::secs(10),
        }
    }
}

/// Credits of products, as decimal texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog(pub BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Catalog {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Amount {
            Whole(u64),
            Decimal(f64),
            Text(String),
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Json(String),
            Table(BTreeMap<String, Amount>),
        }
        let table = match Either::deserialize(from)? {
            Either::Table(table) => table,
            Either::Json(text) if text.trim().is_empty() => BTreeMap::new(),
            Either::Json(text) => serde_json::from_str(&text).map_err(D::Error::custom)?,
        };
        let text = |amount| match amount {
            Amount::Whole(number) => number.to_string(),
            Amount::Decimal(number) => number.to_string(),
            Amount::Text(text) => text,
        };
        let products = table.into_iter().map(|(id, amount)| (id, text(amount)));
        Ok(Self(products.collect()))
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
