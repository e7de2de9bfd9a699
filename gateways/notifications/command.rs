//! A command into the log, and the processor's answer to it.

use kernel::Topic;
use model::events::notification::{Command, Notice};
use model::tables::inbox::{Answer, Refused};
use uuid::Uuid;

use super::Server;
use super::error::Fault;
use super::tables::{INBOX, Tables};
use crate::frame::{Producer, Written};

/// Where notices and commands are written.
pub(super) const TOPIC: &str = "notifications";
const NOTICES: Producer = Producer::new(TOPIC, "gateways/notifications");
const CLAIMS: &str = "emails.claims";

/// An id for a command that nobody could repeat.
pub(super) fn new_id() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Appends a command and waits for its answer. A command id that was answered before keeps its answer.
///
/// # Errors
/// 503 when there is no answer in time: the command may still be carried out.
pub(super) async fn run(server: &Server, command: Command) -> Result<(Answer, Written), Fault> {
    let command = Command {
        at: server.context.platform.clock.now_ms(),
        ..command
    };
    let id = format!(
        "notification-command\n{}\n{}",
        command.address, command.command_id
    );
    let record = NOTICES.record(&command.address, kernel::event_id(id.as_bytes()), &command);
    let written = server.context.write(vec![record], &[INBOX]).await?;
    let answer = answer(server, &command).await?;
    if !answer.undecided {
        return Ok((answer, written));
    }
    // The claim is in its topic by now; its verdict comes back to the inbox.
    let platform = &server.context.platform;
    let mut token = written.token().clone();
    for (partition, end) in (0..).zip(platform.log.ends(CLAIMS).await?) {
        if let Some(last) = end.checked_sub(1) {
            token.add(Topic::from(CLAIMS), partition, last);
        }
    }
    let written = server.context.shown(token, &[INBOX]).await;
    let answer = self::answer(server, &command).await?;
    if answer.undecided {
        return Err(late(&command));
    }
    Ok((answer, written))
}

async fn answer(server: &Server, command: &Command) -> Result<Answer, Fault> {
    let tables = Tables::of(&server.context.platform);
    let found = tables.answer(&command.address, &command.command_id).await?;
    found.ok_or_else(|| late(command))
}

fn late(command: &Command) -> Fault {
    let message = format!(
        "{} is accepted but not answered yet; look again",
        command.command
    );
    Fault::unavailable(message)
}

/// Appends notices and waits until the inboxes show them.
pub(super) async fn post(server: &Server, notices: &[Notice]) -> Result<Written, Fault> {
    let record = |notice: &Notice| NOTICES.record(notice.key(), Uuid::now_v7(), notice);
    let records = notices.iter().map(record).collect();
    Ok(server.context.write(records, &[INBOX]).await?)
}

/// The text of a refusal, where there is one in the original.
pub(super) fn refused(refused: Refused) -> Fault {
    Fault::bad(match refused {
        Refused::NothingPending => "No unconfirmed email for this address",
        Refused::InvalidCode => "Invalid code",
        Refused::EmailTaken => EMAIL_TAKEN,
        Refused::TooOften => {
            let message = "Too many validation e-mails; try again later";
            return Fault::TooMany(message.into());
        }
        Refused::TooMany => "More than an inbox keeps",
        Refused::Unknown => "Invalid request",
    })
}

/// What is said of an address that another wallet has.
pub(super) const EMAIL_TAKEN: &str = "Email already in use by another wallet";

/// The answer, or its refusal.
pub(super) fn accepted(answer: Answer) -> Result<Answer, Fault> {
    match answer.refused {
        None => Ok(answer),
        Some(why) => Err(refused(why)),
    }
}
