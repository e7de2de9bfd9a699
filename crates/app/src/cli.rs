//! The command line: one struct a verb, in the verb's own file; what all share is here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use figment::value::Value;

use crate::config::Inputs;
use crate::output::Format;
use crate::verbs;

/// Version of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Commit it was built from, where the build said so.
pub(crate) const COMMIT: &str = match option_env!("WORLDLOG_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

const ABOUT: &str = "Every deployment and every user action is an event in one log; everything else follows from it.";

const EXAMPLES: &str = "\
Start here:
  worldlog up --demo                          a small living world on http://127.0.0.1:8080
  worldlog up --catalyst https://peer.decentraland.org/content
  worldlog log tail deployments               watch events arrive
  worldlog doctor                             what is wrong with this machine or configuration

Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 found a difference, 4 refused without
--yes, 5 unreachable. Data goes to standard output, everything else to standard error.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "worldlog", version = VERSION, about = ABOUT, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// What all verbs share.
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Flags of every verb.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// TOML over the compiled-in defaults
    #[arg(long, global = true, value_name = "FILE", env = crate::config::CONFIG_VARIABLE, hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// What data on standard output looks like: text or json
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub(crate) output: Format,
}

/// Every verb.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run everything in one process: log, store, processors, gateways, followers
    Up(verbs::up::Args),
    /// Run some of it: chosen processors, gateways, sources and runners
    Run(verbs::run::Args),
    /// Serve a folder as a content server
    Catalyst(verbs::catalyst::Args),
    /// Read, export and import the records of the log
    Log(verbs::log::Args),
    /// Compare the topics of the log with topics.yaml, and make them so
    Topics(verbs::topics::Args),
    /// List processors and how far they are behind
    Processors(verbs::processors::Args),
    /// Check that every schema can still read what was ever written
    Schemas(verbs::schemas::Args),
    /// Look for what is wrong with this machine, data folder or configuration
    Doctor(verbs::doctor::Args),
    /// Show or check the configuration
    Config(verbs::config::Args),
    /// Print the OpenAPI document of a gateway
    Openapi(verbs::openapi::Args),
    /// Write the skeleton of a new unit
    New(verbs::new::Args),
}

/// The data folder of a verb that reads or changes one.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DataFolder {
    /// Data folder of the embedded log and store [default: ./worldlog-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// A running platform, asked over HTTP.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Running {
    /// Ask a running platform instead of the data folder, e.g. http://127.0.0.1:8080
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub(crate) url: Option<String>,
    /// Bearer of the operator gateway [default: operator.token]
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
}

impl Common {
    /// What the configuration is made of, without flags.
    pub(crate) fn inputs(&self) -> Inputs {
        Inputs::of_process(self.config.clone())
    }

    /// The same with a data folder.
    pub(crate) fn inputs_in(&self, folder: &DataFolder) -> Inputs {
        let mut inputs = self.inputs();
        inputs.flag("data", folder.data.as_deref().map(text), "--data");
        inputs
    }
}

/// A path as a value of the configuration.
pub(crate) fn text(path: &std::path::Path) -> Value {
    Value::from(path.to_string_lossy().into_owned())
}
