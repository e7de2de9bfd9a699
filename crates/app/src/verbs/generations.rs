//! `worldlog generations`: rebuilding read models beside the live ones.

use std::time::Duration;

use clap::Subcommand;
use indicatif::ProgressBar;
use model::dates::{iso, parse_iso};
use serde_json::{Value, json};

use super::block_on;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, Place};
use crate::output::table;
use crate::progress;
use crate::remote::Remote;

const BUILD: &str = "\
Examples:
  worldlog generations build badges                          from the start of the log, beside the live one
  worldlog generations build badges --throttle 5000 --wait   gently, and wait until it may be made live
  worldlog generations build badges --from-snapshot --wait   from the newest snapshot: only what came after it is read
  worldlog generations build badges --until 2026-11-01T00:00:00Z
                                              as it was then; read it with the header
                                              x-worldlog-generation: badges=N
What it emits and asks of the outside world goes out only once it is live, and only for what comes then.";

const LIST: &str = "\
Examples:
  worldlog generations list                   every read model that has more than one
  worldlog generations list --all --output json | jq '.[].live'";

const STATUS: &str = "\
Examples:
  worldlog generations status badges
  worldlog generations status badges --watch  until nothing is left to build";

const PROMOTE: &str = "\
Examples:
  worldlog generations promote badges         the newest that was built
  worldlog generations promote badges 2 --force
  worldlog generations promote badges --abandon
                                              the live one does not run any more, anywhere: after an upgrade
Gateways follow without a restart; `worldlog generations rollback badges` goes back.";

const ROLLBACK: &str = "\
Examples:
  worldlog generations rollback badges        to the one that was live before
  worldlog generations rollback badges 1";

const DROP: &str = "\
Examples:
  worldlog generations drop badges 1          says what would go
  worldlog generations drop badges 1 --yes    and lets it go";

/// How often a platform is asked how far it is.
const LOOK: Duration = Duration::from_millis(500);
const COLUMNS: [&str; 8] = [
    "read model",
    "generation",
    "state",
    "revision",
    "done",
    "lag",
    "until",
    "created",
];

