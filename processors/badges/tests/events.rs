//! Time at events: what counts, in whatever order it is told.

use model::events::badges::{Fact, What, venue_key};
use model::tables::badges::State;

use super::histories::PERSON;
use crate::badges::Badges;
use crate::testing::Run;

const MINUTE: i64 = 60_000;

fn run(facts: &[(&str, i64, What)]) -> Run<Badges> {
    let mut run = Run::new(Badges::default());
    for (key, at, what) in facts {
        run.apply(&Fact::new(PERSON, *key, *at, what), 0).unwrap();
    }
    run
}

fn attended(run: &Run<Badges>) -> Vec<(String, i64)> {
    let state: &State = run.state();
    let progress = state.badges.get("event_enthusiast");
    let things = progress.map(|progress| progress.things.clone());
    things.unwrap_or_default().into_iter().collect()
}

fn event(from: i64, until: Option<i64>) -> What {
    What::Event {
        id: "e1".into(),
        from,
        until,
    }
}

fn led(title: &str) -> What {
    What::Place {
        title: Some(title.into()),
    }
}

/// Steps into scenes at times (minutes).
fn moves<'a>(steps: &'a [(&'a str, i64, &'a str)]) -> Vec<(&'a str, i64, What)> {
    let step = |(key, at, title): &(&'a str, i64, &'a str)| {
        let moved = What::Move {
            session: "s".into(),
            parcel: None,
            asked: true,
        };
        [(*key, at * MINUTE, moved), (*key, at * MINUTE, led(title))]
    };
    steps.iter().flat_map(step).collect()
}

#[test]
fn five_minutes_there_while_it_lasts_count_once_at_the_move_that_shows_them() {
    let key = venue_key("e1");
    let told = vec![
        (&*key, 0, event(10 * MINUTE, None)),
        (&*key, 0, led("Arena")),
    ];
    for (steps, wanted) in [
        // From the tenth minute on, and not before.
        (vec![("a", 0, "Arena"), ("b", 15, "Plaza")], Some(15)),
        (vec![("a", 0, "Arena"), ("b", 14, "Plaza")], None),
        // Of several visits the sum.
        (
            vec![
                ("a", 10, "Arena"),
                ("b", 13, "Plaza"),
                ("c", 20, "Arena"),
                ("d", 22, "Plaza"),
            ],
            Some(22),
        ),
        // Elsewhere is not there.
        (vec![("a", 10, "Plaza"), ("b", 30, "Tower")], None),
        // Once.
        (
            vec![("a", 10, "Arena"), ("b", 16, "Arena"), ("c", 40, "Plaza")],
            Some(16),
        ),
    ] {
        let moves = moves(&steps);
        let wanted: Vec<_> = wanted
            .map(|at| ("e1".to_owned(), at * MINUTE))
            .into_iter()
            .collect();
        // Whichever comes first, and the event told twice.
        let early = run(&[told.clone(), moves.clone(), told.clone()].concat());
        assert_eq!(attended(&early), wanted, "{steps:?}");
        let late = run(&[moves.clone(), told.clone()].concat());
        assert_eq!(attended(&late), wanted, "late {steps:?}");
        let place_first: Vec<_> = told.iter().rev().cloned().collect();
        let turned = run(&[place_first, moves].concat());
        assert_eq!(attended(&turned), wanted, "turned {steps:?}");
        let granted = early
            .emits
            .iter()
            .filter(|emit| &*emit.kind == "badge/badge-granted");
        let texts = granted.map(|emit| model::decode_json(&emit.value).unwrap().value.to_string());
        let enthusiast = texts
            .filter(|text| text.contains("event_enthusiast"))
            .count();
        assert_eq!(enthusiast, wanted.len());
    }
}

#[test]
fn events_that_are_waited_for_are_bounded_and_those_that_counted_are_not() {
    let mut facts = moves(&[("a", 0, "Arena"), ("b", 6, "Plaza")]);
    for n in 0..40 {
        let id = format!("e{n}");
        let what = What::Event {
            id: id.clone(),
            from: n * MINUTE,
            until: None,
        };
        facts.push((Box::leak(venue_key(&id).into_boxed_str()), 0, what));
        facts.push((facts[facts.len() - 1].0, 0, led("Arena")));
    }
    let run = run(&facts);
    assert_eq!(run.state().events.len(), 32);
    let counted: Vec<_> = attended(&run).into_iter().map(|(id, _)| id).collect();
    assert_eq!(counted, ["e0", "e1"]);
    assert!(
        !run.state().events.contains_key("e0"),
        "nothing waits for what counted"
    );
}

#[test]
fn it_ends_when_it_is_told_to_and_after_a_day_at_the_latest() {
    let key = venue_key("e1");
    let long = [("a", 0, "Arena"), ("b", 12, "Plaza")];
    let ends = |until: Option<i64>| {
        let told = vec![
            (&*key, 0, event(8 * MINUTE, until)),
            (&*key, 0, led("Arena")),
        ];
        attended(&run(&[told, moves(&long)].concat())).len()
    };
    // Four minutes of it, whatever was told of its end.
    assert_eq!(ends(None), 0);
    let shortened = |until: i64| {
        let told = vec![
            (&*key, 0, event(0, Some(until * MINUTE))),
            (&*key, 0, led("Arena")),
        ];
        // That it has started says nothing of the end.
        let told = [told, vec![(&*key, 0, event(0, None))]].concat();
        attended(&run(&[told, moves(&long)].concat())).len()
    };
    assert_eq!((shortened(4), shortened(5)), (0, 1));
    let day = 24 * 60;
    let next = [("a", day, "Arena"), ("b", day + 10, "Plaza")];
    let told = vec![(&*key, 0, event(0, None)), (&*key, 0, led("Arena"))];
    assert_eq!(attended(&run(&[told.clone(), moves(&next)].concat())), []);
    // Another occurrence of it may be attended.
    let again = vec![(&*key, 0, event(day * MINUTE, None))];
    let again = run(&[told, again, moves(&next)].concat());
    assert_eq!(attended(&again), [("e1".to_owned(), (day + 10) * MINUTE)]);
}
