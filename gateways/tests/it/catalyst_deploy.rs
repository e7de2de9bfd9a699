//! `POST /catalyst/content/entities`: deployments by their authors.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use futures::{StreamExt, stream};
use http::Request;
use identity::hash::hash_v1;
use identity::sign::{Wallet, create_simple_chain};
use runtime::ports::SystemClock;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::full_log::FullLog;
use crate::support::{Answer, post_with, send};
use crate::world::{BEARER, World, settings};

const BOUNDARY: &str = "----worldlog";
const PATH: &str = "/catalyst/content/entities";
/// How long something may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

struct Deployment {
    wallet: Wallet,
    entity: Value,
    files: Vec<Vec<u8>>,
    /// What the chain signs, if not the entity.
    signed: Option<String>,
}

fn wallet(byte: u8) -> Wallet {
    Wallet::from_private_key([byte; 32]).expect("a key")
}

fn profile(world: &World, wallet: &Wallet, name: &str) -> Value {
    json!({"version": "v3", "type": "profile", "pointers": [wallet.address()],
        "timestamp": world.context.platform.clock.now_ms(), "content": [],
        "metadata": {"avatars": [{"name": name}]}})
}

impl Deployment {
    fn of(wallet: Wallet, entity: Value) -> Self {
        Self {
            wallet,
            entity,
            files: Vec::new(),
            signed: None,
        }
    }

    fn id(&self) -> String {
        hash_v1(self.entity.to_string())
    }

