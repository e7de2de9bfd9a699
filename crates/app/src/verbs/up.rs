//! `worldlog up`: everything in one process.

use std::path::PathBuf;

use figment::value::Value;

use super::{block_on, configured};
use crate::config::Inputs;
use crate::exit::Outcome;
use crate::flags::{Common, DataFolder};
use crate::wire::{self, Pick, Plan};

const EXAMPLES: &str = "\
Examples:
  worldlog up --demo                          a small generated world with simulated players
  worldlog up --catalyst https://peer.decentraland.org/content
  worldlog up --listen 127.0.0.1:0 --data /tmp/w --ready-file /tmp/w.ready
  WORLDLOG__OPERATOR__TOKEN=secret worldlog up --config worldlog.toml

Then:
  curl http://127.0.0.1:8080/                 names every gateway
  curl http://127.0.0.1:8080/operator/topics  what is in the log
  worldlog log tail deployments               watch events arrive
  worldlog demo player                        be somebody in a demo, and see badges and credits come

SIGTERM or Ctrl-C stops it cleanly within ten seconds.
A data folder that holds only log.db starts and rebuilds the rest.";

/// `worldlog up`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    listener: Listener,
    /// Content server to follow, e.g. http://127.0.0.1:6000/content (may be repeated)
    #[arg(long, value_name = "URL")]
    catalyst: Vec<String>,
    /// A small generated world, served and followed in process, with simulated players
    #[arg(long)]
    demo: bool,
}

/// Where a long-running verb listens, keeps its data and says that it is ready.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Listener {
    /// Address of the listener; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[command(flatten)]
    folder: DataFolder,
    /// Written, then renamed into place, once every gateway answers
    #[arg(long, value_name = "PATH")]
    pub(crate) ready_file: Option<PathBuf>,
}

impl Listener {
    /// The configuration's inputs with these flags.
    pub(crate) fn inputs(&self, common: &Common) -> Inputs {
        let mut inputs = common.inputs_in(&self.folder);
        inputs.flag("listen", self.listen.as_deref(), "--listen");
        inputs
    }
}

/// Adds the content servers of repeated `--catalyst` flags.
pub(crate) fn follow(inputs: &mut Inputs, catalysts: &[String]) {
    let urls: Vec<Value> = catalysts.iter().map(|u| u.as_str().into()).collect();
    let urls = (!urls.is_empty()).then_some(urls);
    inputs.flag("catalyst.urls", urls, "--catalyst");
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    let mut inputs = args.listener.inputs(common);
    follow(&mut inputs, &args.catalyst);
    let loaded = configured(&inputs)?;
    let plan = Plan {
        verb: "up",
        processors: Pick::All,
        gateways: Pick::All,
        sources: Pick::All,
        runners: Pick::All,
        create_topics: true,
        demo: args.demo,
        ready_file: args.listener.ready_file,
    };
    block_on(wire::serve(loaded, plan))
}
