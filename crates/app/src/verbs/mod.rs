//! One file a verb: its arguments, its help, what it does.

pub(crate) mod bots;
pub(crate) mod bundle;
pub(crate) mod catalyst;
pub(crate) mod config;
pub(crate) mod convert;
pub(crate) mod convert_worker;
pub(crate) mod demo;
pub(crate) mod dlq;
pub(crate) mod doctor;
pub(crate) mod effects;
pub(crate) mod explain;
pub(crate) mod generations;
pub(crate) mod lods;
pub(crate) mod log;
pub(crate) mod new;
pub(crate) mod openapi;
pub(crate) mod processors;
pub(crate) mod render;
pub(crate) mod run;
pub(crate) mod schemas;
pub(crate) mod snapshot;
pub(crate) mod topics;
pub(crate) mod up;
pub(crate) mod verify;

use std::time::Duration;

use anyhow::Context as _;

use crate::cli::{Cli, Verb};
use crate::config::{Inputs, Loaded, load};
use crate::exit::{Exit, Failure, Outcome};

/// Does what the command line says.
pub(crate) fn run(cli: Cli) -> Outcome {
    let Cli { verb, common } = cli;
    match verb {
        Verb::Up(args) => up::run(&common, args),
        Verb::Run(args) => run::run(&common, args),
        Verb::Catalyst(args) => catalyst::run(&common, args),
        Verb::Demo(args) => demo::run(&common, args),
        Verb::Bots(args) => bots::run(&common, args),
        Verb::Log(args) => log::run(&common, args),
        Verb::Topics(args) => topics::run(&common, args),
        Verb::Effects(args) => effects::run(&common, args),
        Verb::Dlq(args) => dlq::run(&common, args),
        Verb::Generations(args) => generations::run(&common, args),
        Verb::Snapshot(args) => snapshot::run(&common, args),
        Verb::Verify(args) => verify::run(&common, args),
        Verb::Explain(args) => explain::run(&common, args),
        Verb::Processors(args) => processors::run(&common, args),
        Verb::Schemas(args) => schemas::run(&common, &args),
        Verb::Convert(args) => convert::run(&common, &args),
        Verb::Lods(args) => lods::run(&common, &args),
        Verb::Render(args) => render::run(&common, &args),
        Verb::Bundle(args) => bundle::run(&common, &args),
        Verb::Doctor(args) => doctor::run(&common, args),
        Verb::Config(args) => config::run(&common, args),
        Verb::Openapi(args) => openapi::run(&common, &args),
        Verb::New(args) => new::run(&common, &args),
        Verb::ConvertWorker(args) => convert_worker::run(&args),
    }
}

/// Loads the configuration; what is wrong with it is a usage error.
pub(crate) fn configured(inputs: &Inputs) -> Result<Loaded, Failure> {
    load(inputs).map_err(|error| Failure::new(Exit::Usage, error))
}

/// How long calls that nobody waits for any more may hold up the end of a verb. A client of a broker that does not answer
/// is closed for as long as its requests may take.
const LEFT_BEHIND: Duration = Duration::from_millis(500);

/// Runs a verb that waits for things.
pub(crate) fn block_on<F: Future<Output = Outcome>>(verb: F) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let outcome = runtime.block_on(verb);
    runtime.shutdown_timeout(LEFT_BEHIND);
    outcome
}
