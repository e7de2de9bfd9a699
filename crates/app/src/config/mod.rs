//! The one configuration tree: `default.toml`, a file, the environment, flags, each over the one before.

mod catalog;
mod check;
mod engines;
mod layers;
mod nearest;
mod places;
mod sections;
mod show;
mod typed;

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use figment::Figment;
use figment::providers::Serialized;
use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;

pub(crate) use catalog::Catalog;
pub(crate) use check::{Finding, Level, check, outside_services};
pub(crate) use layers::{CONFIG_VARIABLE, Layers, Origin};
pub(crate) use nearest::of as nearest;
pub(crate) use places::{BlobsPlace, BusPlace, LogPlace, StorePlace};
pub(crate) use sections::{ClockSource, Cluster, Config, LogFormat, Telemetry};
pub(crate) use show::{shown, text, without_secrets};

/// What a configuration is made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// `--config`.
    pub(crate) file: Option<PathBuf>,
    /// The process's environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Key, value and name of each flag given.
    pub(crate) flags: Vec<(&'static str, Value, &'static str)>,
}

/// A configuration, and how it came to be.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The typed tree.
    pub(crate) config: Config,
    /// Each value with its origin, and warnings.
    pub(crate) layers: Layers,
}

impl Inputs {
    /// The inputs of this process.
    pub(crate) fn of_process(file: Option<PathBuf>) -> Self {
        // A variable that is not text is none of ours.
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            file,
            environment,
            flags: Vec::new(),
        }
    }

    /// Adds a flag if it was given.
    pub(crate) fn flag(
        &mut self,
        key: &'static str,
        value: Option<impl Into<Value>>,
        flag: &'static str,
    ) {
        if let Some(value) = value {
            self.flags.push((key, value.into(), flag));
        }
    }
}

/// Lays everything over the defaults and reads the tree.
///
/// # Errors
/// An unreadable file, an unknown key in it, or a value of the wrong type: named, with its origin.
pub(crate) fn load(inputs: &Inputs) -> Result<Loaded> {
    let mut layers = Layers::defaults();
    if let Some(file) = &inputs.file {
        layers.file(file)?;
    }
    layers.environment(&inputs.environment)?;
    for (key, value, flag) in &inputs.flags {
        layers.flag(key, value.clone(), flag);
    }
    let parts = sections::split(&layers.settings);
    let config = Config {
        platform: extract(parts.platform, "", &layers)?,
        gateways: extract(parts.gateways, "", &layers)?,
        follow: extract(parts.follow, "catalyst", &layers)?,
        services: parts.services,
    };
    config.validate()?;
    Ok(Loaded { config, layers })
}

/// Reads a part of the tree; `section` is what its keys stand below.
fn extract<T: DeserializeOwned>(tree: Dict, section: &str, layers: &Layers) -> Result<T> {
    Figment::from(Serialized::defaults(tree))
        .extract()
        .map_err(|error| refused(&error, section, layers))
}

/// A figment error in our words: the key, what is wrong, where it came from. Never the value of a secret.
fn refused(error: &figment::Error, section: &str, layers: &Layers) -> anyhow::Error {
    let below = error.path.iter().map(String::as_str);
    let path: Vec<&str> = (!section.is_empty())
        .then_some(section)
        .into_iter()
        .chain(below)
        .collect();
    let key = path.join(".");
    let origin = layers
        .settings
        .get(&key)
        .map_or_else(String::new, |s| format!(" ({})", s.origin));
    let mut what = error.kind.to_string();
    if catalog::is_secret(&key) {
        what = "a secret is text".to_owned();
    }
    anyhow!("{key}: {what}{origin}")
}

#[cfg(test)]
mod tests;
