//! `POST /api/games/:id/progress`: what a scene reports of its player.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use identity::signed_fetch::Identity;
use model::events::games::{Ask, Candidate, Requirement, Submission};
use model::tables::games::{Answer, Game, Player, Progress};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::fail::{Fail, bad, broken};
use super::fields::{Fields, json as parse, uuid};
use super::tables::{SCORES, Tables};
use super::{auth, command, wire};
use crate::frame::{self, GatewayContext};

/// How often it is looked whether a reward is there.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The type of mission for which a visit counts from elsewhere.
const VISITABLE: &str = "fw-2025";

/// The row that a body describes.
///
/// # Errors
/// 400 that names the member.
pub(super) fn row(fields: &Fields<'_>, game_id: &str) -> Result<Progress, Fail> {
    Ok(Progress {
        id: command::new_id(),
        game_id: game_id.to_owned(),
        user_name: fields.text("user_name")?,
        level: fields.whole("level", 1)?,
        score: fields.optional_whole("score")?,
        time: fields.optional_whole("time")?,
        moves: fields.optional_whole("moves")?,
        data: fields.object("data")?,
        ..Progress::default()
    })
}

/// Keeps what the player reached, completes at most one challenge, and asks for the reward of a mission that is done.
#[utoipa::path(post, path = "/api/games/{id}/progress", tag = "progress", request_body = Object,
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 201, body = Object), (status = 400, body = Object),
        (status = 401, body = Object)))]
pub(super) async fn submit(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Fail> {
    let (parts, body) = request.into_parts();
    let identity = auth::player(&context, &parts)?;
    let id = uuid(&id)?;
    let body = frame::bytes(Request::from_parts(parts, body), &context).await?;
    let parsed = parse(&body)?;
    let known = ["user_name", "level", "score", "time", "moves", "data"];
    let progress = row(&Fields::read(&parsed, &known)?, &id)?;
    let tables = Tables::of(&context.platform);
    let game = tables
        .game(&id)
        .await?
        .ok_or_else(|| bad("Game not found"))?;
    let player = tables.player(&identity.address).await?;
    let now = context.platform.clock.now_ms();
    if !is_inside(&identity, &game) && !visits(&progress, &player, now) {
        return Err(bad("Invalid request. User must be inside the scene"));
    }
    if !auth::is_hashed(&identity, &body, &parsed) {
        return Err(bad("Invalid body"));
    }
    let (challenges, missions) = candidates(&tables, &player, &id, now).await?;
    let ask = Ask::Submit(Box::new(Submission {
        progress,
        challenges,
        missions,
    }));
    let (answer, written) = command::run(&context, &identity.address, &ask, &[SCORES]).await?;
    let answered = answered(&context, answer).await?;
    Ok((written, answered).into_response())
}

fn is_inside(identity: &Identity, game: &Game) -> bool {
    let place = |text: &str| -> Option<(i64, i64)> {
        let (x, y) = text.split_once(',')?;
        Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
    };
    let parcel = identity.metadata["parcel"].as_str().and_then(place);
    parcel.is_some() && parcel == place(&game.parcel)
}

/// Whether JavaScript takes a value for true.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn visits(progress: &Progress, player: &Player, now: i64) -> bool {
    let mut runs = player.runs.iter();
    is_truthy(&progress.data["visit"])
        && runs.any(|run| run.mission_type == VISITABLE && run.is_open(now))
}

/// What progress in a game may complete for a player, as it is defined now.
async fn candidates(
    tables: &Tables,
    player: &Player,
    game_id: &str,
    now: i64,
) -> Result<(Vec<Candidate>, Vec<Requirement>), Fail> {
    let running: BTreeSet<&str> = player
        .runs
        .iter()
        .filter(|run| run.is_open(now))
        .map(|run| run.mission_id.as_str())
        .collect();
    if running.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let all = tables.challenges().await?;
    let all = all
        .iter()
        .filter(|challenge| challenge.active && running.contains(&*challenge.mission_id));
    let all: Vec<_> = all.collect();
    let challenges = all.iter().filter(|challenge| challenge.game_id == game_id);
    let challenges = challenges.map(|challenge| Candidate {
        id: challenge.id.clone(),
        mission_id: challenge.mission_id.clone(),
        // Conditions of another shape hold for nobody.
        conditions: serde_json::from_value(challenge.data.clone()).unwrap_or_default(),
    });
    let mut missions = Vec::new();
    for id in running {
        let Some(mission) = tables.mission(id).await? else {
            continue;
        };
        let needed = all.iter().filter(|challenge| challenge.mission_id == id);
        missions.push(Requirement {
            challenges: needed.map(|challenge| challenge.id.clone()).collect(),
            campaign_key: mission.campaign_key,
            id: mission.id,
        });
    }
    Ok((challenges.collect(), missions))
}

async fn answered(context: &GatewayContext, answer: Answer) -> Result<Response, Fail> {
    let Some(matched) = answer.matched else {
        let progress = answer.progress.ok_or_else(broken)?;
        let body = wire::data(wire::progress(&progress));
        return Ok((StatusCode::CREATED, body).into_response());
    };
    let mission = Tables::of(&context.platform).mission(&matched).await?;
    let mission = wire::mission(&mission.ok_or_else(broken)?);
    let body = match answer.ended_run {
        None => json!({"mission": mission, "user_mission": mission}),
        Some(run) => json!({"mission": mission, "reward": reward(context, &run).await?}),
    };
    Ok(wire::data(body).into_response())
}

/// The rewards of a run; empty when they are late: whoever gives them goes on.
async fn reward(context: &GatewayContext, run: &str) -> Result<Value, Fail> {
    let until = Instant::now() + context.settings.exploration_games.reward_wait.0;
    let tables = Tables::of(&context.platform);
    loop {
        if let Some(rewarded) = tables.reward(run).await? {
            let rewards = rewarded.rewards;
            return Ok(if rewards.is_array() {
                rewards
            } else {
                json!([])
            });
        }
        if Instant::now() >= until || context.shutdown.is_cancelled() {
            return Ok(json!([]));
        }
        sleep(LOOK_EVERY).await;
    }
}
