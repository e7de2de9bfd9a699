//! The catalyst gateway over the platform's read models, fed with the real catalyst folder of the data set.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::Router;
use bytes::Bytes;
use futures::{StreamExt, stream};
use gateways::catalyst::{ContentFetch, FolderOptions, folder_router};
use kernel::{Headers, NewRecord, event_id};
use model::Json;
use model::events::catalyst::Rejected;
use runtime::platform::Platform;
use runtime::ports::{PortError, SystemClock};
use serde_json::{Value, json};

use crate::support::{data, get, get_with, post_with};
use crate::world::{World, settings};

/// "Another server": the folder of the data set.
struct Folder {
    contents: PathBuf,
    platform: Platform,
    fetched: AtomicUsize,
}

#[async_trait]
impl ContentFetch for Folder {
    async fn fetch(&self, hash: &str, servers: &[String]) -> Result<bool, PortError> {
        assert_eq!(servers, ["http://127.0.0.1:1/content"]);
        self.fetched.fetch_add(1, Ordering::Relaxed);
        let Ok(bytes) = std::fs::read(self.contents.join(hash)) else {
            return Ok(false);
        };
        let stream = stream::iter([Ok(Bytes::from(bytes))]).boxed();
        self.platform.blobs.put(hash, stream).await?;
        Ok(true)
    }
}

/// The folder's deployments as events of the catalogue that also name their server.
fn events(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("pointer-changes.ndjson")).expect("a file");
    let event = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("json");
        let id = row["entityId"].as_str().expect("an id");
        let file = std::fs::read(folder.join("contents").join(id)).expect("an entity file");
        let mut entity: Value = serde_json::from_slice(&file).expect("json");
        entity["id"] = row["entityId"].clone();
        json!({"type": "catalyst-deployment", "subType": row["entityType"], "entity": entity,
            "authChain": row["authChain"], "contentServerUrls": ["http://127.0.0.1:1/content"]})
    };
    text.lines().map(event).collect()
}

/// A platform that was fed the folder, the folder served beside it, and the token of the feed.
async fn fed() -> Option<(World, Router, Arc<Folder>, String)> {
    let folder = data("spine/catalyst-offline")?;
    let mut world = World::with(settings(json!({})), Arc::new(SystemClock)).await;
    let fetch = Arc::new(Folder {
        contents: folder.join("contents"),
        platform: world.context.platform.clone(),
        fetched: AtomicUsize::new(0),
    });
    let content = fetch.clone();
    world.mount(|surroundings| surroundings.content = Some(content));
    let served = folder_router(&folder, FolderOptions::default()).expect("a good folder");
    let token = world.feed(&Value::from(events(&folder))).await;
    Some((world, served, fetch, token))
}

fn sorted(answer: Value) -> Vec<Value> {
    let mut entities = answer.as_array().expect("a list").clone();
    entities.sort_by_key(|entity| entity["id"].to_string());
    entities
}

