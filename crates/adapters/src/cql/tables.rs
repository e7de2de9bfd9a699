//! The statements of each table, prepared when first needed and then kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use runtime::ports::{PortError, TableName};
use scylla::statement::prepared::PreparedStatement;
use tokio::sync::OnceCell;

use super::names::{self, quoted};
use super::session::Stamped;

/// What is done to a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Writes a row.
    Insert,
    /// Writes an aggregate.
    InsertAggregate,
    /// Deletes a row.
    Delete,
    /// Reads one row.
    Get,
    /// Reads some rows of one partition key.
    GetSome,
    /// Reads the row of one key in some partitions.
    GetEach,
    /// Reads rows of one partition key in order.
    Range { descending: bool, bounded: bool },
    /// Reads everything.
    Page,
}

impl Kind {
    const COUNT: usize = 11;

    fn index(self) -> usize {
        match self {
            Self::Insert => 0,
            Self::InsertAggregate => 1,
            Self::Delete => 2,
            Self::Get => 3,
            Self::GetSome => 4,
            Self::GetEach => 5,
            Self::Page => 6,
            Self::Range {
                descending,
                bounded,
            } => 7 + usize::from(descending) * 2 + usize::from(bounded),
        }
    }

    /// The statement on a table given by its quoted name. A row and an aggregate each write their one cell and the
    /// row's marker; the other cell stays absent, because writing its absence would be a tombstone a row.
    fn cql(self, table: &str) -> String {
        const CELLS: &str = "\"doc\", WRITETIME(\"doc\"), \"aggregate\", WRITETIME(\"aggregate\")";
        match self {
            Self::Insert => format!(
                "INSERT INTO {table} (\"partition\", \"row\", \"doc\") VALUES (?, ?, ?) \
                 USING TIMESTAMP ?"
            ),
            Self::InsertAggregate => format!(
                "INSERT INTO {table} (\"partition\", \"row\", \"aggregate\") VALUES (?, 0x, ?) \
                 USING TIMESTAMP ?"
            ),
            Self::Delete => format!(
                "DELETE FROM {table} USING TIMESTAMP ? WHERE \"partition\" = ? AND \"row\" = ?"
            ),
            Self::Get => {
                format!("SELECT {CELLS} FROM {table} WHERE \"partition\" = ? AND \"row\" = ?")
            }
            Self::GetSome => format!(
                "SELECT \"row\", {CELLS} FROM {table} WHERE \"partition\" = ? AND \"row\" IN ?"
            ),
            Self::GetEach => format!(
                "SELECT \"partition\", \"row\", {CELLS} FROM {table} \
                 WHERE \"partition\" IN ? AND \"row\" = ?"
            ),
            Self::Range {
                descending,
                bounded,
            } => format!(
                "SELECT \"row\", {CELLS} FROM {table} \
                 WHERE \"partition\" = ? AND \"row\" >= ?{} ORDER BY \"row\" {} LIMIT ?",
                if bounded { " AND \"row\" < ?" } else { "" },
                if descending { "DESC" } else { "ASC" },
            ),
            Self::Page => format!("SELECT \"partition\", \"row\", {CELLS} FROM {table}"),
        }
    }
}

/// One generation of one table.
pub(super) struct Table {
    /// As callers call it.
    pub(super) name: TableName,
    /// With its keyspace, quoted.
    cql_name: String,
    statements: [OnceCell<PreparedStatement>; Kind::COUNT],
}

impl Table {
    /// A statement on the table.
    ///
    /// # Errors
    /// `Refused` if the table does not exist, naming it; as the store's faults are.
    pub(super) async fn statement(
        &self,
        kind: Kind,
        session: &Stamped,
    ) -> Result<&PreparedStatement, PortError> {
        self.statements[kind.index()]
            .get_or_try_init(|| async {
                let what = format!("use table {} ({})", self.name, self.cql_name);
                let cql = kind.cql(&self.cql_name);
                match kind {
                    Kind::Insert | Kind::InsertAggregate | Kind::Delete => {
                        session.prepare(&cql, &what).await
                    }
                    _ => session.prepare_read(&cql, &what).await,
                }
            })
            .await
    }
}

/// The tables met so far.
pub(super) struct Tables {
    keyspace: String,
    known: RwLock<HashMap<TableName, Arc<Table>>>,
}

impl Tables {
    pub(super) fn new(keyspace: &str) -> Self {
        Self {
            keyspace: quoted(keyspace),
            known: RwLock::default(),
        }
    }

    /// The table of that name, whether or not it exists.
    ///
    /// # Errors
    /// `Refused` for a name that is none.
    pub(super) fn of(&self, name: &TableName) -> Result<Arc<Table>, PortError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = known.get(name) {
            return Ok(Arc::clone(table));
        }
        drop(known);
        let table = Arc::new(Table {
            cql_name: format!("{}.{}", self.keyspace, quoted(&names::table(name)?)),
            name: name.clone(),
            statements: Default::default(),
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.entry(name.clone()).or_insert(table)))
    }

    /// The table is gone: whoever asks for it again finds out.
    pub(super) fn forget(&self, name: &TableName) {
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; Kind::COUNT] = {
        const fn range(descending: bool, bounded: bool) -> Kind {
            Kind::Range {
                descending,
                bounded,
            }
        }
        [
            Kind::Insert,
            Kind::InsertAggregate,
            Kind::Delete,
            Kind::Get,
            Kind::GetSome,
            Kind::GetEach,
            Kind::Page,
            range(false, false),
            range(false, true),
            range(true, false),
            range(true, true),
        ]
    };

    #[test]
    fn every_statement_has_its_place_and_every_write_its_stamp() {
        for (place, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind.index(), place, "{kind:?}");
            let cql = kind.cql("t");
            let writes = !cql.starts_with("SELECT ");
            assert_eq!(writes, cql.contains("USING TIMESTAMP ?"), "{cql}");
        }
    }
}
