//! What a deployment decides about its store.

use std::fmt;
use std::time::Duration;

use runtime::ports::PortError;
use scylla::statement;

use super::names;

/// How many replicas answer, for writes as for reads: a new owner must see what the one before it wrote, so both
/// directions share one level and the levels below a quorum are not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consistency {
    /// A quorum of the coordinator's datacenter; compare-and-set is linear within that datacenter. Every process must
    /// then use the same one: see [`CqlOptions::local_datacenter`].
    #[default]
    LocalQuorum,
    /// A quorum of all datacenters; compare-and-set is linear among all of them.
    Quorum,
}

impl Consistency {
    pub(super) fn level(self) -> statement::Consistency {
        match self {
            Self::LocalQuorum => statement::Consistency::LocalQuorum,
            Self::Quorum => statement::Consistency::Quorum,
        }
    }

    pub(super) fn serial(self) -> statement::SerialConsistency {
        match self {
            Self::LocalQuorum => statement::SerialConsistency::LocalSerial,
            Self::Quorum => statement::SerialConsistency::Serial,
        }
    }

    /// The level of a read that sees every compare-and-set that is over, and ends one that is half done.
    pub(super) fn serial_read(self) -> statement::Consistency {
        match self {
            Self::LocalQuorum => statement::Consistency::LocalSerial,
            Self::Quorum => statement::Consistency::Serial,
        }
    }
}

/// Replicas where there are nodes enough.
const REPLICAS: u32 = 3;

/// Where the rows of a new keyspace are kept. A keyspace that exists keeps what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replication {
    /// `NetworkTopologyStrategy` or `SimpleStrategy`.
    pub class: String,
    /// Replicas (in each datacenter, with `NetworkTopologyStrategy`); `None`: three, or as many as there are nodes when
    /// the keyspace is made.
    pub factor: Option<u32>,
    /// ScyllaDB's tablets, on or off; `None` leaves it to the server. Cassandra refuses any but `None`.
    pub tablets: Option<bool>,
}

impl Default for Replication {
    fn default() -> Self {
        Self {
            class: "NetworkTopologyStrategy".into(),
            factor: None,
            tablets: None,
        }
    }
}

/// How the server compacts stamped tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compaction {
    /// `LeveledCompactionStrategy`: rows here are overwritten often and read one by one.
    #[default]
    Leveled,
    /// Whatever the server takes for new tables. Never the time-window one: stamps are no times.
    Server,
}

/// Who we are to the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// User name.
    pub username: String,
    /// Password; never shown.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?}, ***)", self.username)
    }
}

/// Sizes, times and names of a store. The connection is plain: the driver's TLS brings a second TLS stack, see the
/// module's comment.
#[derive(Clone, Debug)]
pub struct CqlOptions {
    /// The datacenter whose nodes are asked first. Needed where there are several: with `LocalQuorum` two processes
    /// that prefer different ones do not see each other's writes. `None`: there is only one.
    pub local_datacenter: Option<String>,
    /// Level of every read and write.
    pub consistency: Consistency,
    /// Whether a keyspace that is missing is made; otherwise it is refused.
    pub create_keyspace: bool,
    /// What it is made with.
    pub replication: Replication,
    /// `None`: the server asks for none.
    pub credentials: Option<Credentials>,
    /// Time to open a connection.
    pub connect_timeout: Duration,
    /// Time for one request, the driver's own retries included; a read without an answer is sent to another node too
    /// after a quarter of it. Later than the server's own timeouts (Cassandra: 2 s for a write, 5 s for a read), which
    /// say more.
    pub request_timeout: Duration,
    /// Time until all nodes agree after a change of the schema.
    pub schema_timeout: Duration,
    /// Requests at once, for writes and again for reads, of all callers together.
    pub in_flight: usize,
    /// Connections to a node (ScyllaDB: to a shard).
    pub connections: usize,
    /// Rows of one partition key go together up to about this many bytes.
    pub batch_bytes: usize,
    /// A larger document, or aggregate with its head, is refused. The server's limit is half a commit-log segment,
    /// 16 MiB by default, for all of a batch.
    pub cell_bytes: usize,
    /// Rows the server sends at once.
    pub page_rows: usize,
    /// How long tombstones of new tables stay: a write that comes later than this after the deletion of its row is
    /// seen. Days.
    pub gc_grace: Duration,
    /// How new tables are compacted.
    pub compaction: Compaction,
}

impl Default for CqlOptions {
    fn default() -> Self {
        Self {
            local_datacenter: None,
            consistency: Consistency::default(),
            create_keyspace: true,
            replication: Replication::default(),
            credentials: None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            schema_timeout: Duration::from_secs(30),
            in_flight: 128,
            connections: 1,
            batch_bytes: 64 << 10,
            cell_bytes: 8 << 20,
            page_rows: 1000,
            gc_grace: Duration::from_secs(10 * 86_400),
            compaction: Compaction::default(),
        }
    }
}

