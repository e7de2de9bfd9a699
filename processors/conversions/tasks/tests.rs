//! A task from the first wish to the answers.

use model::events::conversion::{Answered, Convert, Ended, Input, OfTask, Told, Verdict, Wanted};

use super::{Event, Tasks};
use crate::testing::Run;

const TASK: &str = "v50-gltf/A_1";

fn tell(run: &mut Run<Tasks>, told: OfTask) {
    let task = TASK.into();
    run.apply(&Event { task, told }, 0).unwrap();
}

fn want(run: &mut Run<Tasks>, entity: &str, live: bool, force: bool) {
    let wanted = Wanted {
        entity_id: entity.into(),
        round: 1,
        live,
        force,
        work: Convert {
            force,
            ..Convert::default()
        },
    };
    tell(run, OfTask::Wanted(wanted));
}

fn end(run: &mut Run<Tasks>, times: u32, outcome: Option<&str>) {
    let verdict = outcome.map(|outcome| Verdict {
        outcome: outcome.into(),
        reason: None,
        ..Verdict::default()
    });
    let reason = verdict.is_none().then(|| "nobody has it".to_owned());
    tell(
        run,
        OfTask::Ended(Ended {
            times,
            verdict,
            reason,
        }),
    );
}

/// Entities that were answered, and how.
fn answers(run: &Run<Tasks>) -> Vec<(String, String)> {
    let told = run.emits.iter().map(|emit| {
        let input: Input = model::decode(&emit.value).unwrap();
        match input.told().unwrap() {
            Told::Answered(Answered { verdict, .. }) => (input.entity_id, verdict.outcome),
            other => panic!("{other:?}"),
        }
    });
    told.collect()
}

fn asked(run: &Run<Tasks>) -> Vec<&str> {
    run.effects.iter().flatten().map(String::as_str).collect()
}

#[test]
fn a_file_is_converted_once_for_all_that_want_it() {
    let mut run = Run::new(Tasks);
    want(&mut run, "QmA", true, false);
    want(&mut run, "QmB", true, false);
    assert_eq!(asked(&run), ["v50-gltf/A_1~1"]);
    end(&mut run, 1, Some("converted"));
    let told = |entity: &str, how: &str| (entity.to_owned(), how.to_owned());
    assert_eq!(
        answers(&run),
        [told("QmA", "converted"), told("QmB", "converted")]
    );
    // Who comes later is answered at once.
    want(&mut run, "QmC", true, false);
    assert_eq!(answers(&run)[2..], [told("QmC", "converted")]);
    assert_eq!(asked(&run).len(), 1);
    end(&mut run, 1, Some("failed"));
    assert_eq!(run.state().verdict.as_ref().unwrap().outcome, "converted");
}

#[test]
fn what_could_not_be_done_is_told_and_asked_for_again_with_the_next_wish() {
    let mut run = Run::new(Tasks);
    want(&mut run, "QmA", false, false);
    end(&mut run, 1, None);
    assert_eq!(answers(&run), [("QmA".to_owned(), "failed".to_owned())]);
    want(&mut run, "QmB", true, false);
    assert_eq!(asked(&run), ["v50-gltf/A_1~1", "v50-gltf/A_1~2"]);
    // An end of the first time, which comes again, is no end of the second.
    end(&mut run, 1, None);
    assert_eq!(answers(&run).len(), 1);
    end(&mut run, 2, Some("kept"));
    assert_eq!(answers(&run)[1..], [("QmB".to_owned(), "kept".to_owned())]);
}

#[test]
fn what_an_operator_had_tried_again_counts() {
    let mut run = Run::new(Tasks);
    want(&mut run, "QmA", true, false);
    end(&mut run, 1, None);
    end(&mut run, 1, Some("converted"));
    want(&mut run, "QmA", true, false);
    assert_eq!(
        answers(&run)[1..],
        [("QmA".to_owned(), "converted".to_owned())]
    );
    assert_eq!(asked(&run).len(), 1);
}

#[test]
fn who_waits_now_overtakes_history_and_force_does_it_again() {
    let mut run = Run::new(Tasks);
    want(&mut run, "QmA", false, false);
    want(&mut run, "QmB", true, false);
    want(&mut run, "QmC", true, false);
    assert_eq!(asked(&run), ["v50-gltf/A_1~1"; 2], "once in each lane");
    assert!(run.state().asked.as_ref().unwrap().live);
    end(&mut run, 1, Some("converted"));
    assert_eq!(answers(&run).len(), 3);
    // The slower lane.
    end(&mut run, 1, Some("converted"));
    assert_eq!(answers(&run).len(), 3);
    want(&mut run, "QmA", true, true);
    assert_eq!(asked(&run)[2..], ["v50-gltf/A_1~2"]);
    end(&mut run, 2, Some("kept"));
    assert_eq!(answers(&run)[3..], [("QmA".to_owned(), "kept".to_owned())]);
}
