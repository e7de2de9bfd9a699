//! The console in a real browser: what a person sees, and what the buttons do.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::{FOLDER, finish, installed, node};
use crate::http::{post, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};

const SCRIPT: &str = "console.mjs";
const LIMIT: Duration = Duration::from_secs(300);
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
    let browser = peers::programs::browser().await.expect("a browser");
    let modules = installed().await;
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    some_history(&program).await;
    let script = scratch.path(SCRIPT);
    fs::copy(Path::new(FOLDER).join(SCRIPT), &script).expect("the script is there");
    let link = std::os::unix::fs::symlink(modules, scratch.path("node_modules"));
    link.expect("a link can be made");
    let mut command = Command::new(node(modules));
    command
        .arg(&script)
        .env("WORLDLOG_PLATFORM", &program.url)
        .env("WORLDLOG_TOKEN", TOKEN)
        .env("WORLDLOG_BROWSER", browser);
    if let Some(folder) = std::env::var_os(SHOTS) {
        command.env(SHOTS, folder);
    }
    let (succeeded, output) = finish(command, &scratch.path("console.log"), LIMIT).await;
    println!("{output}");
    assert!(succeeded, "{SCRIPT} failed");
    assert!(program.terminate().await.success());
}
