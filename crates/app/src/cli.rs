//! The command line: one struct a verb, in the verb's own file.

use clap::{Parser, Subcommand};

use crate::flags::Common;
use crate::verbs;
use crate::version::VERSION;

const ABOUT: &str = "Every deployment and every user action is an event in one log; everything else follows from it.";

const EXAMPLES: &str = "\
Start here:
  worldlog up --demo                          a small living world on http://127.0.0.1:8080
  worldlog up --catalyst https://peer.decentraland.org/content
  worldlog demo player                        be somebody in it, and see badges and credits come
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

/// Every verb.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run everything in one process: log, store, processors, gateways, followers
    Up(verbs::up::Args),
    /// Run some of it: chosen processors, gateways, sources and runners
    Run(verbs::run::Args),
    /// Serve a folder as a content server
    Catalyst(verbs::catalyst::Args),
    /// Act as a player of a running platform, and see what comes of it
    Demo(verbs::demo::Args),
    /// Let many players walk about on a running platform
    Bots(verbs::bots::Args),
    /// Read, export and import the records of the log
    Log(verbs::log::Args),
    /// Compare the topics of the log with topics.yaml, and make them so
    Topics(verbs::topics::Args),
    /// List processors and how far they are behind
    Processors(verbs::processors::Args),
    /// Rebuild read models beside the live ones, switch to them, go back
    Generations(verbs::generations::Args),
    /// List what could not be applied, try it again, leave it out
    Dlq(verbs::dlq::Args),
    /// Read models as files, from which they are made anew without reading the whole log
    Snapshot(verbs::snapshot::Args),
    /// Compare a read model with what the log makes it
    Verify(verbs::verify::Args),
    /// Tell the events that made a key what it is
    Explain(verbs::explain::Args),
    /// List what is asked of the outside world, try it again, give it up
    Effects(verbs::effects::Args),
    /// Check that every schema can still read what was ever written
    Schemas(verbs::schemas::Args),
    /// Make models smaller and ready for viewers
    Convert(verbs::convert::Args),
    /// Make a scene's levels of detail
    Lods(verbs::lods::Args),
    /// Make the pictures of a profile
    Render(verbs::render::Args),
    /// Show what is in a Unity asset bundle, or in what two differ
    Bundle(verbs::bundle::Args),
    /// Look for what is wrong with this machine, data folder or configuration
    Doctor(verbs::doctor::Args),
    /// Show or check the configuration
    Config(verbs::config::Args),
    /// Print the OpenAPI document of a gateway
    Openapi(verbs::openapi::Args),
    /// Write the skeleton of a new unit
    New(verbs::new::Args),
    /// Convert what standard input brings: what the platform starts its workers by
    #[command(hide = true)]
    ConvertWorker(verbs::convert_worker::Args),
}
