//! Pointers: changed only by compare-and-set (Paxos), in a table that never carries a stamp of ours.
//!
//! Names are spread over a fixed number of partitions: compare-and-sets of one partition wait for each other, and a
//! prefix must be found without reading everything.

use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use runtime::ports::{Pointer, PortError};
use scylla::client::session::Session;
use scylla::errors::ExecutionError;
use scylla::response::query_result::QueryResult;
use scylla::response::{PagingState, PagingStateResponse};
use scylla::serialize::row::SerializeRow;
use scylla::statement::Consistency;
use scylla::statement::prepared::PreparedStatement;
use scylla::value::{CqlValue, Row};
use tokio::sync::Mutex;

use super::names::quoted;
use super::options::CqlOptions;
use super::{fault, session};

pub(super) const TABLE: &str = "pointers";
pub(super) const LAYOUT: &str = "(\"bucket\" int, \"name\" text, \"version\" bigint, \"value\" blob, \
     PRIMARY KEY (\"bucket\", \"name\")) WITH comment = 'changed only by compare-and-set'";

/// Partitions of the table. Another number would lose every pointer that is there.
const BUCKETS: usize = 16;

/// Pointers and how they are changed.
pub(super) struct Pointers {
    session: Arc<Session>,
    get: PreparedStatement,
    insert: PreparedStatement,
    update: PreparedStatement,
    delete: PreparedStatement,
    list: PreparedStatement,
    list_bounded: PreparedStatement,
    /// Compare-and-sets of this process that would only get in each other's way at the server.
    turns: [Mutex<()>; BUCKETS],
}

fn bucket(name: &str) -> usize {
    usize::from(kernel::event_id(name.as_bytes()).as_bytes()[0]) % BUCKETS
}

fn bucket_cell(bucket: usize) -> i32 {
    i32::try_from(bucket).expect("a few buckets")
}

/// The least name above every name that starts with `prefix`, if there is one.
fn after(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            return Some(chars.into_iter().chain([next]).collect());
        }
    }
    None
}

impl Pointers {
    pub(super) async fn prepare(
        session: Arc<Session>,
        keyspace: &str,
        options: &CqlOptions,
    ) -> Result<Self, PortError> {
        let table = format!("{}.{}", quoted(keyspace), quoted(TABLE));
        let what = format!("use table {table}");
        let prepare = async |cql: String, read: Option<Consistency>| {
            let timeout = options.request_timeout;
            let mut statement = session::prepare(&session, &cql, &what, timeout).await?;
            if let Some(consistency) = read {
                statement.set_is_idempotent(true);
                statement.set_consistency(consistency);
            }
            Ok::<_, PortError>(statement)
        };
        let key = "\"bucket\" = ? AND \"name\" = ?";
        let list = format!(
            "SELECT \"name\", \"version\", \"value\" FROM {table} \
             WHERE \"bucket\" = ? AND \"name\" >= ?"
        );
        let level = options.consistency.level();
        Ok(Self {
            get: prepare(
                format!("SELECT \"version\", \"value\" FROM {table} WHERE {key}"),
                Some(options.consistency.serial_read()),
            )
            .await?,
            insert: prepare(
                format!(
                    "INSERT INTO {table} (\"bucket\", \"name\", \"version\", \"value\") \
                     VALUES (?, ?, 1, ?) IF NOT EXISTS"
                ),
                None,
            )
            .await?,
            update: prepare(
                format!(
                    "UPDATE {table} SET \"version\" = ?, \"value\" = ? WHERE {key} \
                     IF \"version\" = ?"
                ),
                None,
            )
            .await?,
            delete: prepare(
                format!("DELETE FROM {table} WHERE {key} IF \"version\" = ?"),
                None,
            )
            .await?,
            // What is over is at a quorum; what is not has not been promised to anyone.
            list_bounded: prepare(format!("{list} AND \"name\" < ?"), Some(level)).await?,
            list: prepare(list, Some(level)).await?,
            session,
            turns: Default::default(),
        })
    }

