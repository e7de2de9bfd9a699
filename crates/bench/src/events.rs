//! A player-shaped load: many events of some thousands of users, some hundred bytes each.

use bytes::Bytes;
use kernel::{
    Context, Headers, Kind, NewRecord, Poison, Processor, Record, Reject, Spec, Step, event_id,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Users of the load.
pub(crate) const USERS: usize = 50_000;

/// The `n`-th event: a user walked.
pub(crate) fn event(n: usize) -> NewRecord {
    // A fixed odd multiplier visits the users in a scattered order that repeats nowhere near.
    let user = n.wrapping_mul(2_654_435_761) % USERS;
    let address = format!("0x{user:040x}");
    let event = json!({"type": "client", "subType": "walked-distance", "key": format!("message-{n}"),
        "timestamp": 1_767_225_600_000_i64 + n as i64,
        "metadata": {"userAddress": address, "sessionId": "8a3c187b-aa0a-4485-a8d9-e23b26223b53",
            "realm": "main", "stepCount": n % 100, "distance": 12.5,
            "timestamps": {"reportedAt": 1_767_225_600_000_i64, "receivedAt": 1_767_225_600_010_i64}}});
    let value = model::encode_event(&event)
        .expect("an event of the catalogue")
        .bytes;
    let headers = Headers::new(event_id(&value), "client/walked-distance", "bench");
    NewRecord::keyed("user.actions".into(), Bytes::from(address), headers, value)
}

/// Steps walked by each user: the smallest honest projector over such a load.
pub(crate) struct Steps;

/// What one user has walked.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Walked {
    events: u64,
    steps: i64,
    last: i64,
}

/// Reads of a value what the projector needs, and nothing else: for the bare consumer.
pub(crate) fn decode(value: &[u8]) -> anyhow::Result<(i64, i64)> {
    let event: Event = model::codec::project(value)?;
    Ok((event.timestamp, event.metadata.step_count.unwrap_or(0)))
}

/// The members the projector needs.
#[derive(Deserialize)]
struct Event {
    timestamp: i64,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    step_count: Option<i64>,
}

impl Processor for Steps {
    const SPEC: Spec = Spec {
        name: "bench_steps",
        revision: 1,
        input: "user.actions",
        aggregates: Some("bench_steps"),
        projections: &[],
        emits: &[],
        effects: &[],
        kind: Kind::Projector,
        poison: Poison::Park,
    };
    type Event = (Bytes, i64, i64);
    type State = Walked;

    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject> {
        let bytes = record.value.as_deref().unwrap_or_default();
        let event: Event = model::codec::project(bytes)
            .map_err(|e| Reject::new("BENCH_UNREADABLE", e.to_string()))?;
        let steps = event.metadata.step_count.unwrap_or(0);
        Ok(Some((
            record.key.clone().unwrap_or_default(),
            event.timestamp,
            steps,
        )))
    }

    fn key(&self, event: &Self::Event) -> Bytes {
        event.0.clone()
    }

    fn step(
        &self,
        state: &Walked,
        event: &Self::Event,
        _: &Context,
    ) -> Result<Step<Walked>, Reject> {
        Ok(Step::state(Walked {
            events: state.events + 1,
            steps: state.steps + event.2,
            last: state.last.max(event.1),
        }))
    }
}
