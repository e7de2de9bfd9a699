//! What became of effects: an event of `effects.outcomes`, and what the read model `effects` says of it.

use async_trait::async_trait;
use kernel::{Headers, NewRecord};
use model::events::effects::Outcome;
use model::tables::effects::{self as tables, State};
use model::{Json, Recorded as _};
use runtime::effects::{Outcomes, Over, Recorded};
use runtime::ports::PortError;
use runtime::reading::Views;

/// Where outcomes go.
const TOPIC: &str = "effects.outcomes";

/// The outcomes as the platform writes and reads them.
pub struct ReadModel(pub Views);

#[async_trait]
impl Outcomes for ReadModel {
    fn record(&self, over: Recorded) -> NewRecord {
        record(over)
    }

    fn read_model(&self) -> (&'static str, &'static str) {
        (TOPIC, tables::TABLE)
    }

    async fn over(&self, kind: &str, key: &str) -> Result<Option<Over>, PortError> {
        let view = self.0.pin(tables::TABLE);
        let key = tables::key(kind, key);
        let state: Option<State> = view.read(tables::TABLE, key.as_bytes(), b"").await?;
        Ok(state.map(|state| Over {
            done: state.is_done(),
            asked: state.asked.and_then(|asked| asked.parse().ok()),
        }))
    }
}

fn record(recorded: Recorded) -> NewRecord {
    let Recorded {
        kind,
        key,
        outcome,
        reason,
        attempts,
        result,
        at,
    } = recorded;
    let event = Outcome {
        kind: kind.to_owned(),
        key: key.clone(),
        outcome: outcome.to_owned(),
        reason,
        attempts: attempts.into(),
        result: result
            .and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok())
            .map(Json::from),
        at,
    };
    let value = model::encode(&event);
    let id = kernel::event_id(&value);
    let headers = Headers::new(id, Outcome::SCHEMA, format!("runners/{kind}"));
    NewRecord::keyed(TOPIC.into(), key.into(), headers, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_a_record_of_its_topic() {
        let record = record(Recorded {
            kind: "mirror",
            key: "bafk".to_owned(),
            outcome: "failed",
            reason: Some("no server has it".to_owned()),
            attempts: 3,
            result: None,
            at: 7,
        });
        let value = record.value.as_deref().expect("it has a value");
        let outcome: Outcome = model::decode(value).expect("it is an outcome");
        assert_eq!((&*record.topic, &*outcome.key), (TOPIC, "bafk"));
        assert_eq!((outcome.attempts, outcome.at), (3, 7));
    }
}
