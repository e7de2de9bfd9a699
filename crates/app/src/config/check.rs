//! Combinations that are legal and yet dangerous, and keys that nothing reads.

use std::net::IpAddr;

use runtime::settings::Span;
use serde::Serialize;

use super::catalog::{Catalog, Known};
use super::{ClockSource, Loaded, Origin};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Worth knowing.
    Note,
    /// Likely not what was meant.
    Warning,
}

/// One thing to know about a configuration.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    /// How much it matters.
    pub(crate) level: Level,
    /// The option, if one is at fault.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) key: String,
    /// What is the matter.
    pub(crate) message: String,
}

fn warning(key: &str, message: impl Into<String>) -> Finding {
    Finding {
        level: Level::Warning,
        key: key.to_owned(),
        message: message.into(),
    }
}

/// Everything there is to say, warnings first.
pub(crate) fn check(loaded: &Loaded) -> Vec<Finding> {
    let mut findings: Vec<Finding> = loaded
        .layers
        .warnings
        .iter()
        .map(|text| warning("", text.as_str()))
        .collect();
    edges(loaded, &mut findings);
    places(loaded, &mut findings);
    limits(loaded, &mut findings);
    for (key, setting) in &loaded.layers.settings {
        if setting.origin == Origin::Default {
            continue;
        }
        let message = match Catalog::global().know(key) {
            Known::Elsewhere(place) => format!("not used: here this is {place}"),
            Known::Service => "reserved: not used yet, and no page names it".to_owned(),
            Known::Option if loaded.config.services.contains_key(key) => {
                "reserved: not used yet".to_owned()
            }
            Known::Option | Known::Unknown(_) => continue,
        };
        findings.push(Finding {
            level: Level::Note,
            key: key.clone(),
            message,
        });
    }
    findings
}

/// Who can reach us, and whom we reach.
fn edges(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let config = &loaded.config;
    let host = config
        .platform
        .listen
        .rsplit_once(':')
        .map_or("", |(h, _)| h);
    let host = host.trim_matches(['[', ']']);
    let outside = host != "localhost" && host.parse::<IpAddr>().is_ok_and(|ip| !ip.is_loopback());
    let token = config.gateways.operator.token.as_ref();
    if outside && token.is_none() {
        findings.push(warning(
            "operator.token",
            format!(
                "unset while {} is reachable from outside: everybody may read the operator gateway, nobody may feed",
                config.platform.listen
            ),
        ));
    }
    if outside && token.is_some_and(|t| t.reveal().len() < 16) {
        findings.push(warning(
            "operator.token",
            "shorter than 16 characters while reachable from outside",
        ));
    }
    if config
        .gateways
        .gateway
        .trusted_proxies
        .iter()
        .any(|p| p.ends_with("/0"))
    {
        findings.push(warning(
            "gateway.trusted_proxies",
            "believes everybody's x-forwarded-for: any client may claim any address",
        ));
    }
    for url in &config.gateways.catalyst.urls {
        let host = url.split("://").nth(1).unwrap_or("");
        let local = ["127.", "localhost", "[::1]"]
            .iter()
            .any(|l| host.starts_with(l));
        if url.starts_with("http://") && !local {
            findings.push(warning(
                "catalyst.urls",
                format!(
                    "{} is plain http and not on this machine: it will be refused",
                    super::show::without_secrets(url)
                ),
            ));
        }
    }
}

/// Whose time and which places.
fn places(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let platform = &loaded.config.platform;
    if platform.clock.source == ClockSource::Ticks {
        findings.push(warning(
            "clock.source",
            "time follows platform/clock-tick events: for tests and simulation only",
        ));
    }
    let is = |place: &Option<String>, scheme: &str| {
        place.as_ref().is_some_and(|url| url.starts_with(scheme))
    };
    if is(&platform.store.url, "cql") && !is(&platform.log.url, "kafka") {
        findings.push(warning(
            "store.url",
            "a shared store behind a log of this machine: another process with another log would write the same rows",
        ));
    }
    if is(&platform.log.url, "kafka") && !is(&platform.bus.url, "nats") {
        findings.push(warning(
            "bus.url",
            "memory:// with a shared log: live messages do not reach the other processes",
        ));
    }
    let signing_key = &loaded.config.gateways.notifications.signing_key;
    if is(&platform.log.url, "kafka") && signing_key.is_none() {
        findings.push(warning(
            "notifications.signing_key",
            "unset with a shared log: each data folder has a key of its own, and links in mails of one process are void \
             at the others",
        ));
    }
    if is(&platform.log.url, "kafka") && !is(&platform.blobs.url, "s3") {
        findings.push(warning(
            "blobs.url",
            "a folder of this machine with a shared log: other processes do not see its files",
        ));
    }
    let log = platform
        .log
        .url
        .as_deref()
        .and_then(|u| u.strip_prefix("sqlite://"));
    let store = platform
        .store
        .url
        .as_deref()
        .and_then(|u| u.strip_prefix("sqlite://"));
    if log.is_some() && log == store {
        findings.push(warning(
            "store.url",
            "the same file as log.url: the store must be deletable without the log",
        ));
    }
}

