//! What an operator sees of effects, and does about them.

use gateways::runners::outcomes::ReadModel;
use http::StatusCode;
use kernel::{Headers, NewRecord, Position};
use model::Recorded as _;
use model::events::effects::Mail;
use runtime::effects::{Outcomes as _, Recorded};
use runtime::ports::ReadLimits;
use serde_json::{Value, json};

use crate::support::{Answer, post_with};
use crate::world::{BEARER, World};

const TOPIC: &str = "effects.mail";

/// Asks for a mail, as a processor does.
async fn ask(world: &World, key: &str) -> Position {
    let value = model::encode(&Mail {
        to: "a@b.c".into(),
        ..Mail::default()
    });
    let headers = Headers::new(kernel::event_id(key.as_bytes()), Mail::SCHEMA, "tests");
    let record = NewRecord::keyed(TOPIC.into(), key.to_owned().into(), headers, value);
    let token = world.context.platform.append(vec![record]).await;
    let token = token.expect("the log takes it");
    let (partition, offset) = token.of(TOPIC).next().expect("one record");
    Position::new(TOPIC, partition, offset)
}

/// Tells how it ended, as the runner does.
async fn tell(world: &World, key: &str, outcome: &'static str, asked: &Position) {
    let platform = &world.context.platform;
    let mut record = ReadModel(platform.views.clone()).record(Recorded {
        kind: "mail",
        key: key.to_owned(),
        outcome,
        reason: Some("as the test wants".to_owned()),
        attempts: 3,
        result: None,
        at: 7,
    });
    record.headers.cause = Some(asked.clone());
    platform.append(vec![record]).await.expect("taken");
    world.settle().await;
}

async fn act(world: &World, action: &str, body: &Value, bearer: &[(&str, &str)]) -> Answer {
    let path = format!("/operator/effects/{action}");
    post_with(&world.router, &path, body.to_string(), bearer).await
}

fn mail(key: &str) -> Value {
    json!({ "kind": "mail", "key": key })
}

async fn failed(world: &World) -> Value {
    world.get("/operator/effects/failed?kind=mail").await.json()
}

#[tokio::test]
async fn what_failed_is_listed_and_asked_for_again_as_it_was() {
    let world = World::start().await;
    let asked = ask(&world, "m1").await;
    tell(&world, "m1", "failed", &asked).await;
    let found = failed(&world).await;
    assert_eq!(found[0]["key"], "m1");
    assert_eq!(found[0]["reason"], "as the test wants");
    let answer = act(&world, "retry", &mail("m1"), &[BEARER]).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{:?}", answer.body);
    assert_eq!(answer.json()["action"], "again");
    let log = &world.context.platform.log;
    let batch = log
        .read(TOPIC, asked.partition, asked.offset, ReadLimits::default())
        .await;
    let records = batch.expect("it is there").records;
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].value, records[1].value);
    assert_eq!(records[0].key, records[1].key);
    assert!(records[1].headers.get("again").is_some());
    let again = Position::new(TOPIC, asked.partition, records[1].offset);
    tell(&world, "m1", "done", &again).await;
    assert_eq!(failed(&world).await, json!([]));
    let twice = act(&world, "retry", &mail("m1"), &[BEARER]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert_eq!(twice.json()["error"], "effect_done");
}

#[tokio::test]
async fn only_an_operator_may_and_only_what_there_is() {
    let world = World::start().await;
    let asked = ask(&world, "m1").await;
    tell(&world, "m1", "expired", &asked).await;
    for action in ["retry", "cancel"] {
        let nobody = act(&world, action, &mail("m1"), &[]).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{action}");
        let unknown = act(&world, action, &mail("m2"), &[BEARER]).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{action}");
        let kind = act(
            &world,
            action,
            &json!({"kind": "x", "key": "m1"}),
            &[BEARER],
        )
        .await;
        assert_eq!(kind.status, StatusCode::BAD_REQUEST, "{action}");
        assert_eq!(kind.json()["error"], "unknown_kind");
    }
    let over = act(&world, "cancel", &mail("m1"), &[BEARER]).await;
    assert_eq!(over.json()["error"], "effect_over");
    assert_eq!(failed(&world).await[0]["outcome"], "expired");
}
