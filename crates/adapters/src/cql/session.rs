//! The two sessions of a store. The stamped one writes rows, aggregates and marks, whose stamps stand in the text of
//! each statement; the plain one changes pointers and the schema, by the server's clock.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use runtime::observe;
use runtime::ports::PortError;
use scylla::client::execution_profile::{
    ExecutionProfile, ExecutionProfileBuilder, ExecutionProfileHandle,
};
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::client::{PoolSize, SelfIdentity};
use scylla::errors::ExecutionError;
use scylla::policies::retry::{DefaultRetryPolicy, FallthroughRetryPolicy, RetryPolicy};
use scylla::policies::speculative_execution::SimpleSpeculativeExecutionPolicy;
use scylla::policies::timestamp_generator::TimestampGenerator;
use scylla::response::query_result::QueryResult;
use scylla::response::{PagingState, PagingStateResponse};
use scylla::serialize::batch::BatchValues;
use scylla::serialize::row::SerializeRow;
use scylla::statement::batch::Batch;
use scylla::statement::prepared::PreparedStatement;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::fault;
use super::options::CqlOptions;

/// The lowest timestamp a server takes; one less stands for "none" in both servers.
pub(super) const LOWEST_STAMP: i64 = i64::MIN + 1;

/// A hung connection is noticed after this and the request timeout.
const KEEPALIVE: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// Set while a request of ours is sent: the driver's own questions about the cluster carry a timestamp too.
    static OURS: ();
}

/// Gives statements that carry no stamp the lowest one, so that they lose, and counts them.
#[derive(Default)]
pub(super) struct Unstamped(AtomicU64);

impl Unstamped {
    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl TimestampGenerator for Unstamped {
    fn next_timestamp(&self) -> i64 {
        if OURS.try_with(|()| ()).is_ok() {
            if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
                tracing::error!(
                    "a statement without a stamp was sent to the store: its write is lost"
                );
            }
            metrics::counter!(observe::STORE_UNSTAMPED_WRITES).increment(1);
        }
        LOWEST_STAMP
    }
}

fn profile(options: &CqlOptions, retry: Arc<dyn RetryPolicy>) -> ExecutionProfileBuilder {
    ExecutionProfile::builder()
        .consistency(options.consistency.level())
        .serial_consistency(Some(options.consistency.serial()))
        .request_timeout(Some(options.request_timeout))
        .retry_policy(retry)
}

/// Opens a session to the cluster behind the contact points.
async fn open(
    contact_points: &[String],
    keyspace: &str,
    options: &CqlOptions,
    profile: ExecutionProfile,
    timestamps: Option<Arc<Unstamped>>,
) -> Result<Session, PortError> {
    let connections = NonZeroUsize::new(options.connections).unwrap_or(NonZeroUsize::MIN);
    let mut builder = SessionBuilder::new()
        .known_nodes(contact_points)
        .default_execution_profile_handle(profile.into_handle())
        .connection_timeout(options.connect_timeout)
        .pool_size(PoolSize::PerShard(connections))
        .keepalive_interval(KEEPALIVE)
        .keepalive_timeout(options.request_timeout)
        .schema_agreement_timeout(options.schema_timeout)
        .metadata_request_clientside_timeout(options.request_timeout)
        // Replication of our keyspace is all that routing needs to know.
        .keyspaces_to_fetch([keyspace])
        .fetch_full_schema_metadata(false)
        .custom_identity(SelfIdentity::new().with_application_name("worldlog"));
    if let Some(credentials) = &options.credentials {
        builder = builder.user(&credentials.username, &credentials.password);
    }
    if let Some(datacenter) = &options.local_datacenter {
        builder = builder.prefer_datacenter(datacenter.clone());
    }
    if let Some(timestamps) = timestamps {
        builder = builder.timestamp_generator(timestamps);
    }
    let what = format!("connect to {}", contact_points.join(","));
    // Boxed: the driver's future is large.
    let session = Box::pin(builder.build());
    session.await.map_err(|e| fault::session(what, &e))
}

