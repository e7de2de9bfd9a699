//! Rewards and what people are told of them, on the real binary: read models that are rebuilt without repeating a mail,
//! mails through kills and switches, mails by SMTP, and bad input.

mod bad_input;
mod indexer;
mod kills;
mod mail_clients;
mod narrow;
pub(crate) mod people;
mod providers;
pub(crate) mod rebuild;
mod switches;

use serde_json::Value;

use crate::http::{post, send, settle};
use crate::process::{Launch, Program, Scratch, TOKEN};

/// Bearer of services that post notifications.
const SERVICE: &str = "service-token-of-the-tests";
/// Bearer of the badges' admin routes.
const ADMIN: &str = "admin-token-of-the-tests";

/// `worldlog up` with all that mails and badges need, but for who takes the mails.
fn platform(scratch: &Scratch, name: &str) -> Launch {
    told(Launch::up(scratch, name))
}

/// A launch that is told all that mails and badges need, but for who takes the mails.
fn told(launch: Launch) -> Launch {
    launch
        .environment("WORLDLOG__BADGES__API_ADMIN_TOKEN", ADMIN)
        .environment("WORLDLOG__NOTIFICATIONS__SIGNING_KEY", "k3y")
        .environment(
            "WORLDLOG__NOTIFICATIONS__NOTIFICATION_SERVICE_TOKEN",
            SERVICE,
        )
        .environment(
            "WORLDLOG__NOTIFICATIONS__SERVICE_BASE_URL",
            "https://n.example",
        )
        .environment(
            "WORLDLOG__NOTIFICATIONS__EMAIL_FROM",
            "Decentraland <news@example.org>",
        )
        .environment("WORLDLOG__EFFECTS__RETRY_MIN", "20ms")
}

/// Feeds an event or a list of them, and waits until all that follows from it is done.
async fn feed(program: &Program, events: &Value) {
    let url = program.at("/events-notifier/events");
    send(post(&url, events).bearer_auth(TOKEN))
        .await
        .expect(202);
    settle(program).await;
}
