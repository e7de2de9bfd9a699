//! The console in a real browser: what a person sees, and what the buttons do.

use serde_json::json;

use super::in_a_browser;
use crate::http::{post, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};

const SCRIPT: &str = "console.mjs";
/// Set, it names a folder for pictures: `docs/images/console` renews those of the documentation.
const SHOTS: &str = "CONSOLE_SHOTS";
/// An hour of 2026.
const START_MS: i64 = 1_767_571_200_000;

/// Somebody walks and is banned; one of the bans is for an address that is none.
async fn some_history(program: &Program) {
    let person = "0x14791697260e4c9a71f18484c9f997b308e59325";
    let walks = (1..=40).map(|n| {
        json!({ "type": "client", "subType": "walked-distance", "key": format!("w{n}"), "timestamp": START_MS + n,
            "metadata": { "userAddress": person, "sessionId": "s", "authChain": [], "realm": "main",
                "timestamp": "2026-01-05T00:00:00.000Z", "stepCount": 3000 } })
    });
    let walks: Vec<_> = walks.collect();
    for events in [json!(walks), bans(person)] {
        let feed = post(&program.at("/events-notifier/events"), &events).bearer_auth(TOKEN);
        send(feed).await.expect(202);
    }
    settle(program).await;
}

fn bans(person: &str) -> serde_json::Value {
    let ban = |key: &str, address: &str| {
        json!({ "type": "moderation", "subType": "user-ban-created", "key": key, "timestamp": START_MS,
            "metadata": { "id": key, "bannedAddress": address, "bannedBy": "m", "reason": "a reason", "bannedAt": 1, "expiresAt": null } })
    };
    json!([
        ban("good", person),
        ban("bad", &person.replacen('a', "\u{430}", 1))
    ])
}

#[tokio::test]
async fn the_console_works_in_a_browser() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    some_history(&program).await;
    in_a_browser(&scratch, &program, SCRIPT, SHOTS, &[]).await;
    assert!(program.terminate().await.success());
}
