//! Exploration games from outside: what administrators define, players do and everybody reads.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use kernel::{Headers, NewRecord};
use model::Recorded as _;
use model::events::effects::Outcome;
use runtime::ports::{Clock, SystemClock, TickClock};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, post_with, send};
use crate::world::{World, settings};

const MULTIPLAYER: &str = "mult1";

fn wallet(key: u8) -> Wallet {
    Wallet::from_private_key([key; 32]).expect("a key")
}

/// Somebody in a scene.
struct Person {
    key: u8,
    parcel: &'static str,
}

const ADMIN: Person = Person {
    key: 1,
    parcel: "10,10",
};
const ANN: Person = Person {
    key: 2,
    parcel: "10,10",
};
const BOB: Person = Person {
    key: 3,
    parcel: "10,10",
};

impl Person {
    fn address(&self) -> String {
        wallet(self.key).address().to_owned()
    }

    async fn with(
        &self,
        world: &World,
        call: (Method, &str),
        body: String,
        metadata: Value,
    ) -> Answer {
        let (method, path) = call;
        let session = wallet(9);
        let login = create_ephemeral_chain(&wallet(self.key), &session, LOGIN_TITLE, "2999-01-01");
        let metadata = metadata.to_string();
        let signed = RequestToSign {
            method: method.as_str(),
            path: &format!("/api{}", path.split('?').next().unwrap_or_default()),
            timestamp_ms: world.context.platform.clock.now_ms(),
            metadata: Some(&metadata),
            format: PayloadFormat::Folded,
        };
        let headers = headers_for(&login.expect("short"), &session, &signed).expect("short");
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/exploration-games/api{path}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        send(
            &world.router,
            request.body(Body::from(body)).expect("a request"),
        )
        .await
    }

    async fn ask(&self, world: &World, method: Method, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let metadata = json!({"signer": "decentraland-kernel-scene", "parcel": self.parcel,
            "hashPayload": hex::encode(Sha256::digest(&body))});
        self.with(world, (method, path), body, metadata).await
    }

