//! `cql.*`: what a deployment decides about its store on Cassandra or ScyllaDB. Kafka's options are the adapter's own.

use adapters::cql::{Compaction, Consistency, CqlOptions, Credentials, Replication};
use gateways::settings::Secret;
use runtime::settings::{Size, Span};
use serde::Deserialize;

/// `cql.*`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Cql {
    /// The datacenter whose nodes are asked first.
    pub(crate) local_datacenter: Option<String>,
    /// How many replicas answer.
    pub(crate) consistency: Level,
    /// Whether a missing keyspace is made.
    pub(crate) create_keyspace: bool,
    /// What it is made with.
    pub(crate) replication_class: String,
    /// Replicas; unset: three, or as many as there are nodes.
    pub(crate) replication_factor: Option<u32>,
    /// User name; unset: the server asks for none.
    pub(crate) username: Option<String>,
    /// Password.
    pub(crate) password: Option<Secret>,
    /// Time to open a connection.
    pub(crate) connect_timeout: Span,
    /// Time for one request.
    pub(crate) request_timeout: Span,
    /// Time until all nodes agree after a change of the schema.
    pub(crate) schema_timeout: Span,
    /// Requests at once.
    pub(crate) in_flight: usize,
    /// Connections to a node.
    pub(crate) connections: usize,
    /// Bytes of one batch.
    pub(crate) batch_bytes: Size,
    /// Largest document.
    pub(crate) cell_bytes: Size,
    /// Rows the server sends at once.
    pub(crate) page_rows: usize,
    /// How long tombstones of new tables stay.
    pub(crate) gc_grace: Span,
    /// How new tables are compacted.
    pub(crate) compaction: Compact,
}

/// How many replicas answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// A quorum of the local datacenter.
    #[default]
    LocalQuorum,
    /// A quorum of all.
    Quorum,
}

/// How new tables are compacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compact {
    /// By levels.
    #[default]
    Leveled,
    /// As the server does.
    Server,
}

impl Default for Cql {
    fn default() -> Self {
        let options = CqlOptions::default();
        Self {
            local_datacenter: None,
            consistency: Level::default(),
            create_keyspace: options.create_keyspace,
            replication_class: options.replication.class,
            replication_factor: options.replication.factor,
            username: None,
            password: None,
            connect_timeout: Span(options.connect_timeout),
            request_timeout: Span(options.request_timeout),
            schema_timeout: Span(options.schema_timeout),
            in_flight: options.in_flight,
            connections: options.connections,
            batch_bytes: Size(options.batch_bytes as u64),
            cell_bytes: Size(options.cell_bytes as u64),
            page_rows: options.page_rows,
            gc_grace: Span(options.gc_grace),
            compaction: Compact::default(),
        }
    }
}

impl Cql {
    /// As the adapter takes them.
    pub(crate) fn options(&self) -> CqlOptions {
        let credentials = self.username.as_ref().map(|username| Credentials {
            username: username.clone(),
            password: self
                .password
                .as_ref()
                .map_or_else(String::new, |p| p.reveal().to_owned()),
        });
        CqlOptions {
            local_datacenter: self.local_datacenter.clone(),
            consistency: match self.consistency {
                Level::LocalQuorum => Consistency::LocalQuorum,
                Level::Quorum => Consistency::Quorum,
            },
            create_keyspace: self.create_keyspace,
            replication: Replication {
                class: self.replication_class.clone(),
                factor: self.replication_factor,
                tablets: None,
            },
            credentials,
            connect_timeout: self.connect_timeout.0,
            request_timeout: self.request_timeout.0,
            schema_timeout: self.schema_timeout.0,
            in_flight: self.in_flight,
            connections: self.connections,
            batch_bytes: self.batch_bytes.as_usize(),
            cell_bytes: self.cell_bytes.as_usize(),
            page_rows: self.page_rows,
            gc_grace: self.gc_grace.0,
            compaction: match self.compaction {
                Compact::Leveled => Compaction::Leveled,
                Compact::Server => Compaction::Server,
            },
        }
    }
}
