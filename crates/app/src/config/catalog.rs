//! Every option there is, read from the two compiled-in files that document them.
//!
//! `default.toml` holds the platform's own options, `services.toml` those of services; a line `#name = value` is an
//! option that is unset by default, its value an example of its type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use figment::value::Value;

use super::nearest;

/// The documentation and the defaults of the platform's own options.
pub(crate) const DEFAULT: &str = include_str!("default.toml");
/// The documentation of the services' keys.
pub(crate) const SERVICES: &str = include_str!("services.toml");

/// One option.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// `section.key`, or the bare key at the top.
    pub(crate) key: String,
    /// Its default, or an example of its type.
    pub(crate) example: Value,
    /// Whether the line is a default and not an example.
    pub(crate) set: bool,
    /// What it means.
    pub(crate) doc: String,
    /// Whether it is a service's key that nothing reads yet.
    pub(crate) reserved: bool,
}

/// All options, by key.
#[derive(Debug)]
pub(crate) struct Catalog {
    entries: BTreeMap<String, Entry>,
    open: BTreeSet<String>,
}

/// What a key is to the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// An option, or a member of an option that is a table.
    Option,
    /// A key of a service section that no page of ours names.
    Service,
    /// A setting of the originals' deployment that the platform has in another place.
    Elsewhere(&'static str),
    /// Nothing of ours; the nearest option there is.
    Unknown(Option<String>),
}

/// Deployment settings of the original services, and what takes their place here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("http_server_port", "listen"),
    ("http_server_host", "listen"),
    ("port", "listen"),
    ("pg_component_psql_", "store.url"),
    ("connection_string", "store.url"),
    ("database_url", "store.url"),
    ("redis_", "store.url"),
    ("nats_url", "bus.url"),
    ("aws_sns_", "log.url"),
    ("aws_sqs_", "log.url"),
    ("sns_", "log.url"),
    ("events_sns_arn", "log.url"),
    ("queue_url", "log.url"),
    ("dlq_url", "log.url"),
    ("task_queue", "log.url"),
    ("priority_task_queue", "log.url"),
    ("conversion_", "log.url"),
    ("aws_", "blobs.url"),
    ("s3_", "blobs.url"),
    ("access_key", "blobs.url"),
    ("access_secret", "blobs.url"),
    ("bucket", "blobs.url"),
    ("bucket_name", "blobs.url"),
    ("cdn_bucket", "blobs.url"),
    ("logs_bucket", "blobs.url"),
    ("storage_folder", "blobs.url"),
    ("unity_path", "convert"),
    ("project_path", "convert"),
    ("wkc_metrics_", "gateway"),
    ("log_level", "logging"),
    ("rust_log", "logging"),
    ("sentry_", "logging"),
    ("commit_hash", "the build"),
    ("current_version", "the build"),
    ("env", "the key of each address"),
    ("clock_source", "clock.source"),
];

/// Keys under the name of the original service whose work another section does here.
const ALIASES: &[(&str, &str)] = &[
    ("deployments.content_server_urls", "catalyst.urls"),
    (
        "deployments.allowed_content_server_hosts",
        "catalyst.allowed_content_server_hosts",
    ),
    (
        "deployments.entity_max_age_in_seconds",
        "catalyst.entity_max_age_in_seconds",
    ),
    (
        "deployments.download_queue_concurrency",
        "catalyst.download_queue_concurrency",
    ),
    (
        "deployments.download_queue_timeout_ms",
        "catalyst.download_queue_timeout_ms",
    ),
    (
        "deployments.download_queue_max_pending",
        "catalyst.download_queue_max_pending",
    ),
    (
        "deployments.synchronizer_queue_concurrency",
        "catalyst.synchronizer_queue_concurrency",
    ),
    (
        "deployments.synchronizer_queue_timeout_ms",
        "catalyst.synchronizer_queue_timeout_ms",
    ),
    (
        "deployments.content_files_concurrency",
        "catalyst.content_files_concurrency",
    ),
    ("deployments.max_retries", "catalyst.max_retries"),
    (
        "deployments.wait_time_between_retries",
        "catalyst.wait_time_between_retries",
    ),
];

/// The key that is meant by a key.
pub(crate) fn meant(key: &str) -> &str {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == key);
    alias.map_or(key, |(_, key)| key)
}

