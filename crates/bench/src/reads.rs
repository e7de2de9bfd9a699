//! What readers of a gateway notice while its read model is made anew: the real binary, asked at a steady rate before and
//! while a generation of badges is built.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use reqwest::Client;
use runtime::ports::Log;
use serde_json::{Value, json};

use crate::startup::Running;
use crate::{platform, play, report};

const PLAYERS: usize = 2_000;
const PER_SECOND: u32 = 500;
const BEFORE: Duration = Duration::from_secs(10);
const TOKEN: &str = "bench";
/// Processors whose topics are filled.
const PROCESSORS: [&str; 5] = [
    "badge_actions",
    "badge_deployments",
    "badge_items",
    "badge_places",
    "badges",
];

/// Of so many events.
pub(crate) async fn run(events: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data)?;
    fill(&data, events).await?;
    let running = Running::start_in(folder, &[], &[("WORLDLOG__OPERATOR__TOKEN", TOKEN)])?;
    let client = Client::builder().no_proxy().build()?;
    let settled = format!("{}/operator/settled?timeout=600s", running.url());
    client.get(settled).send().await?.error_for_status()?;
    let before = ask(&client, &running.url(), BEFORE, async || Ok(false)).await?;
    let url = format!("{}/operator/generations", running.url());
    let build = client.post(format!("{url}/badges/build"));
    let build = build.bearer_auth(TOKEN).json(&json!({}));
    let begun = Instant::now();
    build.send().await?.error_for_status()?;
    let mut took = Duration::ZERO;
    let during = ask(&client, &running.url(), Duration::ZERO, async || {
        let all: Value = client.get(&url).send().await?.json().await?;
        let mut all = all.as_array().into_iter().flatten();
        let badges = all.find(|model| model["readModel"] == "badges");
        let goes_on = badges.is_some_and(|badges| badges["generations"][1]["state"] == "building");
        if !goes_on && took.is_zero() {
            took = begun.elapsed();
        }
        Ok(goes_on)
    })
    .await?;
    let at = |times: &[Duration], percent: usize| {
        let mut times = times.to_vec();
        times.sort_unstable();
        times[(times.len() - 1) * percent / 100].as_secs_f64()
    };
    let ratio = at(&during, 99) / at(&before, 99);
    report::percentiles("gateway point reads, nothing is rebuilt", before);
    report::percentiles("the same while their read model is", during);
    report::plain(
        &format!(
            "p99 during / before, rebuilt in {:.1} s",
            took.as_secs_f64()
        ),
        &format!("{ratio:.2}"),
    );
    Ok(())
}

async fn fill(data: &std::path::Path, events: usize) -> Result<()> {
    let processors = platform::processors(&PROCESSORS);
    let (_, log, store) = platform::open(data, &platform::specs(&processors)).await?;
    log.append(play::world()).await?;
    for first in (0..events).step_by(1_000) {
        let last = events.min(first + 1_000);
        log.append((first..last).map(|n| play::record(n, PLAYERS)).collect())
            .await?;
    }
    log.close().await?;
    store.close().await?;
    Ok(())
}

/// Asks for at least so long, and as long as something goes on: every answer's time since it was due.
async fn ask(
    client: &Client,
    url: &str,
    at_least: Duration,
    mut goes_on: impl AsyncFnMut() -> Result<bool>,
) -> Result<Vec<Duration>> {
    let (mut times, mut tasks) = (Vec::new(), tokio::task::JoinSet::new());
    let mut pace = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let begun = Instant::now();
    for n in 0.. {
        let due = pace.tick().await;
        // Two times a second.
        let look = n % (PER_SECOND as usize / 2) == 0;
        if look && begun.elapsed() >= at_least && !goes_on().await? {
            break;
        }
        let player = n * 7 % PLAYERS;
        let asked = client.get(format!("{url}/badges/users/0x{player:040x}/badges"));
        tasks.spawn(async move {
            let answer = asked.send().await?.error_for_status()?;
            ensure!(!answer.bytes().await?.is_empty(), "an empty answer");
            Ok(due.elapsed())
        });
        while let Some(done) = tasks.try_join_next() {
            times.push(done??);
        }
    }
    while let Some(done) = tasks.join_next().await {
        times.push(done??);
    }
    Ok(times)
}
