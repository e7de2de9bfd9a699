//! What moderators, administrators and people in general are answered.

use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::support::post_with;
use crate::world::World;

#[tokio::test]
async fn moderators_deny_and_allow() {
    let world = world().await;
    feed(&world, [vec![scene("s", 1, &["0,0"])], ready("s")].concat()).await;
    let path = format!("/denylist/{}", id("s"));
    let refused = signed(&world, 2, Method::POST, &path, "").await;
    let want = json!({"ok": false, "message": "Forbidden: signer is not an authorized moderator"});
    assert_eq!((refused.status.as_u16(), refused.json()), (403, want));
    let unsigned = post(&world, &path, &json!({})).await;
    assert_eq!(unsigned.status, 400);
    let missing = signed(&world, 1, Method::DELETE, &path, "").await;
    let want = json!({"ok": false, "message": "Entity ID not found in denylist"});
    assert_eq!((missing.status.as_u16(), missing.json()), (404, want));
    for body in ["{", "{\"reason\":7}"] {
        assert_eq!(
            signed(&world, 1, Method::POST, &path, body).await.status,
            400
        );
    }
    let denied = signed(&world, 1, Method::POST, &path, "{\"reason\":\"rude\"}").await;
    let entry = denied.json();
    assert_eq!(denied.status, 201, "{entry}");
    assert!(denied.header("x-worldlog-position").is_some());
    assert_eq!(
        (&entry["entity_id"], &entry["reason"]),
        (&json!(id("s").to_lowercase()), &json!("rude"))
    );
    assert_eq!(
        entry["created_by"],
        wallet(1).address().to_string().to_lowercase()
    );
    assert!(entry["created_at"].is_string() && entry["updated_at"].is_string());
    assert_eq!(world.get("/assets/denylist").await.json(), json!([entry]));
    assert_eq!(active(&world, "", &["0,0"]).await, []);
    let versions = post(&world, "/entities/versions", &json!({"pointers": ["0,0"]})).await;
    assert_eq!(
        versions.json().as_array().map(Vec::len),
        Some(1),
        "not filtered"
    );
    let again = signed(&world, 1, Method::POST, &path, "").await.json();
    assert_eq!(
        (&again["reason"], &again["created_at"]),
        (&Value::Null, &entry["created_at"])
    );
    let allowed = signed(&world, 1, Method::DELETE, &path, "").await;
    assert_eq!(
        (allowed.status.as_u16(), allowed.json()),
        (200, json!({"ok": true}))
    );
    assert_eq!(
        active(&world, "", &["0,0"]).await,
        shown(&[("s", "complete")])
    );
    world.stop().await;
}

#[tokio::test]
async fn administrators_register_what_the_platform_knows() {
    let world = world().await;
    feed(&world, vec![scene("s", 1, &["0,0"])]).await;
    let body = json!({"entityIds": [id("s"), "QmNone"]}).to_string();
    let answer = post_with(&world.router, "/assets/registry", body.clone(), &[ADMIN]).await;
    let want = json!({"failures": [{"entityId": "QmNone", "error": "Entity not found"}], "successes": [id("s")]});
    assert_eq!((answer.status.as_u16(), answer.json()), (200, want));
    let none = post_with(
        &world.router,
        "/assets/registry",
        "{\"entityIds\":[]}",
        &[ADMIN],
    )
    .await;
    let want = json!({"ok": false, "message": "No entity ids provided"});
    assert_eq!((none.status.as_u16(), none.json()), (400, want));
    let refused = post_with(&world.router, "/assets/registry", body.clone(), &[]).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (401, &json!("Not Authorized"))
    );
    world.stop().await;
    let open = World::start().await;
    let absent = post_with(&open.router, "/assets/registry", body, &[ADMIN]).await;
    assert_eq!(absent.status, 404, "absent without a token");
    open.stop().await;
}

#[tokio::test]
async fn profiles_are_the_newest_with_links_to_their_images() {
    let world = world().await;
    let me = wallet(2).address().to_string();
    let avatar = json!({"name": "Ann", "hasClaimedName": true, "userId": "0xother", "nameColor": {"r": 1},
        "avatar": {"bodyShape": "b", "snapshots": {"face256": "x", "body": "y"}}});
    let old = deployed(
        "profile",
        "old",
        1,
        &[&me],
        json!({"avatars": [{"name": "Old"}]}),
    );
    let new = deployed("profile", "new", 2, &[&me], json!({"avatars": [avatar]}));
    feed(&world, vec![new, old]).await;
    let answer = post(&world, "/profiles", &json!({"ids": [me, "0xnobody"]})).await;
    let lower = me.to_lowercase();
    let image = |kind: &str| format!("https://images.test/entities/{}/{kind}.png", id("new"));
    let want = json!([{"timestamp": T + 2, "avatars": [{"name": "Ann", "hasClaimedName": true, "userId": lower,
        "ethAddress": lower, "nameColor": {"r": 1},
        "avatar": {"bodyShape": "b", "snapshots": {"face256": image("face"), "body": image("body")}}}]}]);
    assert_eq!(answer.json(), want);
    let answer = post(&world, "/profiles/metadata", &json!({"ids": [me]})).await;
    let want = json!([{"pointer": lower, "hasClaimedName": true, "name": "Ann", "nameColor": {"r": 1},
        "thumbnailUrl": image("face")}]);
    assert_eq!(answer.json(), want);
    assert_eq!(
        post(&world, "/profiles", &json!({"ids": []})).await.json(),
        json!([])
    );
    for body in [
        json!({}),
        json!({"ids": [""]}),
        json!({"ids": "x"}),
        json!({"ids": [7]}),
    ] {
        for path in ["/profiles", "/profiles/metadata"] {
            let answer = post(&world, path, &body).await;
            let want = json!({"error": "Bad request", "message": "The ids property must be an array of non-empty strings"});
            assert_eq!(
                (answer.status.as_u16(), answer.json()),
                (400, want),
                "{body}"
            );
        }
    }
    world.stop().await;
}
