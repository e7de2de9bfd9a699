//! `worldlog topics`: the log's topics against `topics.yaml`.

use clap::Subcommand;
use model::Topics;
use runtime::ports::TopicSpec;

use super::{block_on, configured};
use crate::config::{Config, LogPlace};
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, DataFolder};
use crate::output::table;
use crate::topics_plan::{self, Action as Change, Difference, difference};
use crate::wire::{Access, OpenLog, patiently};

const PLAN: &str = "\
Examples:
  worldlog topics plan                        what `apply` would do; changes nothing
  WORLDLOG__LOG__URL=kafka://broker:9092 worldlog topics plan
  worldlog topics plan --output json | jq '.changes[].topic'

Exit code: 0 when the log is as topics.yaml wants it, 3 when something differs.";

const APPLY: &str = "\
Examples:
  worldlog topics apply                       says what it would do (exit code 4)
  worldlog topics apply --yes                 creates what is missing, alters retention

The number of partitions of a topic is never changed: its keys would move. Topics that topics.yaml
does not name stay. With the log in a data folder the platform must not be running on it; with log.url at Kafka it
may.";

/// `worldlog topics`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the difference
    #[command(after_help = PLAN)]
    Plan {
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Make the log's topics as they should be
    #[command(after_help = APPLY)]
    Apply {
        #[command(flatten)]
        folder: DataFolder,
        /// Do it; without, it is only said
        #[arg(long)]
        yes: bool,
    },
}

/// Every topic that this binary wants.
pub(crate) fn wanted(config: &Config) -> Vec<TopicSpec> {
    let specs: Vec<_> = processors::all().iter().map(|p| p.spec()).collect();
    let most = config.platform.cluster.partitions_max;
    topics_plan::wanted(Topics::global(), &specs, most)
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        match args.action {
            Action::Plan { folder } => plan(common, &folder).await,
            Action::Apply { folder, yes } => apply(common, &folder, yes).await,
        }
    })
}

async fn plan(common: &Common, folder: &DataFolder) -> Outcome {
    let config = configured(&common.inputs_in(folder))?.config;
    let actual = match config.log_place()? {
        LogPlace::File(file) if !file.exists() => Vec::new(),
        _ => OpenLog::open(&config, Access::Read)?.log().topics().await?,
    };
    let difference = difference(&wanted(&config), &actual);
    common.output.print(&difference, text)?;
    Ok(match difference.changes.is_empty() {
        true => Exit::Done,
        false => Exit::Difference,
    })
}

async fn apply(common: &Common, folder: &DataFolder, yes: bool) -> Outcome {
    if !yes {
        return match plan(common, folder).await? {
            Exit::Difference => {
                eprintln!("nothing was done; give --yes to do it");
                Ok(Exit::Refused)
            }
            other => Ok(other),
        };
    }
    let config = configured(&common.inputs_in(folder))?.config;
    let opened = OpenLog::open(&config, Access::Write)?;
    let log = opened.log();
    let wanted = wanted(&config);
    let wait = config.platform.cluster.connect_wait;
    let there = patiently("log", wait, || log.topics()).await?;
    let difference = difference(&wanted, &there);
    topics_plan::apply(&*log, &wanted, &difference).await?;
    drop(log);
    opened.close().await?;
    common.output.print(&difference, text)?;
    let refused = |c: &&topics_plan::Change| c.action == Change::Refuse;
    match difference.changes.iter().find(refused) {
        None => Ok(Exit::Done),
        Some(change) => Err(Failure::new(
            Exit::Difference,
            anyhow::anyhow!("{}: {}", change.topic, change.detail),
        )),
    }
}

/// The difference as a table.
fn text(difference: &Difference) -> String {
    let rows: Vec<Vec<String>> = difference
        .changes
        .iter()
        .map(|change| {
            let action = match change.action {
                Change::Create => "create",
                Change::Alter => "alter",
                Change::Refuse => "refuse",
            };
            vec![
                action.to_owned(),
                change.topic.clone(),
                change.detail.clone(),
            ]
        })
        .collect();
    let mut out = match rows.is_empty() {
        true => String::new(),
        false => table(&["action", "topic", "detail"], &rows),
    };
    if !difference.unknown.is_empty() {
        out += &format!(
            "not in topics.yaml, kept: {}\n",
            difference.unknown.join(", ")
        );
    }
    out + &format!(
        "{} topics as they should be, {} not\n",
        difference.same,
        difference.changes.len()
    )
}