    async fn get(&self, world: &World, path: &str) -> Value {
        let answer = self.ask(world, Method::GET, path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.json()["data"].clone()
    }

    /// Creates something; gives it.
    async fn create(&self, world: &World, path: &str, body: Value) -> Value {
        let answer = self.ask(world, Method::POST, path, &body).await;
        assert_eq!(answer.status, 201, "{path}: {:?}", answer.body);
        answer.json()["data"].clone()
    }

    async fn submit(&self, world: &World, game: &str, body: Value) -> Answer {
        let path = format!("/games/{game}/progress");
        self.ask(world, Method::POST, &path, &body).await
    }
}

async fn world(clock: Arc<dyn Clock>) -> World {
    let over = json!({"exploration_games": {"admins": [wallet(1).checksum_address()],
        "multiplayer_key": MULTIPLAYER, "expiry_interval": "20ms", "reward_wait": "20s"}});
    World::with(settings(over), clock).await
}

async fn open(world: &World, path: &str) -> Value {
    let answer = world.get(&format!("/exploration-games/api{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    answer.json()["data"].clone()
}

fn id(thing: &Value) -> String {
    thing["id"].as_str().expect("an id").to_owned()
}

/// A game, a mission of it and its challenges, from score 1 and from score 10.
async fn defined(world: &World) -> (String, String) {
    let game = json!({"name": "Race", "x": 10, "y": 10});
    let game = id(&ADMIN.create(world, "/games", game).await);
    let mission = json!({"description": "Run", "campaign_key": "c4mp", "type": "mini-games", "thumb_url": "u"});
    let mission = id(&ADMIN.create(world, "/missions", mission).await);
    for target in [1, 10] {
        let challenge = json!({"description": format!("{target}"), "targetLevel": 1, "missionId": mission,
            "gameId": game, "data": {"score": {"condition": ">=", "target": target}}});
        ADMIN.create(world, "/challenges", challenge).await;
    }
    (game, mission)
}

async fn records(world: &World, topic: &str) -> Vec<Value> {
    let records = world
        .get(&format!("/operator/topics/{topic}/records"))
        .await;
    records.json().as_array().expect("a list").clone()
}

/// Waits for a reward to be asked for, and gives it.
async fn give_reward(world: &World) -> String {
    let asked = loop {
        if let Some(asked) = records(world, "effects.reward").await.pop() {
            break asked;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(asked["value"]["campaignKey"], "c4mp");
    let key = asked["key"].as_str().expect("a key").to_owned();
    let outcome = Outcome {
        kind: "reward".into(),
        key: key.clone(),
        outcome: "done".into(),
        result: Some(json!([{"id": "rw", "status": "pending"}]).into()),
        ..Outcome::default()
    };
    let value = model::encode(&outcome);
    let headers = Headers::new(kernel::event_id(&value), Outcome::SCHEMA, "runners/reward");
    let record = NewRecord::keyed(
        "effects.outcomes".into(),
        key.clone().into(),
        headers,
        value,
    );
    world
        .context
        .platform
        .append(vec![record])
        .await
        .expect("kept");
    key
}

#[tokio::test]
async fn a_mission_is_run_from_start_to_reward() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, mission) = defined(&world).await;
    assert_eq!(
        open(&world, &format!("/games/{game}/challenges"))
            .await
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let missions = ANN.get(&world, "/missions/available").await;
    assert_eq!(
        missions,
        json!([{"id": mission, "description": "Run", "active": true, "type": "mini-games",
        "thumb_url": "u"}])
    );
    assert_eq!(
        ANN.get(&world, "/missions/available?type=fw-2025").await,
        json!([])
    );
    let start = format!("/missions/{mission}/start");
    assert_eq!(
        ANN.ask(&world, Method::POST, &start, &Value::Null)
            .await
            .status,
        204
    );
    let again = ANN.ask(&world, Method::POST, &start, &Value::Null).await;
    assert_eq!(
        (again.status.as_u16(), again.json()["message"].clone()),
        (
            400,
            json!("Can't start new mission while there is an active mission for this user.")
        )
    );
    let answer = ANN
        .submit(
            &world,
            &game,
            json!({"user_name": "Ann", "level": 1, "score": 0}),
        )
        .await;
    assert_eq!(answer.status, 201);
    let row = answer.json()["data"].clone();
    assert_eq!(row["user_address"], ANN.address());
    assert!(row["updated_at"].is_string() && row["time"].is_null() && row["disabled"] == false);
    let answer = ANN
        .submit(
            &world,
            &game,
            json!({"user_name": "Ann", "level": 2, "score": 50}),
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["data"].clone()),
        (
            200,
            json!({"mission": missions[0], "user_mission": missions[0]})
        )
    );
    let going = ANN.get(&world, "/missions/in_progress").await;
    assert!(going["missions"][0]["start_time"].is_string(), "{going}");
    let completed: Vec<_> = going["challenges"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|challenge| challenge["completed"].clone())
        .collect();
    assert_eq!(completed, [json!(true), json!(false)]);
    assert_eq!(going["games"][0]["parcel"], "10,10");
    let done = ANN
        .get(&world, &format!("/games/{game}/challenges/completed"))
        .await;
    assert_eq!(done.as_array().map(Vec::len), Some(1));
    let last = json!({"user_name": "Ann", "level": 2, "score": 10});
    let (answer, run) = tokio::join!(ANN.submit(&world, &game, last), give_reward(&world));
    assert_eq!(
        (answer.status.as_u16(), answer.json()["data"].clone()),
        (
            200,
            json!({"mission": missions[0], "reward": [{"id": "rw", "status": "pending"}]})
        )
    );
    assert_eq!(ANN.get(&world, "/missions/available").await, json!([]));
    let done = ANN.get(&world, "/missions/completed").await;
    assert!(done["missions"][0]["end_time"].is_string(), "{done}");
    world.settle().await;
    let told = records(&world, "games.rewards").await;
    assert_eq!((told.len(), told[0]["key"].clone()), (1, json!(run)));
    // Nobody else has done anything.
    assert_eq!(BOB.get(&world, "/missions/available").await, missions);
    world.stop().await;
}

#[tokio::test]
async fn the_leaderboard_shows_each_player_once_and_no_disabled_row() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, _) = defined(&world).await;
    let mut ids = Vec::new();
    for (person, name, level, score) in [
        (&ANN, "Ann", 1, 90),
        (&ANN, "Ann", 2, 5),
        (&BOB, "Bob", 2, 7),
    ] {
        let body = json!({"user_name": name, "level": level, "score": score, "data": {"k": 1}});
        let answer = person.submit(&world, &game, body).await;
        ids.push(id(&answer.json()["data"]));
    }
    let names = |rows: Value| -> Vec<String> {
        let rows = rows.as_array().expect("a list").clone();
        rows.iter()
            .map(|row| {
                format!(
                    "{}{}",
                    row["user_name"].as_str().expect("a name"),
                    row["score"]
                )
            })
            .collect()
    };
    let board = format!("/games/{game}/leaderboard");
    assert_eq!(names(open(&world, &board).await), ["Bob7", "Ann5"]);
    assert_eq!(
        names(open(&world, &format!("{board}?direction=ASC")).await),
        ["Ann5", "Bob7"]
    );
    assert_eq!(
        names(open(&world, &format!("{board}?level=1")).await),
        ["Ann90"]
    );
    assert_eq!(
        names(open(&world, &format!("{board}?limit=1&sort=updated_at")).await),
        ["Bob7"]
    );
    assert_eq!(
        names(open(&world, &format!("{board}?limit=abc")).await).len(),
        2
    );
    for bad in [
        format!("{board}?sort=level"),
        "/games/7/leaderboard".to_owned(),
    ] {
        let answer = world.get(&format!("/exploration-games/api{bad}")).await;
        assert_eq!(answer.status, 400, "{bad}");
    }
    let disable = json!({"ids": [ids[2]], "disabled": true});
    let answer = ADMIN
        .ask(&world, Method::PATCH, "/games/progress/status", &disable)
        .await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.json()["data"]["rowCount"].clone()
        ),
        (200, json!(1))
    );
    assert_eq!(names(open(&world, &board).await), ["Ann5"]);
    let own = format!("/games/{game}/progress?sort=score&direction=desc");
    assert_eq!(names(ANN.get(&world, &own).await), ["Ann90", "Ann5"]);
    assert_eq!(BOB.get(&world, &own).await, json!([]));
    let everywhere = ANN.get(&world, "/games/progress").await;
    assert_eq!(
        everywhere[0],
        json!({"id": game, "name": "Race", "parcel": "10,10", "level": 1, "score": 90,
        "time": null, "moves": null, "data": {"k": 1}})
    );
    let all = format!("/games/{game}/progress/all?sort=score&direction=asc&limit=2");
    assert_eq!(names(ADMIN.get(&world, &all).await), ["Ann5", "Bob7"]);
    assert_eq!(
        names(ADMIN.get(&world, &format!("{all}&page=2")).await),
        ["Ann90"]
    );
    world.stop().await;
}

