//! Outcomes of rewards, and of other things.

use model::Json;
use model::events::effects::Outcome;
use model::tables::games::REWARDS;
use serde_json::json;

use super::GameRewards;
use crate::testing::Run;

#[test]
fn an_outcome_is_a_row_and_an_event() {
    let mut run = Run::new(GameRewards);
    let mut outcome = Outcome {
        kind: "reward".into(),
        key: "run".into(),
        outcome: "done".into(),
        result: Some(Json::from(json!([{"id": 1}]))),
        at: 7,
        ..Outcome::default()
    };
    run.apply(&outcome, 8).unwrap();
    let row = run.row(REWARDS, "run", b"").unwrap();
    assert_eq!(row["rewards"], json!([{"id": 1}]));
    outcome.outcome = "failed".into();
    outcome.result = None;
    outcome.key = "other".into();
    run.apply(&outcome, 9).unwrap();
    let row = run.row(REWARDS, "other", b"").unwrap();
    assert_eq!(
        (row["outcome"].as_str(), row["rewards"].is_null()),
        (Some("failed"), true)
    );
    assert_eq!(run.emits.len(), 2);
}