#[tokio::test]
async fn the_platform_answers_as_the_server_it_follows() {
    let Some((world, served, _, token)) = fed().await else {
        return;
    };
    let history = world.get_after(
        "/catalyst/content/pointer-changes?sortingField=entity_timestamp",
        &token,
    );
    let history = history.await;
    assert_eq!(history.status, 200, "{:?}", history.body);
    assert_eq!(
        history.header("x-worldlog-generation"),
        Some("deployments=1")
    );
    let original = get(
        &served,
        "/content/pointer-changes?sortingField=entity_timestamp",
    )
    .await
    .json();
    let strip = |page: Value| -> Vec<Value> {
        let mut rows = page["deltas"].as_array().expect("rows").clone();
        for row in &mut rows {
            let row = row.as_object_mut().expect("an object");
            row.remove("deploymentId");
            row.remove("localTimestamp");
        }
        rows
    };
    assert_eq!(strip(history.json()), strip(original));

    let expected: Value = serde_json::from_slice(
        &std::fs::read(data("spine/catalyst-offline/active-pointers.json").expect("data"))
            .expect("a file"),
    )
    .expect("json");
    let mut pointers: Vec<&str> = vec!["82,2"];
    pointers.extend(
        expected
            .as_object()
            .expect("an object")
            .keys()
            .filter_map(|key| key.split_once(' ').map(|(_, pointer)| pointer)),
    );
    let body = json!({ "pointers": pointers }).to_string();
    let ours = post_with(
        &world.router,
        "/catalyst/content/entities/active",
        body.clone(),
        &[],
    )
    .await;
    let theirs = post_with(&served, "/content/entities/active", body, &[]).await;
    assert_eq!(sorted(ours.json()), sorted(theirs.json()));
    let ids: Vec<Value> = sorted(ours.json())
        .iter()
        .map(|e| e["id"].clone())
        .collect();
    let body = json!({ "ids": ids }).to_string();
    let by_id = post_with(
        &world.router,
        "/catalyst/content/entities/active",
        body,
        &[],
    )
    .await;
    assert_eq!(sorted(by_id.json()), sorted(ours.json()));
    world.stop().await;
}

#[tokio::test]
async fn pages_of_the_platforms_history_join_in_both_orders() {
    let Some((world, served, _, token)) = fed().await else {
        return;
    };
    world.get_after("/catalyst/content/status", &token).await;
    for field in ["local_timestamp", "entity_timestamp"] {
        for order in ["ASC", "DESC"] {
            for filter in [
                "",
                "&entityType=scene",
                "&pointer=84%2C1",
                "&onlyCurrentlyPointed=true",
            ] {
                let mut ids = Vec::new();
                let mut query =
                    format!("?limit=4&sortingField={field}&sortingOrder={order}{filter}");
                loop {
                    let path = format!("/catalyst/content/deployments{query}");
                    let page = world.get(&path).await.json();
                    let rows = page["deployments"].as_array().expect("rows").iter();
                    ids.extend(rows.map(|row| row["entityId"].to_string()));
                    match page["pagination"]["next"].as_str() {
                        Some(next) => query = next.to_owned(),
                        None => break,
                    }
                }
                let whole = format!(
                    "/content/deployments?sortingField={field}&sortingOrder={order}{filter}"
                );
                let whole = get(&served, &whole).await.json();
                let rows = whole["deployments"].as_array().expect("rows").iter();
                let mut expected: Vec<_> = rows.map(|row| row["entityId"].to_string()).collect();
                if field == "local_timestamp" {
                    // The platform took them all in one go: only the set is the same.
                    expected.sort();
                    let total = ids.len();
                    ids.sort();
                    ids.dedup();
                    assert_eq!(total, ids.len(), "a row twice: {order}{filter}");
                }
                assert_eq!(ids, expected, "{field} {order} {filter}");
            }
        }
    }
    let skipped = world
        .get("/catalyst/content/pointer-changes?offset=28")
        .await
        .json();
    assert_eq!(skipped["deltas"].as_array().map(Vec::len), Some(2));
    world.stop().await;
}

#[tokio::test]
async fn files_are_fetched_once_and_only_if_an_entity_names_them() {
    let Some((world, _, fetch, token)) = fed().await else {
        return;
    };
    world.get_after("/catalyst/content/status", &token).await;
    let profile = "QmXx5dDq7nnPuCCP43Ngc7iq4kkqDfC5PEJGawUHYLGxUn";
    let face = "QmWxyDrJWABXjGonFpUxJD8YYzz2xiFNxupGwYKTbySaZD";
    for hash in [profile, face] {
        let path = format!("/catalyst/content/contents/{hash}");
        let (a, b) = tokio::join!(world.get(&path), world.get(&path));
        let bytes = std::fs::read(fetch.contents.join(hash)).expect("a file");
        assert_eq!(a.status, 200, "{hash}: {:?}", a.body);
        assert!(a.body == bytes && b.body == bytes);
    }
    assert_eq!(fetch.fetched.load(Ordering::Relaxed), 2);
    let unknown = identity::hash::hash_v1(b"nobody names me");
    let answer = world
        .get(&format!("/catalyst/content/contents/{unknown}"))
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(fetch.fetched.load(Ordering::Relaxed), 2);
    let available = world
        .get(&format!(
            "/catalyst/content/available-content?cid={face}&cid={unknown}&cid=x"
        ))
        .await
        .json();
    let flags: Vec<_> = available
        .as_array()
        .expect("a list")
        .iter()
        .map(|a| &a["available"])
        .collect();
    assert_eq!(flags, [&json!(true), &json!(false), &json!(false)]);
    let users = world
        .get(&format!(
            "/catalyst/content/contents/{face}/active-entities"
        ))
        .await;
    assert_eq!(users.json(), json!([profile]));
    world.stop().await;
}

