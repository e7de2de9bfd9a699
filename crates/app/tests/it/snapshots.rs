//! Read models are made anew from snapshots that were taken while a world lives, also after the store is lost; what is
//! damaged, cut short or gone is refused.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::http::{eventually, get, operator, send};
use crate::process::{Finished, Launch, Program, Scratch, TOKEN};

/// One with rows that change, and one in parts.
const MODELS: [&str; 2] = ["badges", "credits"];

/// Runs a verb on the platform.
async fn ask(scratch: &Scratch, program: &Program, arguments: &[&str]) -> Finished {
    Launch::verb(scratch, "verb", arguments)
        .argument("--url")
        .argument(&program.url)
        .argument("--token")
        .argument(TOKEN)
        .finish()
        .await
}

/// The same; it must end so. Gives what it wrote.
pub(crate) async fn told(
    scratch: &Scratch,
    program: &Program,
    arguments: &[&str],
    code: i32,
) -> String {
    let ended = ask(scratch, program, arguments).await;
    assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.output);
    ended.output
}

async fn generation(program: &Program, model: &str, number: u64) -> Option<Value> {
    let models = operator(program, "/generations").await.expect(200).json();
    let mut models = models.as_array().expect("a list").iter();
    let found = models.find(|one| one["readModel"] == *model)?.clone();
    let mut generations = found["generations"].as_array().expect("a list").iter();
    generations.find(|one| one["generation"] == number).cloned()
}

/// Waits until the live generation has taken so many events.
async fn lived(program: &Program, model: &str, events: u64) {
    let url = program.at("/operator/generations");
    let enough = |all: Value| {
        let mut all = all.as_array().expect("a list").iter();
        let model = all.find(|one| one["readModel"] == *model)?;
        let done = model["generations"][0]["done"].as_u64();
        done.filter(|done| *done > events)
    };
    eventually(|| get(&url), |answer| enough(answer.json())).await;
}

/// A file of the blobs' folder.
fn blob(data: &Path, name: &str) -> PathBuf {
    let mut folders = vec![data.join("blobs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it is readable").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.ends_with(name) => return path,
                false => {}
            }
        }
    }
    panic!("there is no blob {name}");
}

fn launch(scratch: &Scratch) -> Launch {
    let data = scratch.path("world/data");
    let data = data.to_str().expect("a path");
    Launch::verb(
        scratch,
        "world",
        &["up", "--demo", "--listen", "127.0.0.1:0", "--data", data],
    )
    .ready_file()
    .environment("WORLDLOG__OPERATOR__TOKEN", TOKEN)
    .environment("WORLDLOG__DEMO__PLAY_INTERVAL", "20ms")
}

/// Builds a generation from the newest snapshot and makes it live; every row of it must be what the log makes it.
pub(crate) async fn taken_over(scratch: &Scratch, program: &Program, model: &str, number: u64) {
    let build = ["generations", "build", model, "--from-snapshot", "--wait"];
    told(scratch, program, &build, 0).await;
    let built = generation(program, model, number).await;
    let built = built.expect("it is there");
    assert_eq!(built["snapshot"], 1, "{built}");
    assert_eq!(built["copying"], Value::Null, "{built}");
    told(scratch, program, &["generations", "promote", model], 0).await;
    let live = generation(program, model, number).await;
    assert_eq!(live.expect("it is there")["state"], "live");
    let all = told(scratch, program, &["verify", model, "--all"], 0).await;
    let same = format!("{model} generation {number} (all keys): the same as the log");
    assert!(all.contains(&same), "{all}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_models_are_made_of_snapshots_while_the_world_goes_on_and_after_the_store_is_lost() {
    let scratch = Scratch::new();
    let up = launch(&scratch);
    let program = up.start().await;
    for model in MODELS {
        lived(&program, model, 100).await;
        let taken = told(&scratch, &program, &["snapshot", "take", model], 0).await;
        assert!(taken.contains("SNAPSHOT"), "{taken}");
        let url = program.at(&format!("/operator/snapshots/{model}"));
        let all = send(get(&url)).await.expect(200).json();
        assert_eq!(
            (&all[0]["whole"], &all[0]["number"]),
            (&true.into(), &1.into())
        );
        let rows = all[0]["rows"].as_u64().expect("rows are counted");
        let events = all[0]["events"].as_u64().expect("events are counted");
        assert!(rows > 0 && events > 100, "{all}");
        lived(&program, model, events + 50).await;
        taken_over(&scratch, &program, model, 2).await;
    }
    assert!(program.terminate().await.success());
    up.lose_the_store();
    let program = up.start().await;
    for model in MODELS {
        taken_over(&scratch, &program, model, 2).await;
    }
    assert!(program.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_that_is_damaged_cut_short_or_gone_is_not_used() {
    let scratch = Scratch::new();
    let up = launch(&scratch);
    let program = up.start().await;
    lived(&program, "badges", 100).await;
    let build = [
        "generations",
        "build",
        "badges",
        "--from-snapshot",
        "--wait",
    ];
    let none = told(&scratch, &program, &build, 1).await;
    assert!(none.contains("there is no snapshot"), "{none}");
    for _ in 0..3 {
        told(&scratch, &program, &["snapshot", "take", "badges"], 0).await;
    }
    // The newest one that can be used is: the third was cut short.
    let data = scratch.path("world/data");
    fs::remove_file(blob(&data, "snapshots%badges%3%manifest")).expect("it is ours");
    let listed = told(&scratch, &program, &["snapshot", "list", "badges"], 0).await;
    assert!(listed.contains("is not whole"), "{listed}");
    told(&scratch, &program, &build, 0).await;
    let second = generation(&program, "badges", 2).await;
    assert_eq!(second.expect("it is there")["snapshot"], 2);
    let third = ["generations", "build", "badges", "--from-snapshot=3"];
    let refused = told(&scratch, &program, &third, 1).await;
    assert!(refused.contains("cut short"), "{refused}");

    let piece = blob(&data, "snapshots%badges%1%piece-0");
    let mut bytes = fs::read(&piece).expect("it is readable");
    let last = bytes.last_mut().expect("it is not empty");
    *last = last.wrapping_add(1);
    fs::write(&piece, bytes).expect("it is writable");
    let first = [
        "generations",
        "build",
        "badges",
        "--from-snapshot=1",
        "--wait",
    ];
    let failed = told(&scratch, &program, &first, 1).await;
    assert!(failed.contains("SHA-256"), "{failed}");
    let third = generation(&program, "badges", 3).await.expect("it is told");
    assert_eq!(third["state"], "failed");
    let promote = ["generations", "promote", "badges", "3", "--force"];
    let refused = told(&scratch, &program, &promote, 1).await;
    assert!(refused.contains("still being copied"), "{refused}");
    told(
        &scratch,
        &program,
        &["generations", "drop", "badges", "3", "--yes"],
        0,
    )
    .await;

    let drop = ["snapshot", "drop", "badges", "2"];
    told(&scratch, &program, &drop, 4).await;
    let drop = ["snapshot", "drop", "badges", "2", "--yes"];
    told(&scratch, &program, &drop, 0).await;
    let again = told(&scratch, &program, &drop, 1).await;
    assert!(again.contains("there is no snapshot 2"), "{again}");
    assert!(program.terminate().await.success());
}
