//! The keyspace and its tables: made where missing, by any number of processes at once.
//!
//! Every change goes to one node, the least of those that answer, which does them one after the other: two nodes that
//! make one table at the same moment may each make their own. Who comes second finds it there.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use runtime::ports::{PortError, TableName};
use scylla::client::session::Session;
use scylla::errors::{DbError, ExecutionError, RequestAttemptError};
use scylla::policies::load_balancing::{
    LoadBalancingPolicy, NodeIdentifier, SingleTargetLoadBalancingPolicy,
};
use scylla::statement::Consistency;
use scylla::statement::unprepared::Statement;
use tokio::time::Instant;

use super::names::{self, quoted};
use super::options::CqlOptions;
use super::{fault, marks, pointers};

/// Pause after the first try of a change; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(100);

/// Changes the schema of one keyspace.
pub(super) struct Schema {
    session: Arc<Session>,
    keyspace: String,
    options: CqlOptions,
}

impl Schema {
    pub(super) fn new(session: Arc<Session>, keyspace: &str, options: &CqlOptions) -> Self {
        Self {
            session,
            keyspace: keyspace.to_owned(),
            options: options.clone(),
        }
    }

    /// Makes the keyspace, if that is allowed, and the tables that are not of a read model. Says whether the keyspace
    /// is new.
    ///
    /// # Errors
    /// `Refused` when the keyspace is missing and may not be made, or the server does not let us.
    pub(super) async fn ensure(&self) -> Result<bool, PortError> {
        let found = self.is_there().await?;
        if !found {
            if !self.options.create_keyspace {
                return Err(PortError::refused(format!(
                    "keyspace {} does not exist and may not be made",
                    self.keyspace
                )));
            }
            self.make_keyspace().await?;
        }
        let stamped = self.options.stamped_table_cql();
        self.make(vec![
            (
                marks::TABLE.into(),
                format!("{} WITH {stamped}", marks::LAYOUT),
            ),
            (pointers::TABLE.into(), pointers::LAYOUT.into()),
        ])
        .await?;
        Ok(!found)
    }

    /// Whether the keyspace exists.
    pub(super) async fn is_there(&self) -> Result<bool, PortError> {
        let cql = format!(
            "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = '{}'",
            self.keyspace
        );
        Ok(!self.texts(&cql).await?.is_empty())
    }

    async fn make_keyspace(&self) -> Result<(), PortError> {
        let mut datacenters: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for node in self.session.get_cluster_state().get_nodes_info() {
            *datacenters.entry(node.datacenter.clone()).or_default() += 1;
        }
        // Replicas are counted in each datacenter: the smallest one decides.
        let nodes = datacenters.values().min().copied().unwrap_or(1);
        let cql = self.options.create_keyspace_cql(&self.keyspace, nodes);
        tracing::warn!(nodes, "the keyspace is missing and is made: {cql}");
        self.change(&cql, &format!("make keyspace {}", self.keyspace))
            .await
    }

    /// Makes the tables of a read model where they are missing.
    pub(super) async fn create(&self, tables: &[TableName]) -> Result<(), PortError> {
        let layout = format!(
            "(\"partition\" blob, \"row\" blob, \"doc\" blob, \"aggregate\" blob, \
             PRIMARY KEY (\"partition\", \"row\")) WITH {}",
            self.options.stamped_table_cql()
        );
        let tables = tables
            .iter()
            .map(|table| Ok((names::table(table)?, layout.clone())));
        self.make(tables.collect::<Result<_, PortError>>()?).await
    }

    /// Removes tables of a read model.
    pub(super) async fn drop(&self, tables: &[TableName]) -> Result<(), PortError> {
        for table in tables {
            let cql = format!(
                "DROP TABLE IF EXISTS {}",
                self.qualified(&names::table(table)?)
            );
            self.change(&cql, &format!("drop table {table}")).await?;
        }
        Ok(())
    }

