//! `POST /api/multiplayer/progress`: what a server of multiplayer games reports of its players. It completes nothing.

use axum::Json;
use axum::extract::{Request, State};
use http::StatusCode;
use model::events::games::{Ask, Submission};
use serde_json::{Value, json};

use super::fail::{Fail, bad};
use super::fields::{Fields, json as parse};
use super::submit::row;
use super::tables::{GAMES, SCORES, Tables};
use super::{command, wire};
use crate::frame::{self, GatewayContext, Written, auth};

fn refused(message: &str) -> Fail {
    let body = json!({"error": "Not Authorized", "message": message});
    Fail::Own(StatusCode::UNAUTHORIZED, body)
}

/// Keeps what several players reached.
#[utoipa::path(post, path = "/api/multiplayer/progress", tag = "progress", request_body = Object,
    responses((status = 201, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn multiplayer(
    State(context): State<GatewayContext>,
    request: Request,
) -> Result<(StatusCode, Written, Json<Value>), Fail> {
    let settings = &context.settings.exploration_games;
    auth::passes(request.headers(), settings.multiplayer_key.as_ref()).map_err(refused)?;
    let body = parse(&frame::bytes(request, &context).await?)?;
    let fields = Fields::read(&body, &["game_id", "scores"])?;
    let game_id = fields.uuid("game_id")?;
    let scores = fields.required("scores")?.as_array();
    let scores = scores.ok_or_else(|| bad("\"scores\" must be an array"))?;
    let most = settings.multiplayer_scores_max;
    if !(1..=most).contains(&scores.len()) {
        return Err(bad(format!("\"scores\" must contain 1 to {most} items")));
    }
    let mut commands = Vec::with_capacity(scores.len());
    let known = [
        "user_address",
        "user_name",
        "level",
        "score",
        "time",
        "moves",
        "data",
    ];
    for score in scores {
        let fields = Fields::read(score, &known)?;
        let address = address(&fields.text("user_address")?)?;
        let ask = Ask::Submit(Box::new(Submission {
            progress: row(&fields, &game_id)?,
            ..Submission::default()
        }));
        commands.push(command::command(&context, &address, &ask)?);
    }
    let game = Tables::of(&context.platform).game(&game_id).await?;
    game.ok_or_else(|| bad("Game not found"))?;
    let token = command::append(&context, &commands).await?;
    let wait = context.settings.gateway.wait;
    let written = frame::after_write(&context.platform, wait, &[GAMES, SCORES], token).await;
    let mut rows = Vec::with_capacity(commands.len());
    for command in &commands {
        let answer = command::answer(&context, command).await?;
        rows.extend(answer.progress.as_ref().map(wire::progress));
    }
    Ok((StatusCode::CREATED, written, wire::data(rows)))
}

fn address(text: &str) -> Result<String, Fail> {
    if !identity::signature::is_address(text) {
        return Err(bad(
            "\"user_address\" fails to match the required pattern: /^0x[0-9a-fA-F]{40}$/",
        ));
    }
    Ok(text.to_lowercase())
}
