//! Commands of people into the log, and the processor's answers to them.

use kernel::event_id;
use model::Json;
use model::events::reel::{Ask, Command};
use model::tables::reel::Answer;
use runtime::reading::Token;

use super::fault::Fault;
use super::tables::{REEL, Tables};
use crate::frame::{ApiError, GatewayContext, Producer, Written};

const COMMANDS: Producer = Producer::new("reel.commands", "gateways/camera-reel");

/// A command of a person.
pub(super) fn command(
    context: &GatewayContext,
    address: &str,
    id: &str,
    ask: &Ask,
) -> Result<Command, Fault> {
    let name = match ask {
        Ask::Reserve(_) => "reserve",
        Ask::Keep(_) => "keep",
        Ask::Show { .. } => "show",
        Ask::Delete { .. } => "delete",
        Ask::Expire => "expire",
    };
    Ok(Command {
        address: address.to_owned(),
        command: name.to_owned(),
        command_id: id.to_owned(),
        body: Json::of(ask).map_err(ApiError::internal)?,
        at: context.platform.clock.now_ms(),
    })
}

/// Appends commands.
pub(super) async fn append(context: &GatewayContext, commands: &[Command]) -> Result<Token, Fault> {
    let clock = &context.platform.clock;
    let records = commands.iter().map(|command| {
        let id = format!("reel\n{}\n{}", command.address, command.command_id);
        let mut record = COMMANDS.record(&command.address, event_id(id.as_bytes()), command);
        // The time of a command decides how long a place is kept: where ticks are the time, theirs.
        record.timestamp = clock.follows_ticks().then(|| clock.now_ms());
        record
    });
    Ok(context.platform.append(records.collect()).await?)
}

/// Appends a command and waits until these read models show it; gives its answer. A command id that was answered before
/// keeps its answer.
///
/// # Errors
/// 503 when there is no answer in time: the command may still be carried out.
pub(super) async fn run(
    context: &GatewayContext,
    address: &str,
    id: &str,
    ask: &Ask,
    shown_in: &[&str],
) -> Result<(Answer, Written), Fault> {
    let command = command(context, address, id, ask)?;
    let token = append(context, std::slice::from_ref(&command)).await?;
    let models: Vec<&str> = [&[REEL], shown_in].concat();
    let written = context.shown(token, &models).await;
    let found = Tables::of(&context.platform).answer(address, id).await?;
    let late = || ApiError::unavailable("what was asked is kept but not answered yet", 1);
    Ok((found.ok_or_else(late)?, written))
}
