//! The shapes that are answered: columns of the original's database, big integers as texts.

use model::tables::games::{Challenge, Game, Mission, Progress};
use serde_json::{Value, json};

/// A time as the original writes its big integers.
pub(super) fn ms(at: Option<i64>) -> Value {
    at.map_or(Value::Null, |at| at.to_string().into())
}

pub(super) fn game(game: &Game) -> Value {
    json!({"id": game.id, "name": game.name, "parcel": game.parcel, "active": game.active})
}

/// A mission as players see it.
pub(super) fn mission(mission: &Mission) -> Value {
    json!({"id": mission.id, "description": mission.description, "active": mission.active, "type": mission.kind,
        "thumb_url": mission.thumb_url})
}

/// A mission as administrators see it.
pub(super) fn mission_with_campaign(of: &Mission) -> Value {
    with(mission(of), json!({"campaign_key": of.campaign_key}))
}

pub(super) fn challenge(challenge: &Challenge) -> Value {
    json!({"id": challenge.id, "description": challenge.description, "game_id": challenge.game_id,
        "mission_id": challenge.mission_id, "target_level": challenge.target_level, "data": challenge.data,
        "active": challenge.active})
}

pub(super) fn progress(row: &Progress) -> Value {
    json!({"id": row.id, "game_id": row.game_id, "user_address": row.user_address, "user_name": row.user_name,
        "level": row.level, "time": row.time, "moves": row.moves, "score": row.score, "data": row.data,
        "updated_at": ms(Some(row.updated_at)), "disabled": row.disabled})
}

/// A row of a leaderboard.
pub(super) fn best(row: &Progress) -> Value {
    json!({"game_id": row.game_id, "user_address": row.user_address, "user_name": row.user_name,
        "level": row.level, "score": row.score, "time": row.time, "moves": row.moves, "data": row.data,
        "updated_at": ms(Some(row.updated_at))})
}

/// An object with more members.
pub(super) fn with(mut value: Value, more: Value) -> Value {
    if let (Value::Object(members), Value::Object(more)) = (&mut value, more) {
        members.extend(more);
    }
    value
}

/// `{"data": …}`
pub(super) fn data(value: impl Into<Value>) -> axum::Json<Value> {
    let value: Value = value.into();
    axum::Json(json!({"data": value}))
}
