//! `worldlog catalyst`: a content server over a folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use gateways::Settings;
use gateways::catalyst::{Facts, FolderOptions, folder_router};
use runtime::ports::{Clock, SystemClock};
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
    let facts = facts(&loaded.config.gateways);
    block_on(serve(args, facts))
}

/// What the server says of itself: the same configuration as the platform's own catalyst gateway.
fn facts(settings: &Settings) -> Facts {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Facts {
        version: VERSION,
        commit: COMMIT,
        ..Facts::of(settings, &clock)
    }
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

#[cfg(test)]
mod tests {
    use gateways::catalyst::ImagesBase;

    use super::*;
    use crate::config::{Inputs, load};

    #[test]
    fn a_folder_is_served_as_the_configuration_says() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("worldlog.toml");
        let text = r#"
            [catalyst]
            profile_images_url = "https://img.test/"
            pois = ["0,0", "-9,1"]
            denylisted_names = ["nobody"]
            comms_adapter = "offline:offline"
        "#;
        std::fs::write(&file, text).expect("the file is written");
        let inputs = Inputs {
            file: Some(file),
            ..Inputs::default()
        };
        let facts = facts(&load(&inputs).expect("it loads").config.gateways);
        let lambdas = &facts.lambdas;
        assert_eq!(lambdas.images, ImagesBase::At("https://img.test".into()));
        assert_eq!(lambdas.pois, ["0,0", "-9,1"]);
        assert_eq!(lambdas.denylisted_names, ["nobody"]);
        assert_eq!(facts.comms_adapter.as_deref(), Some("offline:offline"));
        assert_eq!(facts.version, VERSION);
    }
}
