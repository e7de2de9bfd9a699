//! An entity's conversion from the wish to the manifest.

use model::events::conversion::{
    Answered, Asked, File, Input, Land, Level, Levels, OfTask, Planned, Target, Task, Told,
    Verdict, Wanted,
};
use model::tables::conversions::{IDS, LODS, Lods, MANIFESTS, Manifest};
use serde_json::Value;

mod writes;

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
        ..Target::default()
    }
}

/// A platform whose clients read levels of detail.
fn seen_from_afar(platform: &str, profile: &str) -> Target {
    Target {
        lods: true,
        ..target(platform, profile)
    }
}

/// The plan of a scene with one model and both their levels.
fn plan_with_lods(round: u32, targets: &[Target]) -> Told {
    let Told::Planned(planned) = plan(round, targets, &[file("a.glb", "A_1")]) else {
        unreachable!("it is a plan");
    };
    let levels = |path: &str, name: &str, levels: Levels| File {
        levels: Some(levels),
        ..file(path, name)
    };
    Told::Planned(Planned {
        lods: vec![
            levels("main.crdt", "scene_5", Levels::Scene(Land::default())),
            levels("a.glb", "A_1_l1", Levels::Model),
        ],
        ..planned
    })
}

/// An answer that names levels.
fn answer_with(round: u32, task: &str, levels: &[(u32, u64)]) -> Told {
    let Told::Answered(mut answered) = answer(round, task, "converted") else {
        unreachable!("it is an answer");
    };
    let levels = levels.iter().map(|&(level, triangles)| Level {
        level,
        triangles,
        bytes: triangles * 10,
    });
    answered.verdict.levels = levels.collect();
    Told::Answered(answered)
}

