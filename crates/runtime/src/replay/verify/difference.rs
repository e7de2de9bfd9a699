//! A place where the store is not what the log says.

use bytes::Bytes;
use kernel::Saved;
use serde::Serialize;
use serde_json::Value;

use super::slice::{Cell, Version};
use crate::ports::{Head, Row, StoredAggregate};
use crate::replay::changes::{Change, changes, document};

/// Most differences that are told.
pub(super) const TOLD_MAX: u64 = 1000;
/// Most places of one document that are named.
const CHANGES_MAX: usize = 100;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The log makes it, and it is not stored.
    Missing,
    /// It is stored, and nothing in the log makes it.
    Unexplained,
    /// It is stored with another content.
    Changed,
    /// The content is right, and what an aggregate remembers of the log is not.
    Head,
    /// The content is right, and its stamp is none that its events gave it: later writes may lose.
    Stamp,
}

/// A difference. `before` of a change is what is stored, `after` what the log says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// What is wrong.
    pub kind: Kind,
    /// Table, with its generation.
    pub table: String,
    /// Partition key: of an aggregate its key.
    pub key: String,
    /// Row key; empty for an aggregate's document, the part's name for a part.
    pub row: String,
    /// The aggregate whose event wrote it last, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<String>,
    /// What is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored: Option<Value>,
    /// What the log says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Value>,
    /// Where they differ.
    pub changes: Vec<Change>,
}

/// A key as text; what is none is escaped.
pub(in crate::replay) fn text(key: &[u8]) -> String {
    match std::str::from_utf8(key) {
        Ok(text) => text.to_owned(),
        Err(_) => key.escape_ascii().to_string(),
    }
}

impl Difference {
    fn new(
        table: String,
        key: &[u8],
        row: &[u8],
        stored: Option<Value>,
        log: Option<Value>,
    ) -> Self {
        let kind = match (&stored, &log) {
            (None, _) => Kind::Missing,
            (_, None) => Kind::Unexplained,
            _ => Kind::Changed,
        };
        Self {
            kind,
            table,
            key: text(key),
            row: text(row),
            aggregate: None,
            changes: changes(stored.as_ref(), log.as_ref(), CHANGES_MAX),
            stored,
            log,
        }
    }

    /// Of a row.
    pub(super) fn of_row(
        table: String,
        cell: &Cell,
        stored: Option<&Row>,
        log: Option<&Version>,
    ) -> Self {
        let doc = |doc: Option<&Bytes>| doc.map(|doc| document(doc));
        let said = log.and_then(|version| version.doc.as_ref());
        let own = stored.map(|row| &row.doc);
        let mut of = Self::new(table, &cell.1, &cell.2, doc(own), doc(said));
        if own == said {
            of.kind = Kind::Stamp;
            let offset = |stamp: kernel::Stamp| Some(Value::from(stamp.offset()));
            of.changes = vec![Change {
                path: "(offset of the stamp)".to_owned(),
                before: stored.and_then(|row| offset(row.stamp)),
                after: log.and_then(|version| offset(version.stamp)),
            }];
        }
        of.aggregate = log.map(|version| text(&version.by));
        of
    }

    /// Of an aggregate: one for each of its documents that differs; or one for its head.
    pub(super) fn of_aggregate(
        table: &str,
        key: &[u8],
        stored: &StoredAggregate,
        log: &(Head, Option<Saved>),
    ) -> Vec<Self> {
        let doc = |doc: Option<&Bytes>| doc.map(|doc| document(doc));
        let (head, saved) = log;
        let mut found = Vec::new();
        let said = saved.as_ref().map(|saved| &saved.doc);
        if stored.doc.as_ref() != said {
            found.push(Self::new(
                table.to_owned(),
                key,
                b"",
                doc(stored.doc.as_ref()),
                doc(said),
            ));
        }
        let (own, said) = (
            parts(&stored.parts),
            parts(saved.as_ref().map_or(&[], |s| &s.parts)),
        );
        let names = own
            .keys()
            .chain(said.keys().filter(|name| !own.contains_key(*name)));
        for name in names.filter(|name| own.get(*name) != said.get(*name)) {
            let (stored, log) = (own.get(name).copied(), said.get(name).copied());
            found.push(Self::new(
                table.to_owned(),
                key,
                name,
                doc(stored),
                doc(log),
            ));
        }
        if found.is_empty() {
            let json = |head: &Head| serde_json::to_value(head).unwrap_or_default();
            let (stored, log) = (Some(json(&stored.head)), Some(json(head)));
            let mut of = Self::new(table.to_owned(), key, b"", stored, log);
            of.kind = Kind::Head;
            found.push(of);
        }
        for of in &mut found {
            of.aggregate = Some(of.key.clone());
        }
        found
    }
}

/// Parts that are there, by name.
pub(super) fn parts(parts: &[kernel::Part]) -> std::collections::BTreeMap<&Bytes, &Bytes> {
    let there = parts.iter();
    there
        .filter_map(|part| Some((&part.name, part.doc.as_ref()?)))
        .collect()
}
