//! What `/metrics` serves is what the operations page documents: names, kinds and labels, no more and no less.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::crowd::deployed;
use crate::generated::{entity_of, stored};
use crate::http::{POSITION, eventually, get, post, send, settle};
use crate::images;
use crate::process::{Launch, Program, Scratch, TOKEN};
use crate::world::World;

/// How long a metric that should be there is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where the names of the runtime's metrics live.
const NAMES: [&str; 5] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/observe.rs"),
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../gateways/events_notifier/forward/mod.rs"
    ),
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../gateways/sources/indexer/status.rs"
    ),
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../gateways/runners/portrait/mod.rs"
    ),
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../gateways/camera_reel/upload.rs"
    ),
];
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");

/// Documented, but not to be provoked here. A new metric is served by the test below or stands here with its reason.
const ELSEWHERE: [(&str, &str); 14] = [
    (
        "bus_connected",
        "a bus in memory is not connected to anything",
    ),
    ("camera_reel_picture_seconds", "nobody takes a photo"),
    ("camera_reel_uploads_total", "nobody takes a photo"),
    (
        "entity_deployment_to_image_generation_duration_seconds",
        "nobody has an avatar",
    ),
    ("forward_refused_total", "nobody forwards anything"),
    ("image_upload_duration_seconds", "nobody has an avatar"),
    ("indexer_blocked", "no indexer is configured"),
    ("indexer_events_total", "no indexer is configured"),
    ("indexer_lag_seconds", "no indexer is configured"),
    ("indexer_rejected_total", "no indexer is configured"),
    (
        "partition_blocked",
        "a platform that is well has no such series",
    ),
    ("snapshot_generation_count", "nobody has an avatar"),
    (
        "snapshot_generation_duration_seconds",
        "nobody has an avatar",
    ),
    (
        "store_unstamped_writes_total",
        "SQLite compares stamps itself",
    ),
];

/// A metric: its kind and its labels.
type Metric = (String, BTreeSet<String>);

/// The table of the page, by name.
pub(crate) fn documented() -> BTreeMap<String, Metric> {
    let page = fs::read_to_string(PAGE).expect("the page is in the repository");
    let section = page.split("\n## ").find(|part| part.starts_with("Metrics"));
    let section = section.expect("a section on metrics");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let metrics = rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let labels = cells[2].split(',').map(str::trim);
        let labels = labels.filter(|label| !label.is_empty()).map(str::to_owned);
        let name = cells[0].trim_end_matches('`').to_owned();
        assert!(!cells[3].is_empty(), "{name} says what it means");
        (name, (cells[1].to_owned(), labels.collect()))
    });
    let metrics: Vec<_> = metrics.collect();
    let count = metrics.len();
    let by_name: BTreeMap<_, _> = metrics.into_iter().collect();
    assert_eq!(by_name.len(), count, "each is documented once");
    by_name
}

/// What a scrape holds, by name.
fn served(scrape: &str) -> BTreeMap<String, Metric> {
    let kinds = scrape
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let kinds = kinds.map(|line| line.split_once(' ').expect("a name and a kind"));
    let mut metrics: BTreeMap<String, Metric> = kinds
        .map(|(name, kind)| (name.to_owned(), (kind.to_owned(), BTreeSet::new())))
        .collect();
    let samples = scrape
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    for sample in samples {
        let end = sample.find(['{', ' ']).expect("a sample has a value");
        let of_histogram = ["_bucket", "_sum", "_count"];
        let name = &sample[..end];
        let whole = of_histogram.iter().find_map(|part| name.strip_suffix(part));
        let whole = whole.filter(|whole| metrics.contains_key(*whole));
        let metric = metrics.get_mut(whole.unwrap_or(name));
        let (_, labels) = metric.unwrap_or_else(|| panic!("no kind of {sample}"));
        let inside = sample[end..].strip_prefix('{');
        let inside = inside
            .and_then(|rest| rest.rsplit_once('}'))
            .map(|(i, _)| i);
        labels.extend(inside.map(names_of_labels).unwrap_or_default());
    }
    metrics
}

