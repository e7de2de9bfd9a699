//! `worldlog verify`: whether a read model is what the log makes it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::block_on;
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, Place};
use crate::output::table;
use crate::remote::Remote;
use crate::remote::lines::{Lines, shown};

const EXAMPLES: &str = "\
Examples:
  worldlog verify badges                      1000 keys, drawn at random
  worldlog verify badges --sample 50000 --seed 7
  worldlog verify badges --all                every key, and every row of every table
  worldlog verify badges --all --generation 2 --output json | jq '.differences[].changes'

Keys are folded again from the log and compared with the store, while events keep flowing. Exit
codes: 0 the same, 3 found a difference, 1 failed. Where all keys take more than --memory, they are
folded in slices, and the log is read once for each.";

/// `worldlog verify`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The read model, named after the processor that writes it
    #[arg(value_name = "READ_MODEL")]
    model: String,
    /// Every key, and every row of every table
    #[arg(long, conflicts_with_all = ["sample", "seed"])]
    all: bool,
    /// So many keys of the log, drawn at random [default: 1000]
    #[arg(long, value_name = "KEYS")]
    sample: Option<u64>,
    /// Decides which keys are drawn [default: another each time]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The generation [default: the live one]
    #[arg(long, value_name = "GENERATION")]
    generation: Option<u32>,
    /// Memory of the platform that states and rows may take at a time, e.g. "64 MiB" [default:
    /// operator.verify_memory]
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        let mut query = Vec::new();
        let mut ask = |name, value: Option<String>| query.extend(value.map(|v| (name, v)));
        ask("all", args.all.then(|| "true".to_owned()));
        ask("sample", args.sample.map(|keys| keys.to_string()));
        ask("seed", args.seed.map(|seed| seed.to_string()));
        ask("generation", args.generation.map(|g| g.to_string()));
        ask("memory", args.memory);
        let remote = Remote::running(common, args.place)?;
        let path = format!("/operator/verify/{}", Remote::segment(&args.model));
        let mut lines = Lines::of(remote.get(&path, &query).await?);
        let (mut started, mut differences) = (Value::Null, Vec::new());
        let report = loop {
            let (name, value) = lines.next().await?;
            match &*name {
                "started" => started = value,
                "difference" => differences.push(value),
                "report" => break value,
                _ => {}
            }
        };
        let same = report["differences"] == 0;
        let found = json!({ "verified": started, "report": report, "differences": differences });
        common.output.print(&found, text)?;
        // All was to be compared, and nothing could be.
        let nothing = report["keys"] == 0 && report["rows"] == 0 && report["passes"] != 0;
        let notes = report["notes"]
            .as_array()
            .is_some_and(|notes| !notes.is_empty());
        Ok(match (same, nothing && notes) {
            (false, _) => Exit::Difference,
            (true, true) => Exit::Failed,
            (true, false) => Exit::Done,
        })
    })
}

fn text(found: &Value) -> String {
    let (verified, report) = (&found["verified"], &found["report"]);
    let mut out = String::new();
    for difference in found["differences"].as_array().into_iter().flatten() {
        out += &one(difference);
    }
    let word = |name: &str| report[name].to_string();
    let what = match verified["seed"].as_u64() {
        Some(seed) => format!("sample of {}, seed {seed}", verified["sample"]),
        None => "all keys".to_owned(),
    };
    let verdict = match report["differences"].as_u64() {
        Some(0) => "the same as the log".to_owned(),
        Some(1) => "1 difference".to_owned(),
        count => format!("{} differences", count.unwrap_or_default()),
    };
    writeln!(
        out,
        "{} generation {} ({what}): {verdict}; {} keys, {} rows, {} events read",
        verified["readModel"].as_str().unwrap_or("?"),
        verified["generation"],
        word("keys"),
        word("rows"),
        word("events"),
    )
    .expect("text can be written to");
    for note in report["notes"].as_array().into_iter().flatten() {
        out += &format!("note: {}\n", note.as_str().unwrap_or_default());
    }
    out
}

/// A difference: what it is, and a line for each place.
fn one(difference: &Value) -> String {
    let word = |name: &str| difference[name].as_str().unwrap_or_default();
    let kind = match word("kind") {
        "missing" => "is missing",
        "unexplained" => "is there, and nothing in the log makes it",
        "changed" => "is not what the log makes it",
        "head" => "does not remember the log as it is (its head)",
        _ => "has a stamp that no event gave it",
    };
    let mut out = format!("{} {:?}", word("table"), word("key"));
    if !word("row").is_empty() {
        out += &format!(" {:?}", word("row"));
    }
    out += &format!(" {kind}\n");
    if !word("aggregate").is_empty() && word("aggregate") != word("key") {
        out += &format!("  written by the events of {:?}\n", word("aggregate"));
    }
    let mut rows = Vec::new();
    for change in difference["changes"].as_array().into_iter().flatten() {
        let path = change["path"].as_str().unwrap_or_default();
        let path = if path.is_empty() { "(all)" } else { path };
        rows.push(vec![
            format!("  {path}"),
            shown(change.get("before")),
            shown(change.get("after")),
        ]);
    }
    out + &table(&["  path", "stored", "the log says"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_table_key_and_places() {
        let found = json!({
            "verified": {"readModel": "badges", "generation": 1, "sample": null, "seed": null},
            "report": {"differences": 1, "keys": 2, "rows": 3, "events": 4, "passes": 1, "notes": ["odd"]},
            "differences": [{
                "kind": "changed", "table": "badge_progress_g1", "key": "0x1", "row": "r", "aggregate": "0x2",
                "changes": [{"path": "/steps", "before": 1, "after": 2}, {"path": "/new", "after": "x"}],
            }],
        });
        let wanted = "\
badge_progress_g1 \"0x1\" \"r\" is not what the log makes it
  written by the events of \"0x2\"
  PATH    STORED  THE LOG SAYS
  /steps       1             2
  /new    -       \"x\"
badges generation 1 (all keys): 1 difference; 2 keys, 3 rows, 4 events read
note: odd
";
        assert_eq!(text(&found), wanted);
    }
}
