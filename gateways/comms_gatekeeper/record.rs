//! Changes and events into the log.

use bytes::Bytes;
use http::StatusCode;
use kernel::{Headers, NewRecord};
use model::Recorded;
use model::events::gatekeeper::{SceneChange, UserChange, VoiceChange};
use runtime::reading::Token;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Server;
use super::fault::Fault;
use crate::frame::{self, ApiError, Written};

const SCENES: &str = "gatekeeper.scenes";
const USERS: &str = "gatekeeper.users";
const VOICE: &str = "gatekeeper.voice";
const SOURCE: &str = "gateways/comms-gatekeeper";

/// The answer to a write that says nothing but that it is done.
pub(super) type Done = (StatusCode, Written, ());

/// A new id.
pub(super) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

fn of<T: Recorded>(topic: &'static str, key: &str, value: &T) -> NewRecord {
    let headers = Headers::new(Uuid::now_v7(), T::SCHEMA, SOURCE);
    let key = Bytes::copy_from_slice(key.as_bytes());
    NewRecord::keyed(topic.into(), key, headers, model::encode(value))
}

/// A change of a place.
pub(super) fn scene(change: &SceneChange) -> NewRecord {
    of(SCENES, &change.place, change)
}

/// A change of a person.
pub(super) fn user(change: &UserChange) -> NewRecord {
    of(USERS, &change.address, change)
}

/// A change of a call.
pub(super) fn voice(change: &VoiceChange) -> NewRecord {
    of(VOICE, &change.call, change)
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
    let token = soon(server, records).await?;
    let wait = server.context.settings.gateway.wait;
    Ok(frame::after_write(&server.context.platform, wait, models, token).await)
}