/// Opens the plain session. Its requests are sent once: a compare-and-set must not be repeated behind its caller's
/// back.
pub(super) async fn open_plain(
    contact_points: &[String],
    keyspace: &str,
    options: &CqlOptions,
) -> Result<Session, PortError> {
    let once = profile(options, Arc::new(FallthroughRetryPolicy::new())).build();
    open(contact_points, keyspace, options, once, None).await
}

/// Prepares a statement within a bound: the driver itself waits for every node, as long as it takes.
pub(super) async fn prepare(
    session: &Session,
    cql: &str,
    what: &str,
    timeout: Duration,
) -> Result<PreparedStatement, PortError> {
    tokio::time::timeout(timeout, Box::pin(session.prepare(cql)))
        .await
        .map_err(|_| fault::timed_out(what, timeout))?
        .map_err(|e| fault::prepare(what, &e))
}

/// The session of stamped tables. Requests are boxed where they are made: the driver's futures are large, and a
/// thousand of them wait at once.
pub(super) struct Stamped {
    session: Session,
    unstamped: Arc<Unstamped>,
    reading: ExecutionProfileHandle,
    /// Two bounds: who reads does not queue behind a rebuild.
    reads: Semaphore,
    writes: Semaphore,
    pub(super) in_flight: usize,
    timeout: Duration,
}

impl Stamped {
    pub(super) async fn open(
        contact_points: &[String],
        keyspace: &str,
        options: &CqlOptions,
    ) -> Result<Self, PortError> {
        let unstamped = Arc::new(Unstamped::default());
        let profile = profile(options, Arc::new(DefaultRetryPolicy::new())).build();
        // Somebody waits for a read: where a node hangs, another is asked while there is time for it. A write is the
        // same again a moment later, and a timer for each costs more than the write itself does here.
        let elsewhere = SimpleSpeculativeExecutionPolicy {
            max_retry_count: 1,
            retry_interval: options.request_timeout / 4,
        };
        let reading = profile
            .to_builder()
            .speculative_execution_policy(Some(Arc::new(elsewhere)));
        let timestamps = Some(Arc::clone(&unstamped));
        let session = open(contact_points, keyspace, options, profile, timestamps).await?;
        Ok(Self {
            session,
            unstamped,
            reading: reading.build().into_handle(),
            reads: Semaphore::new(options.in_flight),
            writes: Semaphore::new(options.in_flight),
            in_flight: options.in_flight,
            timeout: options.request_timeout,
        })
    }

    /// Learns on which nodes the rows of a keyspace are that was made after the session was opened.
    pub(super) async fn learn_keyspace(&self) -> Result<(), PortError> {
        let learned = Box::pin(self.session.refresh_metadata()).await;
        learned.map_err(|e| PortError::retry(format!("read where the keyspace is kept: {e}")))
    }

    /// Statements sent without a stamp. Zero, or something here is wrong.
    pub(super) fn unstamped(&self) -> u64 {
        self.unstamped.count()
    }

    /// Prepares a statement whose text carries its stamp (or that only reads). The timestamp set beside it is one the
    /// text overrides; it says that the statement went through here.
    pub(super) async fn prepare(
        &self,
        cql: &str,
        what: &str,
    ) -> Result<PreparedStatement, PortError> {
        let mut prepared = prepare(&self.session, cql, what, self.timeout).await?;
        prepared.set_timestamp(Some(LOWEST_STAMP));
        prepared.set_is_idempotent(true);
        // Columns of a table never change: a new layout is a new generation.
        prepared.set_use_cached_result_metadata(true);
        Ok(prepared)
    }

    /// Prepares a statement that only reads.
    pub(super) async fn prepare_read(
        &self,
        cql: &str,
        what: &str,
    ) -> Result<PreparedStatement, PortError> {
        let mut prepared = self.prepare(cql, what).await?;
        prepared.set_execution_profile_handle(Some(self.reading.clone()));
        Ok(prepared)
    }

