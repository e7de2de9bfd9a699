//! The world as a content server: `/about` and `/content/*`.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::world::{DemoWorld, Row};

/// Most rows of a page.
const PAGE_MAX: usize = 500;
/// Most ids or pointers of one question.
const NAMES_MAX: usize = 1000;

impl DemoWorld {
    /// The routes, at `/`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/about", get(about))
            .route("/content/status", get(status))
            .route("/content/snapshots", get(snapshots))
            .route("/content/pointer-changes", get(pointer_changes))
            .route("/content/contents/{hash}", get(contents))
            .route("/content/available-content", get(available))
            .route("/content/entities/active", post(active))
            .with_state(self.clone())
    }
}

async fn about() -> Json<Value> {
    Json(json!({"healthy": true, "acceptingUsers": false,
        "content": {"healthy": true, "version": "worldlog-demo", "publicUrl": "/content"},
        "lambdas": {"healthy": false},
        "configurations": {"networkId": 1, "realmName": "demo", "globalScenesUrn": [], "scenesUrn": []},
        "comms": {"healthy": false, "protocol": "v3"}}))
}

async fn status() -> Json<Value> {
    Json(
        json!({"version": "worldlog-demo", "commitHash": "", "ethNetwork": "mainnet",
        "synchronizationStatus": {"synchronizationState": "Syncing"}}),
    )
}

async fn snapshots(State(world): State<DemoWorld>) -> Json<Value> {
    Json(world.read().snapshots.clone())
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}

async fn contents(State(world): State<DemoWorld>, Path(hash): Path<String>) -> Response {
    let Some(bytes) = world.read().files.get(&hash).cloned() else {
        return refuse(StatusCode::NOT_FOUND, "no such file");
    };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CACHE_CONTROL,
            "public,max-age=31536000,s-maxage=31536000,immutable".to_owned(),
        ),
        (header::ETAG, format!("\"{hash}\"")),
    ];
    (headers, bytes).into_response()
}

/// The values of a query parameter that may be repeated. Values here are ids, numbers and words: nothing encoded.
fn values(query: &str, name: &str) -> Vec<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
        .collect()
}

async fn available(State(world): State<DemoWorld>, RawQuery(query): RawQuery) -> Response {
    let names = values(&query.unwrap_or_default(), "cid");
    if names.is_empty() || names.len() > NAMES_MAX {
        return refuse(StatusCode::BAD_REQUEST, "want 1 to 1000 cid");
    }
    let world = world.read();
    let answer = names
        .iter()
        .map(|cid| json!({"cid": cid, "available": world.files.contains_key(cid)}));
    Json(answer.collect::<Vec<_>>()).into_response()
}

async fn active(State(world): State<DemoWorld>, Json(body): Json<Value>) -> Response {
    let list = |name: &str| {
        let items = body.get(name)?.as_array()?;
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        texts.collect::<Option<Vec<String>>>()
    };
    let world = world.read();
    let ids: Vec<String> = match (list("ids"), list("pointers")) {
        (Some(ids), None) if (1..=NAMES_MAX).contains(&ids.len()) => ids,
        (None, Some(pointers)) if (1..=NAMES_MAX).contains(&pointers.len()) => {
            let at = pointers.iter().map(|pointer| pointer.to_lowercase());
            at.flat_map(|p| {
                world
                    .at(&p)
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
        }
        _ => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "want ids or pointers, 1 to 1000 of them",
            );
        }
    };
    let mut entities: Vec<&Value> = ids.iter().filter_map(|id| world.active(id)).collect();
    entities.sort_by_key(|entity| entity["id"].as_str());
    entities.dedup();
    Json(&entities).into_response()
}

/// What a reader of the history asks for.
struct Query {
    from: i64,
    to: i64,
    last_id: Option<String>,
    kinds: Vec<String>,
    ascending: bool,
    by_entity: bool,
    offset: usize,
    limit: usize,
}

