//! A content server over the real catalyst folder of the data set.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use gateways::catalyst::{FolderOptions, folder_router};
use serde_json::{Value, json};

use crate::support::{data, get, get_with, post_with};

fn served() -> Option<(Router, PathBuf)> {
    let folder = data("spine/catalyst-offline")?;
    let router = folder_router(&folder, FolderOptions::default()).expect("a good folder");
    Some((router, folder))
}

fn file(folder: &std::path::Path, name: &str) -> Value {
    let bytes = std::fs::read(folder.join(name)).expect("a file of the data set");
    serde_json::from_slice(&bytes).expect("json")
}

async fn active(router: &Router, body: Value) -> Vec<Value> {
    let answer = post_with(router, "/content/entities/active", body.to_string(), &[]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.json().as_array().expect("a list").clone()
}

#[tokio::test]
async fn the_active_set_is_the_expected_one() {
    let Some((router, folder)) = served() else {
        return;
    };
    let expected = file(&folder, "active-pointers.json");
    let mut at_pointer = BTreeMap::new();
    let mut pointers = Vec::new();
    for (key, id) in expected.as_object().expect("an object") {
        let (kind, pointer) = key.split_once(' ').expect("type and pointer");
        pointers.push(pointer.to_uppercase());
        at_pointer.insert(pointer.to_owned(), (kind.to_owned(), id.clone()));
    }
    // Parcels of the overlapped four-parcel scene stay empty.
    pointers.extend(["82,2", "83,1", "82,1"].map(str::to_owned));
    let found = active(&router, json!({ "pointers": pointers })).await;
    let mut seen = BTreeMap::new();
    for entity in &found {
        for pointer in entity["pointers"].as_array().expect("pointers") {
            let pointer = pointer.as_str().expect("text").to_owned();
            let kind = entity["type"].as_str().expect("text").to_owned();
            seen.insert(pointer, (kind, entity["id"].clone()));
        }
    }
    assert_eq!(seen, at_pointer);

    let by_id = |list: &[Value]| -> BTreeMap<String, Value> {
        let id = |e: &Value| e["id"].as_str().expect("an id").to_owned();
        list.iter().map(|e| (id(e), e.clone())).collect()
    };
    let expected = file(&folder, "entities-active.json");
    let expected = by_id(expected.as_array().expect("a list"));
    assert_eq!(by_id(&found), expected);
    let ids: Vec<_> = expected.keys().cloned().collect();
    assert_eq!(
        by_id(&active(&router, json!({ "ids": ids })).await),
        expected
    );
}

#[tokio::test]
async fn a_reader_that_follows_next_sees_every_row_once_in_order() {
    let Some((router, folder)) = served() else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("pointer-changes.ndjson")).expect("a file");
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("json"))
        .collect();
    for order in ["ASC", "DESC"] {
        for (path, list) in [
            ("pointer-changes", "deltas"),
            ("deployments", "deployments"),
        ] {
            let mut seen = Vec::new();
            let mut query = format!("?limit=7&sortingOrder={order}&sortingField=localTimestamp");
            loop {
                let page = get(&router, &format!("/content/{path}{query}"))
                    .await
                    .json();
                seen.extend(page[list].as_array().expect("rows").clone());
                let pagination = &page["pagination"];
                assert_eq!(
                    pagination["moreData"],
                    json!(pagination.get("next").is_some())
                );
                match pagination.get("next").and_then(Value::as_str) {
                    Some(next) => query = next.to_owned(),
                    None => break,
                }
            }
            if order == "DESC" {
                seen.reverse();
            }
            let ids = |rows: &[Value]| -> Vec<Value> {
                rows.iter().map(|row| row["entityId"].clone()).collect()
            };
            assert_eq!(ids(&seen), ids(&rows), "{path} {order}");
            if path == "pointer-changes" {
                assert_eq!(seen, rows, "{order}");
            }
        }
    }
}

