//! The statements of each table, made once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::ports::{PortError, TableName};

/// Statements of one generation of one table.
pub(super) struct Statements {
    pub(super) create: String,
    pub(super) drop: String,
    pub(super) upsert: String,
    pub(super) stored: String,
    pub(super) get: String,
    pub(super) load: String,
    pub(super) whole: String,
    /// By (descending, with an upper bound).
    ranges: [String; 4],
    pub(super) page: String,
    /// From the first row on, and from behind a row on.
    pub(super) scans: [String; 2],
    pub(super) collect: String,
}

impl Statements {
    fn new(table: &TableName) -> Self {
        let t = format!("\"{table}\"");
        let range = |descending: bool, bounded: bool| {
            format!(
                "SELECT pk, ck, doc, stamp FROM {t} \
                 WHERE pk = ?1 AND ck >= ?2 {} AND doc IS NOT NULL ORDER BY ck {} LIMIT ?3",
                if bounded { "AND ck < ?4" } else { "" },
                if descending { "DESC" } else { "ASC" },
            )
        };
        let scan = |than: &str| {
            format!(
                "SELECT pk, ck, doc, head, stamp FROM {t} WHERE (pk, ck) {than} (?1, ?2) \
                 AND (doc IS NOT NULL OR head IS NOT NULL) ORDER BY pk, ck LIMIT ?3"
            )
        };
        Self {
            create: format!(
                "CREATE TABLE IF NOT EXISTS {t} (pk BLOB NOT NULL, ck BLOB NOT NULL, doc BLOB, \
                 head BLOB, stamp INTEGER NOT NULL, PRIMARY KEY (pk, ck)) WITHOUT ROWID"
            ),
            drop: format!("DROP TABLE IF EXISTS {t}"),
            upsert: format!(
                "INSERT INTO {t} (pk, ck, doc, head, stamp) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (pk, ck) DO UPDATE SET doc = excluded.doc, head = excluded.head, \
                 stamp = excluded.stamp WHERE excluded.stamp > stamp"
            ),
            stored: format!("SELECT doc, head, stamp FROM {t} WHERE pk = ?1 AND ck = ?2"),
            get: format!("SELECT doc, stamp FROM {t} WHERE pk = ?1 AND ck = ?2"),
            load: format!("SELECT head, doc FROM {t} WHERE pk = ?1 AND ck = x''"),
            whole: format!("SELECT ck, head, doc FROM {t} WHERE pk = ?1 ORDER BY ck"),
            ranges: [
                range(false, false),
                range(false, true),
                range(true, false),
                range(true, true),
            ],
            page: format!(
                "SELECT pk, ck, doc, stamp FROM {t} \
                 WHERE (pk, ck) > (?1, ?2) AND doc IS NOT NULL ORDER BY pk, ck LIMIT ?3"
            ),
            scans: [scan(">="), scan(">")],
            collect: format!(
                "DELETE FROM {t} WHERE (pk, ck) IN (SELECT pk, ck FROM {t} \
                 WHERE doc IS NULL AND head IS NULL AND stamp < ?1 LIMIT ?2)"
            ),
        }
    }

    pub(super) fn range(&self, descending: bool, bounded: bool) -> &str {
        &self.ranges[usize::from(descending) * 2 + usize::from(bounded)]
    }
}

/// The statements of every table asked for so far.
#[derive(Default)]
pub(super) struct Tables(RwLock<HashMap<TableName, Arc<Statements>>>);

impl Tables {
    pub(super) fn of(&self, table: &TableName) -> Result<Arc<Statements>, PortError> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(statements) = known.get(table) {
            return Ok(Arc::clone(statements));
        }
        drop(known);
        check_name(table)?;
        let statements = Arc::new(Statements::new(table));
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(table.clone(), Arc::clone(&statements));
        Ok(statements)
    }
}

/// Names go into SQL text: only what needs no quoting is taken.
fn check_name(table: &TableName) -> Result<(), PortError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if table.name.is_empty() || !table.name.chars().all(legal) {
        return Err(PortError::refused(format!(
            "{:?} is no table name: want a-z A-Z 0-9 . _ -",
            table.name
        )));
    }
    Ok(())
}
