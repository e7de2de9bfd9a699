//! Query strings of the history routes, read as the original reads them.

use std::fmt::Write as _;

use super::catalog::{Cursor, HistoryQuery, SortBy};
use super::dto::{EntityType, Filters};
use super::error::ContentError;

/// Most rows of a page.
pub(super) const LIMIT_MAX: usize = 500;
/// Most rows that may be left out before a page.
pub(super) const OFFSET_MAX: u64 = 5000;
/// Most values of all filters of one request.
pub(super) const FILTER_VALUES_MAX: usize = 1000;

const OFFSET_TEXT: &str =
    "Offset can't be higher than 5000. Please use the 'next' property for pagination.";

/// The pairs of a query string, in order.
pub(super) type Pairs = Vec<(String, String)>;

/// What `GET /deployments` may leave out of its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    /// `pointers`
    pub(super) pointers: bool,
    /// `content`
    pub(super) content: bool,
    /// `metadata`
    pub(super) metadata: bool,
    /// `auditInfo`
    pub(super) audit_info: bool,
}

/// All values of a repeatable key.
pub(super) fn all<'a>(pairs: &'a Pairs, key: &'a str) -> impl Iterator<Item = &'a str> {
    pairs
        .iter()
        .filter(move |(k, _)| k == key)
        .map(|(_, v)| v.as_str())
}

/// The first value of a key; an empty one counts as none.
pub(super) fn one<'a>(pairs: &'a Pairs, key: &'a str) -> Option<&'a str> {
    all(pairs, key).next().filter(|value| !value.is_empty())
}

fn time(pairs: &Pairs, key: &str) -> Result<Option<i64>, ContentError> {
    one(pairs, key)
        .map(|text| {
            let wrong =
                || ContentError::bad_request(format!("{key} must be a time in ms, not {text:?}"));
            text.parse::<i64>().map_err(|_| wrong())
        })
        .transpose()
}

fn types(pairs: &Pairs) -> Result<Vec<EntityType>, ContentError> {
    let parse = |text| {
        EntityType::parse(text)
            .ok_or_else(|| ContentError::bad_request("Found an unrecognized entity type"))
    };
    all(pairs, "entityType").map(parse).collect()
}

fn sort_by(pairs: &Pairs) -> Result<SortBy, ContentError> {
    match one(pairs, "sortingField") {
        None | Some("local_timestamp" | "localTimestamp") => Ok(SortBy::Local),
        Some("entity_timestamp" | "entityTimestamp") => Ok(SortBy::Entity),
        Some(_) => Err(ContentError::bad_request(
            "Found an unrecognized sort field param",
        )),
    }
}

fn ascending(pairs: &Pairs) -> Result<bool, ContentError> {
    match one(pairs, "sortingOrder") {
        None => Ok(false),
        Some(order) if order.eq_ignore_ascii_case("DESC") => Ok(false),
        Some(order) if order.eq_ignore_ascii_case("ASC") => Ok(true),
        Some(_) => Err(ContentError::bad_request(
            "Found an unrecognized sort order param",
        )),
    }
}

fn offset(pairs: &Pairs) -> Result<usize, ContentError> {
    let given = one(pairs, "offset").and_then(|text| text.parse::<u64>().ok());
    let offset = given.unwrap_or(0);
    if offset > OFFSET_MAX {
        return Err(ContentError::bad_request(OFFSET_TEXT));
    }
    Ok(offset as usize)
}

fn limit(pairs: &Pairs) -> usize {
    one(pairs, "limit")
        .and_then(|text| text.parse().ok())
        .filter(|limit| (1..=LIMIT_MAX).contains(limit))
        .unwrap_or(LIMIT_MAX)
}

/// The query of `GET /pointer-changes`.
///
/// # Errors
/// 400 with the original's texts.
pub(super) fn pointer_changes(pairs: &Pairs) -> Result<HistoryQuery, ContentError> {
    Ok(HistoryQuery {
        from: time(pairs, "from")?.filter(|from| *from != 0),
        to: time(pairs, "to")?,
        last_id: one(pairs, "lastId").map(str::to_lowercase),
        types: types(pairs)?,
        sort_by: sort_by(pairs)?,
        ascending: ascending(pairs)?,
        offset: offset(pairs)?,
        limit: limit(pairs),
        ..HistoryQuery::default()
    })
}

/// The query of `GET /deployments`.
///
/// # Errors
/// 400 with the original's texts, and for more filter values than a request may have.
pub(super) fn deployments(pairs: &Pairs) -> Result<(HistoryQuery, Fields), ContentError> {
    let fields = fields(one(pairs, "fields"));
    let query = HistoryQuery {
        with_overwriter: fields.audit_info,
        ids: all(pairs, "entityId").map(str::to_owned).collect(),
        pointers: all(pairs, "pointer").map(str::to_lowercase).collect(),
        only_active: one(pairs, "onlyCurrentlyPointed")
            .is_some_and(|text| text.eq_ignore_ascii_case("true")),
        ..pointer_changes(pairs)?
    };
    let values = query.types.len() + query.ids.len() + query.pointers.len();
    if values > FILTER_VALUES_MAX {
        return Err(ContentError::bad_request(format!(
            "The request has {values} filter values. The maximum is {FILTER_VALUES_MAX}."
        )));
    }
    Ok((query, fields))
}

