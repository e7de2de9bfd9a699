//! `worldlog effects`: what is left to do in the outside world, what did not happen, and what to do about it.

use clap::Subcommand;
use runtime::ports::{Clock as _, SystemClock};
use serde::Serialize;
use serde_json::{Value, json};

use super::block_on;
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, Place};
use crate::output::table;
use crate::remote::Remote;

const LIST: &str = "\
Examples:
  worldlog effects list                       what waits for another try, and what did not happen
  worldlog effects list --kind mail --output json | jq '.failed[].key'
  worldlog effects list --url http://127.0.0.1:8080 --limit 1000";

const RETRY: &str = "\
Examples:
  worldlog effects retry mail 0195c2…         one that waits is tried now, one that failed is asked for again
What happened is never done twice.";

const CANCEL: &str = "\
Examples:
  worldlog effects cancel mail 0195c2… --reason 'wrong address'
One that is being tried at this moment may still happen.";

/// `worldlog effects`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print effects that wait for another try, and those that did not happen
    #[command(after_help = LIST)]
    List {
        #[command(flatten)]
        place: Place,
        /// Only this kind
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// At most so many of each kind that did not happen, the newest
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Try an effect again
    #[command(after_help = RETRY)]
    Retry {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        named: Named,
    },
    /// Give up an effect that has not happened yet
    #[command(after_help = CANCEL)]
    Cancel {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        named: Named,
        /// Kept with the outcome
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

#[derive(Debug, Serialize, clap::Args)]
struct Named {
    /// Kind of the effect, as `worldlog effects list` prints it
    #[arg(value_name = "KIND")]
    kind: String,
    /// Its idempotency key
    #[arg(value_name = "KEY")]
    key: String,
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        match args.action {
            Action::List { place, kind, limit } => list(common, place, kind, limit).await,
            Action::Retry { place, named } => {
                let body = json!({"kind": named.kind, "key": named.key});
                change(common, place, "retry", &body).await
            }
            Action::Cancel {
                place,
                named,
                reason,
            } => {
                let body = json!({"kind": named.kind, "key": named.key, "reason": reason});
                change(common, place, "cancel", &body).await
            }
        }
    })
}

async fn list(common: &Common, place: Place, kind: Option<String>, limit: usize) -> Outcome {
    let remote = Remote::running(common, place)?;
    let mut query = vec![("limit", limit.to_string())];
    query.extend(kind.clone().map(|kind| ("kind", kind)));
    let failed: Vec<Value> = remote.json("/operator/effects/failed", &query).await?;
    let mut all: Value = remote.json("/operator/effects", &[]).await?;
    if let (Some(kind), Some(pending)) = (&kind, all["pending"].as_array_mut()) {
        pending.retain(|effect| effect["kind"] == **kind);
    }
    let found = json!({"waiting": all["pending"], "failed": failed});
    let now = SystemClock.now_ms();
    common.output.print(&found, |found| list_text(found, now))?;
    Ok(Exit::Done)
}

fn list_text(found: &Value, now: i64) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let mut rows = Vec::new();
    for (list, when) in [("waiting", "due"), ("failed", "at")] {
        for effect in found[list].as_array().into_iter().flatten() {
            let state = effect["outcome"].as_str().unwrap_or(list);
            rows.push(vec![
                text(&effect["kind"]),
                text(&effect["key"]),
                state.to_owned(),
                text(&effect["attempts"]),
                relative(&effect[when], now),
                text(&effect["reason"]),
            ]);
        }
    }
    table(&["kind", "key", "state", "tries", "when", "reason"], &rows)
}

/// A time (ms) as people read it: how far it is from now.
fn relative(ms: &Value, now: i64) -> String {
    let Some(ms) = ms.as_i64() else {
        return "-".to_owned();
    };
    let seconds = ms.abs_diff(now) / 1000;
    let far = match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    };
    match ms > now {
        true => format!("in {far}"),
        false => format!("{far} ago"),
    }
}

async fn change(common: &Common, place: Place, action: &str, body: &Value) -> Outcome {
    let remote = Remote::running(common, place)?;
    let done: Value = remote
        .post(&format!("/operator/effects/{action}"), body)
        .await?;
    common.output.print(&done, |done| {
        let text = |name: &str| done[name].as_str().unwrap_or("-").to_owned();
        format!("{} {}: {}\n", text("kind"), text("key"), text("action"))
    })?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_and_what_failed_are_one_table() {
        let found = json!({
            "waiting": [{"kind": "mail", "key": "a", "attempts": 2, "due": 20_300_000, "reason": "later"}],
            "failed": [{"kind": "mail", "key": "b", "outcome": "expired", "attempts": 0, "at": 9_000_000}],
        });
        let wanted = "KIND  KEY  STATE    TRIES  WHEN      REASON\n\
                      mail  a    waiting      2  in 5 min  later\n\
                      mail  b    expired      0  3 h ago   -\n";
        assert_eq!(list_text(&found, 20_000_000), wanted);
    }
}
