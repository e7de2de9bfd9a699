//! What an operator sees of dead letters and decides about them.

use std::time::Duration;

use bytes::Bytes;
use kernel::{Headers, NewRecord, event_id};
use serde_json::{Value, json};

use crate::support::{Answer, post_with};
use crate::world::{BEARER, World};

async fn decide(world: &World, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
    let path = format!("/operator/dlq/{path}");
    post_with(&world.router, &path, body.to_string(), headers).await
}

/// A sighting that nobody can read.
async fn junk(world: &World) {
    let value = Bytes::from_static(b"\0junk");
    let headers = Headers::new(event_id(&value), "catalyst/sighting", "test");
    let key = Bytes::from_static(b"QmJunk");
    let record = NewRecord::keyed("catalyst.sightings".into(), key, headers, value);
    let appended = world.context.platform.append(vec![record]).await;
    appended.expect("taken");
    world.settle().await;
}

async fn letters(world: &World) -> Vec<Value> {
    let all = world.get("/operator/dlq/deployments").await;
    assert_eq!(all.status, 200, "{:?}", all.body);
    all.json().as_array().expect("a list").clone()
}

async fn depth(world: &World) -> Value {
    let all = world.get("/operator/dlq").await.json();
    let all = all.as_array().expect("a list").clone();
    let of = all.into_iter().find(|of| of["processor"] == "deployments");
    of.expect("it has letters")
}

/// Waits until the letters show what holds.
async fn until(world: &World, holds: impl Fn(&Value) -> bool) -> Value {
    let look = async {
        loop {
            let all = letters(world).await;
            if let Some(found) = all.into_iter().find(&holds) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let looked = tokio::time::timeout(Duration::from_secs(60), look).await;
    match looked {
        Ok(found) => found,
        Err(_) => panic!("never: {:?}", letters(world).await),
    }
}

#[tokio::test]
async fn a_letter_is_shown_tried_again_in_vain_and_discarded() {
    let world = World::start().await;
    junk(&world).await;
    let shown = letters(&world).await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    let letter = &shown[0];
    assert_eq!(letter["state"], "waiting");
    assert_eq!(
        (&letter["offset"], &letter["parks"]),
        (&json!(0), &json!(false))
    );
    assert_eq!(letter["letter"]["key"], "QmJunk");
    let of = depth(&world).await;
    assert_eq!((&of["depth"], &of["policy"]), (&json!(1), &json!("skip")));
    assert_eq!(of["parkedKeys"], 0);

    let event =
        json!({ "partition": letter["partition"], "offset": 0, "reason": "again", "by": "me" });
    let nobody = decide(&world, "deployments/redrive", &event, &[]).await;
    assert_eq!(nobody.status, 401);
    let tried = decide(&world, "deployments/redrive", &event, &[BEARER]).await;
    assert_eq!(tried.status, 202, "{:?}", tried.body);
    let tried = tried.json();
    assert_eq!((&tried["number"], &tried["left"]), (&json!(1), &json!(0)));
    // It still cannot be read: another letter, which says because of which decision.
    let again = until(&world, |letter| letter["decision"] == 1).await;
    assert_eq!(again["state"], "waiting");
    assert_eq!(depth(&world).await["depth"], 1);

    let discarded = decide(
        &world,
        "deployments/discard",
        &json!({ "all": true }),
        &[BEARER],
    )
    .await;
    assert_eq!(discarded.status, 202, "{:?}", discarded.body);
    until(&world, |letter| letter["state"] == "discarded").await;
    assert_eq!(depth(&world).await["depth"], 0);
    let over = decide(&world, "deployments/discard", &event, &[BEARER]).await;
    assert_eq!(over.status, 409, "{:?}", over.body);
    // Who decided, and why, stays in the log.
    let kept = world.get("/operator/topics/redrives/records").await.json();
    let decision = kept[0]["headers"]["decision"].as_str();
    let decision: Value = serde_json::from_str(decision.expect("a header")).expect("JSON");
    assert_eq!(
        (&decision["reason"], &decision["by"]),
        (&json!("again"), &json!("me"))
    );
    world.stop().await;
}

#[tokio::test]
async fn what_names_no_letter_is_refused() {
    let world = World::start().await;
    junk(&world).await;
    let refused = async |path: &str, body: Value, status: u16, says: &str| {
        let answer = decide(&world, path, &body, &[BEARER]).await;
        assert_eq!(answer.status, status, "{path}: {:?}", answer.body);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(text.contains(says), "{path}: {text}");
    };
    refused(
        "deployments/redrive",
        json!({}),
        400,
        "name partition and offset",
    )
    .await;
    refused(
        "deployments/redrive",
        json!({ "key": "Qm other" }),
        404,
        "no such dead letter",
    )
    .await;
    refused(
        "deployment/redrive",
        json!({ "all": true }),
        404,
        "there is no processor",
    )
    .await;
    refused("deployments/redrive", json!({ "al": true }), 400, "al").await;
    let place = json!({ "partition": 0, "offset": 0 });
    refused("credits/redrive", place.clone(), 409, "pause and resume").await;
    refused("credits/discard", place, 409, "does not stand before").await;
    let limit = world.get("/operator/dlq/deployments?limit=1001").await;
    assert_eq!(limit.status, 400);
    let other = world.get("/operator/dlq/deployments?state=redriven").await;
    assert_eq!(other.json(), json!([]));
    world.stop().await;
}