fn fields(text: Option<&str>) -> Fields {
    let mut found = Fields {
        pointers: false,
        content: false,
        metadata: false,
        audit_info: false,
    };
    for name in text.unwrap_or("pointers,content,metadata").split(',') {
        match name.trim() {
            "pointers" => found.pointers = true,
            "content" => found.content = true,
            "metadata" => found.metadata = true,
            "auditInfo" => found.audit_info = true,
            _ => {}
        }
    }
    found
}

/// The filters of a query, as its answer repeats them.
pub(super) fn filters(query: &HistoryQuery) -> Filters {
    Filters {
        from: query.from,
        to: query.to,
        entity_types: query.types.clone(),
        entity_ids: query.ids.clone(),
        pointers: query.pointers.clone(),
        only_currently_pointed: query.only_active.then_some(true),
    }
}

/// The query string of the page after a cursor, right in both orders.
pub(super) fn next(query: &HistoryQuery, cursor: &Cursor, fields: Option<Fields>) -> String {
    let mut text = String::from("?");
    // Writing to a string cannot fail.
    let mut add = |key: &str, value: &str| {
        let joint = if text.len() > 1 { "&" } else { "" };
        let _ = write!(text, "{joint}{key}={}", escaped(value));
    };
    let (mut from, mut to) = (query.from, query.to);
    if query.ascending {
        from = Some(cursor.time);
    } else {
        to = Some(cursor.time);
    }
    if let Some(from) = from {
        add("from", &from.to_string());
    }
    if let Some(to) = to {
        add("to", &to.to_string());
    }
    for kind in &query.types {
        add("entityType", kind.name());
    }
    for id in &query.ids {
        add("entityId", id);
    }
    for pointer in &query.pointers {
        add("pointer", pointer);
    }
    if query.only_active {
        add("onlyCurrentlyPointed", "true");
    }
    if let Some(fields) = fields.filter(|fields| *fields != self::fields(None)) {
        add("fields", &names(fields));
    }
    add(
        "sortingField",
        match query.sort_by {
            SortBy::Local => "local_timestamp",
            SortBy::Entity => "entity_timestamp",
        },
    );
    add("sortingOrder", if query.ascending { "ASC" } else { "DESC" });
    add("lastId", &cursor.id.to_lowercase());
    if cursor.offset > 0 {
        add("offset", &cursor.offset.to_string());
    }
    add("limit", &query.limit.to_string());
    text
}

fn names(fields: Fields) -> String {
    [
        (fields.pointers, "pointers"),
        (fields.content, "content"),
        (fields.metadata, "metadata"),
        (fields.audit_info, "auditInfo"),
    ]
    .into_iter()
    .filter_map(|(wanted, name)| wanted.then_some(name))
    .collect::<Vec<_>>()
    .join(",")
}

/// A value as it may stand in a query string.
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(texts: &[(&str, &str)]) -> Pairs {
        let own = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        texts.iter().map(own).collect()
    }

    #[test]
    fn defaults_are_the_originals() {
        let query = pointer_changes(&pairs(&[("from", "0"), ("limit", "0")])).expect("legal");
        assert_eq!(
            query,
            HistoryQuery {
                limit: 500,
                ..HistoryQuery::default()
            }
        );
        for limit in ["501", "-1", "x", ""] {
            assert_eq!(super::limit(&pairs(&[("limit", limit)])), 500, "{limit}");
        }
        assert_eq!(super::limit(&pairs(&[("limit", "1")])), 1);
    }

    #[test]
    fn camel_case_and_plural_are_understood() {
        let query = pointer_changes(&pairs(&[
            ("sortingField", "entityTimestamp"),
            ("sortingOrder", "ASC"),
            ("entityType", "scenes"),
            ("entityType", "profile"),
            ("lastId", "QmABC"),
        ]))
        .expect("legal");
        assert_eq!(query.sort_by, SortBy::Entity);
        assert!(query.ascending);
        assert_eq!(query.types, [EntityType::Scene, EntityType::Profile]);
        assert_eq!(query.last_id.as_deref(), Some("qmabc"));
    }

    #[test]
    fn what_the_original_refuses_is_refused() {
        for (key, value) in [
            ("offset", "5001"),
            ("entityType", "car"),
            ("sortingField", "id"),
            ("sortingOrder", "UP"),
            ("from", "yesterday"),
        ] {
            let error = pointer_changes(&pairs(&[(key, value)])).expect_err(key);
            assert_eq!(error.status(), 400, "{key}={value}");
        }
        assert!(pointer_changes(&pairs(&[("offset", "5000")])).is_ok());
        let many: Pairs = (0..1001)
            .map(|i| ("pointer".to_owned(), format!("{i},0")))
            .collect();
        assert!(deployments(&many).is_err());
    }

    #[test]
    fn next_keeps_order_and_filters() {
        let query = HistoryQuery {
            from: Some(1),
            to: Some(9),
            types: vec![EntityType::Scene],
            pointers: vec!["0,0".into()],
            ascending: true,
            limit: 2,
            ..HistoryQuery::default()
        };
        let cursor = Cursor {
            time: 5,
            id: "QmX".into(),
            offset: 0,
        };
        assert_eq!(
            next(&query, &cursor, None),
            "?from=5&to=9&entityType=scene&pointer=0%2C0&sortingField=local_timestamp\
             &sortingOrder=ASC&lastId=qmx&limit=2"
        );
    }
}
