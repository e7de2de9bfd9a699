//! `worldlog catalyst`: a content server over a folder.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use gateways::catalyst::{Facts, FolderOptions, folder_router};
use tokio::net::TcpListener;

use super::{block_on, configured};
use crate::exit::{Exit, Outcome};
use crate::flags::Common;
use crate::ready::{self, Ready};
use crate::version::{COMMIT, VERSION};
use crate::{logging, wire};

const EXAMPLES: &str = "\
Examples:
  worldlog catalyst serve ./world             a content server on http://127.0.0.1:6000
  worldlog catalyst serve ./world --listen 127.0.0.1:0 --ready-file /tmp/c.ready
  worldlog up --catalyst http://127.0.0.1:6000/content

The folder holds pointer-changes.ndjson (one deployment a line), contents/<hash> and, unless
--no-snapshots is given, snapshots.json. It is read again when one of the two files changes.";

/// `worldlog catalyst`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Serve a folder under the routes of a content server
    #[command(after_help = EXAMPLES)]
    Serve(ServeArgs),
}

#[derive(Debug, clap::Args)]
struct ServeArgs {
    /// Folder with pointer-changes.ndjson and contents/
    dir: PathBuf,
    /// Address of the listener; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:6000")]
    listen: String,
    /// Answer /snapshots with an empty list
    #[arg(long)]
    no_snapshots: bool,
    /// Written, then renamed into place, once the server answers
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    let Action::Serve(args) = args.action;
    let loaded = configured(&common.inputs())?;
    logging::start(loaded.config.platform.logging.format, "info");
    let of_config = loaded.config.gateways.catalyst;
    let facts = Facts {
        version: VERSION,
        commit: COMMIT,
        public_url: of_config.public_url,
        realm_name: of_config.realm_name,
        network_id: of_config.network_id,
        eth_network: of_config.eth_network,
        ..Facts::default()
    };
    block_on(serve(args, facts))
}

async fn serve(args: ServeArgs, facts: Facts) -> Outcome {
    let options = FolderOptions {
        snapshots: !args.no_snapshots,
        facts,
    };
    let router = folder_router(&args.dir, options)
        .with_context(|| format!("cannot serve {}", args.dir.display()))?;
    let listener = TcpListener::bind(&args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let url = format!("http://{}", listener.local_addr()?);
    eprintln!("serving {} at {url}/content", args.dir.display());
    eprintln!("try: curl {url}/content/status");
    if let Some(path) = &args.ready_file {
        let ready = Ready {
            url: &url,
            pid: std::process::id(),
            version: VERSION,
            gateways: &["catalyst"],
        };
        ready::write(path, &ready)?;
    }
    let signals = wire::Signals::listen()?;
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(signals.stop())
    .await
    .context("the listener broke")?;
    Ok(Exit::Done)
}