#[tokio::test]
async fn only_who_is_inside_and_signed_the_body_may_submit() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, _) = defined(&world).await;
    let path = format!("/games/{game}/progress");
    let call = (Method::POST, path.as_str());
    let body = "{ \"user_name\": \"Ann\", \"level\": 1 }";
    let hash = |text: &str| hex::encode(Sha256::digest(text));
    let metadata = |parcel: &str, hash: String| json!({"signer": "decentraland-kernel-scene", "parcel": parcel, "hashPayload": hash});
    for (metadata, status, message) in [
        (metadata("10,10", hash(body)), 201, ""),
        (
            metadata("10, 10", hash("{\"user_name\":\"Ann\",\"level\":1}")),
            201,
            "",
        ),
        (
            metadata("10,11", hash(body)),
            400,
            "Invalid request. User must be inside the scene",
        ),
        (metadata("10,10", hash("other")), 400, "Invalid body"),
        (
            json!({"signer": "decentraland-kernel-scene", "parcel": "10,10"}),
            400,
            "Invalid body",
        ),
    ] {
        let answer = ANN
            .with(&world, call.clone(), body.to_owned(), metadata.clone())
            .await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{metadata}: {:?}",
            answer.body
        );
        if !message.is_empty() {
            assert_eq!(
                answer.json(),
                json!({"error": "Bad request", "message": message})
            );
        }
    }
    let explorer = json!({"signer": "dcl:explorer", "parcel": "10,10"});
    let answer = ANN
        .with(&world, call.clone(), body.to_owned(), explorer)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["ok"].clone()),
        (400, json!(false))
    );
    let answer = post_with(
        &world.router,
        &format!("/exploration-games/api{path}"),
        body,
        &[],
    )
    .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (400, json!({"ok": false, "message": "Invalid Auth Chain"}))
    );
    for body in [
        json!({"level": 1}),
        json!({"user_name": "Ann", "level": 0}),
        json!({"user_name": "Ann", "level": 1.5}),
        json!({"user_name": "Ann", "level": 1, "score": 3_000_000_000_i64}),
        json!({"user_name": "Ann", "level": 1, "extra": 1}),
        json!({"user_name": "Ann", "level": 1, "data": []}),
    ] {
        assert_eq!(
            ANN.submit(&world, &game, body.clone()).await.status,
            400,
            "{body}"
        );
    }
    let nowhere = command_id();
    let answer = ANN
        .submit(&world, &nowhere, json!({"user_name": "Ann", "level": 1}))
        .await;
    assert_eq!(answer.json()["message"], "Game not found");
    world.stop().await;
}

