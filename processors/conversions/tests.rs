//! An entity's conversion from the wish to the manifest.

use model::events::conversion::{
    Answered, Asked, File, Input, OfTask, Planned, Target, Task, Told, Verdict, Wanted,
};
use model::tables::conversions::{MANIFESTS, Manifest};
use serde_json::Value;

use super::{CONVERSIONS, Conversions, Event, PLANS, lane, step};
use crate::testing::Run;

const ENTITY: &str = "QmE";

fn tell(run: &mut Run<Conversions>, told: Told) {
    let event = Event {
        entity_id: ENTITY.into(),
        told,
    };
    run.apply(&event, 1_767_225_600_000).unwrap();
}

fn ask(run: &mut Run<Conversions>, force: bool) {
    let asked = Asked {
        servers: vec!["https://peer/content".into()],
        force,
        live: true,
        id: format!("wish {}", run.effects.len()),
        ..Asked::default()
    };
    tell(run, Told::Asked(asked));
}

fn target(platform: &str, profile: &str) -> Target {
    Target {
        platform: platform.into(),
        profile: profile.into(),
        version: format!("v50-{profile}"),
    }
}

fn file(path: &str, name: &str) -> File {
    File {
        file: path.into(),
        hash: format!("hash of {path}"),
        name: name.into(),
        ..File::default()
    }
}

fn plan(round: u32, targets: &[Target], files: &[File]) -> Told {
    Told::Planned(Planned {
        round,
        targets: targets.to_vec(),
        content_server_url: "https://peer/content".into(),
        files: files.to_vec(),
        ..Planned::default()
    })
}

fn answer(round: u32, task: &str, outcome: &str) -> Told {
    Told::Answered(Answered {
        round,
        task: task.into(),
        verdict: Verdict {
            outcome: outcome.into(),
            reason: None,
        },
    })
}

/// Tasks that were asked for.
fn wanted(run: &Run<Conversions>) -> Vec<(String, Wanted)> {
    let tasks = run.emits.iter().filter(|emit| emit.topic == super::TASKS);
    tasks
        .map(|emit| {
            let task: Task = model::decode(&emit.value).unwrap();
            match task.told().unwrap() {
                OfTask::Wanted(wanted) => (task.task, wanted),
                OfTask::Ended(_) => panic!("an entity ends no task"),
            }
        })
        .collect()
}

/// Platform and exit code of the ends that were told.
fn ends(run: &Run<Conversions>) -> Vec<(String, i64)> {
    let told = run
        .emits
        .iter()
        .filter(|emit| emit.topic == step::CONVERTED);
    told.map(|emit| {
        let event: Value = model::decode_json(&emit.value).unwrap().value;
        let metadata = &event["metadata"];
        assert_eq!(metadata["entityId"], ENTITY);
        let platform = metadata["platform"].as_str().unwrap().to_owned();
        (platform, metadata["statusCode"].as_i64().unwrap())
    })
    .collect()
}

fn manifest(run: &Run<Conversions>, platform: &str) -> Manifest {
    let row = run.row(MANIFESTS, ENTITY, platform.as_bytes());
    serde_json::from_value(row.expect("a manifest").clone()).unwrap()
}

#[test]
fn an_entity_is_over_when_all_its_files_are() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    assert_eq!(run.effects, [Some("QmE~1".to_owned())]);
    let mut broken = file("b.glb", "");
    broken.verdict = Some(Verdict {
        outcome: "missing-deps".into(),
        reason: Some("the entity has no t.png".into()),
    });
    let files = [
        file("a.glb", "A_1"),
        broken,
        file("copy.glb", "A_1"),
        file("t.png", "T"),
    ];
    tell(&mut run, plan(1, &[target("web", "gltf")], &files));
    let tasks: Vec<String> = wanted(&run).into_iter().map(|(task, _)| task).collect();
    assert_eq!(tasks, ["v50-gltf/A_1", "v50-gltf/T"], "each file once");
    tell(&mut run, answer(1, "v50-gltf/T", "kept"));
    assert_eq!(ends(&run), []);
    tell(&mut run, answer(1, "v50-gltf/A_1", "converted"));
    assert_eq!(
        ends(&run),
        [("web".to_owned(), 12)],
        "one file has no bundle"
    );
    let manifest = manifest(&run, "web");
    assert_eq!(manifest.files, ["A_1_web", "T_web"]);
    assert_eq!(manifest.date, "2026-01-01T00:00:00.000Z");
    let outcomes = manifest.outcomes.iter();
    let outcomes: Vec<_> = outcomes
        .map(|of| (of.file.as_str(), of.verdict.outcome.as_str()))
        .collect();
    let want = [
        ("a.glb", "converted"),
        ("b.glb", "missing-deps"),
        ("copy.glb", "converted"),
        ("t.png", "kept"),
    ];
    assert_eq!(outcomes, want);
    // What comes again, or late, says nothing new.
    tell(&mut run, answer(1, "v50-gltf/A_1", "failed"));
    tell(&mut run, plan(1, &[target("web", "gltf")], &files));
    assert_eq!((wanted(&run).len(), ends(&run).len()), (2, 1));
    assert_eq!(run.state().round, 1);
}

