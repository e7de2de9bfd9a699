//! Changes and events into the log.

use http::StatusCode;
use kernel::NewRecord;
use model::events::gatekeeper::{SceneChange, UserChange, VoiceChange};
use runtime::reading::Token;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Server;
use super::fault::Fault;
use crate::frame::{self, ApiError, Producer, Written};

const SOURCE: &str = "gateways/comms-gatekeeper";
const SCENES: Producer = Producer::new("gatekeeper.scenes", SOURCE);
const USERS: Producer = Producer::new("gatekeeper.users", SOURCE);
const VOICE: Producer = Producer::new("gatekeeper.voice", SOURCE);

/// The answer to a write that says nothing but that it is done.
pub(super) type Done = (StatusCode, Written, ());

/// A new id.
pub(super) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// A change of a place.
pub(super) fn scene(change: &SceneChange) -> NewRecord {
    SCENES.record(&change.place, Uuid::now_v7(), change)
}

/// A change of a person.
pub(super) fn user(change: &UserChange) -> NewRecord {
    USERS.record(&change.address, Uuid::now_v7(), change)
}

/// A change of a call.
pub(super) fn voice(change: &VoiceChange) -> NewRecord {
    VOICE.record(&change.call, Uuid::now_v7(), change)
}

/// An event of the catalogue, by way of the inbox, which lets each `id` in once.
///
/// # Errors
/// It is none of the catalogue.
pub(super) fn event(event: &Value, id: Uuid) -> Result<NewRecord, Fault> {
    let record = frame::inbox_record(event, id, SOURCE);
    Ok(record.map_err(ApiError::internal)?)
}

/// An event's envelope.
pub(super) fn envelope(kind: (&str, &str), key: &str, at: i64, metadata: &Value) -> Value {
    json!({ "type": kind.0, "subType": kind.1, "key": key, "timestamp": at, "metadata": metadata })
}

/// Appends without waiting until it shows.
///
/// # Errors
/// The log cannot take it.
pub(super) async fn soon(server: &Server, records: Vec<NewRecord>) -> Result<Token, Fault> {
    Ok(server.context.platform.append(records).await?)
}

/// Appends and waits until these read models show it.
///
/// # Errors
/// The log cannot take it.
pub(super) async fn shown(
    server: &Server,
    records: Vec<NewRecord>,
    models: &[&str],
) -> Result<Written, Fault> {
    Ok(server.context.write(records, models).await?)
}
