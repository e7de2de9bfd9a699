//! The realm of the real binary: its own catalyst by default, and one platform that offers another's.

use serde_json::{Value, json};

use crate::http::{eventually, get, send};
use crate::process::{Launch, Program, Scratch};

/// What `/main/about` says once the islands are well.
async fn main_about(program: &Program) -> Value {
    eventually(
        || get(&program.at("/realm-provider/main/about")),
        |answer| (answer.status == 200 && answer.json()["healthy"] == true).then(|| answer.json()),
    )
    .await
}

#[tokio::test]
async fn a_platform_is_its_own_realm_and_another_ones() {
    let scratch = Scratch::new();
    let own = Launch::up(&scratch, "own").start().await;
    let about = main_about(&own).await;
    assert_eq!(about["configurations"]["realmName"], "main");
    assert_eq!(about["acceptingUsers"], true);
    assert_eq!(about["content"]["publicUrl"], own.at("/catalyst/content"));
    let ws = own.at("/archipelago/ws").replacen("http", "ws", 1);
    let adapter = format!("archipelago:archipelago:{ws}");
    assert_eq!(about["comms"]["adapter"], adapter);
    // Whoever goes where it says is let in, and is one of the realm's people.
    let bots = Launch::verb(
        &scratch,
        "bots",
        &["bots", "3", "--spots", "1", "--url", &ws],
    )
    .spawn();
    eventually(
        || get(&own.at("/realm-provider/realm/main")),
        |answer| (answer.status == 200 && answer.json()["usersCount"] == 3).then_some(()),
    )
    .await;
    bots.kill();
    let catalyst = own.at("/catalyst");
    let other = Launch::up(&scratch, "other")
        .environment("WORLDLOG__REALM_PROVIDER__CATALYST_URLS", &catalyst)
        .environment(
            "WORLDLOG__REALM_PROVIDER__HTTP_BASE_URL",
            "https://realms.example",
        )
        .start()
        .await;
    let realms = eventually(
        || get(&other.at("/realm-provider/realms")),
        |answer| {
            let realms = answer.json();
            (realms.as_array().map(Vec::len) == Some(2)).then_some(realms)
        },
    )
    .await;
    let wanted = json!([
        { "serverName": "worldlog", "url": catalyst, "usersCount": 0 },
        { "serverName": "main", "url": "https://realms.example/main", "usersCount": 0 },
    ]);
    assert_eq!(realms, wanted);
    let about = main_about(&other).await;
    assert_eq!(about["content"]["publicUrl"], own.at("/catalyst/content"));
    let scenes = send(get(&other.at("/realm-provider/hot-scenes"))).await;
    assert_eq!(scenes.expect(200).json(), json!([]));
    assert!(own.terminate().await.success());
    // A catalyst that is gone is not offered, and its end keeps nobody from ending.
    eventually(
        || get(&other.at("/realm-provider/main/about")),
        |answer| (answer.status == 503).then_some(()),
    )
    .await;
    assert!(other.terminate().await.success());
}
