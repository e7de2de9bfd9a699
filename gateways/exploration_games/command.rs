//! Definitions and commands into the log, and the processors' answers to them.

use kernel::event_id;
use model::Json;
use model::events::games::{Ask, Command, Definition};
use model::tables::games::Answer;
use runtime::reading::Token;
use serde::Serialize;
use uuid::Uuid;

use super::fail::{Fail, bad};
use super::tables::{DEFINITIONS, GAMES, Tables};
use crate::frame::{ApiError, GatewayContext, Producer, Written};

const SOURCE: &str = "gateways/exploration-games";
const COMMANDS: Producer = Producer::new("games.commands", SOURCE);
const DEFINED: Producer = Producer::new("games.definitions", SOURCE);

/// A new id. Ids of a later time are greater, so that lists come in the order of making.
pub(super) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// Appends a definition and waits until it shows.
pub(super) async fn define(
    context: &GatewayContext,
    (kind, id): (&str, &str),
    body: &impl Serialize,
    by: &str,
) -> Result<Written, Fail> {
    let at = context.platform.clock.now_ms();
    let definition = Definition {
        id: id.to_owned(),
        kind: kind.to_owned(),
        body: Json::of(body).map_err(ApiError::internal)?,
        by: by.to_owned(),
        at,
    };
    let unique = event_id(format!("{SOURCE}\n{}", new_id()).as_bytes());
    let record = DEFINED.record(id, unique, &definition);
    Ok(context.write(vec![record], &[DEFINITIONS]).await?)
}

/// A command of a player.
pub(super) fn command(context: &GatewayContext, address: &str, ask: &Ask) -> Result<Command, Fail> {
    let name = match ask {
        Ask::Submit(_) => "submit",
        Ask::Start(_) => "start",
        Ask::Disable { .. } => "disable",
        Ask::Expire => "expire",
    };
    Ok(Command {
        address: address.to_owned(),
        command: name.to_owned(),
        command_id: new_id(),
        body: Json::of(ask).map_err(ApiError::internal)?,
        at: context.platform.clock.now_ms(),
    })
}

/// Appends commands.
pub(super) async fn append(context: &GatewayContext, commands: &[Command]) -> Result<Token, Fail> {
    let clock = &context.platform.clock;
    let records = commands.iter().map(|command| {
        let id = format!("{}\n{}", command.address, command.command_id);
        let mut record = COMMANDS.record(&command.address, event_id(id.as_bytes()), command);
        // The time of a command decides what it may do: where ticks are the time, theirs.
        record.timestamp = clock.follows_ticks().then(|| clock.now_ms());
        record
    });
    Ok(context.platform.append(records.collect()).await?)
}

/// Appends a command and waits until these read models show it; gives its answer.
///
/// # Errors
/// 400 when it was refused; 503 when there is no answer in time: the command may still be carried out.
pub(super) async fn run(
    context: &GatewayContext,
    address: &str,
    ask: &Ask,
    shown_in: &[&str],
) -> Result<(Answer, Written), Fail> {
    let command = command(context, address, ask)?;
    let token = append(context, std::slice::from_ref(&command)).await?;
    let models: Vec<&str> = [&[GAMES], shown_in].concat();
    let written = context.shown(token, &models).await;
    let answer = answer(context, &command).await?;
    match answer.refused {
        Some(refused) => Err(bad(refused)),
        None => Ok((answer, written)),
    }
}

/// The answer to a command that was appended.
///
/// # Errors
/// 503 when there is none yet.
pub(super) async fn answer(context: &GatewayContext, command: &Command) -> Result<Answer, Fail> {
    let tables = Tables::of(&context.platform);
    let found = tables.answer(&command.address, &command.command_id).await?;
    found.ok_or_else(|| {
        ApiError::unavailable("what was asked is kept but not answered yet", 1).into()
    })
}
