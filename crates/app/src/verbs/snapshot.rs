//! `worldlog snapshot`: read models as files, from which they are made anew without reading the whole log.

use clap::Subcommand;
use model::dates::iso;
use serde_json::{Value, json};

use super::block_on;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, Place};
use crate::output::{table, word};
use crate::remote::Remote;
use crate::remote::lines::Lines;

const TAKE: &str = "\
Examples:
  worldlog snapshot take badges               of the live generation, while it goes on
  worldlog snapshot take badges --generation 2
It goes to the blob store.
`worldlog generations build badges --from-snapshot` makes a generation of it.";

const LIST: &str = "\
Examples:
  worldlog snapshot list badges
  worldlog snapshot list badges --output json | jq '.[-1].number'";

const DROP: &str = "\
Examples:
  worldlog snapshot drop badges 1             says what would go
  worldlog snapshot drop badges 1 --yes       and lets it go";

const COLUMNS: [&str; 8] = [
    "snapshot",
    "generation",
    "revision",
    "rows",
    "bytes",
    "events",
    "taken",
    "program",
];

/// `worldlog snapshot`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Take a snapshot of a read model
    #[command(after_help = TAKE)]
    Take {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// The generation [default: the live one]
        #[arg(long, value_name = "GENERATION")]
        generation: Option<u32>,
    },
    /// Print the snapshots of a read model
    #[command(after_help = LIST)]
    List {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
    },
    /// Remove a snapshot
    #[command(after_help = DROP)]
    Drop {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// Its number
        #[arg(value_name = "NUMBER")]
        number: u64,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Of {
    /// The read model, named after the processor that writes it
    #[arg(value_name = "READ_MODEL")]
    model: String,
}

impl Of {
    fn path(&self, action: &str) -> String {
        format!(
            "/operator/snapshots/{}{action}",
            Remote::segment(&self.model)
        )
    }
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        match args.action {
            Action::Take {
                place,
                of,
                generation,
            } => {
                let remote = Remote::running(common, place)?;
                let body = json!({ "generation": generation });
                let answer = remote.post_for(&of.path("/take"), &body).await?;
                let mut lines = Lines::of(answer);
                let taken = loop {
                    let (name, value) = lines.next().await?;
                    if name == "report" {
                        break value;
                    }
                };
                show(common, &[taken])
            }
            Action::List { place, of } => {
                let remote = Remote::running(common, place)?;
                show(common, &list(&remote, &of).await?)
            }
            Action::Drop {
                place,
                of,
                number,
                yes,
            } => {
                let remote = Remote::running(common, place)?;
                drop_one(&remote, &of, number, yes).await
            }
        }
    })
}

async fn list(remote: &Remote, of: &Of) -> Result<Vec<Value>, Failure> {
    remote.json(&of.path(""), &[]).await
}

async fn drop_one(remote: &Remote, of: &Of, number: u64, yes: bool) -> Outcome {
    if !yes {
        let all = list(remote, of).await?;
        let Some(found) = all.iter().find(|snapshot| snapshot["number"] == number) else {
            let model = &of.model;
            return Err(Failure::usage(format!(
                "{model}: there is no snapshot {number}"
            )));
        };
        let rows = word(&found["rows"]);
        let (model, generation) = (&of.model, &found["generation"]);
        eprintln!(
            "would remove snapshot {number} of {model} (generation {generation}, {rows} rows); do it with --yes"
        );
        return Ok(Exit::Refused);
    }
    remote
        .post_for(&of.path("/drop"), &json!({ "number": number }))
        .await?;
    Ok(Exit::Done)
}

fn show(common: &Common, snapshots: &[Value]) -> Outcome {
    common
        .output
        .print(&snapshots, |snapshots| text(snapshots))?;
    Ok(Exit::Done)
}

fn text(snapshots: &[Value]) -> String {
    let rows = snapshots.iter().map(|snapshot| {
        let taken = match snapshot["takenAt"].as_i64() {
            Some(at) => iso(at),
            None => "is not whole".to_owned(),
        };
        let [number, generation, revision, rows, bytes, events, program] = [
            "number",
            "generation",
            "revision",
            "rows",
            "bytes",
            "events",
            "program",
        ]
        .map(|name| word(&snapshot[name]));
        vec![
            number, generation, revision, rows, bytes, events, taken, program,
        ]
    });
    let rows: Vec<_> = rows.collect();
    table(&COLUMNS, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_are_one_table() {
        let snapshots = [
            json!({"number": 1, "generation": 2, "whole": true, "begunAt": 0, "takenAt": 0, "revision": 3,
                "program": "0.0.0", "rows": 4, "bytes": 5, "events": 6}),
            json!({"number": 2, "generation": 2, "whole": false, "begunAt": 0}),
        ];
        let wanted = "\
SNAPSHOT  GENERATION  REVISION  ROWS  BYTES  EVENTS  TAKEN                     PROGRAM
       1           2         3     4      5       6  1970-01-01T00:00:00.000Z  0.0.0
       2           2  -         -     -      -       is not whole              -
";
        assert_eq!(text(&snapshots), wanted);
    }
}