impl CqlOptions {
    /// Refuses what cannot work.
    pub(super) fn check(&self) -> Result<(), PortError> {
        let refused = |what: &str| Err(PortError::refused(format!("the store's {what}")));
        let class = self.replication.class.as_str();
        if !["NetworkTopologyStrategy", "SimpleStrategy"].contains(&class) {
            return refused(&format!("replication class {class:?} is not known"));
        }
        let positive = [
            (
                "replication factor",
                self.replication.factor.map_or(1, |f| f as usize),
            ),
            ("requests in flight", self.in_flight),
            ("connections", self.connections),
            ("batch bytes", self.batch_bytes),
            ("cell bytes", self.cell_bytes),
            ("rows a page", self.page_rows),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return refused(&format!("{name} may not be 0"));
        }
        if self.in_flight > IN_FLIGHT_MAX || i32::try_from(self.page_rows).is_err() {
            return refused(&format!(
                "limits are too high: {} in flight (at most {IN_FLIGHT_MAX}), {} rows a page",
                self.in_flight, self.page_rows
            ));
        }
        if self.gc_grace < Duration::from_secs(86_400) {
            return refused("tombstones must stay for days: late writes would bring rows back");
        }
        Ok(())
    }

    /// The text that makes the keyspace on a cluster of so many nodes.
    pub(super) fn create_keyspace_cql(&self, keyspace: &str, nodes: usize) -> String {
        let Replication {
            class,
            factor,
            tablets,
        } = &self.replication;
        // More replicas than nodes would leave every quorum short.
        let usual = u32::try_from(nodes).map_or(REPLICAS, |nodes| nodes.clamp(1, REPLICAS));
        let factor = factor.unwrap_or(usual);
        let tablets = tablets.map_or_else(String::new, |on| {
            format!(" AND tablets = {{'enabled': {on}}}")
        });
        format!(
            "CREATE KEYSPACE IF NOT EXISTS {} WITH replication = \
             {{'class': '{class}', 'replication_factor': {factor}}}{tablets}",
            names::quoted(keyspace)
        )
    }

    /// The properties of a stamped table, after `WITH`. The comment is for whoever meets the table with another
    /// client: one write without a stamp would win over everything the log will ever say.
    pub(super) fn stamped_table_cql(&self) -> String {
        let compaction = match self.compaction {
            Compaction::Leveled => " AND compaction = {'class': 'LeveledCompactionStrategy'}",
            Compaction::Server => "",
        };
        format!(
            "comment = 'written only with USING TIMESTAMP, by log position' \
             AND gc_grace_seconds = {}{compaction}",
            self.gc_grace.as_secs()
        )
    }
}

/// The driver has 32768 request ids a connection and gives up a connection with 1024 abandoned requests.
const IN_FLIGHT_MAX: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let options = CqlOptions {
            credentials: Some(Credentials {
                username: "me".into(),
                password: "hunter2".into(),
            }),
            ..CqlOptions::default()
        };
        let shown = format!("{options:?}");
        assert!(
            shown.contains("\"me\"") && !shown.contains("hunter2"),
            "{shown}"
        );
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let with = |change: fn(&mut CqlOptions)| {
            let mut options = CqlOptions::default();
            change(&mut options);
            options.check().map_err(|e| e.to_string())
        };
        assert_eq!(with(|_| ()), Ok(()));
        for (change, named) in [
            ((|o| o.in_flight = 0) as fn(&mut CqlOptions), "in flight"),
            (|o| o.in_flight = 100_000, "100000"),
            (|o| o.replication.factor = Some(0), "replication factor"),
            (|o| o.replication.class = "x'; DROP".into(), "x'; DROP"),
            (|o| o.gc_grace = Duration::from_secs(60), "tombstones"),
        ] {
            let error = with(change).expect_err(named);
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn keyspaces_are_made_as_configured() {
        let mut options = CqlOptions::default();
        assert_eq!(
            options.create_keyspace_cql("ks", 5),
            "CREATE KEYSPACE IF NOT EXISTS \"ks\" WITH replication = \
             {'class': 'NetworkTopologyStrategy', 'replication_factor': 3}"
        );
        options.replication.tablets = Some(false);
        let text = options.create_keyspace_cql("ks", 1);
        assert!(text.contains("'replication_factor': 1"), "{text}");
        assert!(
            text.ends_with("} AND tablets = {'enabled': false}"),
            "{text}"
        );
    }
}
