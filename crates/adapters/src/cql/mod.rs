//! The store on Cassandra 5 or ScyllaDB.
//!
//! Every row is written under a stamp made from the log's position (`USING TIMESTAMP`), so the server's rule that the
//! higher timestamp wins, cell by cell and whatever the order of arrival, is the port's rule. Two writes under one
//! stamp, which only a step that is not deterministic makes, are decided by the server: a deletion wins, then the
//! greater bytes. Pointers are compare-and-set in a table of their own, and never stamped.
//!
//! No TTL, no counters, no collections, no `UPDATE`, and no row written by anyone else: see the table "Stamps from the
//! log" in the design. There is no TLS: the driver's rustls feature brings aws-lc, a second TLS stack that `deny.toml`
//! bans; where the way to the servers is not trusted, put a proxy that speaks TLS beside this process.

mod cells;
mod codec;
mod fault;
#[cfg(test)]
mod fresh;
mod many;
mod marks;
mod names;
mod options;
mod pointers;
mod port;
mod read;
mod schema;
mod session;
mod tables;
mod write;

use std::collections::BTreeSet;
use std::sync::Arc;

use runtime::ports::PortError;
use scylla::client::session::Session;

use self::marks::Marks;
pub use self::options::{Compaction, Consistency, CqlOptions, Credentials, Replication};
use self::pointers::Pointers;
use self::schema::Schema;
use self::session::Stamped;
use self::tables::Tables;

/// A store in one keyspace of a cluster.
pub struct CqlStore {
    stamped: Stamped,
    tables: Tables,
    marks: Marks,
    pointers: Pointers,
    schema: Schema,
    batch_bytes: usize,
    cell_bytes: usize,
    page_rows: usize,
}

impl CqlStore {
    /// Connects to the cluster that has one of the contact points (`host:port` each), and makes the keyspace, if it may,
    /// and what the store itself needs where they are missing.
    ///
    /// # Errors
    /// `Retry` while no contact point answers; `Refused` for options that cannot work, a user the server does not let
    /// in, a keyspace that is missing and may not be made, a datacenter that is not there.
    pub async fn connect(
        contact_points: &[String],
        keyspace: &str,
        options: CqlOptions,
    ) -> Result<Self, PortError> {
        options.check()?;
        names::check_keyspace(keyspace)?;
        // At once: each waits for a node that hangs until it is given up.
        let (plain, stamped) = futures::try_join!(
            session::open_plain(contact_points, keyspace, &options),
            Stamped::open(contact_points, keyspace, &options),
        )?;
        let plain = Arc::new(plain);
        check_datacenter(&plain, &options)?;
        let schema = Schema::new(Arc::clone(&plain), keyspace, &options);
        if schema.ensure().await? {
            stamped.learn_keyspace().await?;
        }
        Ok(Self {
            marks: Marks::prepare(&stamped, keyspace).await?,
            pointers: Pointers::prepare(plain, keyspace, &options).await?,
            tables: Tables::new(keyspace),
            stamped,
            schema,
            batch_bytes: options.batch_bytes,
            cell_bytes: options.cell_bytes,
            page_rows: options.page_rows,
        })
    }

    /// The same for who only looks: `None`, and nothing is made, when the keyspace is missing.
    ///
    /// # Errors
    /// As [`CqlStore::connect`].
    pub async fn find(
        contact_points: &[String],
        keyspace: &str,
        options: CqlOptions,
    ) -> Result<Option<Self>, PortError> {
        options.check()?;
        names::check_keyspace(keyspace)?;
        let session = session::open_plain(contact_points, keyspace, &options).await?;
        let schema = Schema::new(Arc::new(session), keyspace, &options);
        if !schema.is_there().await? {
            return Ok(None);
        }
        drop(schema);
        Self::connect(contact_points, keyspace, options)
            .await
            .map(Some)
    }

    /// Statements that were sent without a stamp, and so lost against everything: always 0, or this store has an error.
    pub fn unstamped_writes(&self) -> u64 {
        self.stamped.unstamped()
    }
}

/// With a datacenter that does not exist the driver would ask any node, and quorums would not be those that were meant.
fn check_datacenter(session: &Session, options: &CqlOptions) -> Result<(), PortError> {
    let Some(wanted) = &options.local_datacenter else {
        return Ok(());
    };
    let state = session.get_cluster_state();
    let nodes = state.get_nodes_info().iter();
    let there: BTreeSet<&str> = nodes.filter_map(|n| n.datacenter.as_deref()).collect();
    if there.contains(wanted.as_str()) {
        return Ok(());
    }
    Err(PortError::refused(format!(
        "datacenter {wanted} is not among those of the cluster: {there:?}"
    )))
}
