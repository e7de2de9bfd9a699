//! `worldlog dlq`: what could not be applied, and what to do about it.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::block_on;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, Place};
use crate::output::{table, word};
use crate::remote::Remote;

const LIST: &str = "\
Examples:
  worldlog dlq list                           processors with dead letters that nothing was done about
  worldlog dlq list --all --output json | jq '.[].depth'";

const SHOW: &str = "\
Examples:
  worldlog dlq show badges                    those that wait for a decision
  worldlog dlq show badges --key 0xaa… --all --output json | jq '.[0].letter.value'";

const REDRIVE: &str = "\
Examples:
  worldlog dlq redrive badges 3/1042          the event at offset 1042 of partition 3, and what waits behind it
  worldlog dlq redrive badges --key 0xaa… --reason 'fixed in 1.4.2'
  worldlog dlq redrive badges --all           says what would be tried again; --yes does it
Events keep their position, and those of a parked key their order. One that fails again is a dead letter again.
Mend and restart the program first: it is the running one that tries.";

const DISCARD: &str = "\
Examples:
  worldlog dlq discard badges 3/1042          says what would be left out
  worldlog dlq discard badges 3/1042 --reason 'sent by a broken client' --yes
The event is left out for good; those that wait behind it are applied.";

/// How often `--wait` looks.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// `worldlog dlq`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print how many dead letters wait, by processor
    #[command(after_help = LIST)]
    List {
        #[command(flatten)]
        place: Place,
        /// Processors without any, too
        #[arg(long)]
        all: bool,
    },
    /// Print the dead letters of a processor
    #[command(after_help = SHOW)]
    Show {
        #[command(flatten)]
        place: Place,
        /// The processor
        #[arg(value_name = "PROCESSOR")]
        processor: String,
        /// Only of this key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// Only with this code
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// Those that something was done about, too
        #[arg(long)]
        all: bool,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Try dead letters again
    #[command(after_help = REDRIVE)]
    Redrive {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        decision: Decision,
    },
    /// Leave rejected events out for good
    #[command(after_help = DISCARD)]
    Discard {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        decision: Decision,
    },
}

#[derive(Debug, clap::Args)]
struct Decision {
    /// The processor
    #[arg(value_name = "PROCESSOR")]
    processor: String,
    /// The event: partition and offset in the processor's input
    #[arg(value_name = "PARTITION/OFFSET", value_parser = position,
        required_unless_present_any = ["key", "code", "all"], conflicts_with_all = ["key", "code", "all"])]
    position: Option<(u32, u64)>,
    /// Every event of this key that waits
    #[arg(long, value_name = "KEY", conflicts_with = "all")]
    key: Option<String>,
    /// Every event with this code that waits
    #[arg(long, value_name = "CODE", conflicts_with = "all")]
    code: Option<String>,
    /// Every event that waits
    #[arg(long)]
    all: bool,
    /// Wait until it was carried out
    #[arg(long)]
    wait: bool,
    /// Why; kept with the decision
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Do it
    #[arg(long)]
    yes: bool,
}

fn position(text: &str) -> Result<(u32, u64), String> {
    let parts = text.split_once('/');
    let parsed = parts.and_then(|(p, o)| Some((p.parse().ok()?, o.parse().ok()?)));
    parsed.ok_or_else(|| "want partition/offset, for example 3/1042".to_owned())
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        match args.action {
            Action::List { place, all } => {
                let remote = Remote::running(common, place)?;
                let mut found: Vec<Value> = remote.json("/operator/dlq", &[]).await?;
                found.retain(|of| all || of["depth"].as_u64() != Some(0));
                common.output.print(&found, |found| listed(found))?;
                Ok(Exit::Done)
            }
            Action::Show {
                place,
                processor,
                key,
                code,
                all,
                limit,
            } => {
                let remote = Remote::running(common, place)?;
                let state = (!all).then(|| "waiting".to_owned());
                let asked = [("key", key), ("code", code), ("state", state)];
                let asked = asked.into_iter().filter_map(|(n, v)| Some((n, v?)));
                let mut query: Vec<(&str, String)> = asked.collect();
                query.push(("limit", limit.to_string()));
                let path = format!("/operator/dlq/{processor}");
                let found: Vec<Value> = remote.json(&path, &query).await?;
                common.output.print(&found, |found| shown(found))?;
                Ok(Exit::Done)
            }
            Action::Redrive { place, decision } => {
                let sure = decision.yes || !(decision.all || decision.code.is_some());
                decide(common, place, decision, "redrive", sure).await
            }
            Action::Discard { place, decision } => {
                let sure = decision.yes;
                decide(common, place, decision, "discard", sure).await
            }
        }
    })
}