fn lods(run: &Run<Conversions>, platform: &str) -> Lods {
    let row = run.row(LODS, ENTITY, platform.as_bytes());
    serde_json::from_value(row.expect("levels of detail").clone()).unwrap()
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
            ..Verdict::default()
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

/// Platform and exit code of the ends of assets that were told.
fn ends(run: &Run<Conversions>) -> Vec<(String, i64)> {
    ends_of(run, false)
}

/// Of assets, or of levels of detail.
fn ends_of(run: &Run<Conversions>, lods: bool) -> Vec<(String, i64)> {
    let told = run
        .emits
        .iter()
        .filter(|emit| emit.topic == step::CONVERTED);
    told.filter_map(|emit| {
        let event: Value = model::decode_json(&emit.value).unwrap().value;
        let metadata = &event["metadata"];
        assert_eq!(metadata["entityId"], ENTITY);
        let platform = metadata["platform"].as_str().unwrap().to_owned();
        let code = metadata["statusCode"].as_i64().unwrap();
        (metadata["isLods"] == lods).then_some((platform, code))
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
        ..Verdict::default()
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
fn an_entity_is_found_by_its_id_in_lower_case() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    let named = run.row(IDS, "qme", b"").expect("a row");
    assert_eq!(named["entityId"], ENTITY);
    let mut lower = Run::new(Conversions);
    let event = Event {
        entity_id: "bafy".into(),
        told: Told::Asked(Asked::default()),
    };
    lower.apply(&event, 0).unwrap();
    assert_eq!(lower.count(IDS), 0, "it is that already");
}

#[test]
fn each_kind_has_two_lanes() {
    assert_eq!(lane(PLANS, true), "plan");
    assert_eq!(lane(CONVERSIONS, false), "convert-backlog");
    let input = Input::new(ENTITY, &answer(1, "t", "kept"));
    assert_eq!(input.kind, "answered");
}

#[test]
fn levels_of_detail_come_after_the_bundles_and_end_apart() {
    let mut run = Run::new(Conversions);
    let web = ("web".to_owned(), 0);
    ask(&mut run, false);
    let targets = [seen_from_afar("web", "gltf"), target("linux", "plain")];
    tell(&mut run, plan_with_lods(1, &targets));
    let tasks = |run: &Run<Conversions>| -> Vec<String> {
        wanted(run).into_iter().map(|(task, _)| task).collect()
    };
    let bundles = ["v50-gltf/A_1", "v50-plain/A_1"];
    assert_eq!(tasks(&run), bundles, "bundles go first");
    tell(&mut run, answer(1, bundles[1], "converted"));
    assert_eq!(tasks(&run).len(), 2, "no client of linux reads them");
    tell(&mut run, answer(1, bundles[0], "converted"));
    assert_eq!(ends(&run).len(), 2);
    assert_eq!(tasks(&run)[2..], ["v50-gltf/scene_5", "v50-gltf/A_1_l1"]);
    let (_, scene) = &wanted(&run)[2];
    let levels: Levels = scene.work.levels.as_ref().unwrap().read().unwrap();
    assert_eq!(levels, Levels::Scene(Land::default()));
    tell(&mut run, answer(1, "v50-gltf/A_1_l1", "kept"));
    assert_eq!(ends_of(&run, true), []);
    let answered = answer_with(1, "v50-gltf/scene_5", &[(0, 900), (1, 80)]);
    tell(&mut run, answered.clone());
    assert_eq!(ends_of(&run, true), [web]);
    let told = lods(&run, "web");
    let files = told.scene.levels.iter().map(|of| &*of.file);
    assert_eq!(
        files.collect::<Vec<_>>(),
        ["scene_5_0_web", "scene_5_1_web"]
    );
    assert_eq!(told.scene.descriptor.as_deref(), Some("scene_5.json"));
    assert_eq!(told.models[0].outcome, "kept");
    assert_eq!((&run.state().plan, run.state().verdicts.len()), (&None, 0));
    // What comes again says nothing new; what is done is not done again, and a wish with force does it again.
    tell(&mut run, answered);
    ask(&mut run, false);
    tell(&mut run, plan_with_lods(2, &targets));
    assert_eq!(ends_of(&run, true)[1..], [("web".to_owned(), 13)]);
    assert_eq!(tasks(&run).len(), 4);
    ask(&mut run, true);
    tell(&mut run, plan_with_lods(3, &targets));
    tell(&mut run, answer(3, bundles[0], "converted"));
    let (task, again) = wanted(&run).pop().unwrap();
    assert!(task == "v50-gltf/A_1_l1" && again.force);
}

#[test]
fn levels_of_detail_that_fail_cost_nothing_but_themselves() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    // Two platforms of one profile share the tasks.
    let targets = ["vr", "web"].map(|platform| seen_from_afar(platform, "gltf"));
    tell(&mut run, plan_with_lods(1, &targets));
    tell(&mut run, answer(1, "v50-gltf/A_1", "converted"));
    assert_eq!(wanted(&run).len(), 3);
    tell(&mut run, answer(1, "v50-gltf/scene_5", "budget-exceeded"));
    tell(&mut run, answer_with(1, "v50-gltf/A_1_l1", &[(1, 7)]));
    let both = |code: i64| ["vr", "web"].map(|platform| (platform.to_owned(), code));
    assert_eq!(ends(&run), both(0));
    assert_eq!(ends_of(&run, true), both(3));
    assert_eq!(manifest(&run, "web").files, ["A_1_web"]);
    let told = lods(&run, "vr");
    assert_eq!((told.exit_code, told.scene.descriptor), (3, None));
    assert_eq!(told.models[0].levels[0].file, "A_1_l1_1_vr");
    // They are tried again with the next wish, though the bundles are there.
    ask(&mut run, false);
    tell(&mut run, plan_with_lods(2, &targets));
    assert_eq!(ends(&run)[2..], both(13));
    assert_eq!(wanted(&run).len(), 5);
    tell(&mut run, answer_with(2, "v50-gltf/scene_5", &[(0, 5)]));
    tell(&mut run, answer(2, "v50-gltf/A_1_l1", "failed"));
    assert_eq!(ends_of(&run, true)[2..], both(12));
}

#[test]
fn a_scene_whose_log_is_broken_asks_for_nothing() {
    let mut run = Run::new(Conversions);
    ask(&mut run, false);
    let Told::Planned(mut planned) = plan_with_lods(1, &[seen_from_afar("web", "gltf")]) else {
        unreachable!("it is a plan");
    };
    planned.files.clear();
    planned.lods.truncate(1);
    planned.lods[0].verdict = Some(Verdict {
        outcome: "unparseable".into(),
        ..Verdict::default()
    });
    tell(&mut run, Told::Planned(planned));
    assert_eq!(wanted(&run).len(), 0);
    assert_eq!(ends_of(&run, true), [("web".to_owned(), 3)]);
    assert_eq!(run.state().plan, None);
}