impl Query {
    fn parse(query: &str) -> Result<Self, &'static str> {
        let one = |name: &str| values(query, name).into_iter().next();
        let number = |name: &str| one(name).map(|text| text.parse::<i64>()).transpose();
        let bad = |_| "from, to, offset and limit are numbers";
        let field = one("sortingField")
            .unwrap_or_default()
            .to_lowercase()
            .replace('_', "");
        let query = Self {
            from: number("from").map_err(bad)?.unwrap_or(0),
            to: number("to").map_err(bad)?.unwrap_or(i64::MAX),
            last_id: one("lastId").map(|id| id.to_lowercase()),
            kinds: values(query, "entityType"),
            ascending: one("sortingOrder").is_some_and(|order| order.eq_ignore_ascii_case("asc")),
            by_entity: field == "entitytimestamp",
            offset: number("offset").map_err(bad)?.unwrap_or(0).max(0) as usize,
            limit: number("limit")
                .map_err(bad)?
                .unwrap_or(PAGE_MAX as i64)
                .clamp(0, 1 << 20) as usize,
        };
        if query.offset > 5000 {
            return Err(
                "Offset can't be higher than 5000. Please use the 'next' property for pagination.",
            );
        }
        Ok(query)
    }

    fn time(&self, row: &Row) -> i64 {
        if self.by_entity {
            row.entity_timestamp
        } else {
            row.local_timestamp
        }
    }

    fn wants(&self, row: &Row) -> bool {
        let kind = |wanted: &String| wanted.trim_end_matches('s') == row.kind.trim_end_matches('s');
        if !self.kinds.is_empty() && !self.kinds.iter().any(kind) {
            return false;
        }
        let time = self.time(row);
        let id = row.id.to_lowercase();
        match &self.last_id {
            Some(last) if self.ascending => (time, &id) > (self.from, last) && time <= self.to,
            Some(last) => (time, &id) < (self.to, last) && time >= self.from,
            None => (self.from..=self.to).contains(&time),
        }
    }

    /// A cursor for the same order, which the original gets wrong.
    fn next(&self, last: &Row) -> String {
        let (bound, order) = if self.ascending {
            ("from", "ASC")
        } else {
            ("to", "DESC")
        };
        let field = if self.by_entity {
            "entity_timestamp"
        } else {
            "local_timestamp"
        };
        let time = self.time(last);
        let (id, limit) = (last.id.to_lowercase(), self.limit.clamp(1, PAGE_MAX));
        format!(
            "?{bound}={time}&lastId={id}&limit={limit}&sortingField={field}&sortingOrder={order}"
        )
    }
}

async fn pointer_changes(State(world): State<DemoWorld>, RawQuery(query): RawQuery) -> Response {
    let query = match Query::parse(&query.unwrap_or_default()) {
        Ok(query) => query,
        Err(why) => return refuse(StatusCode::BAD_REQUEST, why),
    };
    let limit = query.limit.clamp(1, PAGE_MAX);
    let world = world.read();
    let wanted = || world.rows.iter().filter(|row| query.wants(row));
    // Rows are in the order of both times: each is taken the same while after it was made.
    let page: Vec<&Row> = if query.ascending {
        wanted().skip(query.offset).take(limit + 1).collect()
    } else {
        wanted().rev().skip(query.offset).take(limit + 1).collect()
    };
    let (shown, more) = (&page[..page.len().min(limit)], page.len() > limit);
    let deltas: Vec<&Value> = shown.iter().map(|row| &row.json).collect();
    let mut pagination = json!({"offset": query.offset, "limit": limit, "moreData": more});
    if let Some(last) = shown.last().filter(|_| more) {
        pagination["next"] = json!(query.next(last));
    }
    let mut filters = json!({});
    if query.from > 0 {
        filters["from"] = json!(query.from);
    }
    Json(json!({"deltas": deltas, "filters": filters, "pagination": pagination})).into_response()
}