/// `worldlog generations`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Build a generation beside the live one
    #[command(after_help = BUILD)]
    Build {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// From the first event of the log on, which is the default
        #[arg(long)]
        from_start: bool,
        /// From a snapshot on, the newest that can be used if none is named
        #[arg(long, value_name = "NUMBER", num_args = 0..=1, require_equals = true,
            default_missing_value = "newest", value_parser = snapshot, conflicts_with = "from_start")]
        from_snapshot: Option<Snapshot>,
        /// Take no event later than this: `2026-11-01T00:00:00Z`, or milliseconds since 1970
        #[arg(long, value_name = "TIME", value_parser = time)]
        until: Option<i64>,
        /// Take at most so many events a second, in each process
        #[arg(long, value_name = "RATE")]
        throttle: Option<u32>,
        /// Show its progress until it is ready or complete
        #[arg(long)]
        wait: bool,
    },
    /// Print read models and their generations
    #[command(after_help = LIST)]
    List {
        #[command(flatten)]
        place: Place,
        /// Those with a single generation, too
        #[arg(long)]
        all: bool,
    },
    /// Print the generations of one read model
    #[command(after_help = STATUS)]
    Status {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// Show the progress until nothing is left to build
        #[arg(long)]
        watch: bool,
    },
    /// Make a generation live
    #[command(after_help = PROMOTE)]
    Promote {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// Its number [default: the newest that was built]
        #[arg(value_name = "GENERATION")]
        generation: Option<u32>,
        /// Even if it is behind
        #[arg(long)]
        force: bool,
        /// The live one does not run any more, anywhere: do not wait for it
        #[arg(long)]
        abandon: bool,
    },
    /// Make the generation live again that was live before
    #[command(after_help = ROLLBACK)]
    Rollback {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// Its number [default: the one before]
        #[arg(value_name = "GENERATION")]
        generation: Option<u32>,
    },
    /// Give a generation up, with its tables
    #[command(after_help = DROP)]
    Drop {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        of: Of,
        /// Its number
        #[arg(value_name = "GENERATION")]
        generation: u32,
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

/// A snapshot's number; `None`: the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Snapshot(Option<u64>);

fn snapshot(text: &str) -> Result<Snapshot, String> {
    match text {
        "newest" => Ok(Snapshot(None)),
        text => match text.parse() {
            Ok(number) => Ok(Snapshot(Some(number))),
            Err(_) => Err("want its number, or nothing for the newest".to_owned()),
        },
    }
}

fn time(text: &str) -> Result<i64, String> {
    let ms = text.parse().ok().or_else(|| parse_iso(text));
    ms.ok_or_else(|| "want for example 2026-11-01T00:00:00Z, or milliseconds since 1970".to_owned())
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        match args.action {
            Action::Build {
                place,
                of,
                from_start: _,
                from_snapshot,
                until,
                throttle,
                wait,
            } => {
                let remote = Remote::running(common, place)?;
                let number = from_snapshot.and_then(|Snapshot(number)| number);
                let body = json!({"until": until, "throttle": throttle,
                    "fromSnapshot": from_snapshot.is_some(), "snapshot": number});
                build(common, &remote, &of, &body, wait).await
            }
            Action::List { place, all } => {
                let remote = Remote::running(common, place)?;
                let mut models = models(&remote).await?;
                let many = |m: &Value| m["generations"].as_array().is_some_and(|g| g.len() > 1);
                models.retain(|model| all || many(model));
                show(common, &models)
            }
            Action::Status {
                place,
                of,
                watch: w,
            } => {
                let remote = Remote::running(common, place)?;
                let found = match w {
                    true => watch(&remote, &of).await?,
                    false => status(&remote, &of).await?,
                };
                show(common, &[found])
            }
            Action::Promote {
                place,
                of,
                generation,
                force,
                abandon,
            } => {
                let remote = Remote::running(common, place)?;
                let body = json!({"generation": generation, "force": force, "abandon": abandon});
                show(common, &[post(&remote, &of, "promote", &body).await?])
            }
            Action::Rollback {
                place,
                of,
                generation,
            } => {
                let remote = Remote::running(common, place)?;
                let body = json!({"generation": generation});
                show(common, &[post(&remote, &of, "rollback", &body).await?])
            }
            Action::Drop {
                place,
                of,
                generation,
                yes,
            } => {
                let remote = Remote::running(common, place)?;
                drop_one(common, &remote, &of, generation, yes).await
            }
        }
    })
}

async fn build(common: &Common, remote: &Remote, of: &Of, body: &Value, wait: bool) -> Outcome {
    let mut built = post(remote, of, "build", body).await?;
    if wait {
        built = watch(remote, of).await?;
    }
    show(common, std::slice::from_ref(&built))?;
    failed(&built)
}

async fn post(remote: &Remote, of: &Of, action: &str, body: &Value) -> Result<Value, Failure> {
    let path = format!("/operator/generations/{}/{action}", of.model);
    remote.post(&path, body).await
}

async fn models(remote: &Remote) -> Result<Vec<Value>, Failure> {
    remote.json("/operator/generations", &[]).await
}

async fn status(remote: &Remote, of: &Of) -> Result<Value, Failure> {
    let mut all = models(remote).await?.into_iter();
    let found = all.find(|model| model["readModel"] == *of.model);
    found.ok_or_else(|| Failure::usage(format!("there is no read model {:?}", of.model)))
}

