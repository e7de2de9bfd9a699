//! The captcha before a claim: a picture with a gap, and where somebody says that it is.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{self, Command};
use super::error::{Failure, Fault};
use super::money::{self, amount};
use super::picture;
use super::signed::{Signed, unflagged};
use crate::frame::{GatewayContext, JsonBody, Written};

/// Where gaps lie, in hundredths of a per cent of the picture's width: a piece fits on either side.
const GAPS: std::ops::Range<u64> = 1_000..9_000;

/// A new challenge; it takes the place of the one before.
#[utoipa::path(get, path = "/captcha", tag = "program",
    responses((status = 200, content_type = "image/png"), (status = 401, body = Failure)))]
pub(super) async fn issue(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
) -> Result<Response, Fault> {
    unflagged(&context, &address).await?;
    let [place, seed, id] = random()?;
    let target = match context.settings.credits.credits_test_captcha_x {
        Some(fixed) => fixed,
        None => (GAPS.start + place % (GAPS.end - GAPS.start)) as f64 / 100.0,
    };
    let id = format!("{id:016x}{seed:016x}");
    let command = Command {
        kind: "captcha-issued",
        key: id.clone(),
        address,
        body: json!({ "challengeId": id }),
    };
    // The ledger judges by it; nobody is shown the inputs of the ledger but operators.
    let written = command::tell(&context, &command, Some(("target", json!(target)))).await?;
    let kind = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((written, kind, picture::puzzle(target, seed)).into_response())
}

/// Numbers that nobody can guess.
fn random() -> Result<[u64; 3], Fault> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system gives no random numbers");
        Fault::unavailable("no random numbers just now")
    })?;
    let mut numbers = [0; 3];
    for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(8)) {
        *number = bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    Ok(numbers)
}

/// Where the gap is, per cent of the picture's width.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Place {
    x: f64,
}

/// Answers the live challenge; a right answer claims everything that waits.
#[utoipa::path(post, path = "/captcha", tag = "program", request_body = Place,
    responses((status = 200, body = Value), (status = 400, body = Failure), (status = 401, body = Failure)))]
pub(super) async fn answer(
    State(context): State<GatewayContext>,
    Signed(address): Signed,
    headers: HeaderMap,
    JsonBody(place): JsonBody<Place>,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    unflagged(&context, &address).await?;
    if !(0.0..=100.0).contains(&place.x) {
        return Err(Fault::bad_request("x is not 0 to 100"));
    }
    let command = Command {
        kind: "claim-requested",
        key: command::key(&headers)?,
        address,
        body: json!({ "x": place.x }),
    };
    let (answer, written) = command::ask(&context, command).await?;
    let granted = amount(answer["grantedWei"].as_str().unwrap_or_default());
    Ok((
        written,
        Json(json!({
            "ok": answer["ok"],
            "credits_granted": money::credits(granted),
            "isBlockedForClaiming": answer["blocked"],
        })),
    ))
}
