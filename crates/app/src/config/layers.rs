//! The layers a configuration is made of, each a flat map of dotted keys: defaults, file, environment, flags.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use figment::value::{Dict, Value};

use super::catalog::{Catalog, Known, is_secret, meant, variable};
use super::typed;

/// What every variable of the tree starts with.
const PREFIX: &str = "WORLDLOG__";
/// Names the file, and is no key of the tree.
pub(crate) const CONFIG_VARIABLE: &str = "WORLDLOG__CONFIG";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `default.toml`.
    Default,
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "env {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// The value, of the type its option has.
    pub(crate) value: Value,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// Values by dotted key, later layers over earlier ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layers {
    /// What holds.
    pub(crate) settings: BTreeMap<String, Setting>,
    /// What a person should know, in order.
    pub(crate) warnings: Vec<String>,
}

impl Layers {
    /// The compiled-in defaults.
    pub(crate) fn defaults() -> Self {
        let settings = Catalog::global().entries().filter(|e| e.set).map(|entry| {
            let setting = Setting {
                value: entry.example.clone(),
                origin: Origin::Default,
            };
            (entry.key.clone(), setting)
        });
        Self {
            settings: settings.collect(),
            warnings: Vec::new(),
        }
    }

    /// Lays a file over what is there.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, or has a key that is not known.
    pub(crate) fn file(&mut self, path: &Path) -> Result<()> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration file {name}"))?;
        let tree: Dict = toml::from_str(&text).map_err(|error| broken(path, &text, &error))?;
        let mut flat = BTreeMap::new();
        flatten("", tree, &mut flat);
        for (key, value) in flat {
            let origin = Origin::File(path.to_owned());
            if let Some(problem) = self.lay(&key, value, origin)? {
                bail!("unknown key {key:?} in {name}{problem}");
            }
        }
        Ok(())
    }

    /// Lays the environment over what is there; unknown variables of ours warn.
    ///
    /// # Errors
    /// A secret's file cannot be read.
    pub(crate) fn environment(&mut self, variables: &[(String, String)]) -> Result<()> {
        let ours = variables
            .iter()
            .filter(|(name, _)| name.starts_with(PREFIX) && name != CONFIG_VARIABLE);
        for (name, text) in ours {
            let key = name[PREFIX.len()..].to_lowercase().replace("__", ".");
            let origin = Origin::Environment(name.clone());
            if let Some(problem) = self.lay(&key, Value::from(text.as_str()), origin)? {
                self.warnings
                    .push(format!("unknown environment variable {name}{problem}"));
            }
        }
        Ok(())
    }

    /// Lays a flag over what is there.
    pub(crate) fn flag(&mut self, key: &str, value: Value, flag: &'static str) {
        let origin = Origin::Flag(flag);
        self.settings
            .insert(key.to_owned(), Setting { value, origin });
    }

    /// Puts one value in place. Answers how to go on from "unknown key …" when it is unknown.
    fn lay(&mut self, key: &str, value: Value, origin: Origin) -> Result<Option<String>> {
        if let Some(secret) = secret_of_file(key) {
            let text = value.as_str().unwrap_or_default();
            // As for every other key: charts pass an empty text for what is not set.
            if text.is_empty() {
                return Ok(None);
            }
            let held = std::fs::read_to_string(text)
                .with_context(|| format!("cannot read {text:?}, the file of {secret}"))?;
            let value = Value::from(held.trim_end_matches(['\r', '\n']));
            self.put(secret, value, origin);
            return Ok(None);
        }
        let key = meant(key);
        match Catalog::global().know(key) {
            Known::Option | Known::Service | Known::Elsewhere(_) => {
                self.put(key, value, origin);
                Ok(None)
            }
            Known::Unknown(near) => Ok(Some(hint(key, near, &origin))),
        }
    }

    fn put(&mut self, key: &str, value: Value, origin: Origin) {
        let catalog = Catalog::global();
        if let Some(table) = catalog.table_of(key) {
            // A member of a table lies over the table's other members.
            let member = key[table.key.len() + 1..].to_owned();
            let mut dict = match self.settings.get(&table.key).map(|s| &s.value) {
                Some(Value::Dict(_, dict)) => dict.clone(),
                _ => Dict::new(),
            };
            dict.insert(member, value);
            let value = Value::from(dict);
            self.settings
                .insert(table.key.clone(), Setting { value, origin });
            return;
        }
        let entry = catalog.get(key);
        let value = entry.map_or_else(|| value.clone(), |e| typed::like(&e.example, &value));
        // Charts pass empty text for "not set": what is unset by default becomes so, anything else stays.
        let is_empty = value.as_str() == Some("");
        let is_set = entry.is_some_and(|e| e.set);
        if is_empty && !is_set {
            self.settings.remove(key);
        } else if !is_empty || !matches!(origin, Origin::Environment(_)) {
            self.settings
                .insert(key.to_owned(), Setting { value, origin });
        }
    }
}

/// What is wrong with a file and where. The line itself is not shown: it may hold a secret.
fn broken(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    anyhow::anyhow!("{}:{line} is not TOML: {}", path.display(), error.message())
}

/// The secret that `key` names the file of.
fn secret_of_file(key: &str) -> Option<&str> {
    let secret = key.strip_suffix("_file")?;
    let known = Catalog::global().know(secret);
    (is_secret(secret) && matches!(known, Known::Option | Known::Service)).then_some(secret)
}

/// What to say of an unknown key.
fn hint(key: &str, near: Option<String>, origin: &Origin) -> String {
    let spell = |key: &str| match origin {
        Origin::Environment(_) => variable(key),
        _ => key.to_owned(),
    };
    if let Some(near) = near {
        return format!(": did you mean {}?", spell(&near));
    }
    let section = key.split('.').next().unwrap_or(key);
    let keys: Vec<String> = Catalog::global().section(section).map(spell).collect();
    if keys.is_empty() {
        "; `worldlog config show` lists every option".to_owned()
    } else {
        format!("; there are {}", keys.join(", "))
    }
}

/// Turns sections into dotted keys, with underscores for dashes. A table that is an option stays one value.
fn flatten(prefix: &str, tree: Dict, flat: &mut BTreeMap<String, Value>) {
    for (name, value) in tree {
        let key = format!("{prefix}{}", name.replace('-', "_"));
        let is_option = Catalog::global().get(&key).is_some();
        match value {
            Value::Dict(_, members) if !is_option => flatten(&format!("{key}."), members, flat),
            value => {
                flat.insert(key, value);
            }
        }
    }
}
