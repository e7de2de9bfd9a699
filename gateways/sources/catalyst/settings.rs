//! What the follower takes from section `catalyst` of the configuration.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use runtime::settings::Span;
use serde::{Deserialize, Serialize};

use crate::sources::outbound::list;

/// The follower's part of section `catalyst`; flatten it into the section's struct.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Follow {
    /// Content servers to follow, e.g. `https://peer.decentraland.org/content`. Commas or a list.
    #[serde(with = "list")]
    pub urls: Vec<String>,
    /// Hosts that `urls` may have (a full URL is reduced to its host); empty allows what `urls` says.
    #[serde(with = "list")]
    pub allowed_content_server_hosts: Vec<String>,
    /// Entities older than this are passed over; 0 takes all.
    pub entity_max_age_in_seconds: u64,
    /// Entity files in flight for each server.
    pub download_queue_concurrency: usize,
    /// Longest time for one entity file; a plain number is in ms.
    #[serde(with = "millis")]
    pub download_queue_timeout_ms: Span,
    /// Rows of each server in hand at most, those that wait for another try included.
    pub download_queue_max_pending: usize,
    /// Snapshot rows in flight for each server.
    pub synchronizer_queue_concurrency: usize,
    /// Longest time for the entity file of a snapshot's row; a plain number is in ms.
    #[serde(with = "millis")]
    pub synchronizer_queue_timeout_ms: Span,
    /// Content files in flight for each entity file in flight: what the mirror fetches at a time is this times
    /// `download_queue_concurrency`.
    pub content_files_concurrency: usize,
    /// Tries for a row of a snapshot before the snapshot is put back, for an entity file that its servers deny before
    /// its row is refused, and for a content file from a server in trouble.
    pub max_retries: u32,
    /// Pause before the second try of a row; grows by half each time. Before each further try of a content file it is
    /// the same. A plain number is in ms.
    #[serde(with = "millis")]
    pub wait_time_between_retries: Span,
    /// Pause between two polls of a server; at most 10 s.
    pub poll_interval: Span,
    /// How far behind its cursor a server is read again: late commits appear there.
    pub overlap: Span,
    /// How often that is done.
    pub overlap_interval: Span,
    /// Rows asked for at a time.
    pub page_size: usize,
    /// Pages read in one poll at most.
    pub pages_max: usize,
    /// Longest pause after failures in a row.
    pub backoff_max: Span,
    /// Snapshots are listed again this long after the first time,
    pub snapshots_reread_first: Span,
    /// and this long after every later time.
    pub snapshots_reread: Span,
    /// How long a server's snapshots wait for the lists of the other servers, to know who else has them.
    pub snapshots_gather: Span,
    /// Sightings appended at a time.
    pub batch_rows: usize,
    /// Sightings remembered for each server, so that they are not appended again.
    pub remembered: usize,
    /// Folder for snapshot files while they are read; unset: the system's temporary folder.
    pub spool: Option<PathBuf>,
}

impl Default for Follow {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            allowed_content_server_hosts: Vec::new(),
            entity_max_age_in_seconds: 0,
            download_queue_concurrency: 15,
            download_queue_timeout_ms: Span::secs(100),
            download_queue_max_pending: 1000,
            synchronizer_queue_concurrency: 10,
            synchronizer_queue_timeout_ms: Span::secs(100),
            content_files_concurrency: 4,
            max_retries: 10,
            wait_time_between_retries: Span::secs(1),
            poll_interval: Span::secs(5),
            overlap: Span::secs(20 * 60),
            overlap_interval: Span::secs(60),
            page_size: 500,
            pages_max: 10_000,
            backoff_max: Span::secs(30),
            snapshots_reread_first: Span::secs(3600),
            snapshots_reread: Span::secs(14 * 86_400),
            snapshots_gather: Span::secs(2),
            batch_rows: 200,
            remembered: 65_536,
            spool: None,
        }
    }
}

/// A setting the follower cannot start with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No server can be read at this URL.
    #[error("catalyst.urls: {url:?}: {why}")]
    Url {
        /// The text.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// A number that must be greater.
    #[error("catalyst.{key} must be at least 1")]
    Zero {
        /// Name of the key.
        key: &'static str,
    },
    /// The poll interval is longer than the contract allows.
    #[error("catalyst.poll_interval is {0}; at most 10s")]
    PollInterval(Span),
}