impl Catalog {
    /// The options of this binary.
    pub(crate) fn global() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| {
            let mut catalog = Self {
                entries: BTreeMap::new(),
                open: BTreeSet::new(),
            };
            catalog.read(DEFAULT, false);
            catalog.read(SERVICES, true);
            catalog
        })
    }

    fn read(&mut self, text: &str, reserved: bool) {
        let mut section = String::new();
        let mut doc: Vec<&str> = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = format!("{name}.");
                if reserved {
                    self.open.insert(name.to_owned());
                }
                doc.clear();
            } else if let Some((name, example, set, trailing)) = option_line(line) {
                let key = format!("{section}{name}");
                let mut doc = std::mem::take(&mut doc);
                doc.extend(trailing);
                let entry = Entry {
                    key: key.clone(),
                    example,
                    set,
                    doc: doc.join(" "),
                    reserved,
                };
                self.entries.insert(key, entry);
            } else if let Some(text) = line.strip_prefix('#') {
                doc.push(text.trim());
            } else {
                doc.clear();
            }
        }
    }

    /// Every option, in order of keys.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The option of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// The option whose table a key is a member of, e.g. `convert.profiles` for `convert.profiles.web`.
    pub(crate) fn table_of(&self, key: &str) -> Option<&Entry> {
        let entry = self.get(key.rsplit_once('.')?.0)?;
        matches!(entry.example, Value::Dict(..)).then_some(entry)
    }

    /// What a key is.
    pub(crate) fn know(&self, key: &str) -> Known {
        let key = meant(key);
        if self.get(key).is_some() || self.table_of(key).is_some() {
            return Known::Option;
        }
        let Some((section, name)) = key.split_once('.') else {
            return Known::Unknown(self.nearest(key));
        };
        if !self.open.contains(section) {
            return Known::Unknown(self.nearest(key));
        }
        let elsewhere = ELSEWHERE
            .iter()
            .find(|(n, _)| name == *n || n.ends_with('_') && name.starts_with(n));
        if let Some((_, place)) = elsewhere {
            return Known::Elsewhere(place);
        }
        // A service section takes keys that no page names, but a slip of the pen in a known one is still an error.
        match self.nearest(key) {
            Some(near) if nearest::distance(&near, key) <= 2 => Known::Unknown(Some(near)),
            _ => Known::Service,
        }
    }

    /// The option whose key is nearest, unless all are far.
    pub(crate) fn nearest(&self, key: &str) -> Option<String> {
        nearest::of(key, self.entries.keys().map(String::as_str)).map(str::to_owned)
    }

    /// Keys that options of a section have.
    pub(crate) fn section(&self, section: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{section}.");
        self.entries
            .keys()
            .filter(move |k| k.starts_with(&prefix))
            .map(String::as_str)
    }
}

/// Reads `name = value` or `#name = value`, with an optional trailing comment.
fn option_line(line: &str) -> Option<(&str, Value, bool, Option<&str>)> {
    let (text, set) = match line.strip_prefix('#') {
        Some(rest) => (rest, false),
        None => (line, true),
    };
    let (name, _) = text.split_once(" = ")?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return None;
    }
    let table: figment::value::Dict = toml::from_str(text).ok()?;
    let example = table.get(name)?.clone();
    let trailing = text.rsplit_once(" # ").map(|(_, doc)| doc);
    Some((name, example, set, trailing))
}

/// The environment variable of a key.
pub(crate) fn variable(key: &str) -> String {
    format!("WORLDLOG__{}", key.replace('.', "__").to_uppercase())
}

/// Whether a key's value must never be shown.
pub(crate) fn is_secret(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key);
    let ends = [
        "token",
        "secret",
        "password",
        "api_key",
        "_key",
        "webhook",
        // Hosted ones have the key in their path.
        "subgraph_url",
        "connection_string",
        "access_key",
        "access_secret",
        "kafka.properties",
    ];
    ends.iter()
        .any(|end| name.ends_with(end) || key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_option_is_documented_with_its_variable() {
        for entry in Catalog::global().entries().filter(|e| !e.reserved) {
            let variable = variable(&entry.key);
            assert!(
                entry.doc.contains(&variable),
                "{}: want {variable}",
                entry.key
            );
        }
    }

    #[test]
    fn every_service_key_is_documented_and_no_line_is_misread() {
        let lines = SERVICES.lines().filter(|l| l.contains(" = "));
        let options = lines.filter(|l| l.starts_with('#') && !l.starts_with("# "));
        let read = Catalog::global().entries().filter(|e| e.reserved);
        let read: Vec<_> = read.collect();
        assert_eq!(read.len(), options.count());
        for entry in read {
            assert!(!entry.doc.is_empty(), "{} has no words", entry.key);
            assert!(!entry.set, "{} must be an example", entry.key);
        }
    }

    #[test]
    fn a_slip_in_a_service_key_is_noticed_but_a_strange_key_is_kept() {
        let know = |key| Catalog::global().know(key);
        assert_eq!(know("badges.api_admin_token"), Known::Option);
        assert_eq!(
            know("badges.api_admin_tokn"),
            Known::Unknown(Some("badges.api_admin_token".into()))
        );
        assert_eq!(know("badges.something_else_entirely"), Known::Service);
        assert_eq!(know("badges.redis_host"), Known::Elsewhere("store.url"));
        assert_eq!(know("convert.profiles.web"), Known::Option);
        assert_eq!(know("log.ulr"), Known::Unknown(Some("log.url".into())));
    }

    #[test]
    fn an_alias_names_an_option() {
        for (alias, key) in ALIASES {
            assert!(Catalog::global().get(key).is_some(), "{alias} means {key}");
            assert!(
                Catalog::global().get(alias).is_none(),
                "{alias} is an option"
            );
        }
    }

    #[test]
    fn secrets_are_known_by_name() {
        assert!(is_secret("operator.token") && is_secret("worlds.livekit_api_key"));
        assert!(!is_secret("log.url") && !is_secret("credits.chain_id"));
    }
}