async fn decide(
    common: &Common,
    place: Place,
    decision: Decision,
    action: &str,
    sure: bool,
) -> Outcome {
    let remote = Remote::running(common, place)?;
    let path = format!("/operator/dlq/{}", decision.processor);
    if !sure {
        let mut query = vec![
            ("state", "waiting".to_owned()),
            ("limit", "1000".to_owned()),
        ];
        query.extend(decision.key.clone().map(|key| ("key", key)));
        query.extend(decision.code.clone().map(|code| ("code", code)));
        let mut found: Vec<Value> = remote.json(&path, &query).await?;
        if let Some((partition, offset)) = decision.position {
            found.retain(|of| of["partition"] == partition && of["offset"] == offset);
        }
        if found.is_empty() {
            let what = "no such dead letter waits for a decision";
            return Err(Failure::usage(format!("{}: {what}", decision.processor)));
        }
        common.output.print(&found, |found| shown(found))?;
        eprintln!("would {action} these; do it with --yes");
        return Ok(Exit::Refused);
    }
    let body = json!({
        "partition": decision.position.map(|(partition, _)| partition),
        "offset": decision.position.map(|(_, offset)| offset),
        "key": decision.key,
        "code": decision.code,
        "all": decision.all,
        "reason": decision.reason,
    });
    let decided: Value = remote.post(&format!("{path}/{action}"), &body).await?;
    if decision.wait {
        let query = [("state", "decided".to_owned()), ("limit", "1".to_owned())];
        while !remote.json::<Vec<Value>>(&path, &query).await?.is_empty() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    common.output.print(&decided, |decided| {
        let events = decided["events"].as_array().map_or(0, Vec::len);
        let left = match decided["left"].as_u64() {
            None | Some(0) => String::new(),
            Some(left) => format!("; {left} more are left: do it again"),
        };
        let number = &decided["number"];
        format!(
            "decision {number}: {action} of {events} events of {}{left}\n",
            decision.processor
        )
    })?;
    Ok(Exit::Done)
}

fn listed(found: &[Value]) -> String {
    let columns = [
        "processor",
        "policy",
        "depth",
        "rejected",
        "parkedKeys",
        "oldestSeconds",
        "records",
    ];
    let row = |of: &Value| columns.iter().map(|name| word(&of[name])).collect();
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    table(
        &[
            "processor",
            "policy",
            "waiting",
            "rejected",
            "parked keys",
            "oldest s",
            "records",
        ],
        &rows,
    )
}

fn shown(found: &[Value]) -> String {
    let columns = ["offset", "key", "state", "code", "decision", "message"];
    let row = |of: &Value| {
        let place = format!("{}/{}", of["partition"], of["offset"]);
        let rest = columns[1..].iter().map(|name| word(&of[name]));
        std::iter::once(place).chain(rest).collect()
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    table(
        &["event", "key", "state", "code", "decision", "message"],
        &rows,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_by_partition_and_offset() {
        assert_eq!(position("3/1042"), Ok((3, 1042)));
        for text in ["3", "3/", "a/1", "3/-1"] {
            assert!(position(text).is_err(), "{text}");
        }
    }
}