    /// Makes those of the tables, given with their layouts, that are missing, and waits until every node knows all.
    async fn make(&self, tables: Vec<(String, String)>) -> Result<(), PortError> {
        let known = self
            .texts(&format!(
                "SELECT table_name FROM system_schema.tables WHERE keyspace_name = '{}'",
                self.keyspace
            ))
            .await?;
        for (name, layout) in tables.iter().filter(|(name, _)| !known.contains(name)) {
            let table = self.qualified(name);
            let cql = format!("CREATE TABLE IF NOT EXISTS {table} {layout}");
            self.change(&cql, &format!("make table {table}")).await?;
        }
        // Somebody else may be about to make what was found.
        let what = format!("wait until all nodes know the tables of {}", self.keyspace);
        let agreed = Box::pin(self.session.await_schema_agreement()).await;
        agreed
            .map(|_| ())
            .map_err(|e| PortError::retry(format!("{what}: {e}")))
    }

    fn qualified(&self, table: &str) -> String {
        format!("{}.{}", quoted(&self.keyspace), quoted(table))
    }

    /// One change, tried again while others change the schema too, for as long as agreeing on it may take.
    async fn change(&self, cql: &str, what: &str) -> Result<(), PortError> {
        let deadline = Instant::now() + self.options.schema_timeout;
        let mut pause = PAUSE;
        loop {
            let mut statement = Statement::new(cql);
            statement.set_request_timeout(Some(self.options.schema_timeout));
            statement.set_load_balancing_policy(self.least_node());
            let changed = Box::pin(self.session.query_unpaged(statement, ())).await;
            let Err(error) = changed else {
                return Ok(());
            };
            match &error {
                ExecutionError::LastAttemptError(RequestAttemptError::DbError(
                    DbError::AlreadyExists { .. },
                    _,
                )) => return Ok(()),
                _ if Instant::now() + pause > deadline || !may_pass(&error) => {
                    return Err(fault::request(what, &error));
                }
                _ => tracing::debug!(%error, "{what}: again in {pause:?}"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// The first column of what one node's own tables say.
    async fn texts(&self, cql: &str) -> Result<HashSet<String>, PortError> {
        let what = format!("read the schema of {}", self.keyspace);
        let mut statement = Statement::new(cql);
        statement.set_consistency(Consistency::One);
        statement.set_is_idempotent(true);
        statement.set_load_balancing_policy(self.least_node());
        let rows = Box::pin(self.session.query_unpaged(statement, ()))
            .await
            .map_err(|e| fault::request(&what, &e))?
            .into_rows_result()
            .map_err(|e| fault::answer(&what, e))?;
        let texts = rows
            .rows::<(String,)>()
            .map_err(|e| fault::answer(&what, e))?;
        texts
            .map(|row| row.map(|(text,)| text))
            .collect::<Result<_, _>>()
            .map_err(|e| fault::answer(&what, e))
    }

    /// The node that all processes choose; the driver's choice while none is connected.
    fn least_node(&self) -> Option<Arc<dyn LoadBalancingPolicy>> {
        let state = self.session.get_cluster_state();
        let connected = state.get_nodes_info().iter().filter(|n| n.is_connected());
        let least = connected.min_by_key(|node| node.host_id)?;
        let node = NodeIdentifier::HostId(least.host_id);
        Some(SingleTargetLoadBalancingPolicy::new(node, None))
    }
}

/// Whether a change that failed may work a moment later. A configuration error may: Cassandra tells so of two tables
/// made at once.
fn may_pass(error: &ExecutionError) -> bool {
    match error {
        ExecutionError::BadQuery(_) => false,
        ExecutionError::LastAttemptError(RequestAttemptError::DbError(error, _)) => !matches!(
            error,
            DbError::SyntaxError
                | DbError::Invalid
                | DbError::Unauthorized
                | DbError::AuthenticationError
                | DbError::ProtocolError
        ),
        _ => true,
    }
}