    fn body(&self) -> Vec<u8> {
        let signed = self.signed.clone().unwrap_or_else(|| self.id());
        let chain = create_simple_chain(&self.wallet, &signed).expect("a chain");
        let chain = serde_json::to_string(&chain).expect("json");
        let mut body = Vec::new();
        let mut part = |name: &str, file: bool, bytes: &[u8]| {
            let file = if file { "; filename=\"blob\"" } else { "" };
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("entityId", false, self.id().as_bytes());
        part("authChain", false, chain.as_bytes());
        part(&self.id(), true, self.entity.to_string().as_bytes());
        for file in &self.files {
            part(&hash_v1(file), true, file);
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        body
    }

    async fn send(&self, world: &World, headers: &[(&str, &str)]) -> Answer {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let mut request = Request::post(PATH).header("content-type", kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(
            &world.router,
            request.body(Body::from(self.body())).expect("a request"),
        )
        .await
    }
}

/// Deploys a profile that names a file and does not bring it.
pub(crate) async fn deploy_naming(world: &World, hash: &str) -> Answer {
    let mut entity = profile(world, &wallet(1), "Ada");
    entity["content"] = json!([{"file": "a", "hash": hash}]);
    Deployment::of(wallet(1), entity).send(world, &[]).await
}

#[tokio::test]
async fn a_profile_is_there_when_its_deployment_is_answered() {
    let world = World::start().await;
    let owner = wallet(1);
    let address = owner.address().to_owned();
    let deployment = Deployment::of(wallet(1), profile(&world, &owner, "Ada"));
    let answer = deployment.send(&world, &[]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert!(answer.header("x-worldlog-position").is_some());
    let time = answer.json()["creationTimestamp"].clone();
    let body = json!({ "pointers": [address.to_uppercase()] }).to_string();
    let active = post_with(
        &world.router,
        "/catalyst/content/entities/active",
        body,
        &[],
    )
    .await
    .json();
    assert_eq!(active[0]["id"], deployment.id());
    let file = world
        .get(&format!("/catalyst/content/contents/{}", deployment.id()))
        .await;
    assert_eq!(file.body, deployment.entity.to_string());
    let audit = world
        .get(&format!(
            "/catalyst/content/audit/profile/{}",
            deployment.id()
        ))
        .await
        .json();
    assert_eq!(audit["localTimestamp"], time);
    assert_eq!(
        audit["authChain"][0]["payload"]
            .as_str()
            .map(str::to_lowercase),
        Some(address)
    );
    // The same again is no new deployment and gets the same answer.
    let again = deployment.send(&world, &[]).await;
    assert_eq!(
        (
            again.status.as_u16(),
            again.json()["creationTimestamp"].clone()
        ),
        (200, time)
    );
    let records = world
        .get("/operator/topics/catalyst.sightings/records")
        .await
        .json();
    assert_eq!(records.as_array().map(Vec::len), Some(1));
    world.stop().await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_nothing_of_it_stays() {
    let world = World::start().await;
    let owner = wallet(1);
    let good = profile(&world, &owner, "Ada");
    let with = |change: fn(&mut Value)| {
        let mut entity = good.clone();
        change(&mut entity);
        entity
    };
    let foreign = Deployment::of(wallet(2), good.clone());
    let old = Deployment::of(
        wallet(1),
        with(|e| e["timestamp"] = json!(1_577_836_800_000_i64)),
    );
    let missing = Deployment::of(
        wallet(1),
        with(|e| e["content"] = json!([{"file": "a", "hash": hash_v1(b"nowhere")}])),
    );
    let mut forged = Deployment::of(wallet(1), good.clone());
    forged.signed = Some(hash_v1(b"another"));
    let mut superfluous = Deployment::of(wallet(1), good.clone());
    superfluous.files.push(b"nobody names me".to_vec());
    let no_entity = Deployment::of(wallet(1), json!([1]));
    for (deployment, text) in [
        (&foreign, "only alter your own profile"),
        (&old, "not recent enough"),
        (&missing, "not uploaded or previously available"),
        (&forged, "Invalid final authority"),
        (&superfluous, "is not referenced"),
        (&no_entity, "Failed to parse"),
    ] {
        let answer = deployment.send(&world, &[]).await;
        assert_eq!(answer.status, 400, "{text}");
        let errors = answer.json()["errors"].to_string();
        assert!(errors.contains(text), "{text}: {errors}");
        let file = world
            .get(&format!("/catalyst/content/contents/{}", deployment.id()))
            .await;
        assert_eq!(file.status, 404, "{text}");
    }
    let records = world
        .get("/operator/topics/catalyst.sightings/records")
        .await
        .json();
    assert_eq!(records, json!([]));
    world.stop().await;
}

#[tokio::test]
async fn scenes_are_taken_only_with_the_operators_token() {
    let world = World::start().await;
    let file = b"console.log('hello')".to_vec();
    let entity = json!({"version": "v3", "type": "scene", "pointers": ["0,0", "0,1"],
        "timestamp": world.context.platform.clock.now_ms(),
        "content": [{"file": "bin/game.js", "hash": hash_v1(&file)}],
        "metadata": {"main": "bin/game.js", "scene": {"base": "0,0", "parcels": ["0,0", "0,1"]}}});
    let mut deployment = Deployment::of(wallet(1), entity);
    deployment.files.push(file.clone());
    let answer = deployment.send(&world, &[]).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["errors"].to_string().contains("operator"),
        "{:?}",
        answer.body
    );
    let answer = deployment.send(&world, &[BEARER]).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let served = world
        .get(&format!("/catalyst/content/contents/{}", hash_v1(&file)))
        .await;
    assert_eq!(served.body, file);
    world.stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_what_its_name_says_is_refused() {
    let world = World::start().await;
    let owner = wallet(1);
    let deployment = Deployment::of(wallet(1), profile(&world, &owner, "Ada"));
    let body = String::from_utf8(deployment.body())
        .expect("text")
        .replace("Ada", "Eve");
    let request = Request::post(PATH)
        .header(
            "content-type",
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .body(Body::from(body));
    let answer = send(&world.router, request.expect("a request")).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["errors"][0]
            .as_str()
            .is_some_and(|e| e.contains("hash mismatch"))
    );
    world.stop().await;
}

/// A world whose limits are these.
async fn limited(catalyst: Value) -> World {
    let settings = settings(json!({ "catalyst": catalyst }));
    World::with(settings, Arc::new(SystemClock)).await
}

#[tokio::test]
async fn an_entity_file_is_read_into_memory_only_up_to_its_limit() {
    let world = limited(json!({"deploy_entity_limit": "1 KiB"})).await;
    let owner = wallet(1);
    let short = Deployment::of(wallet(1), profile(&world, &owner, "Ada"));
    let long = Deployment::of(wallet(1), profile(&world, &owner, &"Ada".repeat(1000)));
    let answer = long.send(&world, &[]).await;
    assert_eq!(answer.status, 400, "{:?}", answer.body);
    let errors = answer.json()["errors"].to_string();
    assert!(errors.contains("at most 1 KiB"), "{errors}");
    assert_eq!(short.send(&world, &[]).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn an_entity_names_no_more_files_than_may_be_looked_for() {
    let world = limited(json!({"deploy_content_max": 2})).await;
    let owner = wallet(1);
    let files: Vec<Vec<u8>> = (0..3_u8).map(|n| vec![n]).collect();
    let naming = |files: &[Vec<u8>]| {
        let mut entity = profile(&world, &owner, "Ada");
        let content = files.iter().map(hash_v1).enumerate();
        let content = content.map(|(n, hash)| json!({"file": n.to_string(), "hash": hash}));
        entity["content"] = content.collect();
        let mut deployment = Deployment::of(wallet(1), entity);
        deployment.files = files.to_vec();
        deployment
    };
    let answer = naming(&files).send(&world, &[]).await;
    assert_eq!(answer.status, 400, "{:?}", answer.body);
    let errors = answer.json()["errors"].to_string();
    assert!(
        errors.contains("names 3 content files, at most 2"),
        "{errors}"
    );
    assert_eq!(naming(&files[..2]).send(&world, &[]).await.status, 200);
    world.stop().await;
}

#[tokio::test]
async fn what_is_larger_than_the_configured_limits_is_refused() {
    for (limit, text) in [
        (json!({"deploy_file_limit": "16 B"}), "larger than 16 B"),
        (json!({"deploy_total_limit": "16 B"}), "together than 16 B"),
        (json!({"deploy_files_max": 0}), "More than 0 files"),
    ] {
        let world = limited(limit).await;
        let owner = wallet(1);
        let deployment = Deployment::of(wallet(1), profile(&world, &owner, "Ada"));
        let answer = deployment.send(&world, &[]).await;
        assert_eq!(answer.status, 413, "{text}: {:?}", answer.body);
        let error = answer.json()["error"].to_string();
        assert!(error.contains(text), "{text}: {error}");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_body_that_stops_coming_is_not_waited_for() {
    for (limit, text) in [
        (json!({"deploy_idle_timeout": "20ms"}), "came for 20ms"),
        (json!({"deploy_timeout": "20ms"}), "not sent within 20ms"),
    ] {
        let world = limited(limit).await;
        let owner = wallet(1);
        let body = Deployment::of(wallet(1), profile(&world, &owner, "Ada")).body();
        let begun = stream::iter([Ok::<_, Infallible>(body[..body.len() / 2].to_vec())]);
        let request = Request::post(PATH)
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from_stream(begun.chain(stream::pending())))
            .expect("a request");
        let answered = tokio::time::timeout(LIMIT, send(&world.router, request)).await;
        let answer = answered.expect("it is not waited for");
        assert_eq!(answer.status, 408, "{:?}", answer.body);
        let error = answer.json()["error"].to_string();
        assert!(error.contains(text), "{text}: {error}");
        world.stop().await;
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_written_takes_no_deployment() {
    let mut world = World::start().await;
    world.mount(|surroundings| {
        let log = Arc::clone(&surroundings.platform.log);
        surroundings.platform.log = Arc::new(FullLog(log));
    });
    let owner = wallet(1);
    let deployment = Deployment::of(wallet(1), profile(&world, &owner, "Ada"));
    let answer = deployment.send(&world, &[]).await;
    assert_eq!(answer.status, 503, "{:?}", answer.body);
    assert!(answer.header("retry-after").is_some());
    assert!(answer.header("x-worldlog-position").is_none());
    let error = answer.json()["error"].to_string();
    assert!(!error.contains("secret"), "{error}");
    let audit = format!("/catalyst/content/audit/profile/{}", deployment.id());
    assert_eq!(world.get(&audit).await.status, 404);
    world.stop().await;
}

#[tokio::test]
async fn what_a_killed_process_had_received_is_removed_at_the_next_start() {
    let spool = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| spool.path().join(name);
    for name in ["worldlog-deploy-dead", "worldlog-deploy-alive", "other"] {
        std::fs::create_dir_all(path(name).join("deployment")).expect("a folder");
        std::fs::write(path(name).join("deployment/file"), "bytes").expect("a file");
    }
    // A killed process holds its lock no more.
    std::fs::write(path("worldlog-deploy-dead.lock"), "").expect("a file");
    let alive = std::fs::File::create(path("worldlog-deploy-alive.lock")).expect("a file");
    alive.try_lock().expect("nobody else has it");
    let world = limited(json!({ "deploy_spool": spool.path() })).await;
    let gateways: Vec<_> = gateways::all().iter().collect();
    let tasks = gateways::backgrounds(&gateways, &world.context);
    let mut running: JoinSet<()> = tasks.into_iter().map(|(_, task)| task).collect();
    let swept = async {
        while path("worldlog-deploy-dead").exists() || path("worldlog-deploy-dead.lock").exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let in_time = tokio::time::timeout(LIMIT, swept).await;
    in_time.expect("the folder of the dead process goes");
    assert!(
        path("worldlog-deploy-alive")
            .join("deployment/file")
            .exists()
    );
    assert!(path("other").exists());
    running.shutdown().await;

    let owner = wallet(1);
    let deployment = Deployment::of(wallet(1), profile(&world, &owner, "Ada"));
    assert_eq!(deployment.send(&world, &[]).await.status, 200);
    let names = std::fs::read_dir(spool.path()).expect("a folder").flatten();
    let folders = names.map(|entry| entry.path()).filter(|path| path.is_dir());
    for folder in folders.filter(|f| !f.ends_with("worldlog-deploy-alive") && !f.ends_with("other"))
    {
        let left = std::fs::read_dir(&folder).expect("a folder").count();
        assert_eq!(left, 0, "{}", folder.display());
    }
    world.stop().await;
}
