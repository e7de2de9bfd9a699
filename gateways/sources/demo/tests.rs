//! The demo world is what it says: one seed, valid entities, readable by the follower, plausible players.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use identity::chain::{AuthChain, DenyContractWallets, validate_deployment};
use identity::hash::ContentHash;
use serde_json::Value;

use super::{Demo, DemoWorld, Players};

const NOW: i64 = 1_767_225_600_000;

fn small() -> Demo {
    Demo {
        people: 8,
        scenes: 12,
        ..Demo::default()
    }
}

#[test]
fn one_seed_decides_every_byte() {
    let rows = |seed| {
        let world = DemoWorld::new(&Demo { seed, ..small() }, NOW);
        for n in 1..6 {
            world.deploy_next(NOW + n * 10_000);
        }
        let state = world.read();
        (
            state
                .rows
                .iter()
                .map(|row| row.json.to_string())
                .collect::<Vec<_>>(),
            state.files.clone(),
        )
    };
    assert_eq!(rows(3), rows(3));
    assert_ne!(rows(3).0, rows(4).0);
}

#[test]
fn every_file_has_its_name_and_every_chain_proves_its_entity() {
    let world = DemoWorld::new(&small(), NOW);
    for n in 1..40 {
        world.deploy_next(NOW + n * 10_000);
    }
    let state = world.read();
    for (hash, bytes) in &state.files {
        let hash = ContentHash::parse(hash).expect("a name");
        assert_eq!(hash.verify(bytes), Ok(()));
    }
    let mut kinds = BTreeMap::new();
    for row in &state.rows {
        *kinds.entry(row.kind).or_insert(0) += 1;
        let chain: AuthChain =
            serde_json::from_value(row.json["authChain"].clone()).expect("a chain");
        let valid =
            validate_deployment(&chain, &row.id, row.entity_timestamp, &DenyContractWallets);
        assert_eq!(valid, Ok(()));
        let file: Value = serde_json::from_slice(&state.files[&row.id]).expect("an entity file");
        for item in file["content"].as_array().expect("a list") {
            let hash = item["hash"].as_str().expect("a hash");
            assert!(state.files.contains_key(hash), "{item}");
        }
    }
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    let times: Vec<_> = state.rows.iter().map(|row| row.local_timestamp).collect();
    assert!(times.is_sorted());
    let dead = state
        .rows
        .iter()
        .filter(|row| state.active(&row.id).is_none())
        .count();
    assert!(dead > 3, "scenes and profiles are overwritten");
}

#[test]
fn players_make_events_of_the_catalogue_for_people_of_the_world() {
    let world = DemoWorld::new(&small(), NOW);
    let people: Vec<String> = world
        .people()
        .into_iter()
        .map(|(address, _)| address)
        .collect();
    let mut players = Players::new(&world);
    let mut kinds = BTreeMap::new();
    for n in 0..300 {
        let event = players.next_event(NOW + n * 1000);
        let encoded = model::encode_event(&event);
        assert!(encoded.is_ok(), "{event}: {:?}", encoded.err());
        assert!(
            people
                .iter()
                .any(|address| event["metadata"]["userAddress"] == address.as_str())
        );
        *kinds.entry(event["subType"].to_string()).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 6, "{kinds:?}");
}

#[tokio::test]
async fn a_reader_finds_pages_snapshots_files_and_active_entities() {
    let world = DemoWorld::new(&small(), NOW);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let base = format!("http://{}/content", listener.local_addr().expect("bound"));
    let router = world.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let get = |path: String| async move {
        let answer = reqwest::get(&path).await.expect("an answer");
        serde_json::from_slice::<Value>(&answer.bytes().await.expect("a body")).expect("json")
    };
    for order in ["ASC", "DESC"] {
        let mut found = Vec::new();
        let mut query = format!("?limit=7&sortingOrder={order}");
        loop {
            let page = get(format!("{base}/pointer-changes{query}")).await;
            let deltas = page["deltas"].as_array().expect("rows");
            found.extend(deltas.iter().map(|row| row["entityId"].to_string()));
            match page["pagination"]["next"].as_str() {
                Some(next) => query = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(found.len(), world.deployments(), "{order}");
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), world.deployments(), "{order}: each once");
    }
    let body =
        serde_json::json!({"pointers": [world.people()[0].0.to_uppercase().replace('X', "x")]});
    let client = reqwest::Client::new();
    let request = client
        .post(format!("{base}/entities/active"))
        .body(body.to_string());
    let answer = request
        .header("content-type", "application/json")
        .send()
        .await
        .expect("sent");
    let text = answer.text().await.expect("a body");
    let entities: Vec<Value> = serde_json::from_str(&text).expect("json");
    assert_eq!(entities.len(), 1, "{text}");
    assert_eq!(entities[0]["type"], "profile");
    server.abort();
}

#[tokio::test]
async fn the_follower_takes_all_of_it() {
    use crate::sources::catalyst::test_support::{Rig, until};
    let settings = Demo {
        deploy_interval: runtime::settings::Span::millis(20),
        ..small()
    };
    let world = DemoWorld::new(&settings, crate::sources::catalyst::test_support::now());
    let active = {
        let state = world.read();
        state
            .rows
            .iter()
            .filter(|row| state.active(&row.id).is_some())
            .count()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let mut rig = Rig::of(&[]);
    rig.follow.urls = vec![format!(
        "http://{}/content",
        listener.local_addr().expect("bound")
    )];
    let router = world.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let running = rig.run();
    until("the snapshot", || {
        running.follower.status()[0].snapshots == 1
    })
    .await;
    assert!(rig.ids().len() >= active, "{:?}", rig.rejected());
    let stop = tokio_util::sync::CancellationToken::new();
    let clock = Arc::new(runtime::ports::SystemClock);
    let grown = world.deployments() + 5;
    let deploying = tokio::spawn({
        let (world, stop) = (world.clone(), stop.clone());
        async move { world.run(clock, stop).await }
    });
    until("more deployments", || world.deployments() >= grown).await;
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(5), deploying).await;
    assert!(ended.is_ok(), "the world stops when told");
    let newest = world
        .read()
        .rows
        .last()
        .map(|row| row.id.clone())
        .expect("a row");
    until("the newest", || rig.ids().contains(&newest)).await;
    assert!(rig.rejected().is_empty(), "{:?}", rig.rejected());
    server.abort();
}