/// Limits that do not fit together.
fn limits(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let config = &loaded.config;
    let engine = &config.platform.engine;
    if engine.flush_bytes < engine.fetch_bytes {
        findings.push(warning(
            "engine.flush_bytes",
            format!(
                "{} is less than one fetch ({}): every batch is written back at once",
                engine.flush_bytes, engine.fetch_bytes
            ),
        ));
    }
    if engine.retry_min > engine.retry_max {
        findings.push(warning("engine.retry_min", "greater than engine.retry_max"));
    }
    let effects = &config.platform.effects;
    if effects.retry_min > effects.retry_max {
        findings.push(warning(
            "effects.retry_min",
            "greater than effects.retry_max",
        ));
    }
    if config.gateways.gateway.wait > Span::secs(30) {
        findings.push(warning(
            "gateway.wait",
            "above 30 s: most proxies give up before a waiting read does",
        ));
    }
    if engine.flush_interval > Span::secs(60) {
        findings.push(warning(
            "engine.flush_interval",
            "above a minute: a crash while behind repeats that much work",
        ));
    }
}

/// Outside services that are not configured, and what that means: nothing calls what was not configured.
const OUTSIDE: &[(&str, &str)] = &[
    ("catalyst.urls", "no content server is followed"),
    (
        "comms_gatekeeper.prod_livekit_host",
        "rooms and calls refuse: there is no LiveKit server",
    ),
    (
        "comms_gatekeeper.land_authorizations_url",
        "the rule who may administrate a parcel is off",
    ),
    (
        "comms_gatekeeper.feature_flags_url",
        "the moderators' feature flag is off",
    ),
    (
        "comms_gatekeeper.signature_validation_url",
        "contract-wallet signatures are not checked",
    ),
    (
        "realm_provider.catalyst_urls",
        "the list of catalysts is asked from the DAO by RPC (realm_provider.rpc_url); without, the platform is its own realm",
    ),
    (
        "auth.tenderly_access_key",
        "what a transaction would do is not simulated",
    ),
    ("auth.magic_secret_key", "accounts are not deleted at Magic"),
    ("atlas.subgraph_url", "the map has special tiles only"),
    ("atlas.signatures_server_url", "the map has no rentals"),
    (
        "notifications.sendgrid_api_url",
        "mails go to the outbox folder",
    ),
    (
        "events_notifier.collections_l2_subgraph_url",
        "sales, royalties, bids, items and collections are not followed",
    ),
    (
        "events_notifier.rentals_subgraph_url",
        "rentals are not followed",
    ),
    (
        "events_notifier.land_manager_subgraph_url",
        "rentals are told without the place of their LAND",
    ),
    (
        "events_notifier.segment_signing_key",
        "POST /events-notifier/forward refuses everything",
    ),
    (
        "camera_reel.places_api_url",
        "photos are not found by the names of worlds",
    ),
    (
        "exploration_games.reward_server_url",
        "rewards of missions wait until a rewards server is configured",
    ),
    (
        "worlds.marketplace_subgraph_url",
        "nobody's ownership of names can be checked",
    ),
];

/// Outside services that are not configured, with what that means.
pub(crate) fn outside_services(loaded: &Loaded) -> Vec<(&'static str, &'static str)> {
    let unset = |key: &str| match loaded.layers.settings.get(key) {
        None => true,
        Some(setting) => {
            setting.value.as_str() == Some("")
                || setting.value == Vec::<figment::value::Value>::new().into()
        }
    };
    OUTSIDE
        .iter()
        .copied()
        .filter(|(key, _)| unset(key))
        .collect()
}