impl Follow {
    /// The servers, without trailing slashes and repetitions, after everything was checked.
    ///
    /// # Errors
    /// The first setting that makes no sense.
    pub fn servers(&self) -> Result<Vec<String>, SettingsError> {
        let numbers = [
            (
                "download_queue_concurrency",
                self.download_queue_concurrency,
            ),
            (
                "download_queue_max_pending",
                self.download_queue_max_pending,
            ),
            (
                "synchronizer_queue_concurrency",
                self.synchronizer_queue_concurrency,
            ),
            ("content_files_concurrency", self.content_files_concurrency),
            ("max_retries", self.max_retries as usize),
            ("page_size", self.page_size),
            ("pages_max", self.pages_max),
            ("batch_rows", self.batch_rows),
        ];
        for (key, number) in numbers {
            if number == 0 {
                return Err(SettingsError::Zero { key });
            }
        }
        if self.poll_interval.0 > Duration::from_secs(10) {
            return Err(SettingsError::PollInterval(self.poll_interval));
        }
        let mut servers: Vec<String> = Vec::new();
        for url in &self.urls {
            let server = self.server(url)?;
            if !servers.contains(&server) {
                servers.push(server);
            }
        }
        Ok(servers)
    }

    fn server(&self, text: &str) -> Result<String, SettingsError> {
        let bad = |why: &str| SettingsError::Url {
            url: without_user(text),
            why: why.to_owned(),
        };
        let url = Url::parse(text).map_err(|e| bad(&e.to_string()))?;
        let host = url.host_str().ok_or_else(|| bad("names no host"))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("a base URL has no query and no fragment"));
        }
        let allowed = self.allowed_content_server_hosts.iter().map(|entry| {
            let parsed = Url::parse(entry).ok();
            let host = parsed.as_ref().and_then(|url| url.host_str());
            host.map_or_else(|| entry.to_lowercase(), str::to_owned)
        });
        if !self.allowed_content_server_hosts.is_empty() && !allowed.into_iter().any(|a| a == host)
        {
            return Err(bad(
                "its host is not in catalyst.allowed_content_server_hosts",
            ));
        }
        Ok(text.trim_end_matches('/').to_owned())
    }
}

/// A duration whose plain number is in milliseconds, because the spec's key is.
mod millis {
    use runtime::settings::Span;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Span, D::Error> {
        match Either::deserialize(from)? {
            Either::Number(ms) => Ok(Span::millis(ms)),
            Either::Text(text) => match text.trim().parse() {
                Ok(ms) => Ok(Span::millis(ms)),
                Err(_) => text.parse().map_err(serde::de::Error::custom),
            },
        }
    }

    pub(super) fn serialize<S: Serializer>(span: &Span, to: S) -> Result<S::Ok, S::Error> {
        span.serialize(to)
    }
}

/// A URL without the user and password it may carry: for errors.
pub(super) fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::{Follow, SettingsError};
    use runtime::settings::Span;

    #[test]
    fn the_specs_keys_keep_their_units_and_lists_may_have_commas() {
        let text = r#"{"urls":"https://a.org/content/,https://b.org/content, https://a.org/content",
            "wait_time_between_retries":250,"download_queue_timeout_ms":"2s"}"#;
        let follow: Follow = serde_json::from_str(text).expect("the text is a section");
        assert_eq!(follow.wait_time_between_retries, Span::millis(250));
        assert_eq!(follow.download_queue_timeout_ms, Span::secs(2));
        let servers = follow.servers().expect("the settings are fine");
        assert_eq!(servers, ["https://a.org/content", "https://b.org/content"]);
        let round: Follow =
            serde_json::from_value(serde_json::to_value(&follow).expect("json")).expect("same");
        assert_eq!(round, follow);
    }

    #[test]
    fn nonsense_stops_the_start_by_name() {
        let urls = vec!["https://a.org/content".to_owned()];
        let hosts = vec!["https://b.org/x".to_owned()];
        let other = Follow {
            urls,
            allowed_content_server_hosts: hosts,
            ..Follow::default()
        };
        let error = other
            .servers()
            .expect_err("a.org is not allowed")
            .to_string();
        assert!(error.contains("https://a.org/content"), "{error}");
        let zero = Follow {
            page_size: 0,
            ..Follow::default()
        };
        assert_eq!(
            zero.servers(),
            Err(SettingsError::Zero { key: "page_size" })
        );
        let slow = Follow {
            poll_interval: Span::secs(60),
            ..Follow::default()
        };
        assert_eq!(
            slow.servers(),
            Err(SettingsError::PollInterval(Span::secs(60)))
        );
    }
}
