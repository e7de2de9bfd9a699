//! What players do, and what everybody sees of it.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use runtime::ports::{SystemClock, TickClock};
use serde_json::{Value, json};

use super::{ADMIN, ANN, BOB, defined, give_reward, id, open, records, world};

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
