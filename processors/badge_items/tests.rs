//! Questions before and after the definition.

use model::events::badges::{Fact, Item, What};

use super::BadgeItems;
use super::step::WAITING_MAX;
use crate::testing::Run;

fn question(profile: &str, timestamp: i64) -> Item {
    Item {
        urn: "u".into(),
        entity_id: profile.into(),
        timestamp,
        address: Some(format!("0x{profile}")),
        worn: 3,
        ..Item::default()
    }
}

fn definition(entity_id: &str, timestamp: i64, rarity: &str) -> Item {
    Item {
        urn: "u".into(),
        entity_id: entity_id.into(),
        timestamp,
        rarity: Some(rarity.into()),
        ..Item::default()
    }
}

fn answers(run: &Run<BadgeItems>) -> Vec<(String, String)> {
    let facts = run
        .emits
        .iter()
        .map(|emit| model::decode::<Fact>(&emit.value).unwrap());
    facts
        .map(|fact| match fact.what().unwrap() {
            What::Wearable {
                rarity,
                id,
                worn: 3,
                ..
            } if id == "u" => (fact.key, rarity.unwrap()),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_question_waits_for_the_definition_and_is_answered_once() {
    let mut run = Run::new(BadgeItems);
    assert!(run.apply(&question("a", 1), 0).unwrap());
    assert!(
        !run.apply(&question("a", 1), 0).unwrap(),
        "it waits already"
    );
    assert!(run.emits.is_empty());
    run.apply(&definition("w", 1, "epic"), 0).unwrap();
    run.apply(&question("b", 2), 0).unwrap();
    run.apply(&definition("w", 1, "epic"), 0).unwrap();
    let want = [("a", "epic"), ("b", "epic")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(answers(&run), want);
    assert!(run.state().waiting.is_empty());
}

#[test]
fn the_newest_definition_stands_whatever_the_order() {
    for order in [["1", "2", "2b"], ["2b", "2", "1"], ["2", "2b", "1"]] {
        let mut run = Run::new(BadgeItems);
        for name in order {
            let time = name[..1].parse().unwrap();
            run.apply(&definition(name, time, name), 0).unwrap();
        }
        run.apply(&question("a", 9), 0).unwrap();
        assert_eq!(
            answers(&run),
            [("a".to_owned(), "2b".to_owned())],
            "{order:?}"
        );
    }
}

#[test]
fn waiting_questions_are_bounded_and_the_oldest_profiles_go() {
    let mut state = model::tables::badge_items::State::default();
    for n in 0..WAITING_MAX as i64 + 2 {
        let step = super::step::step(&state, &question(&format!("{n:05}"), n));
        state = step.state.expect("each is new");
    }
    assert_eq!(state.waiting.len(), WAITING_MAX);
    assert!(!state.waiting.contains_key("00001") && state.waiting.contains_key("00002"));
}

#[test]
fn an_item_without_a_rarity_is_an_answer_too() {
    let mut run = Run::new(BadgeItems);
    let plain = Item {
        rarity: None,
        item_id: Some("id".into()),
        ..definition("w", 1, "")
    };
    run.apply(&plain, 0).unwrap();
    run.apply(&question("a", 2), 0).unwrap();
    let fact: Fact = model::decode(&run.emits[0].value).unwrap();
    let want = What::Wearable {
        urn: "u".into(),
        id: "id".into(),
        rarity: None,
        worn: 3,
    };
    assert_eq!((fact.what().unwrap(), fact.address.as_str()), (want, "0xa"));
}
