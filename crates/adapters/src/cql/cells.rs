//! The cells of a row as they are selected, and what they make.

use bytes::Bytes;
use kernel::Stamp;
use runtime::ports::{PortError, Row, StoredAggregate, StoredCell, TableName};

use super::codec::{aggregate_doc, decode_aggregate};

/// The two cells of a row, each with its stamp. A row has one of them: whoever wrote both leaves the newer one.
pub(super) type Cells<'a> = (Option<&'a [u8]>, Option<i64>, Option<&'a [u8]>, Option<i64>);
/// The same behind the row's key.
pub(super) type KeyedCells<'a> = (
    &'a [u8],
    Option<&'a [u8]>,
    Option<i64>,
    Option<&'a [u8]>,
    Option<i64>,
);
/// The same behind both keys.
pub(super) type FullCells<'a> = (
    &'a [u8],
    &'a [u8],
    Option<&'a [u8]>,
    Option<i64>,
    Option<&'a [u8]>,
    Option<i64>,
);

/// Makes something of the cells of a row, given by table, partition key and row key; `None`: they hold no such thing.
pub(super) type Make<T> = fn(&TableName, &[u8], &[u8], Cells<'_>) -> Result<Option<T>, PortError>;

/// What a row holds.
enum Cell<'a> {
    Doc(&'a [u8]),
    Aggregate(&'a [u8]),
}

/// The newer of a row's cells; `None` when it has neither.
fn newer<'a>((doc, doc_at, aggregate, aggregate_at): Cells<'a>) -> Option<(Cell<'a>, Stamp)> {
    let doc = doc.map(|doc| (Cell::Doc(doc), doc_at));
    let aggregate = aggregate.map(|aggregate| (Cell::Aggregate(aggregate), aggregate_at));
    let newest = match (doc, aggregate) {
        (Some(doc), Some(aggregate)) if doc.1 > aggregate.1 => Some(doc),
        (doc, aggregate) => aggregate.or(doc),
    };
    newest.map(|(cell, at)| (cell, Stamp::from_value(at.unwrap_or(i64::MIN))))
}

/// A row as callers see it; `None` for an aggregate that has no document.
pub(super) fn row(
    table: &TableName,
    partition: &[u8],
    row: &[u8],
    cells: Cells<'_>,
) -> Result<Option<Row>, PortError> {
    let Some((cell, stamp)) = newer(cells) else {
        return Ok(None);
    };
    let doc = match cell {
        Cell::Doc(doc) => Some(doc),
        Cell::Aggregate(cell) => aggregate_doc(cell).map_err(|e| corrupt(table, partition, e))?,
    };
    Ok(doc.map(|doc| Row {
        partition: Bytes::copy_from_slice(partition),
        row: Bytes::copy_from_slice(row),
        doc: Bytes::copy_from_slice(doc),
        stamp,
    }))
}

/// A row with its head, if it is an aggregate.
pub(super) fn stored(
    table: &TableName,
    partition: &[u8],
    row: &[u8],
    cells: Cells<'_>,
) -> Result<Option<StoredCell>, PortError> {
    let Some((cell, stamp)) = newer(cells) else {
        return Ok(None);
    };
    let (head, doc) = match cell {
        Cell::Doc(doc) => (None, Some(Bytes::copy_from_slice(doc))),
        Cell::Aggregate(cell) => {
            let found = decode_aggregate(cell).map_err(|e| corrupt(table, partition, e))?;
            (Some(found.head), found.doc)
        }
    };
    Ok(Some(StoredCell {
        partition: Bytes::copy_from_slice(partition),
        row: Bytes::copy_from_slice(row),
        doc,
        head,
        stamp,
    }))
}

/// An aggregate; a row of its key that somebody wrote as a projection has a document and no head.
pub(super) fn aggregate(
    table: &TableName,
    key: &[u8],
    _row: &[u8],
    cells: Cells<'_>,
) -> Result<Option<StoredAggregate>, PortError> {
    match newer(cells) {
        None => Ok(None),
        Some((Cell::Aggregate(cell), _)) => {
            let aggregate = decode_aggregate(cell).map_err(|e| corrupt(table, key, e))?;
            Ok(Some(aggregate))
        }
        Some((Cell::Doc(doc), _)) => Ok(Some(StoredAggregate {
            doc: Some(Bytes::copy_from_slice(doc)),
            ..StoredAggregate::default()
        })),
    }
}

fn corrupt(table: &TableName, key: &[u8], error: impl std::fmt::Display) -> PortError {
    let key = key.escape_ascii();
    PortError::refused(format!("aggregate {key} in {table} is corrupt: it {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: TableName = TableName {
        name: "t",
        generation: 1,
    };

    #[test]
    fn of_two_cells_the_newer_one_counts() {
        let stamp =
            |cells| newer(cells).map(|(cell, stamp)| (matches!(cell, Cell::Doc(_)), stamp.value()));
        let one = Some(&b"x"[..]);
        assert_eq!(stamp((None, None, None, None)), None);
        assert_eq!(stamp((one, Some(3), None, None)), Some((true, 3)));
        assert_eq!(stamp((None, None, one, Some(4))), Some((false, 4)));
        assert_eq!(stamp((one, Some(5), one, Some(4))), Some((true, 5)));
        assert_eq!(stamp((one, Some(5), one, Some(6))), Some((false, 6)));
    }

    #[test]
    fn a_corrupt_aggregate_is_named() {
        let cells = (None, None, Some(&b"\x09"[..]), Some(1));
        for error in [
            row(&TABLE, b"key", b"", cells).err(),
            aggregate(&TABLE, b"key", b"", cells).err(),
        ] {
            let error = error.expect("must be refused");
            assert!(!error.is_retry());
            assert!(error.to_string().contains("key in t_g1"), "{error}");
        }
    }
}
