//! Scenes and questions.

use model::events::badges::{Fact, Place, What};

use super::BadgePlaces;
use super::step::WAITING_MAX;
use crate::testing::Run;

fn scene(entity_id: &str, timestamp: i64, title: Option<&str>) -> Place {
    Place {
        parcel: "0,0".into(),
        timestamp,
        entity_id: Some(entity_id.into()),
        title: title.map(str::to_owned),
        ..Place::default()
    }
}

fn asked(run: &mut Run<BadgePlaces>) -> Option<String> {
    let question = Place {
        parcel: "0,0".into(),
        timestamp: 77,
        address: Some("0xa".into()),
        key: Some("k".into()),
        ..Place::default()
    };
    run.apply(&question, 0).unwrap();
    let emit = run.emits.last().unwrap();
    let fact: Fact = model::decode(&emit.value).unwrap();
    assert_eq!(
        (&emit.key[..], fact.key.as_str(), fact.timestamp),
        (&b"0xa"[..], "k", 77)
    );
    match fact.what().unwrap() {
        What::Place { title } => title,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_newest_scene_stands_and_every_question_is_answered() {
    let mut run = Run::new(BadgePlaces);
    assert_eq!(asked(&mut run), None);
    run.apply(&scene("b", 5, Some("Plaza")), 0).unwrap();
    assert_eq!(asked(&mut run).as_deref(), Some("Plaza"));
    for older in [scene("z", 4, Some("Old")), scene("a", 5, Some("Less"))] {
        assert!(!run.apply(&older, 0).unwrap());
    }
    assert_eq!(asked(&mut run).as_deref(), Some("Plaza"));
    run.apply(&scene("c", 5, None), 0).unwrap();
    assert_eq!(asked(&mut run), None, "a scene without a title");
}

fn late(step_at: i64, scene: &Place) -> Vec<Option<String>> {
    let mut run = Run::new(BadgePlaces);
    let question = Place {
        parcel: "0,0".into(),
        timestamp: step_at,
        address: Some("0xa".into()),
        key: Some("k".into()),
        ..Place::default()
    };
    run.apply(&question, 0).unwrap();
    run.apply(&question, 0).unwrap();
    run.apply(scene, 0).unwrap();
    let facts = run.emits.iter().skip(2);
    facts
        .map(
            |emit| match model::decode::<Fact>(&emit.value).unwrap().what().unwrap() {
                What::Place { title } => title,
                other => panic!("{other:?}"),
            },
        )
        .collect()
}

#[test]
fn a_step_is_answered_again_when_the_scene_that_stood_there_becomes_known() {
    let plaza = scene("b", 5, Some("Plaza"));
    assert_eq!(late(5, &plaza), [Some("Plaza".to_owned())], "once");
    assert_eq!(late(4, &plaza), [], "it stood there only later");
    assert_eq!(late(5, &scene("b", 5, None)), []);
}

#[test]
fn steps_that_wait_are_bounded() {
    let mut state = model::tables::badge_places::State::default();
    for n in 0..WAITING_MAX + 2 {
        let question = Place {
            parcel: "0,0".into(),
            address: Some("0xa".into()),
            key: Some(n.to_string()),
            ..Place::default()
        };
        state = super::step::step(&state, &question)
            .state
            .expect("it waits");
    }
    assert_eq!(state.waiting.len(), WAITING_MAX);
    assert_eq!(state.waiting[0].key, "2");
}
