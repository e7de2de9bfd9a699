//! Islands of the real binary: bots over real WebSockets, and two processes that are one service over a real NATS server.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::{eventually, get, send};
use crate::process::{Launch, Program, Scratch};

/// Who is in which island, as a process shows it.
async fn islands(program: &Program) -> BTreeMap<String, String> {
    let url = program.at("/archipelago/islands");
    let value = send(get(&url)).await.expect(200).json();
    let islands = value["islands"].as_array().expect("islands").iter();
    let members = islands.flat_map(|island| {
        let id = island["id"].as_str().expect("an id").to_owned();
        let peers = island["peers"].as_array().expect("peers").iter();
        peers.map(move |peer| (peer["id"].as_str().expect("an id").to_owned(), id.clone()))
    });
    members.collect()
}

async fn until_peers(program: &Program, count: usize) {
    eventually(
        || get(&program.at("/archipelago/islands")),
        |answer| {
            let islands = answer.json()["islands"].as_array()?.clone();
            let of = |island: &Value| island["peers"].as_array().map_or(0, Vec::len);
            (islands.iter().map(of).sum::<usize>() == count).then_some(())
        },
    )
    .await;
}

async fn until_core(program: &Program) {
    eventually(
        || get(&program.at("/metrics")),
        |answer| {
            answer
                .text()
                .contains("\narchipelago_core 1\n")
                .then_some(())
        },
    )
    .await;
}

fn bots(scratch: &Scratch, name: &str, count: &str, seed: &str, program: &Program) -> Launch {
    let arguments = [
        "bots",
        count,
        "--spots",
        "1",
        "--seed",
        seed,
        "--url",
        &program.url,
    ];
    Launch::verb(scratch, name, &arguments)
}

#[tokio::test]
async fn bots_come_meet_and_are_counted() {
    let scratch = Scratch::new();
    let program = Launch::up(&scratch, "up").start().await;
    let count = bots(&scratch, "bots", "30", "1", &program)
        .argument("--for")
        .argument("12s")
        .argument("--every")
        .argument("500ms")
        .argument("--output")
        .argument("json")
        .finish()
        .await;
    assert_eq!(count.code, Some(0), "{}", count.output);
    // The summary is the last of what it wrote; lines on how it goes come before.
    let start = count.output.find('{').expect("a summary");
    let summary: Value = serde_json::from_str(&count.output[start..]).expect("JSON");
    assert_eq!(
        (&summary["welcomed"], &summary["failed"]),
        (&30.into(), &0.into())
    );
    assert!(summary["islandChanges"].as_u64() >= Some(30), "{summary}");
    assert!(summary["firstIslandP99Ms"].is_u64(), "{summary}");
    until_peers(&program, 0).await;
    assert!(program.terminate().await.success());
}

#[tokio::test]
async fn two_processes_on_nats_are_one_service_and_survive_the_core() {
    if !peers::wanted() {
        return;
    }
    let scratch = Scratch::new();
    let folder = scratch.path("nats");
    std::fs::create_dir_all(&folder).expect("the scratch folder is writable");
    let nats = peers::Nats::start(&folder, peers::Options::default()).await;
    let nats = nats.expect("a NATS server");
    let up = |name: &str| {
        Launch::up(&scratch, name)
            .environment("WORLDLOG__BUS__URL", format!("nats://{}", nats.address()))
            .environment("WORLDLOG__ARCHIPELAGO__CHECK_HEARTBEAT_INTERVAL", "6000")
    };
    let first = up("first").start().await;
    until_core(&first).await;
    let second = up("second").start().await;
    let here = bots(&scratch, "here", "15", "1", &first).spawn();
    let there = bots(&scratch, "there", "15", "2", &second).spawn();
    for program in [&first, &second] {
        until_peers(program, 30).await;
    }
    let metrics = send(get(&second.at("/metrics"))).await.expect(200).text();
    assert!(
        metrics.contains("\narchipelago_core 0\n"),
        "one of them is the core"
    );
    let before = islands(&second).await;
    first.kill();
    until_core(&second).await;
    // Those of the dead process fall silent; the others go on where they were.
    until_peers(&second, 15).await;
    let after = islands(&second).await;
    let kept = after
        .iter()
        .filter(|(peer, island)| before.get(*peer) == Some(island));
    assert!(
        kept.count() > after.len() / 2,
        "before: {before:?}\nafter: {after:?}"
    );
    here.kill();
    there.kill();
    assert!(second.terminate().await.success());
}
