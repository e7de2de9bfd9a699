//! `worldlog bots`: many players who walk about, over real WebSockets, for demos and for load.

mod bot;
mod tally;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use runtime::settings::Span;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::bot::Bot;
use self::tally::Tally;
use self::walk::Ground;
use super::{block_on, configured};
use crate::config::Loaded;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, DataFolder};
use crate::ready;

const EXAMPLES: &str = "\
Examples:
  worldlog bots 200 --spots 5                 on the platform of ./worldlog-data, until Ctrl-C
  worldlog bots 2000 --spots 30 --for 5m --output json
  worldlog bots 500 --url ws://127.0.0.1:5001/ws

Each has a wallet and a session of its own, signs the challenge, says every second where it stands,
and comes again when its socket is closed. See them at /archipelago/map. The same --seed gives the
same wallets and walks.";

/// Handshakes under way: a thousand at once would be an attack, not a crowd.
const HANDSHAKES: usize = 100;
/// Pause between two lines on standard error.
const TELL_EVERY: Duration = Duration::from_secs(5);
/// Most bots of one process.
const BOTS_MAX: usize = 50_000;

/// `worldlog bots`
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// How many
    #[arg(value_name = "N")]
    count: usize,
    /// Places where they gather
    #[arg(long, value_name = "K", default_value_t = 5)]
    spots: usize,
    /// The platform, or the address of a connector's WebSocket [default: the one that runs on the data folder]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    folder: DataFolder,
    /// How long they stay [default: until Ctrl-C]
    #[arg(long = "for", value_name = "TIME")]
    stay: Option<Span>,
    /// Pause between two heartbeats of one
    #[arg(long, value_name = "TIME", default_value = "1s")]
    every: Span,
    /// Which wallets and walks
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    if !(1..=BOTS_MAX).contains(&args.count) || args.spots == 0 || args.every.0.is_zero() {
        return Err(Failure::usage(format!(
            "want 1 to {BOTS_MAX} bots, at least one spot, and a pause between heartbeats"
        )));
    }
    let loaded = configured(&common.inputs_in(&args.folder))?;
    let url = url(&args, &loaded)?;
    block_on(async move {
        let tally = walk(&args, &url).await?;
        let summary = tally.summary(args.count, &url);
        common.output.print(&summary, tally::text)?;
        // A demo that nobody was let into is none.
        Ok(if summary.welcomed > 0 {
            Exit::Done
        } else {
            Exit::Unreachable
        })
    })
}

/// The address of the WebSocket.
fn url(args: &Args, loaded: &Loaded) -> Result<String, Failure> {
    let base = match &args.url {
        Some(url) if url.starts_with("ws://") => return Ok(url.clone()),
        Some(url) if url.starts_with("http://") => url.trim_end_matches('/').to_owned(),
        Some(url) => {
            return Err(Failure::usage(format!(
                "--url {url:?}: want for example http://127.0.0.1:8080, or ws://127.0.0.1:5001/ws; no TLS is spoken"
            )));
        }
        None => {
            let data = &loaded.config.platform.data;
            ready::running_url(data).ok_or_else(|| {
                let text = format!(
                    "no platform runs on {}: start one with `worldlog up`, or name one by --url",
                    data.display()
                );
                Failure::new(Exit::Unreachable, anyhow!(text))
            })?
        }
    };
    Ok(format!("{}/archipelago/ws", base.replacen("http", "ws", 1)))
}

/// Lets them walk until it is time.
async fn walk(args: &Args, url: &str) -> Result<Arc<Tally>, Failure> {
    let ground = Arc::new(Ground::new(args.seed, args.spots));
    let tally = Arc::new(Tally::default());
    let doors = Arc::new(Semaphore::new(HANDSHAKES));
    let mut bots = JoinSet::new();
    for number in 0..args.count as u64 {
        let bot = Bot::new(args.seed, number, args.every.0, &ground);
        bots.spawn(bot.live(url.to_owned(), Arc::clone(&doors), Arc::clone(&tally)));
    }
    let stay = async {
        match args.stay {
            Some(stay) => tokio::time::sleep(stay.0).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = stay => {}
        stopped = tokio::signal::ctrl_c() => stopped.context("cannot wait for ctrl-c")?,
        () = tell(&tally, args.count) => {}
    }
    bots.shutdown().await;
    Ok(tally)
}

/// Says how it goes.
async fn tell(tally: &Tally, count: usize) {
    loop {
        tokio::time::sleep(TELL_EVERY).await;
        eprintln!("{}", tally.line(count));
    }
}
