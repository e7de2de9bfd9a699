//! Where the log, the store, the blobs and the bus are, by their URLs or in the data folder.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};

use super::sections::{Config, Place};
use super::show::without_secrets;

/// Where the log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LogPlace {
    /// A file of this machine.
    File(PathBuf),
    /// Kafka's bootstrap servers, `host:port` by commas.
    Kafka(String),
}

/// Where the read models are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StorePlace {
    /// A file of this machine.
    File(PathBuf),
    /// Cassandra or ScyllaDB.
    Cql {
        /// `host:port` of nodes to ask first.
        contacts: Vec<String>,
        /// Keyspace.
        keyspace: String,
    },
}

/// Where files by hash are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BlobsPlace {
    /// A folder of this machine.
    Folder(PathBuf),
    /// `s3://bucket?endpoint=…`
    S3(String),
}

/// What carries short-lived messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BusPlace {
    /// This process.
    Memory,
    /// `nats://host:port`
    Nats(String),
}

impl Config {
    /// Where the log is.
    ///
    /// # Errors
    /// A URL that names nothing.
    pub(crate) fn log_place(&self) -> Result<LogPlace> {
        Ok(match parts(&self.platform.log, "log.url")? {
            None => LogPlace::File(self.platform.data.join("log.db")),
            Some(("kafka", brokers)) => LogPlace::Kafka(brokers.to_owned()),
            Some((_, file)) => LogPlace::File(Path::new(file).to_owned()),
        })
    }

    /// Where the read models are.
    ///
    /// # Errors
    /// A URL that names nothing, or no keyspace.
    pub(crate) fn store_place(&self) -> Result<StorePlace> {
        Ok(match parts(&self.platform.store, "store.url")? {
            None => StorePlace::File(self.platform.data.join("store.db")),
            Some(("cql", rest)) => {
                let Some((contacts, keyspace)) = rest.split_once('/') else {
                    bail!("store.url: cql://{rest} names no keyspace: cql://host:port/keyspace");
                };
                let contacts: Vec<String> = contacts
                    .split(',')
                    .filter(|c| !c.is_empty())
                    .map(str::to_owned)
                    .collect();
                ensure!(
                    !contacts.is_empty() && !keyspace.is_empty(),
                    "store.url: want cql://host:port/keyspace"
                );
                StorePlace::Cql {
                    contacts,
                    keyspace: keyspace.to_owned(),
                }
            }
            Some((_, file)) => StorePlace::File(Path::new(file).to_owned()),
        })
    }

    /// Where files by hash are.
    ///
    /// # Errors
    /// A URL that names nothing.
    pub(crate) fn blobs_place(&self) -> Result<BlobsPlace> {
        Ok(match parts(&self.platform.blobs, "blobs.url")? {
            None => BlobsPlace::Folder(self.platform.data.join("blobs")),
            Some(("s3", rest)) => BlobsPlace::S3(format!("s3://{rest}")),
            Some((_, folder)) => BlobsPlace::Folder(Path::new(folder).to_owned()),
        })
    }

    /// What carries short-lived messages.
    ///
    /// # Errors
    /// A URL that names nothing.
    pub(crate) fn bus_place(&self) -> Result<BusPlace> {
        match self.platform.bus.url.as_deref() {
            None => Ok(BusPlace::Memory),
            Some(url) if url.starts_with("memory:") => Ok(BusPlace::Memory),
            Some(_) => Ok(match parts(&self.platform.bus, "bus.url")? {
                Some((scheme, rest)) => BusPlace::Nats(format!("{scheme}://{rest}")),
                None => BusPlace::Memory,
            }),
        }
    }

    /// Whether nothing of log and store is on this machine alone: other processes may run beside this one.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.store_place(), Ok(StorePlace::Cql { .. }))
            && matches!(self.log_place(), Ok(LogPlace::Kafka(_)))
    }
}

/// Scheme and rest of a place's URL; `None` when it has none.
fn parts<'a>(place: &'a Place, key: &str) -> Result<Option<(&'a str, &'a str)>> {
    let Some(url) = &place.url else {
        return Ok(None);
    };
    match url.split_once("://") {
        Some((scheme, rest)) if !rest.is_empty() => Ok(Some((scheme, rest))),
        _ => bail!("{key}: {:?} names nothing", without_secrets(url)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Inputs, load};
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Config {
        let environment = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let inputs = Inputs {
            environment: environment.collect(),
            ..Inputs::default()
        };
        load(&inputs).expect("it loads").config
    }

    #[test]
    fn everything_is_in_the_data_folder_unless_a_url_says_where() {
        let config = config(&[("WORLDLOG__DATA", "/d")]);
        assert_eq!(
            config.log_place().expect("a place"),
            LogPlace::File("/d/log.db".into())
        );
        assert_eq!(
            config.store_place().expect("a place"),
            StorePlace::File("/d/store.db".into())
        );
        assert_eq!(
            config.blobs_place().expect("a place"),
            BlobsPlace::Folder("/d/blobs".into())
        );
        assert_eq!(config.bus_place().expect("a place"), BusPlace::Memory);
        assert!(!config.is_shared());
    }

    #[test]
    fn a_cluster_is_four_urls() {
        let config = config(&[
            ("WORLDLOG__LOG__URL", "kafka://a:9092,b:9092"),
            ("WORLDLOG__STORE__URL", "cql://c:9042,d:9042/worldlog"),
            ("WORLDLOG__BLOBS__URL", "s3://files?endpoint=http://s:1"),
            ("WORLDLOG__BUS__URL", "nats://n:4222"),
        ]);
        assert_eq!(
            config.log_place().expect("a place"),
            LogPlace::Kafka("a:9092,b:9092".into())
        );
        assert_eq!(
            config.store_place().expect("a place"),
            StorePlace::Cql {
                contacts: vec!["c:9042".into(), "d:9042".into()],
                keyspace: "worldlog".into()
            }
        );
        assert_eq!(
            config.blobs_place().expect("a place"),
            BlobsPlace::S3("s3://files?endpoint=http://s:1".into())
        );
        assert_eq!(
            config.bus_place().expect("a place"),
            BusPlace::Nats("nats://n:4222".into())
        );
        assert!(config.is_shared());
    }

    #[test]
    fn a_store_without_a_keyspace_is_refused() {
        let config = config(&[("WORLDLOG__STORE__URL", "cql://c:9042")]);
        let error = config.store_place().expect_err("refused").to_string();
        assert!(error.contains("keyspace"), "{error}");
    }
}
