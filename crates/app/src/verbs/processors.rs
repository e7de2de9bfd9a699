//! `worldlog processors`: what there is, how far behind, and letting one stand still.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use kernel::{Kind, Poison, Spec};

use runtime::reading::Views;
use serde::Serialize;
use serde_json::{Value, json};

use super::log::local;
use super::{block_on, configured};
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, DataFolder, Place, Running};
use crate::output::{Format, table};
use crate::remote::Remote;
use crate::wire::OpenStore;

const LIST: &str = "\
Examples:
  worldlog processors list                    name, input, tables, topics and effects of each
  worldlog processors list --output json | jq '.[] | select(.input == \"deployments\").name'";

const LAG: &str = "\
Examples:
  worldlog processors lag                     events behind, from the data folder
  worldlog processors lag --url http://127.0.0.1:8080 --output json
  worldlog processors lag --partitions        each partition that is behind";

const PAUSE: &str = "\
Examples:
  worldlog processors pause badges            the live generation takes nothing until it is resumed
  worldlog processors pause badges --generation 2
Nothing is lost: it goes on where it stood. Gateways read what it has made so far.";

/// How often a lag that is watched is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Clears a terminal, and goes to its first line.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Columns of the lag, of a folder or of a platform.
const COLUMNS: [&str; 5] = ["processor", "input", "partition", "generation", "lag"];

/// `worldlog processors`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print what each processor reads and writes
    #[command(after_help = LIST)]
    List,
    /// Print how many events each processor has not yet applied
    #[command(after_help = LAG)]
    Lag {
        #[command(flatten)]
        folder: DataFolder,
        #[command(flatten)]
        running: Running,
        /// Each partition that is behind
        #[arg(long)]
        partitions: bool,
        /// Print it again every second, until interrupted
        #[arg(long)]
        watch: bool,
    },
    /// Let a processor stand still
    #[command(after_help = PAUSE)]
    Pause(Standing),
    /// Let a processor go on
    Resume(Standing),
}

/// Which processor stands still.
#[derive(Debug, clap::Args)]
struct Standing {
    #[command(flatten)]
    place: Place,
    /// Its name, as `worldlog processors list` prints it
    #[arg(value_name = "PROCESSOR")]
    name: String,
    /// The generation of its read model [default: the live one]
    #[arg(long, value_name = "GENERATION")]
    generation: Option<u32>,
}

/// One processor, described.
#[derive(Debug, Serialize)]
struct Described {
    name: &'static str,
    revision: u32,
    kind: &'static str,
    input: &'static str,
    tables: Vec<&'static str>,
    emits: &'static [&'static str],
    effects: &'static [&'static str],
    poison: &'static str,
}

/// How far one processor is behind.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Lag {
    processor: &'static str,
    input: &'static str,
    generation: u32,
    lag_events: u64,
    /// Events by partition, where there are some.
    partitions: BTreeMap<u32, u64>,
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    match args.action {
        Action::List => {
            let all: Vec<Described> = processors::all()
                .iter()
                .map(|p| describe(p.spec()))
                .collect();
            common.output.print(&all, |all| list_text(all))?;
            Ok(Exit::Done)
        }
        Action::Lag {
            folder,
            running,
            partitions,
            watch,
        } => block_on(async {
            loop {
                if watch && common.output == Format::Text {
                    print!("{CLEAR}");
                }
                lag(common, folder.clone(), running.clone(), partitions).await?;
                if !watch {
                    return Ok(Exit::Done);
                }
                tokio::time::sleep(LOOK).await;
            }
        }),
        Action::Pause(which) => block_on(stand(common, which, "pause")),
        Action::Resume(which) => block_on(stand(common, which, "resume")),
    }
}

/// Lets a processor stand still, or go on.
async fn stand(common: &Common, which: Standing, action: &str) -> Outcome {
    let remote = Remote::running(common, which.place)?;
    let path = format!("/operator/processors/{}/{action}", which.name);
    let body = json!({"generation": which.generation});
    let model: Value = remote.post(&path, &body).await?;
    common.output.print(&model, |_| {
        let done = if action == "pause" {
            "stands still"
        } else {
            "goes on"
        };
        format!("{} {done}\n", which.name)
    })?;
    Ok(Exit::Done)
}

fn describe(spec: &'static Spec) -> Described {
    Described {
        name: spec.name,
        revision: spec.revision,
        kind: match spec.kind {
            Kind::Projector => "projector",
            Kind::Decider => "decider",
        },
        input: spec.input,
        tables: spec.tables().collect(),
        emits: spec.emits,
        effects: spec.effects,
        poison: match spec.poison {
            Poison::Skip => "skip",
            Poison::Park => "park",
            Poison::Halt => "halt",
        },
    }
}