    /// A pointer's value. A compare-and-set that is half done is ended first, so the answer after one whose outcome
    /// is not known is final.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Pointer>, PortError> {
        let what = format!("read pointer {name}");
        let values = (bucket_cell(bucket(name)), name);
        let rows = Box::pin(self.session.execute_unpaged(&self.get, values))
            .await
            .map_err(|e| fault::request(&what, &e))?
            .into_rows_result()
            .map_err(|e| fault::answer(&what, e))?;
        let found = rows
            .maybe_first_row::<(i64, &[u8])>()
            .map_err(|e| fault::answer(&what, e))?;
        Ok(found.map(|(version, value)| pointer(version, value)))
    }

    /// Sets a pointer whose version is `expected`.
    pub(super) async fn compare_and_set(
        &self,
        name: &str,
        expected: Option<u64>,
        value: &[u8],
    ) -> Result<bool, PortError> {
        let bucket = bucket_cell(bucket(name));
        let Some(version) = expected else {
            return self.decide(name, &self.insert, (bucket, name, value)).await;
        };
        let version = version.cast_signed();
        let values = (version.wrapping_add(1), value, bucket, name, version);
        self.decide(name, &self.update, values).await
    }

    /// Removes a pointer whose version is `expected`.
    pub(super) async fn remove(&self, name: &str, expected: u64) -> Result<bool, PortError> {
        let values = (bucket_cell(bucket(name)), name, expected.cast_signed());
        self.decide(name, &self.delete, values).await
    }

    /// One compare-and-set, sent once: after an error nobody knows whether it was done.
    async fn decide(
        &self,
        name: &str,
        statement: &PreparedStatement,
        values: impl SerializeRow,
    ) -> Result<bool, PortError> {
        let what = format!("compare and set pointer {name}");
        let _turn = self.turns[bucket(name)].lock().await;
        let rows = Box::pin(self.session.execute_unpaged(statement, values))
            .await
            .map_err(|e| fault::request(&what, &e))?
            .into_rows_result()
            .map_err(|e| fault::answer(&what, e))?;
        // Behind the verdict come the columns as they are: all of them or none, as the server likes.
        let row = rows
            .first_row::<Row>()
            .map_err(|e| fault::answer(&what, e))?;
        match row.columns.first() {
            Some(Some(CqlValue::Boolean(applied))) => Ok(*applied),
            other => Err(fault::answer(&what, format!("{other:?} is no verdict"))),
        }
    }

    /// The pointers whose names start with `prefix`, in name order.
    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<(String, Pointer)>, PortError> {
        let buckets = stream::iter(0..BUCKETS)
            .map(|bucket| self.list_bucket(bucket, prefix))
            .buffer_unordered(BUCKETS);
        let mut found: Vec<_> = buckets.try_concat().await?;
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    async fn list_bucket(
        &self,
        bucket: usize,
        prefix: &str,
    ) -> Result<Vec<(String, Pointer)>, PortError> {
        let what = format!("read pointers {prefix}");
        let bucket = bucket_cell(bucket);
        let (mut found, mut state) = (Vec::new(), PagingState::start());
        loop {
            let page = match after(prefix) {
                Some(end) => {
                    let values = (bucket, prefix, end);
                    self.page(&self.list_bounded, values, state).await
                }
                None => self.page(&self.list, (bucket, prefix), state).await,
            };
            let (rows, next) = page.map_err(|e| fault::request(&what, &e))?;
            let rows = rows
                .into_rows_result()
                .map_err(|e| fault::answer(&what, e))?;
            let rows = rows
                .rows::<(String, i64, &[u8])>()
                .map_err(|e| fault::answer(&what, e))?;
            for row in rows {
                let (name, version, value) = row.map_err(|e| fault::answer(&what, e))?;
                found.push((name, pointer(version, value)));
            }
            match next.into_paging_control_flow() {
                ControlFlow::Continue(next) => state = next,
                ControlFlow::Break(()) => return Ok(found),
            }
        }
    }

    async fn page(
        &self,
        statement: &PreparedStatement,
        values: impl SerializeRow,
        state: PagingState,
    ) -> Result<(QueryResult, PagingStateResponse), ExecutionError> {
        Box::pin(self.session.execute_single_page(statement, values, state)).await
    }
}

fn pointer(version: i64, value: &[u8]) -> Pointer {
    Pointer {
        version: version.cast_unsigned(),
        value: Bytes::copy_from_slice(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_above_all_its_names() {
        for prefix in ["effects/", "a", "é", "z\u{10FFFF}", "\u{D7FF}"] {
            let end = after(prefix).expect("there is one");
            for name in [prefix.to_owned(), format!("{prefix}\u{10FFFF}x")] {
                assert!(name < end, "{name:?} {end:?}");
            }
            assert!(!end.starts_with(prefix));
        }
        assert_eq!(after("effects/").as_deref(), Some("effects0"));
        assert_eq!(after("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!((after(""), after("\u{10FFFF}")), (None, None));
    }

    #[test]
    fn a_name_stays_in_its_bucket() {
        // Written into keyspaces: a change would lose pointers.
        assert_eq!((bucket("live"), bucket("effects/mail/1")), (1, 4));
    }
}