#[tokio::test]
async fn snapshots_list_the_active_entities_and_nothing_else() {
    let Some((world, _, _, token)) = fed().await else {
        return;
    };
    let early = world.get("/catalyst/content/snapshots").await;
    assert_eq!(
        (early.status.as_u16(), early.json()["error"].clone()),
        (503, json!("New Snapshots not yet created"))
    );
    assert_eq!(world.get("/catalyst/about").await.status, 503);
    world.get_after("/catalyst/content/status", &token).await;
    let tasks = gateways::backgrounds(&gateways::all().iter().collect::<Vec<_>>(), &world.context);
    let running: Vec<_> = tasks
        .into_iter()
        .map(|(_, task)| tokio::spawn(task))
        .collect();
    let snapshots = loop {
        let answer = world.get("/catalyst/content/snapshots").await;
        if answer.status == 200 {
            break answer.json();
        }
        tokio::task::yield_now().await;
    };
    let mut listed = Vec::new();
    for snapshot in snapshots.as_array().expect("a list") {
        let hash = snapshot["hash"].as_str().expect("a hash");
        let file = world
            .get(&format!("/catalyst/content/contents/{hash}"))
            .await
            .body;
        assert_eq!(identity::hash::hash_v1(&file), hash);
        let text = String::from_utf8(file.to_vec()).expect("text");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("### Decentraland json snapshot"));
        let lines: Vec<Value> = lines
            .map(|l| serde_json::from_str(l).expect("json"))
            .collect();
        assert_eq!(json!(lines.len()), snapshot["numberOfEntities"]);
        let times: Vec<_> = lines
            .iter()
            .filter_map(|l| l["entityTimestamp"].as_i64())
            .collect();
        assert!(times.is_sorted());
        listed.extend(lines.into_iter().map(|line| line["entityId"].to_string()));
    }
    listed.sort();
    listed.dedup();
    let active: Value = serde_json::from_slice(
        &std::fs::read(data("spine/catalyst-offline/entities-active.json").expect("data"))
            .expect("a file"),
    )
    .expect("json");
    let mut expected: Vec<_> = active
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| e["id"].to_string())
        .collect();
    expected.sort();
    assert_eq!(listed, expected);
    assert_eq!(world.get("/catalyst/about").await.json()["healthy"], true);
    world.context.shutdown.cancel();
    for task in running {
        task.await.expect("the task ends well");
    }
    world.stop().await;
}

/// A rejection as the follower records it.
fn rejection(entity: &str, code: &str, at: i64) -> NewRecord {
    let rejected = Rejected {
        entity_id: entity.into(),
        server: "https://peer.example/content".into(),
        code: code.into(),
        reason: format!("https://peer.example/content: entity {entity}: {code}"),
        row: Json::from(json!({"entityType": "scene", "authChain": []})),
        at,
    };
    let headers = Headers::new(
        event_id(entity.as_bytes()),
        "catalyst/rejected",
        "sources/catalyst",
    );
    let key = Bytes::copy_from_slice(entity.as_bytes());
    NewRecord::keyed(
        "catalyst.rejected".into(),
        key,
        headers,
        model::encode(&rejected),
    )
}