fn command_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[tokio::test]
async fn administrators_define_and_others_may_not() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, mission) = defined(&world).await;
    let new = json!({"name": "Maze", "x": -150, "y": 150});
    let refused = ANN.ask(&world, Method::POST, "/games", &new).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (403, json!({})));
    for body in [
        json!({"name": "Maze", "x": 151, "y": 0}),
        json!({"name": "", "x": 1, "y": 0}),
        json!([]),
    ] {
        assert_eq!(
            ADMIN
                .ask(&world, Method::POST, "/games", &body)
                .await
                .status,
            400,
            "{body}"
        );
    }
    let change = format!("/games/{game}");
    assert_eq!(
        ADMIN.ask(&world, Method::PATCH, &change, &new).await.status,
        204
    );
    assert_eq!(
        ADMIN
            .ask(
                &world,
                Method::PATCH,
                &format!("{change}/deactivate"),
                &Value::Null
            )
            .await
            .status,
        204
    );
    let unknown = format!("/games/{}", command_id());
    let answer = ADMIN.ask(&world, Method::PATCH, &unknown, &new).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["message"].clone()),
        (400, json!("Game not found"))
    );
    assert_eq!(
        ADMIN
            .ask(
                &world,
                Method::PATCH,
                &format!("{unknown}/deactivate"),
                &Value::Null
            )
            .await
            .status,
        204
    );
    assert_eq!(open(&world, "/games").await, json!([]));
    assert_eq!(
        open(&world, "/games?all").await,
        json!([{"id": game, "name": "Maze", "parcel": "-150,150", "active": false}])
    );
    let shown = ADMIN.get(&world, &format!("/missions/{mission}")).await;
    assert_eq!(shown["mission"]["campaign_key"], "c4mp");
    assert_eq!(shown["challenges"].as_array().map(Vec::len), Some(2));
    let changed =
        json!({"description": "New", "campaign_key": "k", "type": "fw-2025", "thumb_url": "t"});
    let path = format!("/missions/{mission}");
    assert_eq!(
        ADMIN
            .ask(&world, Method::PATCH, &path, &changed)
            .await
            .status,
        204
    );
    assert_eq!(ADMIN.get(&world, "/missions").await[0]["type"], "fw-2025");
    let challenge = |game: &str, mission: &str| {
        json!({"description": "d", "targetLevel": 1, "missionId": mission,
        "gameId": game})
    };
    let nowhere = command_id();
    let answer = ADMIN
        .ask(
            &world,
            Method::POST,
            "/challenges",
            &challenge(&nowhere, &mission),
        )
        .await;
    assert_eq!(answer.json()["message"], format!("{nowhere} doesn't exist"));
    let answer = ADMIN
        .ask(
            &world,
            Method::POST,
            "/challenges",
            &challenge(&game, &nowhere),
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (500, json!({"error": "Internal Server Error"}))
    );
    let first = id(&shown["challenges"][0]);
    let path = format!("/challenges/{first}");
    assert_eq!(
        ADMIN
            .ask(&world, Method::PATCH, &path, &challenge(&game, &mission))
            .await
            .status,
        204
    );
    let answer = ADMIN
        .ask(
            &world,
            Method::PATCH,
            &format!("/challenges/{nowhere}"),
            &challenge(&game, &mission),
        )
        .await;
    assert_eq!(answer.json()["message"], "Challenge not found");
    let status = world.get("/exploration-games/status").await;
    assert_eq!(status.json()["commitHash"], "test");
    assert_eq!(world.get("/exploration-games/api/status").await.status, 200);
    world.stop().await;
    let world = World::start().await;
    let answer = ADMIN
        .ask(&world, Method::GET, "/missions", &Value::Null)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (500, json!({})),
        "there are no administrators"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_multiplayer_server_reports_several_players() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, _) = defined(&world).await;
    let path = "/exploration-games/api/multiplayer/progress";
    let address = ANN.address().to_uppercase().replace("0X", "0x");
    let body = json!({"game_id": game, "scores": [{"user_address": address, "user_name": "Ann", "level": 1, "score": 3},
        {"user_address": BOB.address(), "user_name": "Bob", "level": 1}]});
    let bearer = format!("Bearer {MULTIPLAYER}");
    let answer = post_with(
        &world.router,
        path,
        body.to_string(),
        &[("authorization", &bearer)],
    )
    .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let rows = answer.json()["data"].clone();
    assert_eq!(
        (rows[0]["user_address"].clone(), rows[1]["score"].clone()),
        (json!(ANN.address()), Value::Null)
    );
    assert_eq!(
        open(&world, &format!("/games/{game}/leaderboard"))
            .await
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let answer = post_with(
        &world.router,
        path,
        body.to_string(),
        &[("authorization", "Bearer x")],
    )
    .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            401,
            json!({"error": "Not Authorized", "message": "Invalid authorization header"})
        )
    );
    let answer = post_with(&world.router, path, body.to_string(), &[]).await;
    assert_eq!(answer.json()["message"], "Authorization header is missing");
    for bad in [
        json!({"game_id": game, "scores": []}),
        json!({"game_id": game,
        "scores": [{"user_address": "0x1", "user_name": "A", "level": 1}]}),
    ] {
        let answer = post_with(
            &world.router,
            path,
            bad.to_string(),
            &[("authorization", &bearer)],
        )
        .await;
        assert_eq!(answer.status, 400, "{bad}");
    }
    world.stop().await;
    let world = World::start().await;
    let answer = post_with(
        &world.router,
        path,
        body.to_string(),
        &[("authorization", "Bearer ")],
    )
    .await;
    assert_eq!(answer.status, 404, "without a key there is no such route");
    world.stop().await;
}

