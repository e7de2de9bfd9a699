//! The effective configuration with where each value came from, secrets hidden.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use figment::value::Value;
use serde::Serialize;

use super::catalog::{Catalog, Entry, is_secret, variable};
use super::{Loaded, Origin};

/// What is put in place of a secret.
const HIDDEN: &str = "***";

/// One line of `config show`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shown {
    /// Value; null when unset, `***` for a secret.
    pub(crate) value: serde_json::Value,
    /// `default`, `file …`, `env …`, `flag …`, or `unset`.
    pub(crate) source: String,
    /// The environment variable that sets it.
    pub(crate) variable: String,
    /// What it means.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) doc: String,
    /// Whether nothing reads it yet.
    pub(crate) reserved: bool,
}

/// Every option that has a value, and every unset one of the platform's own; unset service keys only for `all`.
pub(crate) fn shown(loaded: &Loaded, all_keys: bool) -> BTreeMap<String, Shown> {
    let settings = &loaded.layers.settings;
    let mut all = BTreeMap::new();
    for entry in Catalog::global().entries() {
        if !settings.contains_key(&entry.key) && (all_keys || !entry.reserved) {
            all.insert(entry.key.clone(), unset(loaded, entry));
        }
    }
    for (key, setting) in settings {
        let entry = Catalog::global().get(key);
        let line = Shown {
            value: hidden(key, &setting.value),
            source: setting.origin.to_string(),
            variable: variable(key),
            doc: entry.map_or_else(String::new, |e| e.doc.clone()),
            reserved: entry.is_none_or(|e| e.reserved),
        };
        all.insert(key.clone(), line);
    }
    all
}

/// An unset option: what takes its place, if something does.
fn unset(loaded: &Loaded, entry: &Entry) -> Shown {
    let data = loaded.config.platform.data.display();
    let place = match entry.key.as_str() {
        "log.url" => Some(format!("sqlite://{data}/log.db")),
        "store.url" => Some(format!("sqlite://{data}/store.db")),
        "blobs.url" => Some(format!("file://{data}/blobs")),
        _ => None,
    };
    Shown {
        source: place
            .as_ref()
            .map_or_else(|| "unset".to_owned(), |_| Origin::Default.to_string()),
        value: place.map_or(serde_json::Value::Null, Into::into),
        variable: variable(&entry.key),
        doc: entry.doc.clone(),
        reserved: entry.reserved,
    }
}

/// A value as JSON, without what must not be seen.
fn hidden(key: &str, value: &Value) -> serde_json::Value {
    if is_secret(key) {
        return HIDDEN.into();
    }
    hide_within(serde_json::to_value(value).unwrap_or(serde_json::Value::Null))
}

fn hide_within(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::String(text) => without_secrets(&text).into(),
        serde_json::Value::Array(items) => items.into_iter().map(hide_within).collect(),
        other => other,
    }
}

/// A URL without the password and the secret parameters that it may carry.
pub(crate) fn without_secrets(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let (before_query, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = match before_query.find('/') {
        Some(at) => before_query.split_at(at),
        None => (before_query, ""),
    };
    let authority = match authority.rsplit_once('@') {
        // A token may stand where a name does, with or without a password behind it.
        Some((_, host)) => format!("{HIDDEN}@{host}"),
        None => authority.to_owned(),
    };
    let mut shown = format!("{scheme}://{authority}{path}");
    for (i, parameter) in query.into_iter().flat_map(|q| q.split('&')).enumerate() {
        shown.push(if i == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if is_secret(&name.to_lowercase()) => {
                let _ = write!(shown, "{name}={HIDDEN}");
            }
            _ => shown.push_str(parameter),
        }
    }
    shown
}

/// The lines as TOML, with the source of each as a comment; `docs` adds what each means.
pub(crate) fn text(shown: &BTreeMap<String, Shown>, docs: bool) -> String {
    let mut out = String::new();
    let top = shown.iter().filter(|(key, _)| !key.contains('.'));
    let nested = shown.iter().filter(|(key, _)| key.contains('.'));
    let mut section = "";
    for (key, line) in top.chain(nested) {
        let (of, name) = key.split_once('.').unwrap_or(("", key));
        if of != section {
            section = of;
            let _ = writeln!(out, "\n[{of}]");
        }
        if docs && !line.doc.is_empty() {
            let _ = writeln!(out, "# {}", line.doc);
        }
        let reserved = if line.reserved {
            ", reserved: not used yet"
        } else {
            ""
        };
        let setting = match &line.value {
            serde_json::Value::Null => format!("#{name} ="),
            value => format!("{name} = {}", as_toml(value)),
        };
        let _ = writeln!(out, "{setting:<48} # {}{reserved}", line.source);
    }
    out
}

fn as_toml(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name} = {}", as_toml(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(as_toml).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_hidden() {
        for (url, expected) in [
            ("nats://me:pw@host:4222", "nats://***@host:4222"),
            ("nats://token@host:4222", "nats://***@host:4222"),
            (
                "s3://b?endpoint=http://h&secret_key=x",
                "s3://b?endpoint=http://h&secret_key=***",
            ),
            ("sqlite:///var/lib/log.db", "sqlite:///var/lib/log.db"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_secrets(url), expected);
        }
    }
}
