//! `worldlog render`: the pictures of a profile, from a content server.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::process::{Launch, Scratch};
use crate::world::shared;

const PREFIX: &str = "urn:decentraland:off-chain:base-avatars:";

/// A content server with the shared data's wearables.
struct Shop {
    root: PathBuf,
    entities: Vec<Value>,
    files: BTreeMap<String, String>,
}

async fn active(State(shop): State<Arc<Shop>>, body: String) -> String {
    let asked: Value = serde_json::from_str(&body).expect("JSON");
    let asked = asked["pointers"].as_array().expect("a list");
    let has = |entity: &&Value| asked.contains(&entity["pointers"][0]);
    let found: Vec<&Value> = shop.entities.iter().filter(has).collect();
    json!(found).to_string()
}

async fn content(
    State(shop): State<Arc<Shop>>,
    Path(hash): Path<String>,
) -> Result<Vec<u8>, StatusCode> {
    let path = shop.files.get(&hash).ok_or(StatusCode::NOT_FOUND)?;
    Ok(fs::read(shop.root.join(path)).expect("a file"))
}

/// Starts it; gives its URL.
async fn open() -> Option<String> {
    let root = shared("assets").map(|assets| assets.with_file_name("images"))?;
    let read = |name: &str| fs::read(root.join(name)).expect("a file");
    let shop = Arc::new(Shop {
        entities: serde_json::from_slice(&read("entities.json")).expect("entities"),
        files: serde_json::from_slice(&read("content-map.json")).expect("a map"),
        root,
    });
    let router = Router::new()
        .route("/content/entities/active", post(active))
        .route("/content/contents/{hash}", get(content))
        .with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    Some(format!("http://{address}/content"))
}

fn profile(shape: &str, wearables: &[&str]) -> String {
    let colour = json!({ "color": { "r": 0.5, "g": 0.4, "b": 0.3, "a": 1 } });
    let worn: Vec<String> = wearables
        .iter()
        .map(|name| format!("{PREFIX}{name}"))
        .collect();
    json!({ "avatars": [{ "avatar": {
        "bodyShape": format!("{PREFIX}{shape}"), "wearables": worn,
        "eyes": colour, "hair": colour, "skin": colour
    } }] })
    .to_string()
}

fn size(png: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(&png[1..4], b"PNG");
    (number(16), number(20))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_becomes_pictures_and_what_cannot_be_worn_is_named() {
    let Some(url) = open().await else { return };
    let scratch = Scratch::new();
    let file = scratch.path("profile.json");
    fs::write(
        &file,
        profile("BaseMale", &["green_hoodie", "nothing_at_all"]),
    )
    .expect("written");
    let (file, out) = (file.to_string_lossy().into_owned(), scratch.path("out"));
    let shown = out.to_string_lossy().into_owned();
    let arguments = ["render", &file, "--out", &shown, "--catalyst", &url];
    let more = ["--turntable", "10", "--output", "json"];
    let render = Launch::verb(&scratch, "render", &[&arguments[..], &more].concat());
    let done = render.finish().await;
    assert_eq!(done.code, Some(0), "{}", done.output);
    let report: Value = serde_json::from_str(&done.output).expect("JSON");
    let left = report["leftOut"].as_array().expect("a list");
    assert_eq!(left.len(), 1, "{report}");
    assert_eq!(left[0]["urn"], format!("{PREFIX}nothing_at_all"));
    let worn = report["worn"].as_array().expect("a list");
    assert!(
        worn.contains(&json!(format!("{PREFIX}green_hoodie"))),
        "{report}"
    );
    for (name, wanted) in [
        ("body.png", (256, 512)),
        ("face.png", (256, 256)),
        ("turntable.png", (8 * 256, 2 * 512)),
    ] {
        let picture = fs::read(out.join(name)).expect("it is there");
        assert_eq!(size(&picture), wanted, "{name}");
        assert!(picture.len() > 2_000, "{name} shows something");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_a_body_or_an_avatar_there_is_no_picture() {
    let scratch = Scratch::new();
    let out = scratch.path("out").to_string_lossy().into_owned();
    let write = |name: &str, text: &str| {
        let path = scratch.path(name);
        fs::write(&path, text).expect("written");
        path.to_string_lossy().into_owned()
    };
    let person = write("person.json", &profile("BaseMale", &[]));
    let alien = write("alien.json", &profile("Alien", &[]));
    let nobody = write("nobody.json", "{}");
    let nowhere = "http://127.0.0.1:9/content";
    let mut wrong = vec![
        (nobody, nowhere.to_owned(), 2, "has no avatar"),
        (person.clone(), nowhere.to_owned(), 5, nowhere),
        (person, "ftp://somewhere".to_owned(), 2, "--catalyst"),
    ];
    if let Some(url) = open().await {
        wrong.push((alien, url, 1, "body shape"));
    }
    for (file, url, exit, word) in wrong {
        let arguments = ["render", &file, "--out", &out, "--catalyst", &url];
        let done = Launch::verb(&scratch, "wrong", &arguments).finish().await;
        assert_eq!(done.code, Some(exit), "{file}: {}", done.output);
        assert!(done.output.contains(word), "{file}: {}", done.output);
    }
}