#[tokio::test]
async fn a_run_whose_time_is_over_is_given_up_though_nobody_comes_back() {
    let world = world(Arc::new(TickClock::default())).await;
    let tick = |now: i64| json!({"type": "platform", "subType": "clock-tick", "key": "t", "timestamp": now, "metadata": {"now": now}});
    let now = 1_767_225_600_000;
    world.feed(&tick(now)).await;
    let (_, mission) = defined(&world).await;
    let start = format!("/missions/{mission}/start");
    assert_eq!(
        ANN.ask(&world, Method::POST, &start, &Value::Null)
            .await
            .status,
        204
    );
    world.feed(&tick(now + 86_400_001)).await;
    let going = ANN.get(&world, "/missions/in_progress").await;
    assert_eq!(going["missions"], json!([]), "it counts no more");
    let gateways: Vec<_> = gateways::all()
        .iter()
        .filter(|g| g.name == "exploration-games")
        .collect();
    let tasks = gateways::backgrounds(&gateways, &world.context).into_iter();
    let tasks: Vec<_> = tasks.map(|(_, task)| tokio::spawn(task)).collect();
    let told = async {
        while !records(&world, "games.events")
            .await
            .iter()
            .any(|r| r["value"]["subType"] == "mission-expired")
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told)
        .await
        .expect("it is told");
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    assert_eq!(
        ANN.ask(&world, Method::POST, &start, &Value::Null)
            .await
            .status,
        204,
        "it may be begun again"
    );
    world.stop().await;
}
