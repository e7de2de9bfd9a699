//! The typed tree. Sections of gateways, engine and effects are defined where they are used and composed here.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;

use adapters::kafka::KafkaOptions;
use anyhow::{Result, ensure};
use figment::value::{Dict, Value};
use gateways::settings::Settings;
use gateways::sources::catalyst::Follow;
use gateways::sources::demo::Demo;
use gateways::sources::outbound::Outbound;
use runtime::settings::Span;
use runtime::{effects, engine};
use serde::Deserialize;

use super::engines::Cql;

/// Sections that `gateways` defines.
pub(super) const GATEWAY_SECTIONS: &[&str] = &[
    "gateway",
    "operator",
    "cdn",
    "catalyst",
    "events_notifier",
    "deployments",
    "archipelago",
    "assets",
    "auth",
    "comms_gatekeeper",
    "convert",
    "profile_images",
    "realm_provider",
    "badges",
    "camera_reel",
    "notifications",
    "exploration_games",
    "credits",
];

/// The platform's own sections.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Platform {
    /// Address of the listener.
    pub(crate) listen: String,
    /// Data folder.
    pub(crate) data: PathBuf,
    /// `log.*`
    pub(crate) log: Place,
    /// `store.*`
    pub(crate) store: Place,
    /// `bus.*`
    pub(crate) bus: Place,
    /// `blobs.*`
    pub(crate) blobs: Place,
    /// `registry.*`
    pub(crate) registry: Place,
    /// `kafka.*`
    pub(crate) kafka: KafkaOptions,
    /// `cql.*`
    pub(crate) cql: Cql,
    /// `cluster.*`
    pub(crate) cluster: Cluster,
    /// `clock.*`
    pub(crate) clock: Clock,
    /// `outbound.*`
    pub(crate) outbound: Outbound,
    /// `engine.*`
    pub(crate) engine: engine::Settings,
    /// `effects.*`
    pub(crate) effects: effects::Settings,
    /// `demo.*`
    pub(crate) demo: Demo,
    /// `logging.*`
    pub(crate) logging: Logging,
    /// `telemetry.*`
    pub(crate) telemetry: Telemetry,
}

/// The address of an outside part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Place {
    /// URL; unset: the embedded part.
    pub(crate) url: Option<String>,
}

/// `cluster.*`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Cluster {
    /// How long a start waits for the log, the store and the registry to answer.
    pub(crate) connect_wait: Span,
    /// How often the marks of other processes are read while somebody waits for them.
    pub(crate) marks_interval: Span,
    /// Most partitions of a topic; unset: as `topics.yaml` says.
    pub(crate) partitions_max: Option<NonZeroU32>,
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            connect_wait: Span::secs(300),
            marks_interval: Span::millis(10),
            partitions_max: None,
        }
    }
}

/// `clock.*`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Clock {
    /// Whose time it is.
    pub(crate) source: ClockSource,
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClockSource {
    /// The machine's.
    #[default]
    System,
    /// The greatest tick event's.
    Ticks,
}

/// `logging.*`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Logging {
    /// How lines look.
    pub(crate) format: LogFormat,
}

/// `telemetry.*`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Telemetry {
    /// The collector of traces; empty: none.
    pub(crate) otlp_url: String,
    /// Share of the traces that begin here which are recorded.
    pub(crate) sample_ratio: f64,
    /// What this process is called there.
    pub(crate) service_name: String,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            otlp_url: String::new(),
            sample_ratio: 0.01,
            service_name: "worldlog".into(),
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            data: "./worldlog-data".into(),
            log: Place::default(),
            store: Place::default(),
            bus: Place {
                url: Some("memory://".into()),
            },
            blobs: Place::default(),
            registry: Place::default(),
            kafka: KafkaOptions::default(),
            cql: Cql::default(),
            cluster: Cluster::default(),
            clock: Clock::default(),
            outbound: Outbound::default(),
            engine: engine::Settings::default(),
            effects: effects::Settings::default(),
            demo: Demo::default(),
            logging: Logging::default(),
            telemetry: Telemetry::default(),
        }
    }
}

