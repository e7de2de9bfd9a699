//! What outcomes tell avatars.

use model::Json;
use model::events::effects::Outcome;
use model::events::portrait::{Ended, Input, Told};
use serde_json::json;

use super::Outcomes;
use crate::testing::Run;

fn ended(outcome: &Outcome) -> Ended {
    let mut run = Run::new(Outcomes);
    run.apply(outcome, 0).unwrap();
    let emit = run.emits.first().unwrap();
    assert_eq!(&emit.key[..], b"ab12");
    let input: Input = model::decode(&emit.value).unwrap();
    match input.told().unwrap() {
        Told::Ended(ended) => ended,
        other => panic!("{other:?}"),
    }
}

fn outcome(result: Option<Json>) -> Outcome {
    Outcome {
        kind: "render".into(),
        key: "ab12~3".into(),
        outcome: if result.is_some() { "done" } else { "failed" }.into(),
        reason: result.is_none().then(|| "content 503".into()),
        attempts: 24,
        result,
        at: 9,
    }
}

#[test]
fn a_picture_and_a_failure_are_told_with_the_time_they_answer() {
    let done = ended(&outcome(Some(Json::from(
        json!({"body": "b", "face": "f"}),
    ))));
    assert_eq!((done.times, done.attempts, done.at), (3, 24, 9));
    assert_eq!(done.drawn.unwrap().body, "b");
    let failed = ended(&outcome(None));
    assert_eq!(failed.drawn, None);
    assert_eq!(failed.reason.as_deref(), Some("content 503"));
}

#[test]
fn an_outcome_that_says_nothing_of_a_portrait_is_rejected() {
    let odd = outcome(Some(Json::from(json!("picture"))));
    let unnamed = Outcome {
        key: "ab12".into(),
        ..outcome(None)
    };
    for outcome in [odd, unnamed] {
        let error = Run::new(Outcomes).apply(&outcome, 0).unwrap_err();
        assert_eq!(error.code, "PORTRAIT_OUTCOME");
    }
}