    /// Writes with one statement.
    pub(super) async fn write(
        &self,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<(), ExecutionError> {
        let _permit = permits(&self.writes, 1).await;
        let request = Box::pin(self.session.execute_unpaged(statement, values));
        OURS.scope((), request).await.map(|_| ())
    }

    /// Writes with one batch, whose statements carry their stamps.
    pub(super) async fn write_batch(
        &self,
        mut batch: Batch,
        values: impl BatchValues,
    ) -> Result<(), ExecutionError> {
        batch.set_timestamp(Some(LOWEST_STAMP));
        batch.set_is_idempotent(true);
        let _permit = permits(&self.writes, 1).await;
        let request = Box::pin(self.session.batch(&batch, values));
        OURS.scope((), request).await.map(|_| ())
    }

    /// Reads what one page holds, of one partition or of `partitions`: each is a read of its own to the server.
    pub(super) async fn read(
        &self,
        partitions: usize,
        statement: &PreparedStatement,
        values: impl SerializeRow,
        state: PagingState,
    ) -> Result<(QueryResult, PagingStateResponse), ExecutionError> {
        let share = partitions.clamp(1, self.in_flight);
        let _permit = permits(&self.reads, share).await;
        let request = self.session.execute_single_page(statement, values, state);
        OURS.scope((), Box::pin(request)).await
    }
}

async fn permits(semaphore: &Semaphore, count: usize) -> SemaphorePermit<'_> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let permits = semaphore.acquire_many(count).await;
    permits.expect("the semaphores are never closed, and have as many as requests may be in flight")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cql::fresh::Fresh;
    use crate::cql::names;

    async fn number(stamped: &Stamped, cql: &str) -> i64 {
        let rows = Box::pin(stamped.session.query_unpaged(cql, ())).await;
        let rows = rows.expect("asked").into_rows_result().expect("rows");
        rows.single_row::<(i64,)>().expect("one number").0
    }

    /// What somebody writes here one day who forgets the stamp.
    #[tokio::test]
    async fn a_forgotten_stamp_loses_and_is_counted() {
        let Some(fresh) = Fresh::open().await else {
            return;
        };
        let store = &fresh.store;
        let stamped = &store.stamped;
        let quoted = names::quoted(&fresh.keyspace);
        let insert = format!(
            "INSERT INTO {quoted}.marks (processor, generation, topic, partition, mark) \
             VALUES ('p', 1, 't', 0, ?)"
        );
        let written_at = format!("SELECT WRITETIME(mark) FROM {quoted}.marks");
        let stored = format!("SELECT blobAsBigint(mark) FROM {quoted}.marks");
        let forgotten = stamped
            .session
            .prepare(insert.as_str())
            .await
            .expect("prepared");
        assert_eq!(
            stamped.unstamped(),
            0,
            "what the driver asks does not count"
        );
        let write = async |n: i64| {
            let cell = n.to_be_bytes().to_vec();
            stamped.write(&forgotten, (cell,)).await.expect("written");
        };
        write(1).await;
        assert_eq!(number(stamped, &written_at).await, LOWEST_STAMP);
        let right = stamped
            .prepare(&format!("{insert} USING TIMESTAMP ?"), "test")
            .await;
        let values = (2_i64.to_be_bytes().to_vec(), 7_i64);
        let written = stamped.write(&right.expect("prepared"), values).await;
        written.expect("written");
        write(3).await;
        assert_eq!(
            number(stamped, &stored).await,
            2,
            "the lowest stamp of all loses"
        );
        assert_eq!(number(stamped, &written_at).await, 7);
        assert_eq!(store.unstamped_writes(), 2);
        let mut batch = Batch::default();
        batch.append_statement(forgotten.clone());
        let values = vec![(4_i64.to_be_bytes().to_vec(),)];
        stamped.write_batch(batch, values).await.expect("written");
        assert_eq!(number(stamped, &stored).await, 2, "in a batch too");
        fresh.drop_keyspace().await;
    }
}
