//! `worldlog log`: the records themselves.

mod archive;
mod export;
mod import;
mod open;
mod read;

use clap::Subcommand;

use super::block_on;
use crate::exit::Outcome;
use crate::flags::Common;

pub(crate) use open::local;

/// `worldlog log`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print records as they arrive
    Tail(read::TailArgs),
    /// Print the records that are there
    Cat(read::CatArgs),
    /// Write records with their exact bytes to a file or folder
    Export(export::Args),
    /// Append exported records, with their times, keys and headers
    Import(import::Args),
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    block_on(async {
        match args.action {
            Action::Tail(args) => read::tail(common, args).await,
            Action::Cat(args) => read::cat(common, args).await,
            Action::Export(args) => export::run(common, args).await,
            Action::Import(args) => import::run(common, args).await,
        }
    })
}
