//! The bounds of a consumer, and which commands can be carried out.

use kernel::Reject;
use model::events::catalyst::ConsumerCommand;
use model::tables::consumers::{Refused, State};

/// How often an item is handed out before it is given up.
pub(super) const ATTEMPTS_MAX: i64 = 10;
/// Items of one type that are leased or rest after a return.
pub(super) const IN_FLIGHT_MAX: usize = 512;
/// Ranges of done items of one type: bounds how far a consumer may pick items out of order.
pub(super) const GAPS_MAX: usize = 2048;
/// Ranges of requeued items of one type.
pub(super) const REQUEUED_MAX: usize = 4096;
/// Failed items of one type that are listed; older ones are forgotten (their history is not).
pub(super) const FAILED_MAX: usize = 1024;
/// Items one command may name.
pub(super) const ITEMS_MAX: usize = 1024;
/// Types a consumer may read.
pub(super) const TYPES_MAX: usize = 64;
/// Commands whose ids and answers are remembered.
pub(super) const COMMANDS_MAX: usize = 256;
/// Longest lease, ms: twelve hours, as SQS.
pub(super) const TTL_MS_MAX: i64 = 12 * 3_600_000;
/// Longest rest of a returned item, ms: a week.
pub(super) const DELAY_MS_MAX: i64 = 7 * 24 * 3_600_000;

/// Longest name of a consumer, a command, a lease or a type, bytes.
const NAME_BYTES_MAX: usize = 128;

/// Whether the command can be answered: the names of the answer's row must be names.
///
/// # Errors
/// It cannot.
pub(super) fn check(command: &ConsumerCommand) -> Result<(), Reject> {
    for (what, name) in [
        ("consumer", &command.consumer),
        ("command id", &command.command_id),
    ] {
        if !is_name(name) {
            let message =
                format!("{what} {name:?} is not 1 to {NAME_BYTES_MAX} of A-Z a-z 0-9 . _ : -");
            return Err(Reject::new("CONSUMER_COMMAND_UNANSWERABLE", message));
        }
    }
    Ok(())
}

/// Why the command is not carried out at all.
pub(super) fn refusal(command: &ConsumerCommand, state: &State) -> Option<Refused> {
    let refused = |code: &str, message: String| {
        Some(Refused {
            code: code.into(),
            message,
        })
    };
    const COMMANDS: [&str; 6] = ["register", "lease", "ack", "nack", "requeue", "expire"];
    if !COMMANDS.contains(&command.command.as_str()) {
        return refused(
            "CONSUMER_COMMAND_UNKNOWN",
            format!("command {:?}", command.command),
        );
    }
    if command.items.len() > ITEMS_MAX {
        let message = format!("{} items, at most {ITEMS_MAX}", command.items.len());
        return refused("CONSUMER_ITEMS_TOO_MANY", message);
    }
    let named = command
        .types
        .iter()
        .chain(command.items.iter().map(|item| &item.entity_type));
    if let Some(bad) = named.clone().find(|name| !is_name(name)) {
        return refused("CONSUMER_TYPE_INVALID", format!("type {bad:?}"));
    }
    let new = named
        .filter(|name| !state.types.contains_key(*name))
        .collect::<std::collections::BTreeSet<_>>();
    if state.types.len() + new.len() > TYPES_MAX {
        let message = format!(
            "{} types, at most {TYPES_MAX}",
            state.types.len() + new.len()
        );
        return refused("CONSUMER_TYPES_TOO_MANY", message);
    }
    None
}

fn is_name(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"._:-".contains(&b);
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(letter)
}