fn list_text(all: &[Described]) -> String {
    let join = |names: &[&str]| match names {
        [] => "-".to_owned(),
        [a, b, rest @ ..] if rest.len() > 2 => format!("{a} {b} +{}", rest.len()),
        names => names.join(" "),
    };
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|p| {
            vec![
                p.name.to_owned(),
                p.revision.to_string(),
                p.kind.to_owned(),
                p.input.to_owned(),
                join(&p.tables),
                join(p.emits),
                join(p.effects),
                p.poison.to_owned(),
            ]
        })
        .collect();
    let header = [
        "name", "revision", "kind", "input", "tables", "emits", "effects", "poison",
    ];
    table(&header, &rows)
}

async fn lag(common: &Common, folder: DataFolder, running: Running, partitions: bool) -> Outcome {
    let loaded = configured(&common.inputs_in(&folder))?;
    if let Some(remote) = Remote::of(&running, &loaded.config)? {
        let all: Vec<Value> = remote.json("/operator/processors", &[]).await?;
        common
            .output
            .print(&all, |all| remote_text(all, partitions))?;
        return Ok(Exit::Done);
    }
    let log = local(&loaded)?;
    let opened = OpenStore::read(&loaded.config).await?;
    let store = opened.as_ref().map(OpenStore::store);
    // Which generation is live is asked where the platform asks.
    let views = store.as_ref().map(|store| Views::new(Arc::clone(store)));
    if let Some(views) = &views {
        views.registry().load().await?;
    }
    let topics = log.topics().await?;
    let mut all = Vec::new();
    for processor in processors::all() {
        let spec = processor.spec();
        // A topic that is not there yet has nothing to be behind of.
        let ends = match topics.iter().any(|t| t.spec.name == spec.input) {
            true => log.ends(spec.input).await?,
            false => Vec::new(),
        };
        let generation = views.as_ref().map_or(1, |views| views.live(spec.name));
        let marks = match &store {
            Some(store) => store.marks(spec.name, generation).await?,
            None => BTreeMap::new(),
        };
        let mark = |p: u32| {
            let mark = marks.get(&(spec.input.to_owned(), p));
            mark.map_or(0, |mark| mark.next)
        };
        let behind = (0..)
            .zip(ends)
            .map(|(p, end)| (p, end.saturating_sub(mark(p))));
        let behind: BTreeMap<u32, u64> = behind.filter(|(_, lag)| *lag > 0).collect();
        all.push(Lag {
            processor: spec.name,
            input: spec.input,
            generation,
            lag_events: behind.values().sum(),
            partitions: behind,
        });
    }
    common.output.print(&all, |all| lag_text(all, partitions))?;
    Ok(Exit::Done)
}

fn lag_text(all: &[Lag], partitions: bool) -> String {
    let row = |l: &Lag, partition: &str, lag: u64| {
        vec![
            l.processor.to_owned(),
            l.input.to_owned(),
            partition.to_owned(),
            l.generation.to_string(),
            lag.to_string(),
        ]
    };
    let mut rows = Vec::new();
    for lag in all {
        rows.push(row(lag, "all", lag.lag_events));
        for (partition, events) in lag.partitions.iter().filter(|_| partitions) {
            rows.push(row(lag, &partition.to_string(), *events));
        }
    }
    table(&COLUMNS, &rows)
}

/// The same of a platform that was asked; one of an older version tells no partitions.
fn remote_text(all: &[Value], partitions: bool) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let row = |p: &Value, partition: &str, lag: &Value| {
        vec![
            text(&p["name"]),
            text(&p["input"]),
            partition.to_owned(),
            text(&p["generation"]),
            text(lag),
        ]
    };
    let mut rows = Vec::new();
    for p in all {
        rows.push(row(p, "all", &p["lag"]));
        let behind = p["partitions"].as_object().filter(|_| partitions);
        let mut behind: Vec<_> = behind.into_iter().flatten().collect();
        behind.sort_by_key(|(partition, _)| partition.parse::<u32>().ok());
        for (partition, lag) in behind {
            rows.push(row(p, partition, lag));
        }
    }
    table(&COLUMNS, &rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn partitions_of_a_running_platform_are_shown_when_they_are_asked_for() {
        let all = [json!({
            "name": "p", "input": "t", "generation": 3, "lag": 12, "partitions": {"10": 5, "9": 7},
        })];
        let wanted = "PROCESSOR  INPUT  PARTITION  GENERATION  LAG\n\
                      p          t      all                 3   12\n";
        assert_eq!(remote_text(&all, false), wanted);
        let wanted = "PROCESSOR  INPUT  PARTITION  GENERATION  LAG\n\
                      p          t      all                 3   12\n\
                      p          t              9           3    7\n\
                      p          t             10           3    5\n";
        assert_eq!(remote_text(&all, true), wanted);
    }
}
