//! `/set-email` and `/confirm-email`: the way of an e-mail address.

use axum::extract::{Request, State};
use http::StatusCode;
use model::Json;
use model::events::notification::{Command, MailsAllowed, is_address};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{Fault, Refusal};
use super::signed::{self, Signed};
use super::tables::Tables;
use super::{Server, captcha, command};
use crate::frame::{ApiError, Written};
use crate::runners::mail::{code_hash, is_email};

/// Longest e-mail address (RFC 5321).
const EMAIL_BYTES_MAX: usize = 254;
/// Longest code that is looked at, bytes.
const CODE_BYTES_MAX: usize = 256;

/// The address to be mailed at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only documents the body, which is read as any JSON"
)]
pub(super) struct SetEmail {
    /// Empty: none any more.
    email: String,
    /// On the way to credits.
    is_credits_workflow: Option<bool>,
}

/// The code that came in the mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only documents the body, which is read as any JSON"
)]
pub(super) struct ConfirmEmail {
    /// The wallet.
    address: String,
    code: String,
    /// The captcha's answer, where one is asked for.
    turnstile_token: Option<String>,
}

/// Sets the address that the signer is mailed at; it counts when it is confirmed by the code that is mailed there.
#[utoipa::path(put, path = "/set-email", tag = "e-mail", request_body = SetEmail,
    responses((status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal),
        (status = 429, body = Refusal)))]
pub(super) async fn set_email(
    State(server): State<Server>,
    signed: Signed,
    request: Request,
) -> Result<(Written, StatusCode), Fault> {
    let body = signed::body(request, &server).await?;
    let asked: Value = serde_json::from_slice(&body).map_err(|_| Fault::bad("Invalid body"))?;
    let email = asked.get("email").and_then(Value::as_str);
    let email = email.ok_or_else(|| Fault::bad("Invalid email"))?.trim();
    if !email.is_empty() {
        takeable(&server, &signed.address, email).await?;
    }
    let mut command = Command {
        command: "set-email".into(),
        command_id: signed.command_id(&body),
        email: Some(email.to_owned()),
        credits: asked
            .get("isCreditsWorkflow")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        captcha: captcha::is_asked_for(&server),
        address: signed.address,
        ..Command::default()
    };
    if !email.is_empty() {
        with_code(&server, &mut command)?;
    }
    let (answer, written) = command::run(&server, command).await?;
    command::accepted(answer)?;
    Ok((written, StatusCode::NO_CONTENT))
}

/// Whether an address may become this wallet's.
async fn takeable(server: &Server, address: &str, email: &str) -> Result<(), Fault> {
    if email.len() > EMAIL_BYTES_MAX || !is_email(email) {
        return Err(Fault::bad("Invalid email"));
    }
    server.flags.allow(&server.outside, email).await?;
    let owner = Tables::of(&server.context.platform).owner(email).await?;
    match owner.is_none_or(|owner| owner == address) {
        true => Ok(()),
        false => Err(Fault::bad(command::EMAIL_TAKEN)),
    }
}

/// Gives the command a code: what it is made from goes to the mail, its hash to the inbox, itself nowhere.
fn with_code(server: &Server, command: &mut Command) -> Result<(), Fault> {
    let signer = server.signer.as_ref().ok_or_else(|| {
        Fault::unavailable("notifications.signing_key is not set: no address can be confirmed")
    })?;
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)
        .map_err(|_| Fault::unavailable("this machine has no randomness to give"))?;
    let nonce = hex::encode(nonce);
    let code = signer.code(&nonce, &command.address);
    let settings = server.settings();
    command.code_hash = Some(code_hash(&code));
    command.nonce = Some(nonce);
    command.ttl_ms = settings.code_ttl.as_millis();
    command.tries_max = settings.code_tries.into();
    let allowed = MailsAllowed {
        most: settings.validation_mails_max,
        window_ms: settings.validation_mails_window.as_millis(),
    };
    command.details = Json::of(&allowed).map_err(ApiError::internal)?;
    Ok(())
}

/// Confirms an e-mail address by the code that was mailed there. Who has the code need not sign.
#[utoipa::path(put, path = "/confirm-email", tag = "e-mail", request_body = ConfirmEmail,
    responses((status = 204), (status = 400, body = Refusal), (status = 401, body = Refusal)))]
pub(super) async fn confirm_email(
    State(server): State<Server>,
    request: Request,
) -> Result<(Written, StatusCode), Fault> {
    let body = signed::body(request, &server).await?;
    let asked: Value = serde_json::from_slice(&body).map_err(|_| Fault::bad("Invalid body"))?;
    let text = |name: &str| {
        let text = asked.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    let address = text("address")
        .ok_or_else(|| Fault::bad("Missing address"))?
        .to_lowercase();
    let code = text("code").ok_or_else(|| Fault::bad("Missing code"))?;
    captcha::pass(&server, text("turnstileToken")).await?;
    let nothing = || Fault::bad("No unconfirmed email for this address");
    if !is_address(&address) {
        return Err(nothing());
    }
    let person = Tables::of(&server.context.platform)
        .person(&address)
        .await?;
    // Nobody can fill the log with guesses about wallets that wait for nothing.
    let pending = person.pending.ok_or_else(nothing)?;
    server.flags.allow(&server.outside, &pending.email).await?;
    if code.len() > CODE_BYTES_MAX {
        return Err(Fault::bad("Invalid code"));
    }
    let command = Command {
        command: "confirm-email".into(),
        command_id: command::new_id(),
        address,
        code_hash: Some(code_hash(code)),
        ..Command::default()
    };
    let (answer, written) = command::run(&server, command).await?;
    command::accepted(answer)?;
    Ok((written, StatusCode::NO_CONTENT))
}
