//! The effect runners of this build, and how outcomes are recorded.

use std::sync::Arc;

use kernel::{Headers, NewRecord};
use model::events::effects::Outcome;
use model::{Json, Recorded as _};
use runtime::effects::{EffectHandler, RecordOutcome, Recorded};

use super::outside::Outside;

/// Kinds that this build has a runner for.
pub(super) const KINDS: &[&str] = &["mirror", "voucher"];
/// Where outcomes go.
const TOPIC: &str = "effects.outcomes";

/// The handlers of the chosen kinds.
pub(super) fn handlers(kinds: &[&'static str], outside: &Outside) -> Vec<Arc<dyn EffectHandler>> {
    let all: [Arc<dyn EffectHandler>; 2] = [
        Arc::new(outside.mirror.clone()),
        Arc::new(outside.voucher.clone()),
    ];
    let chosen = |handler: &Arc<dyn EffectHandler>| kinds.contains(&handler.kind());
    all.into_iter().filter(chosen).collect()
}

/// Turns an outcome into a record of `effects.outcomes`.
pub(super) fn recorder() -> RecordOutcome {
    Arc::new(record)
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
    fn every_kind_that_a_processor_asks_for_has_a_runner_and_a_name_of_its_own() {
        for processor in processors::all() {
            let spec = processor.spec();
            for kind in spec.effects {
                assert!(KINDS.contains(kind), "{} asks for {kind}", spec.name);
            }
            // A runner keeps its marks under its kind.
            assert!(!KINDS.contains(&spec.name), "{} is also a kind", spec.name);
        }
    }

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
