//! `worldlog demo`: somebody who uses a running platform, so that one can see what comes of it.

mod client;
mod player;
mod report;

use anyhow::anyhow;
use clap::{Subcommand, ValueEnum};
use gateways::settings::Secret;
use gateways::sources::demo::{Report, Visitor};
use serde::Serialize;

use super::{block_on, configured};
use crate::config::Loaded;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::{Common, DataFolder};
use crate::ready;
use crate::wire::WEBHOOK_KEY_FILE;

const PLAYER: &str = "\
Examples:
  worldlog up --demo                          in one terminal, and in another:
  worldlog demo player                        one player, everything it can do
  worldlog demo player --seed 7               another one: a seed is a wallet
  worldlog demo player --actions land,walk    only these, in this order
  worldlog demo player --url http://127.0.0.1:8080 --key SECRET --output json | jq .badges

The player has a real wallet and a real session. What it does goes to POST
/events-notifier/forward, signed as Segment's webhook signs; what it asks is signed as explorers
sign (ADR-44). A badge is granted once: a player who has it gets it no more, another --seed does.

The webhook's key is events_notifier.segment_signing_key. `worldlog up --demo` keeps one in its
data folder, where this verb finds it; --key names the one of another platform.";

/// `worldlog demo`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Act as one player, and print which badges, notifications and credits came of it
    #[command(after_help = PLAYER)]
    Player(PlayerArgs),
}

#[derive(Debug, clap::Args)]
struct PlayerArgs {
    #[command(flatten)]
    folder: DataFolder,
    /// The platform [default: the one that runs on the data folder]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Whose wallet: the same number is the same player
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// What it does, in this order
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_enum, default_values_t = Action::ALL)]
    actions: Vec<Action>,
    /// Key of the webhook's signature [default: events_notifier.segment_signing_key, else the data folder's]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Something a player does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Action {
    /// Takes part in the credits program
    Enrol,
    /// Logs in: a step of a goal
    Login,
    /// Steps onto parcel 0,0: Decentraland Citizen
    Land,
    /// Walks 10,000 steps: Walkabout Wanderer
    Walk,
    /// Climbs 600 m: Vertical Voyager
    Climb,
    /// Dances: one of the hundred minutes that make a Moves Master
    Emote,
    /// Opens three passports: Social Butterfly, and steps of a goal
    Passport,
    /// Answers the captcha and claims what its goals earned
    Claim,
}

impl Action {
    const ALL: [Self; 8] = [
        Self::Enrol,
        Self::Login,
        Self::Land,
        Self::Walk,
        Self::Climb,
        Self::Emote,
        Self::Passport,
        Self::Claim,
    ];

    /// What the explorer reports of it; nothing, for what is asked of the platform instead.
    fn reports(self) -> Vec<Report> {
        match self {
            Self::Enrol | Self::Claim => Vec::new(),
            Self::Login => vec![Report::LoggedIn],
            Self::Land => vec![Report::Landed],
            Self::Walk => vec![Report::Walked(10_000)],
            Self::Climb => vec![Report::Climbed(600)],
            Self::Emote => vec![Report::Emote],
            Self::Passport => (1..=3).map(Report::Passport).collect(),
        }
    }
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    let Verb::Player(args) = args.action;
    let loaded = configured(&common.inputs_in(&args.folder))?;
    let url = url(&args, &loaded)?;
    let key = key(&args, &loaded)?;
    let client = client::Client::new(url, key)?;
    let visitor = Visitor::new(args.seed);
    block_on(async move {
        let played = player::play(&client, &visitor, &args.actions).await?;
        common.output.print(&played, report::text)?;
        Ok(Exit::Done)
    })
}

/// Where the platform is: at `--url`, else where the one on the data folder says that it listens.
fn url(args: &PlayerArgs, loaded: &Loaded) -> Result<String, Failure> {
    if let Some(url) = &args.url {
        return match url.starts_with("http://") || url.starts_with("https://") {
            true => Ok(url.trim_end_matches('/').to_owned()),
            false => Err(Failure::usage(format!(
                "--url {url:?}: want for example http://127.0.0.1:8080"
            ))),
        };
    }
    let data = &loaded.config.platform.data;
    ready::running_url(data).ok_or_else(|| {
        let text = format!(
            "no platform runs on {}: start one with `worldlog up --demo`, or name one by --url",
            data.display()
        );
        Failure::new(Exit::Unreachable, anyhow!(text))
    })
}

/// What signs the webhook: given, configured, or kept by a demo.
fn key(args: &PlayerArgs, loaded: &Loaded) -> Result<Secret, Failure> {
    if let Some(key) = &args.key {
        return Ok(Secret::new(key.as_str()));
    }
    let events = &loaded.config.gateways.events_notifier;
    if let Some(key) = Secret::present(&events.segment_signing_key) {
        return Ok(key.clone());
    }
    let path = loaded.config.platform.data.join(WEBHOOK_KEY_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => Ok(Secret::new(text.trim())),
        _ => Err(Failure::usage(format!(
            "no key for POST /events-notifier/forward: give --key, set events_notifier.segment_signing_key, or \
             --data of a platform that was started with --demo ({} is not there)",
            path.display()
        ))),
    }
}
