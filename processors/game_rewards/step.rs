//! From an outcome to its row and its event.

use kernel::{RowWrite, Step};
use model::Json;
use model::events::effects::Outcome;
use model::events::games::Event;
use model::tables::games::{self as tables, Rewarded};
use serde_json::{Value, json};

pub(super) fn step(outcome: &Outcome) -> Step<()> {
    let result = outcome.result.as_ref();
    let rewards = result.and_then(|result| result.value().ok());
    let rewards = rewards.unwrap_or(Value::Null);
    let metadata = json!({"userMissionId": outcome.key, "outcome": outcome.outcome, "reason": outcome.reason,
        "rewards": rewards});
    let event = Event {
        kind: "games".into(),
        sub_type: "mission-rewarded".into(),
        key: outcome.key.clone(),
        timestamp: outcome.at,
        metadata: Json::from(metadata),
    };
    let row = Rewarded {
        outcome: outcome.outcome.clone(),
        rewards,
        at: outcome.at,
    };
    Step {
        rows: vec![RowWrite::put(
            tables::REWARDS,
            outcome.key.clone(),
            "",
            &row,
        )],
        emits: vec![crate::wire::emit("games.rewards", &outcome.key, &event)],
        ..Step::default()
    }
}
