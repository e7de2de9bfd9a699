//! What is remembered of an effect.

use model::events::effects::Outcome;
use model::tables::effects::{FAILED, TABLE};
use model::tables::timed_key;

use super::{Answer, Effects};
use crate::testing::Run;

fn answer(outcome: &str, at: i64) -> Answer {
    Answer {
        outcome: Outcome {
            kind: "mail".into(),
            key: "k".into(),
            outcome: outcome.into(),
            reason: (outcome != "done").then(|| format!("it {outcome}")),
            attempts: 2,
            result: None,
            at,
        },
        asked: Some(format!("effects.mail/3/{at}")),
    }
}

#[test]
fn what_failed_is_listed_until_it_happened_after_all() {
    let mut run = Run::new(Effects);
    run.apply(&answer("failed", 5), 5).unwrap();
    assert_eq!(
        run.row(FAILED, "mail", &timed_key(5, "k")).unwrap()["reason"],
        "it failed"
    );
    run.apply(&answer("expired", 9), 9).unwrap();
    assert_eq!(run.count(FAILED), 1);
    assert_eq!(
        run.row(FAILED, "mail", &timed_key(9, "k")).unwrap()["asked"],
        "effects.mail/3/9"
    );
    run.apply(&answer("done", 11), 11).unwrap();
    assert_eq!(run.count(FAILED), 0);
    assert_eq!(run.states[&b"mail/k"[..]].outcome, "done");
}

#[test]
fn what_happened_stays_so() {
    let mut run = Run::new(Effects);
    run.apply(&answer("done", 5), 5).unwrap();
    for later in ["failed", "cancelled", "done"] {
        assert!(!run.apply(&answer(later, 9), 9).unwrap());
    }
    assert_eq!(run.state().at, 5);
    assert_eq!(run.count(FAILED), 0);
}

#[test]
fn two_kinds_may_use_one_key() {
    let mut run = Run::new(Effects);
    run.apply(&answer("done", 5), 5).unwrap();
    let mut other = answer("failed", 6);
    other.outcome.kind = "reward".into();
    run.apply(&other, 6).unwrap();
    assert_eq!(run.states.len(), 2, "in {TABLE}");
    assert_eq!(run.count(FAILED), 1);
}

#[test]
fn an_outcome_that_names_no_effect_is_refused() {
    let mut nameless = answer("done", 1);
    nameless.outcome.kind.clear();
    let refused = Run::new(Effects).apply(&nameless, 1).unwrap_err();
    assert_eq!(refused.code, "OUTCOME_INCOMPLETE");
}
