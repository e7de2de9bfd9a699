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
    if scores.is_empty() {
        return Err(bad("\"scores\" must contain at least 1 items"));
    }
    if scores.len() > most {
        let what = "must contain less than or equal to";
        return Err(bad(format!("\"scores\" {what} {most} items")));
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
    for (index, score) in scores.iter().enumerate() {
        let fields = Fields::inside(score, &known, &format!("scores[{index}]"))?;
        let address = address(&fields)?;
        let ask = Ask::Submit(Box::new(Submission {
            progress: row(&fields, &game_id)?,
            ..Submission::default()
        }));
        commands.push(command::command(&context, &address, &ask)?);
    }
    let game = Tables::of(&context.platform).game(&game_id).await?;
    game.ok_or_else(|| bad("Game not found"))?;
    let token = command::append(&context, &commands).await?;
    let written = context.shown(token, &[GAMES, SCORES]).await;
    let mut rows = Vec::with_capacity(commands.len());
    for command in &commands {
        let answer = command::answer(&context, command).await?;
        rows.extend(answer.progress.as_ref().map(wire::progress));
    }
    Ok((StatusCode::CREATED, written, wire::data(rows)))
}

fn address(fields: &Fields<'_>) -> Result<String, Fail> {
    let text = fields.text("user_address")?;
    if identity::signature::is_address(&text) {
        return Ok(text.to_lowercase());
    }
    let (label, shown) = (
        fields.label("user_address"),
        text.chars().take(64).collect::<String>(),
    );
    Err(bad(format!(
        "\"{label}\" with value \"{shown}\" fails to match the required pattern: /^0x[0-9a-fA-F]{{40}}$/"
    )))
}