#[tokio::test]
async fn what_can_never_be_taken_is_listed_with_its_reason_the_newest_first() {
    let world = World::start().await;
    let records = vec![
        rejection("QmOld", "CHAIN_INVALID", 5),
        rejection("QmNew", "ENTITY_HASH_MISMATCH", 9),
    ];
    world
        .context
        .platform
        .append(records)
        .await
        .expect("the log takes them");
    let path = "/catalyst/content/failed-deployments";
    let failed = world.get(path).await.json();
    let of = |name: &str| -> Vec<Value> {
        let list = failed.as_array().expect("a bare array");
        list.iter().map(|f| f[name].clone()).collect()
    };
    assert_eq!(of("entityId"), ["QmNew", "QmOld"]);
    assert_eq!(of("reason"), ["ENTITY_HASH_MISMATCH", "CHAIN_INVALID"]);
    assert_eq!(of("entityType"), ["scene", "scene"]);
    let second = world.get(&format!("{path}?offset=1&limit=1")).await.json();
    assert_eq!(second[0]["entityId"], "QmOld");
    assert!(
        second[0]["errorDescription"]
            .as_str()
            .is_some_and(|d| d.contains("peer.example"))
    );
    world.stop().await;
}

#[tokio::test]
async fn a_read_waits_for_its_token_or_says_that_it_could_not() {
    let world = World::with(
        settings(json!({"gateway": {"wait": "50ms"}})),
        Arc::new(SystemClock),
    )
    .await;
    let path = "/catalyst/content/pointer-changes";
    let far = world.get_after(path, "catalyst.sightings:0:7").await;
    assert_eq!(far.status, 503);
    assert_eq!(far.header("retry-after"), Some("1"));
    for token in ["nonsense", "catalyst.sightings:99:0", "nothing:0:0"] {
        assert_eq!(world.get_after(path, token).await.status, 400, "{token}");
    }
    assert_eq!(world.get_after(path, "").await.status, 200);
    let pinned = |generation| [("x-worldlog-generation", generation)];
    let live = get_with(&world.router, path, &pinned("deployments=1")).await;
    assert_eq!(live.header("x-worldlog-generation"), Some("deployments=1"));
    for generation in ["deployments=9", "deployments=x", "deployments"] {
        let answer = get_with(&world.router, path, &pinned(generation)).await;
        assert_eq!(answer.status, 400, "{generation}: {:?}", answer.body);
    }
    world.stop().await;
}

#[tokio::test]
async fn a_filtered_page_never_skips_a_row_however_it_is_cut() {
    let world = World::start().await;
    let event = |n: i64| {
        let kind = if n % 3 == 0 { "scene" } else { "wearable" };
        json!({"type": "catalyst-deployment", "subType": kind,
            "entity": {"id": identity::hash::hash_v1(n.to_string()), "type": kind,
                "pointers": [format!("p{n}")], "timestamp": 1_767_225_600_000_i64 + n * 7_000_000,
                "content": [], "metadata": {}},
            "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}]})
    };
    let token = world.feed(&(0..200).map(event).collect()).await;
    world.get_after("/catalyst/content/status", &token).await;
    for limit in [1, 5, 10, 11, 33, 66, 67] {
        for order in ["ASC", "DESC"] {
            let mut query = format!(
                "?entityType=scene&sortingField=entity_timestamp&sortingOrder={order}&limit={limit}"
            );
            let mut times = Vec::new();
            loop {
                let page = world
                    .get(&format!("/catalyst/content/pointer-changes{query}"))
                    .await;
                let page = page.json();
                let rows = page["deltas"].as_array().expect("rows").iter();
                times.extend(rows.filter_map(|row| row["entityTimestamp"].as_i64()));
                match page["pagination"]["next"].as_str() {
                    Some(next) => query = next.to_owned(),
                    None => break,
                }
            }
            if order == "DESC" {
                times.reverse();
            }
            assert_eq!(times.len(), 67, "{order} by {limit}");
            assert!(times.is_sorted());
        }
    }
    world.stop().await;
}