#[test]
fn platforms_of_one_profile_share_their_tasks_and_others_do_not() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    let targets = [
        target("linux", "plain"),
        target("vr", "gltf"),
        target("web", "gltf"),
    ];
    tell(&mut run, plan(1, &targets, &[file("a.glb", "A_1")]));
    assert_eq!(wanted(&run).len(), 2);
    tell(&mut run, answer(1, "v50-gltf/A_1", "converted"));
    assert_eq!(ends(&run), [("vr".to_owned(), 0), ("web".to_owned(), 0)]);
    tell(&mut run, answer(1, "v50-plain/A_1", "failed"));
    assert_eq!(ends(&run)[2..], [("linux".to_owned(), 12)]);
    assert_eq!(manifest(&run, "linux").files, [""; 0]);
    assert_eq!(manifest(&run, "web").files, ["A_1_web"]);
    assert_eq!(run.state().plan, None);
}

#[test]
fn ends_of_the_catalogues_platforms_are_told_in_its_topic() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    let targets = ["mac", "web", "windows"].map(|platform| target(platform, platform));
    tell(&mut run, plan(1, &targets, &[]));
    let topics = run.emits.iter().map(|emit| emit.topic);
    let topics: Vec<_> = topics.collect();
    let (known, other) = (step::CATALOGUED, step::CONVERTED);
    assert_eq!(topics, [known, other, known]);
    assert_eq!(ends(&run), [("web".to_owned(), 0)]);
}

#[test]
fn what_is_done_is_not_done_again_unless_forced() {
    let mut run = Run::new(Conversions);
    let target = target("web", "gltf");
    let files = [file("a.glb", "A_1")];
    ask(&mut run, false);
    tell(&mut run, plan(1, std::slice::from_ref(&target), &files));
    tell(&mut run, answer(1, "v50-gltf/A_1", "converted"));
    ask(&mut run, false);
    tell(&mut run, plan(2, std::slice::from_ref(&target), &files));
    assert_eq!(ends(&run)[1..], [("web".to_owned(), 13)]);
    assert_eq!(wanted(&run).len(), 1);
    ask(&mut run, true);
    tell(&mut run, plan(3, std::slice::from_ref(&target), &files));
    let (_, last) = wanted(&run).pop().unwrap();
    assert!(last.force && last.work.force && last.live && last.round == 3);
    // An answer to an earlier round is not one to this.
    tell(&mut run, answer(2, "v50-gltf/A_1", "converted"));
    assert_eq!(ends(&run).len(), 2);
    tell(&mut run, answer(3, "v50-gltf/A_1", "converted"));
    assert_eq!(ends(&run)[2..], [("web".to_owned(), 0)]);
    assert_eq!(run.effects.len(), 3);
}

#[test]
fn an_entity_without_files_and_one_that_is_none_end_with_the_plan() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    tell(&mut run, plan(1, &[target("web", "gltf")], &[]));
    assert_eq!(ends(&run), [("web".to_owned(), 0)]);
    ask(&mut run, true);
    let failed = Told::Planned(Planned {
        round: 2,
        targets: vec![target("web", "gltf")],
        exit_code: 5,
        ..Planned::default()
    });
    tell(&mut run, failed);
    assert_eq!(ends(&run)[1..], [("web".to_owned(), 5)]);
    assert_eq!(manifest(&run, "web").exit_code, 5);
}

#[test]
fn a_wish_that_is_told_twice_counts_once() {
    let mut run = Run::new(Conversions);
    let deployed = Asked {
        id: "deployed".into(),
        ..Asked::default()
    };
    tell(&mut run, Told::Asked(deployed.clone()));
    ask(&mut run, false);
    tell(&mut run, Told::Asked(deployed));
    assert_eq!(run.state().round, 2);
    for _ in 0..40 {
        ask(&mut run, false);
    }
    assert_eq!(run.state().wishes.len(), 16);
}

#[test]
fn a_plan_of_an_earlier_round_is_forgotten() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    ask(&mut run, false);
    tell(&mut run, plan(1, &[target("web", "gltf")], &[]));
    assert_eq!(ends(&run), []);
    tell(&mut run, plan(2, &[target("web", "gltf")], &[]));
    assert_eq!(ends(&run).len(), 1);
}

#[test]
fn each_kind_has_two_lanes() {
    assert_eq!(lane(PLANS, true), "plan");
    assert_eq!(lane(CONVERSIONS, false), "convert-backlog");
    let input = Input::new(ENTITY, &answer(1, "t", "kept"));
    assert_eq!(input.kind, "answered");
}
