//! The platform is killed while it converts: it ends where one that was left alone does, and no worker outlives it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use identity::hash::hash_v1;
use serde_json::Value;

use super::scenes::{Files, log, material, plain, png, scene};
use super::{REQUIRED, bundle, empty, names};
use crate::generated::stored;
use crate::http::{get, records, send, settle};
use crate::process::{Launch, Program, Scratch, until};
use crate::replay::every_read_model_is_right;
use crate::world::{Dice, World, caught_up};

const SCENES: u32 = 12;
const KILLS: usize = 6;
/// A kill falls so much later than a file was done, at most.
const LATER_MS_MAX: u64 = 150;
/// A worker whose platform is gone sees its input end.
const WORKERS_END: Duration = Duration::from_secs(60);

/// A scene: some of its files are in others, too.
fn files(number: u32) -> Files {
    Files::from([
        ("own.gltf".into(), plain(10 + number)),
        ("shared.gltf".into(), plain(number % 4)),
        ("skin.gltf".into(), material("skin.png")),
        ("skin.png".into(), png(number % 3)),
        ("broken.glb".into(), vec![b'g'; 12 + number as usize % 2]),
        // Where the models stand is alike in some scenes, too.
        (
            "main.crdt".into(),
            log(&[
                ("shared.gltf", [4.0, 3.0, 4.0]),
                ("skin.gltf", [9.0, 3.0, 4.0 + (number % 2) as f32]),
                ("own.gltf", [8.0, 3.0, 8.0]),
            ]),
        ),
    ])
}

/// What became of every entity.
#[derive(Debug, PartialEq)]
struct Ends {
    /// Exit codes that were told, by entity.
    told: BTreeMap<String, Vec<i64>>,
    /// Those of levels of detail.
    lods: BTreeMap<String, Vec<i64>>,
    /// Outcomes and files, by entity.
    manifests: BTreeMap<String, Vec<Value>>,
    /// Hashes of the bundles, by name.
    bundles: BTreeMap<String, String>,
}

impl Ends {
    async fn of(program: &Program) -> Self {
        let (mut told, mut lods) = (BTreeMap::new(), BTreeMap::new());
        let (mut manifests, mut bundles) = (BTreeMap::new(), BTreeMap::new());
        for record in records(program, "asset.conversions").await {
            let event = &record["value"];
            let of = &event["metadata"];
            let id = of["entityId"].as_str().expect("an id").to_owned();
            if event["subType"] == "converted" {
                let ends: &mut BTreeMap<String, Vec<i64>> = match of["isLods"] == true {
                    true => &mut lods,
                    false => &mut told,
                };
                let codes = ends.entry(id).or_default();
                codes.push(of["statusCode"].as_i64().expect("a code"));
            }
        }
        for id in told.keys() {
            let url = program.at(&format!("/assets/manifest/{id}_web.json"));
            let manifest = send(get(&url)).await.expect(200).json();
            let version = manifest["version"].as_str().expect("a version");
            let levels = manifest["lods"]["scene"]["levels"].as_array();
            let levels = levels.expect("levels").iter();
            let levels = levels.map(|of| of["file"].as_str().expect("a name").to_owned());
            for name in names(&manifest).into_iter().chain(levels) {
                let bundle = bundle(program, version, "assets", &name).await.expect(200);
                bundles.insert(name, hash_v1(&bundle.body));
            }
            let members = ["version", "files", "exitCode", "outcomes"];
            let members = members.map(|name| manifest[name].clone());
            let of_lods =
                ["exitCode", "scene", "models"].map(|name| manifest["lods"][name].clone());
            manifests.insert(id.clone(), members.into_iter().chain(of_lods).collect());
        }
        Self {
            told,
            lods,
            manifests,
            bundles,
        }
    }
}

/// Processes that a process has started, by number and start time: a number is given out again.
fn children(parent: u32) -> Vec<(u32, String)> {
    let all = fs::read_dir("/proc").expect("a Linux machine").flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let started = numbers.filter_map(|number: u32| {
        let (of, since) = stat(number)?;
        (of == parent).then_some((number, since))
    });
    started.collect()
}

/// Parent and start time of a process that runs.
fn stat(number: u32) -> Option<(u32, String)> {
    let text = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name before it may hold anything.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let (state, parent) = (fields.next()?, fields.next()?.parse().ok()?);
    let since = fields.nth(17)?.to_owned();
    (state != "Z").then_some((parent, since))
}

#[tokio::test]
async fn a_platform_killed_while_it_converts_ends_where_one_left_alone_does() {
    let scratch = Scratch::new();
    let folder = scratch.path("world");
    empty(&folder);
    let rows = (0..SCENES).map(|n| {
        let entity = scene(&folder, &format!("{n},0"), &files(n));
        stored(&folder, entity)
    });
    let world = World::written(&folder, rows.collect());
    let catalyst = Launch::catalyst(&scratch, "catalyst", &folder)
        .start()
        .await;
    let place = |name: &str| {
        let up = Launch::up(&scratch, name).following(&[&catalyst]);
        up.environment(REQUIRED.0, REQUIRED.1)
    };
    let program = place("alone").start().await;
    caught_up(&program, &world).await;
    settle(&program).await;
    let alone = Ends::of(&program).await;
    assert_eq!(alone.told.len(), SCENES as usize);
    assert!(alone.told.values().all(|codes| codes == &[12]), "{alone:?}");
    assert_eq!(alone.lods.len(), SCENES as usize);
    assert!(alone.lods.values().all(|codes| codes == &[0]), "{alone:?}");
    let all = records(&program, "effects.outcomes").await.len();
    assert!(program.terminate().await.success());

    let up = place("killed");
    let mut dice = Dice::of_run(7);
    let mut workers = Vec::new();
    for kill in 0..KILLS {
        let program = up.start().await;
        let enough = all * kill / KILLS;
        while records(&program, "effects.outcomes").await.len() < enough {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.below(LATER_MS_MAX))).await;
        workers.extend(children(program.pid()));
        program.kill();
    }
    let program = up.start().await;
    caught_up(&program, &world).await;
    settle(&program).await;
    assert_eq!(Ends::of(&program).await, alone);
    every_read_model_is_right(&program).await;
    assert!(!workers.is_empty(), "no kill met a worker");
    let left = |(number, since): &(u32, String)| stat(*number).is_some_and(|of| of.1 == *since);
    let ended = until(WORKERS_END, || (!workers.iter().any(left)).then_some(())).await;
    assert!(ended.is_some(), "workers outlive their platform");
    assert!(program.terminate().await.success());
    catalyst.kill();
}
