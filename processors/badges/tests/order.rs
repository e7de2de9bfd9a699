//! Moves and outfits: answers in any order, and the bounds of what waits.

use model::events::badges::{Fact, What};
use model::tables::badges::State;

use super::histories::PERSON;
use crate::badges::Badges;
use crate::badges::outfits::OUTFITS_MAX;
use crate::badges::travel::PENDING_MAX;
use crate::testing::Run;

const HOUR: i64 = 3_600_000;

fn run(facts: &[(&str, i64, What)]) -> Run<Badges> {
    let mut run = Run::new(Badges::default());
    for (key, at, what) in facts {
        let fact = Fact::new(PERSON, *key, *at, what);
        run.apply(&fact, 0).unwrap();
    }
    run
}

fn moved(session: &str) -> What {
    What::Move {
        session: session.into(),
        parcel: None,
        asked: true,
    }
}

fn led(title: &str) -> What {
    What::Place {
        title: Some(title.to_owned()).filter(|title| !title.is_empty()),
    }
}

fn visited(state: &State) -> Vec<(String, i64)> {
    let progress = state.badges.get("traveler");
    let things = progress.map(|progress| progress.things.clone());
    things.unwrap_or_default().into_iter().collect()
}

#[test]
fn a_minute_counts_at_the_move_that_shows_it_and_not_a_millisecond_before() {
    for (stay, counts) in [(59_999, false), (60_000, true)] {
        let run = run(&[
            ("a", 0, moved("s")),
            ("a", 0, led("Plaza")),
            ("b", stay, moved("s")),
            ("b", stay, led("Tower")),
        ]);
        let want = if counts {
            vec![("Plaza".to_owned(), stay)]
        } else {
            vec![]
        };
        assert_eq!(visited(run.state()), want);
        assert_eq!(
            run.emits.len(),
            if counts { 2 } else { 1 },
            "and the landing"
        );
    }
}

#[test]
fn answers_may_come_before_their_moves_and_out_of_order() {
    let moves = [("a", 0), ("b", 30_000), ("c", 61_000), ("d", 100_000)];
    let titles = ["Plaza", "", "Tower", "Plaza"];
    let mut in_order = Vec::new();
    let mut backwards = Vec::new();
    for ((key, at), title) in moves.iter().zip(titles) {
        in_order.push((*key, *at, moved("s")));
        in_order.push((*key, *at, led(title)));
        backwards.insert(0, (*key, *at, led(title)));
    }
    backwards.extend(moves.iter().map(|(key, at)| (*key, *at, moved("s"))));
    let (a, b) = (run(&in_order), run(&backwards));
    assert_eq!(visited(a.state()), [("Plaza".to_owned(), 61_000)]);
    assert_eq!(a.state(), b.state());
    assert!(b.state().travel.pending.is_empty() && b.state().travel.early.is_empty());
}

#[test]
fn a_move_waits_for_the_one_before() {
    let mut run = run(&[
        ("a", 0, moved("s")),
        ("b", 90_000, moved("s")),
        ("b", 90_000, led("Tower")),
    ]);
    assert!(visited(run.state()).is_empty());
    assert_eq!(run.state().travel.pending.len(), 2);
    run.apply(&Fact::new(PERSON, "a", 0, &led("Plaza")), 0)
        .unwrap();
    assert_eq!(visited(run.state()), [("Plaza".to_owned(), 90_000)]);
}

#[test]
fn a_session_ends_two_hours_after_its_last_move() {
    for (gap, counts) in [(2 * HOUR - 1, true), (2 * HOUR, false)] {
        let run = run(&[
            ("a", 0, moved("s")),
            ("a", 0, led("Plaza")),
            ("b", gap, moved("s")),
            ("b", gap, led("Tower")),
        ]);
        assert_eq!(!visited(run.state()).is_empty(), counts, "{gap}");
        assert_eq!(run.state().travel.sessions.len(), 1);
    }
}

#[test]
fn two_sessions_do_not_add_up() {
    let run = run(&[
        ("a", 0, moved("s")),
        ("a", 0, led("Plaza")),
        ("b", 40_000, moved("s")),
        ("b", 40_000, led("Tower")),
        ("c", 50_000, moved("t")),
        ("c", 50_000, led("Plaza")),
        ("d", 90_000, moved("t")),
        ("d", 90_000, led("Tower")),
    ]);
    assert!(visited(run.state()).is_empty());
}

#[test]
fn a_scene_that_becomes_known_late_counts_as_if_it_had_been_known() {
    let mut late = run(&[
        ("a", 0, moved("s")),
        ("a", 0, led("")),
        ("b", 50_000, moved("s")),
        ("b", 50_000, led("")),
        ("c", 61_000, moved("s")),
        ("c", 61_000, led("Tower")),
    ]);
    assert!(visited(late.state()).is_empty());
    for _ in 0..2 {
        late.apply(&Fact::new(PERSON, "b", 50_000, &led("Plaza")), 0)
            .unwrap();
        late.apply(&Fact::new(PERSON, "b", 50_000, &led("Other")), 0)
            .unwrap();
    }
    assert!(visited(late.state()).is_empty(), "eleven seconds");
    late.apply(&Fact::new(PERSON, "a", 0, &led("Plaza")), 0)
        .unwrap();
    assert_eq!(visited(late.state()), [("Plaza".to_owned(), 61_000)]);
    assert_eq!(late.emits.len(), 2, "told once, and the landing");
}

#[test]
fn a_long_session_keeps_its_newest_moves_and_all_of_its_time() {
    let mut run = Run::new(Badges::default());
    // A second in each of two places, so that a minute of the first is over after the 119th second.
    for n in 0..400_i64 {
        let (key, at) = (format!("k{n}"), n * 1000);
        let title = ["Plaza", "Tower"][(n % 2) as usize];
        run.apply(&Fact::new(PERSON, &key, at, &moved("s")), 0)
            .unwrap();
        run.apply(&Fact::new(PERSON, &key, at, &led(title)), 0)
            .unwrap();
    }
    let want = [("Plaza".to_owned(), 119_000), ("Tower".to_owned(), 120_000)];
    assert_eq!(visited(run.state()), want);
    let session = &run.state().travel.sessions["s"];
    assert_eq!((session.path.len(), session.spent.len()), (64, 0));
}

#[test]
fn moves_that_are_never_answered_are_bounded() {
    let mut run = Run::new(Badges::default());
    for n in 0..PENDING_MAX + 10 {
        let fact = Fact::new(PERSON, format!("k{n}"), n as i64, &moved("s"));
        run.apply(&fact, 0).unwrap();
    }
    assert_eq!(run.state().travel.pending.len(), PENDING_MAX);
}

#[test]
fn profiles_whose_items_are_never_defined_are_bounded_and_the_oldest_go() {
    let mut run = Run::new(Badges::default());
    for n in 0..OUTFITS_MAX + 3 {
        let what = What::Wearable {
            urn: "u".into(),
            id: "i".into(),
            rarity: Some("epic".into()),
            worn: 5,
        };
        let fact = Fact::new(PERSON, format!("Qm{n}"), n as i64, &what);
        run.apply(&fact, 0).unwrap();
    }
    let outfits = &run.state().outfits;
    assert_eq!(outfits.len(), OUTFITS_MAX);
    assert!(!outfits.contains_key("Qm0") && outfits.contains_key("Qm3"));
}
