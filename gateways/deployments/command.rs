//! A command into the log, and the processor's answer to it.

use model::events::catalyst::ConsumerCommand;
use model::tables::consumers::Outcome;
use runtime::reading::Token;
use uuid::Uuid;

use super::tables::{CONSUMERS, Tables};
use crate::frame::{ApiError, Edge, GatewayContext, Producer, Written, auth};

const COMMANDS: Producer = Producer::new("deployments.consumers", "gateways/deployments");
/// Longest name of a consumer, a command or a lease, bytes.
const NAME_BYTES_MAX: usize = 128;

/// Lets a worker through: a program on this machine (a page in a browser sends `origin`), or with the operator's token.
///
/// # Errors
/// 401 or 403 otherwise.
pub(super) fn worker(
    context: &GatewayContext,
    edge: &Edge,
    headers: &http::HeaderMap,
) -> Result<(), ApiError> {
    let of_a_page = headers.contains_key(http::header::ORIGIN);
    if edge.local && !of_a_page {
        return Ok(());
    }
    let token = context.settings.operator.token.as_ref();
    auth::require(headers, token, "operator.token")
}

/// Checks a name that a caller gives.
///
/// # Errors
/// 400 for one that is no name.
pub(super) fn name(what: &str, text: &str) -> Result<(), ApiError> {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"._:-".contains(&b);
    if (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(letter) {
        return Ok(());
    }
    let text: String = text.chars().take(NAME_BYTES_MAX).collect();
    Err(ApiError::bad_request(
        "invalid_name",
        format!("{what} {text:?} is not 1 to {NAME_BYTES_MAX} of A-Z a-z 0-9 . _ : -"),
    ))
}

/// Checks why something is given back or put back: it is kept with each item, in the log and in its history.
///
/// # Errors
/// 400 that names the limit.
pub(super) fn reason(context: &GatewayContext, text: &str) -> Result<(), ApiError> {
    let most = context.settings.deployments.reason_chars_max;
    let chars = text.chars().count();
    if chars <= most {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "invalid_reason",
        format!(
            "reason has {chars} characters; want at most {most} (deployments.reason_chars_max)"
        ),
    ))
}

/// An id for a command that its caller gave none.
pub(super) fn new_id() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Appends commands without waiting for their answers.
pub(super) async fn append(
    context: &GatewayContext,
    commands: &[ConsumerCommand],
) -> Result<Token, ApiError> {
    let now = context.platform.clock.now_ms();
    let records = commands.iter().map(|command| {
        let command = ConsumerCommand {
            at: now,
            ..command.clone()
        };
        let id = format!("{}\n{}", command.consumer, command.command_id);
        COMMANDS.record(&command.consumer, kernel::event_id(id.as_bytes()), &command)
    });
    Ok(context.platform.append(records.collect()).await?)
}

/// Appends a command and waits for its answer. A command id that was answered before keeps its answer.
///
/// # Errors
/// 503 when there is no answer in time: the command may still be carried out. 400 when it was refused.
pub(super) async fn run(
    context: &GatewayContext,
    command: ConsumerCommand,
) -> Result<(Outcome, Written), ApiError> {
    let token = append(context, std::slice::from_ref(&command)).await?;
    let written = context.shown(token, &[CONSUMERS]).await;
    let outcome = answer(context, &command).await?;
    Ok((outcome, written))
}

/// The answer to a command that was appended.
///
/// # Errors
/// As [`run`].
pub(super) async fn answer(
    context: &GatewayContext,
    command: &ConsumerCommand,
) -> Result<Outcome, ApiError> {
    let tables = Tables::of(&context.platform);
    let found = tables
        .outcome(&command.consumer, &command.command_id)
        .await?;
    let outcome = found.ok_or_else(|| {
        ApiError::unavailable(
            format!(
                "command {} of consumer {} is accepted but not answered yet; ask again with the same commandId",
                command.command_id, command.consumer
            ),
            1,
        )
    })?;
    match &outcome.refused {
        None => Ok(outcome),
        Some(refused) => {
            let code = refused.code.to_lowercase();
            let status = http::StatusCode::BAD_REQUEST;
            Err(ApiError::new(status, code, refused.message.clone()))
        }
    }
}
