//! `GET /notifications`: the newest of one inbox.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Server;
use super::error::{Fault, Refusal};
use super::signed::Signed;
use super::tables::{Found, Tables, Wanted};
use crate::runners::mail::Places;

/// Rows without a limit, or with one that is none.
const LIMIT: usize = 20;
/// Rows at most.
const LIMIT_MAX: usize = 50;

/// A notification.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Notification {
    /// UUID, the same for the same event, type and address.
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// Null: said to everybody.
    address: Option<String>,
    #[schema(value_type = Object)]
    metadata: Value,
    /// When it happened: ms, as text.
    timestamp: String,
    read: bool,
}

impl Notification {
    /// A row as clients know it.
    pub(super) fn of(found: Found, places: &Places) -> Self {
        let row = found.row;
        let mut metadata = serde_json::from_str(row.metadata.get()).unwrap_or_default();
        places.fill_value(&mut metadata);
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            address: row.address,
            metadata,
            timestamp: row.timestamp.to_string(),
            read: found.read,
        }
    }
}

/// Notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Listed {
    notifications: Vec<Notification>,
}

/// The newest notifications of the signer, with those that are said to everybody.
///
/// Which are the newest, and which came since `from`, is by arrival: who asks for what came since it last asked sees
/// an event that was late, too. Among themselves they are in order of when they happened, newest first.
#[utoipa::path(get, path = "/notifications", tag = "notifications",
    params(("from" = Option<String>, Query, description = "ms; what arrived before is left out"),
        ("limit" = Option<String>, Query, description = "1 to 50; anything else is 20"),
        ("onlyUnread" = Option<String>, Query, description = "there at all: only what is not read")),
    responses((status = 200, body = Listed), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn notifications(
    State(server): State<Server>,
    signed: Signed,
    RawQuery(query): RawQuery,
) -> Result<Json<Listed>, Fault> {
    let wanted = wanted(query.as_deref().unwrap_or_default());
    let tables = Tables::of(&server.context.platform);
    let mut found = tables.own(&signed.address, wanted).await?;
    found.extend(tables.everybodys(&signed.address, wanted).await?);
    found.sort_by_key(|found| Reverse(found.order));
    found.truncate(wanted.limit);
    found.sort_by_key(|found| Reverse((found.row.timestamp, found.order)));
    let notifications = found
        .into_iter()
        .map(|found| Notification::of(found, &server.places));
    Ok(Json(Listed {
        notifications: notifications.collect(),
    }))
}

fn wanted(query: &str) -> Wanted {
    let value = |name: &str| {
        let pairs = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    };
    let limit = value("limit").and_then(|text| text.parse().ok());
    let from = value("from").and_then(|text| text.parse::<i64>().ok());
    Wanted {
        from: from.filter(|from| *from > 0).unwrap_or(0),
        limit: limit
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .unwrap_or(LIMIT),
        only_unread: value("onlyUnread").is_some(),
        newest: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_parameters_are_as_if_absent_and_presence_switches_on() {
        let of = |query: &str| {
            let Wanted {
                from,
                limit,
                only_unread,
                ..
            } = wanted(query);
            (from, limit, only_unread)
        };
        assert_eq!(of(""), (0, 20, false));
        assert_eq!(of("limit=50&from=7&onlyUnread=false"), (7, 50, true));
        assert_eq!(of("onlyUnread&limit=0"), (0, 20, true));
        for limit in ["51", "-1", "1.5", "x", ""] {
            assert_eq!(of(&format!("limit={limit}")).1, 20, "{limit}");
        }
        assert_eq!(of("from=-5").0, 0);
        assert_eq!(of("from=x").0, 0);
    }
}