/// The whole tree.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The platform's own sections.
    pub(crate) platform: Platform,
    /// The gateways' sections.
    pub(crate) gateways: Settings,
    /// The follower's part of `catalyst.*`.
    pub(crate) follow: Follow,
    /// Keys that nothing reads yet, by dotted key.
    pub(crate) services: BTreeMap<String, Value>,
}

impl Config {
    /// What the types cannot say.
    ///
    /// # Errors
    /// A URL of a kind that its part does not have.
    pub(super) fn validate(&self) -> Result<()> {
        let kinds: [(&str, &Place, &[&str]); 5] = [
            ("log", &self.platform.log, &["sqlite", "kafka"]),
            ("store", &self.platform.store, &["sqlite", "cql"]),
            ("bus", &self.platform.bus, &["memory", "nats", "tls"]),
            ("blobs", &self.platform.blobs, &["file", "s3"]),
            ("registry", &self.platform.registry, &["http", "https"]),
        ];
        for (section, place, schemes) in kinds {
            let Some(url) = &place.url else { continue };
            let scheme = url.split_once("://").map(|(scheme, _)| scheme);
            ensure!(
                scheme.is_some_and(|s| schemes.contains(&s)),
                "{section}.url: {:?} is none of {}",
                super::show::without_secrets(url),
                of_kinds(schemes)
            );
        }
        ensure!(!self.platform.listen.is_empty(), "listen: want host:port");
        self.gateways.convert.check().map_err(anyhow::Error::msg)?;
        self.gateways
            .archipelago
            .check()
            .map_err(anyhow::Error::msg)?;
        self.gateways
            .realm_provider
            .check()
            .map_err(anyhow::Error::msg)?;
        self.gateways
            .comms_gatekeeper
            .check()
            .map_err(anyhow::Error::msg)?;
        let portraits = self.gateways.profile_images.check();
        portraits.map_err(anyhow::Error::msg)?;
        let ratio = self.platform.telemetry.sample_ratio;
        ensure!(
            (0.0..=1.0).contains(&ratio),
            "telemetry.sample_ratio: {ratio} is not between 0 and 1"
        );
        ensure!(
            !self.platform.telemetry.service_name.is_empty(),
            "telemetry.service_name is empty"
        );
        Ok(())
    }
}

fn of_kinds(schemes: &[&str]) -> String {
    let texts: Vec<String> = schemes.iter().map(|s| format!("{s}://…")).collect();
    texts.join(", ")
}

/// The tree by who reads it.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) platform: Dict,
    pub(super) gateways: Dict,
    pub(super) follow: Dict,
    pub(super) services: BTreeMap<String, Value>,
}

/// Names of the follower's keys in section `catalyst`.
pub(super) fn follow_keys() -> Dict {
    let value = Value::serialize(Follow::default());
    match value {
        Ok(Value::Dict(_, members)) => members,
        _ => Dict::new(),
    }
}

/// Splits the tree into the platform's, the gateways', the follower's and what nothing reads yet.
pub(super) fn split(tree: &BTreeMap<String, super::layers::Setting>) -> Parts {
    let mut parts = Parts::default();
    let follow = follow_keys();
    for (key, setting) in tree {
        let value = setting.value.clone();
        let read = super::Catalog::global()
            .get(key)
            .is_some_and(|e| !e.reserved);
        match key.split_once('.') {
            _ if !read => {
                parts.services.insert(key.clone(), value);
            }
            None => {
                parts.platform.insert(key.clone(), value);
            }
            Some(("catalyst", name)) if follow.contains_key(name) => {
                if name == "urls" {
                    nest(&mut parts.gateways, "catalyst", name, value.clone());
                }
                parts.follow.insert(name.to_owned(), value);
            }
            Some((section, name)) if GATEWAY_SECTIONS.contains(&section) => {
                nest(&mut parts.gateways, section, name, value);
            }
            Some((section, name)) => nest(&mut parts.platform, section, name, value),
        }
    }
    parts
}

fn nest(tree: &mut Dict, section: &str, name: &str, value: Value) {
    let section = tree
        .entry(section.to_owned())
        .or_insert_with(|| Value::from(Dict::new()));
    if let Value::Dict(_, members) = section {
        members.insert(name.to_owned(), value);
    }
}