/// Names in `a="1",b="x,y"`; `le` is a histogram's own.
fn names_of_labels(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    // Values are quoted, so every other piece is outside of quotes.
    for outside in text.replace("\\\"", "").split('"').step_by(2) {
        let name = outside.trim_start_matches(',').trim_end_matches('=');
        if !name.is_empty() && name != "le" {
            names.push(name.to_owned());
        }
    }
    names
}

/// A content server with a good scene, and one that its owner did not sign.
fn a_server(scratch: &Scratch) -> World {
    let folder = scratch.path("world");
    fs::create_dir_all(folder.join("contents")).expect("the scratch folder is writable");
    let file = images::picture(64, 48);
    let hash = identity::hash::hash_v1(&file);
    let contents = folder.join("contents");
    fs::write(contents.join(&hash), file).expect("the scratch folder is writable");
    let mut good = entity_of("scene", &["1,1"], 1_767_225_600_000);
    good["content"] = json!([{ "file": "picture.bmp", "hash": hash }]);
    let bad = entity_of("scene", &["2,2"], 1_767_225_660_000);
    let mut rows = vec![stored(&folder, good), stored(&folder, bad)];
    rows[1]["authChain"] = rows[0]["authChain"].clone();
    fs::write(folder.join("snapshots.json"), "[]").expect("the scratch folder is writable");
    World::written(&folder, rows)
}

/// Gives the platform something of every kind to count.
async fn busy(program: &Program, server: &Program, picture: &str) {
    // Encoded, known, refused.
    for (picture, status) in [(picture, 200), (picture, 200), ("missing", 502)] {
        let url = images::converted(program, server, picture);
        send(get(&url)).await.expect(status);
    }
    let feed = program.at("/events-notifier/events");
    let (_, event) = deployed("10,10", 0);
    let fed = send(post(&feed, &event).bearer_auth(TOKEN))
        .await
        .expect(202);
    let token = fed.header(POSITION).expect("a write has a position");
    let read = get(&program.at("/deployments/queue")).header(POSITION, token);
    send(read).await.expect(200);
    // The door takes its shape; that it names too many pointers is the processor's to find.
    let (_, mut large) = deployed("11,11", 1);
    large["entity"]["pointers"] = (0..9000).map(|n| json!(format!("{n},0"))).collect();
    send(post(&feed, &large).bearer_auth(TOKEN))
        .await
        .expect(202);
    settle(program).await;
}

#[tokio::test]
async fn the_operations_page_documents_exactly_what_is_served() {
    let scratch = Scratch::new();
    let world = a_server(&scratch);
    let server = Launch::catalyst(&scratch, "catalyst", &world.folder);
    let server = server.start().await;
    // Nobody is at the second address.
    let (key, hosts) = images::allowing(&server);
    let up = Launch::up(&scratch, "up").following_urls(&[&server.url, "http://127.0.0.1:9"]);
    let program = up.environment(key, hosts).start().await;
    let picture = identity::hash::hash_v1(images::picture(64, 48));
    busy(&program, &server, &picture).await;
    let mut expected = documented();
    let names = NAMES.map(|file| fs::read_to_string(file).expect("the file is in the repository"));
    let names = names.concat();
    for (name, why) in ELSEWHERE {
        assert!(names.contains(&format!("\"{name}\"")), "{name} is a metric");
        assert!(
            expected.remove(name).is_some(),
            "{name} ({why}) is documented"
        );
    }
    let url = program.at("/metrics");
    let end = Instant::now() + PATIENCE;
    let served = eventually(
        || get(&url),
        |answer| {
            let served = served(&answer.text());
            let whole = expected.keys().all(|name| served.contains_key(name));
            (whole || Instant::now() > end).then_some(served)
        },
    )
    .await;
    let page = "docs/operations.md";
    for (name, metric) in &served {
        let documented = expected.get(name);
        assert_eq!(documented, Some(metric), "{name}: on {page}, and served");
    }
    let missing: Vec<_> = expected
        .keys()
        .filter(|n| !served.contains_key(*n))
        .collect();
    assert!(missing.is_empty(), "on {page} but not served: {missing:?}");
}