#[tokio::test]
async fn files_are_served_whole_in_part_or_not_at_all() {
    let Some((router, folder)) = served() else {
        return;
    };
    let hash = "bafkreia6mv65u2cq7poxmaxoxgm3cyuazlgrbhg5pkgi4kzsmrlgdxqcgq";
    let bytes = std::fs::read(folder.join("contents").join(hash)).expect("a file");
    let path = format!("/content/contents/{hash}");
    let tag = format!("\"{hash}\"");

    let whole = get_with(&router, &path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.body, bytes);
    assert_eq!(whole.header("etag"), Some(tag.as_str()));
    assert_eq!(
        whole.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(whole.header("content-encoding"), None);
    assert_eq!(
        whole.header("cache-control"),
        Some("public,max-age=31536000,s-maxage=31536000,immutable")
    );

    let part = get_with(&router, &path, &[("range", "bytes=2-5")]).await;
    assert_eq!(part.status, 206);
    assert_eq!(part.body, bytes[2..6]);
    let range = format!("bytes 2-5/{}", bytes.len());
    assert_eq!(part.header("content-range"), Some(range.as_str()));
    assert_eq!(
        get_with(&router, &path, &[("range", "bytes=99999999-")])
            .await
            .status,
        416
    );
    assert_eq!(
        get_with(&router, &path, &[("if-none-match", &tag)])
            .await
            .status,
        304
    );

    let head = http::Request::head(&path)
        .body(axum::body::Body::empty())
        .expect("a request");
    let head = crate::support::send(&router, head).await;
    let length = bytes.len().to_string();
    assert_eq!(head.header("content-length"), Some(length.as_str()));
    assert!(head.body.is_empty());

    for missing in [
        "Qm..%2F..%2Fetc%2Fpasswd",
        "../snapshots.json",
        &hash.replace("bafkreia", "bafkreib"),
    ] {
        let answer = get(&router, &format!("/content/contents/{missing}")).await;
        assert_eq!(answer.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn snapshots_name_files_that_are_there() {
    let Some((router, folder)) = served() else {
        return;
    };
    let snapshots = get(&router, "/content/snapshots").await.json();
    assert_eq!(snapshots, file(&folder, "snapshots.json"));
    let hash = snapshots[0]["hash"].as_str().expect("a hash");
    let body = get(&router, &format!("/content/contents/{hash}"))
        .await
        .body;
    assert!(body.starts_with(b"### Decentraland json snapshot\n"));
}

#[tokio::test]
async fn about_names_the_server_as_the_client_reached_it() {
    let Some((router, _)) = served() else {
        return;
    };
    let about = get_with(&router, "/about", &[("host", "peer.test:6000")])
        .await
        .json();
    assert_eq!(
        about["content"]["publicUrl"],
        "http://peer.test:6000/content"
    );
    assert_eq!(about["healthy"], true);
    let status = get(&router, "/content/status").await.json();
    assert_eq!(
        status["synchronizationStatus"]["synchronizationState"],
        "Syncing"
    );
}

#[tokio::test]
async fn requests_that_the_original_refuses_are_refused_in_its_shape() {
    let Some((router, _)) = served() else {
        return;
    };
    for body in [
        "{}",
        "[]",
        "{",
        r#"{"ids":[],"pointers":["0,0"]}"#,
        r#"{"ids":[]}"#,
        r#"{"pointers":[""]}"#,
        r#"{"pointers":["0,0"],"x":1}"#,
        r#"{"pointers":[1]}"#,
    ] {
        let answer = post_with(&router, "/content/entities/active", body, &[]).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["error"].is_string(), "{body}");
    }
    let too_many: Vec<String> = (0..1001).map(|i| format!("{i},0")).collect();
    let body = json!({ "pointers": too_many }).to_string();
    assert_eq!(
        post_with(&router, "/content/entities/active", body, &[])
            .await
            .status,
        400
    );
    let answer = get(&router, "/content/pointer-changes?offset=5001").await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["error"],
        "Offset can't be higher than 5000. Please use the 'next' property for pagination."
    );
    assert_eq!(get(&router, "/content/available-content").await.status, 400);
}

#[tokio::test]
async fn audit_says_what_replaced_an_entity() {
    let Some((router, folder)) = served() else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("pointer-changes.ndjson")).expect("a file");
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("json"))
        .collect();
    let at = |n: usize| rows[n - 1]["entityId"].as_str().expect("an id").to_owned();
    let audit = get(&router, &format!("/content/audit/scene/{}", at(24)))
        .await
        .json();
    assert_eq!(audit["overwrittenBy"], at(30));
    assert_eq!(audit["authChain"], rows[23]["authChain"]);
    let answer = get(&router, &format!("/content/audit/profile/{}", at(24))).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_broken_folder_is_refused_by_file_and_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    let refusal = || {
        folder_router(path, FolderOptions::default())
            .map(|_| ())
            .expect_err("a broken folder")
            .to_string()
    };
    assert!(refusal().contains("pointer-changes.ndjson"));
    std::fs::write(path.join("pointer-changes.ndjson"), "\n{\"entityId\":1}\n").expect("a write");
    assert!(
        refusal().contains("pointer-changes.ndjson:2:"),
        "{}",
        refusal()
    );
    std::fs::write(path.join("pointer-changes.ndjson"), "").expect("a write");
    assert!(refusal().contains("snapshots.json"), "{}", refusal());
    let options = FolderOptions {
        snapshots: false,
        ..FolderOptions::default()
    };
    let router = folder_router(path, options).expect("an empty world");
    assert_eq!(get(&router, "/content/snapshots").await.json(), json!([]));
}

#[tokio::test]
async fn a_change_that_cannot_be_read_leaves_what_there_was_until_it_can() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    let write = |name: &str, text: &str| std::fs::write(path.join(name), text).expect("a write");
    write("pointer-changes.ndjson", "");
    write("snapshots.json", "[]");
    let router = folder_router(path, FolderOptions::default()).expect("an empty world");
    let hash = identity::hash::hash_v1("### Decentraland json snapshot\n");
    let snapshot = json!([{"hash": hash, "timeRange": {"initTimestamp": 1, "endTimestamp": 2},
        "numberOfEntities": 0, "replacedSnapshotHashes": [], "generationTimestamp": 3}]);
    // It names a file that is not there, and goes on doing so: neither list changes when the file comes.
    write("snapshots.json", &snapshot.to_string());
    let look = Duration::from_millis(300);
    tokio::time::sleep(look).await;
    for _ in 0..3 {
        let answer = get(&router, "/content/snapshots").await;
        assert_eq!(answer.json(), json!([]));
    }
    std::fs::create_dir(path.join("contents")).expect("a folder");
    write(
        &format!("contents/{hash}"),
        "### Decentraland json snapshot\n",
    );
    let repaired = async {
        while get(&router, "/content/snapshots").await.json() != snapshot {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), repaired).await;
    in_time.expect("it is tried again");
}