/// Shows how far what is being built has come, until nothing is.
async fn watch(remote: &Remote, of: &Of) -> Result<Value, Failure> {
    let mut bar: Option<(&str, ProgressBar)> = None;
    loop {
        let model = status(remote, of).await?;
        let generations = model["generations"].as_array().into_iter().flatten();
        let mut building =
            generations.filter(|g| g["state"] == "building" || g["state"] == "copying");
        let now = building.next().map(|g| match g["state"] == "copying" {
            true => (
                "rows",
                number(&g["copying"]["done"]),
                number(&g["copying"]["total"]),
            ),
            false => (
                "events",
                number(&g["done"]),
                number(&g["done"]) + number(&g["lag"]),
            ),
        });
        let what = now.map(|(what, _, _)| what);
        if let Some((_, old)) = bar.take_if(|(old, _)| Some(*old) != what) {
            old.finish_and_clear();
        }
        let Some((what, done, total)) = now else {
            return Ok(model);
        };
        let (_, bar) = bar.get_or_insert_with(|| (what, progress::bar(total, what)));
        bar.set_length(total);
        bar.set_position(done);
        tokio::time::sleep(LOOK).await;
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

/// Says why a generation that was to be made from a snapshot is none.
fn failed(model: &Value) -> Outcome {
    let generations = model["generations"].as_array().into_iter().flatten();
    let newest = generations.max_by_key(|g| number(&g["generation"]));
    match newest.filter(|g| g["state"] == "failed") {
        None => Ok(Exit::Done),
        Some(failed) => {
            let why = failed["copying"]["failed"].as_str().unwrap_or("it failed");
            eprintln!("generation {} is not made: {why}", failed["generation"]);
            Ok(Exit::Failed)
        }
    }
}

async fn drop_one(
    common: &Common,
    remote: &Remote,
    of: &Of,
    generation: u32,
    yes: bool,
) -> Outcome {
    if !yes {
        let found = status(remote, of).await?;
        let mut all = found["generations"].as_array().into_iter().flatten();
        let Some(found) = all.find(|g| g["generation"] == generation) else {
            let (model, what) = (&of.model, "there is no generation");
            return Err(Failure::usage(format!("{model}: {what} {generation}")));
        };
        eprintln!(
            "would drop generation {generation} of {} ({}, {} events) with its tables; do it with --yes",
            of.model, found["state"], found["done"]
        );
        return Ok(Exit::Refused);
    }
    let body = json!({"generation": generation});
    show(common, &[post(remote, of, "drop", &body).await?])
}

fn show(common: &Common, models: &[Value]) -> Outcome {
    common.output.print(&models, |models| text(models))?;
    Ok(Exit::Done)
}

fn text(models: &[Value]) -> String {
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let when = |value: &Value| value.as_i64().map_or_else(|| "-".to_owned(), iso);
    let mut rows = Vec::new();
    for model in models {
        for generation in model["generations"].as_array().into_iter().flatten() {
            let mut state = word(&generation["state"]);
            if generation["paused"] == true {
                state.push_str(", paused");
            }
            if model["switching"] == generation["generation"] {
                state.push_str(", switching");
            }
            rows.push(vec![
                word(&model["readModel"]),
                word(&generation["generation"]),
                state,
                word(&generation["revision"]),
                word(&generation["done"]),
                word(&generation["lag"]),
                when(&generation["until"]),
                when(&generation["createdAt"]),
            ]);
        }
    }
    table(&COLUMNS, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_has_a_number_or_is_the_newest() {
        assert_eq!(snapshot("newest"), Ok(Snapshot(None)));
        assert_eq!(snapshot("7"), Ok(Snapshot(Some(7))));
        assert!(snapshot("badges").is_err());
    }

    #[test]
    fn a_time_is_a_date_or_milliseconds() {
        assert_eq!(time("2026-01-05T00:00:00Z"), Ok(1_767_571_200_000));
        assert_eq!(time("17"), Ok(17));
        assert!(time("yesterday").is_err());
    }

    #[test]
    fn generations_are_one_table() {
        let models = [json!({
            "readModel": "badges", "live": 1, "switching": 2,
            "generations": [
                {"generation": 1, "state": "live", "revision": 1, "done": 7, "lag": 0, "createdAt": 0, "paused": true},
                {"generation": 2, "state": "ready", "revision": 2, "done": 7, "lag": 0, "createdAt": 0},
            ],
        })];
        let wanted = "\
READ MODEL  GENERATION  STATE             REVISION  DONE  LAG  UNTIL  CREATED
badges               1  live, paused             1     7    0  -      1970-01-01T00:00:00.000Z
badges               2  ready, switching         2     7    0  -      1970-01-01T00:00:00.000Z
";
        assert_eq!(text(&models), wanted);
    }
}
