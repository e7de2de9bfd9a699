//! `worldlog run`: chosen roles in this process.

use super::{block_on, configured};
use crate::exit::Outcome;
use crate::flags::Common;
use crate::verbs::up::{Listener, follow};
use crate::wire::{self, Pick, Plan};

const EXAMPLES: &str = "\
Examples:
  worldlog run                                every unit of every role
  worldlog run --processors deployments,pointers --gateways none --sources none --runners none
  worldlog run --gateways catalyst,operator --processors none
  WORLDLOG__LOG__URL=sqlite:///var/lib/worldlog/log.db worldlog run --sources none

A role left out means every unit of that role; `none` means none.
Topics must be there and as topics.yaml says: `worldlog topics apply --yes` sees to it.";

/// `worldlog run`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    listener: Listener,
    /// Processors to run, by commas; `none` for none
    #[arg(long, value_name = "NAMES")]
    processors: Option<String>,
    /// Gateways to serve
    #[arg(long, value_name = "NAMES")]
    gateways: Option<String>,
    /// Sources to follow
    #[arg(long, value_name = "NAMES")]
    sources: Option<String>,
    /// Effect runners to run
    #[arg(long, value_name = "NAMES")]
    runners: Option<String>,
    /// Content server to follow (may be repeated)
    #[arg(long, value_name = "URL")]
    catalyst: Vec<String>,
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    let mut inputs = args.listener.inputs(common);
    follow(&mut inputs, &args.catalyst);
    let loaded = configured(&inputs)?;
    let plan = Plan {
        verb: "run",
        processors: Pick::parse(args.processors.as_deref()),
        gateways: Pick::parse(args.gateways.as_deref()),
        sources: Pick::parse(args.sources.as_deref()),
        runners: Pick::parse(args.runners.as_deref()),
        create_topics: false,
        demo: false,
        ready_file: args.listener.ready_file,
    };
    block_on(wire::serve(loaded, plan))
}
