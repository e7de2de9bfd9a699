//! `make bench-backfill`: how long somebody waits for their portrait while the platform draws those of a history.
//!
//! A content server is served from a folder; the real binary follows it. Once a second a person deploys a profile at the
//! binary itself, and asks for their picture until it is there: first with nothing else to do, then while `PROFILES` old
//! profiles (10 000 unless the environment says another number) come in through the followed server. No two avatars are
//! alike, so each is drawn.

mod town;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, StatusCode};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use self::town::Town;
use crate::people::now_ms;
use crate::report;
use crate::startup::Running;

const PROFILES: u64 = 10_000;
const COUNT_VARIABLE: &str = "PROFILES";
/// People who deploy are numbered from here.
const LIVE_FROM: u64 = 1_000_000;
/// How many deploy while there is nothing else to do, after some that are not measured.
const QUIET: u64 = 60;
const WARMING: u64 = 10;
const EVERY: Duration = Duration::from_secs(1);
/// Between two looks for a picture.
const LOOK: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(300);
const TELL_EVERY: u64 = 10;
const BOUNDARY: &str = "----worldlog";

/// The binary, and who deploys there.
#[derive(Clone)]
struct Platform(Arc<Inner>);

struct Inner {
    client: Client,
    base: String,
    town: Town,
}

/// All of it.
pub(crate) async fn run() -> Result<()> {
    let Some(pack) = town::pack() else {
        println!("skipped: the back-fill of portraits needs the data pack (WORLDLOG_DATA)");
        return Ok(());
    };
    let asked = std::env::var(COUNT_VARIABLE).ok();
    let profiles = asked.map_or(Ok(PROFILES), |text| text.parse().context(COUNT_VARIABLE))?;
    let folder = tempfile::tempdir()?;
    let town = Town::new(&pack, folder.path())?;
    let served = folder.path().to_string_lossy().into_owned();
    let catalyst = Running::begin(tempfile::tempdir()?, &["catalyst", "serve", &served], &[])?;
    let content = format!("{}/content", catalyst.url());
    let often = ("WORLDLOG__CATALYST__POLL_INTERVAL", "1s");
    let up = Running::start(&["--catalyst", &content], &[often])?;
    let platform = Platform(Arc::new(Inner {
        client: Client::builder().no_gzip().build()?,
        base: up.url(),
        town,
    }));
    platform.dressed().await?;
    let mut next = LIVE_FROM;
    platform
        .live(&mut next, async |count| Ok(count >= WARMING))
        .await?;
    let quiet = platform
        .live(&mut next, async |count| Ok(count >= QUIET))
        .await?;
    let before = platform.drawn().await?;
    platform.0.town.deploy_old(0..profiles)?;
    let started = Instant::now();
    let busy = platform.live(&mut next, async |count| {
        let drawn = platform.drawn().await? - before;
        if count.is_multiple_of(TELL_EVERY) {
            let seconds = started.elapsed().as_secs();
            println!("after {seconds} s: {drawn} portraits, {count} new people");
        }
        Ok(drawn >= profiles + count)
    });
    let busy = busy.await?;
    let took = started.elapsed();
    let memory = up.memory_mib()?;
    let count = busy.len();
    report::plain(
        "profiles of the back-fill, and new ones",
        &format!("{profiles}, {count}"),
    );
    let rate = profiles as f64 / took.as_secs_f64() * 60.0;
    report::plain("portraits/min of the back-fill", &format!("{rate:.0}"));
    report::plain("resident memory at its end", &format!("{memory:.0} MiB"));
    let ratio = at(&busy, 99) / at(&quiet, 99);
    let middle = at(&busy, 50) / at(&quiet, 50);
    report::percentiles("deployment to picture, nothing else to do", quiet);
    report::percentiles("deployment to picture, under the back-fill", busy);
    report::plain("ratio of p50, of p99", &format!("{middle:.2}, {ratio:.2}"));
    Ok(())
}

/// A percentile, seconds.
fn at(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100].as_secs_f64()
}

impl Platform {
    /// Waits until it knows what people wear, with the files: then nothing but drawing is measured.
    async fn dressed(&self) -> Result<()> {
        let started = Instant::now();
        for person in (0..LIVE_FROM).rev() {
            let url = format!("{}/operator/settled?timeout=60s", self.0.base);
            let settled = self.0.client.get(url).send().await?;
            if settled.status() == StatusCode::OK && self.picture(person).await?.1 {
                return Ok(());
            }
            ensure!(started.elapsed() < PATIENCE, "nobody is dressed in time");
        }
        Ok(())
    }

    /// A person a second deploys until it is over, which is asked with how many did; how long each waited.
    async fn live(
        &self,
        next: &mut u64,
        mut over: impl AsyncFnMut(u64) -> Result<bool>,
    ) -> Result<Vec<Duration>> {
        let mut waiting = JoinSet::new();
        let mut pace = tokio::time::interval(EVERY);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let first = *next;
        loop {
            pace.tick().await;
            if over(*next - first).await? {
                break;
            }
            let (platform, n) = (self.clone(), *next);
            *next += 1;
            waiting.spawn(async move {
                let (time, is_whole) = platform.picture(n).await?;
                if !is_whole {
                    bail!(
                        "person {n}'s picture lacks something: {}",
                        platform.told_of(n).await?
                    );
                }
                Ok(time)
            });
        }
        let mut times = Vec::new();
        while let Some(done) = waiting.join_next().await {
            times.push(done??);
        }
        Ok(times)
    }

    /// Deploys the profile of the `n`-th person; how long it took from the answer to the picture, and whether
    /// everything worn is in it.
    async fn picture(&self, n: u64) -> Result<(Duration, bool)> {
        let Inner { client, base, town } = &*self.0;
        let profile = town.profile(n, now_ms()?)?;
        let part = |name: &str, file: &str, content: &str| {
            format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"
            )
        };
        let file = format!("; filename=\"{}\"", profile.id);
        let form = [
            part("entityId", "", &profile.id),
            part("authChain", "", &profile.chain),
            part(&profile.id, &file, &profile.file),
            format!("--{BOUNDARY}--\r\n"),
        ];
        let deployed = client
            .post(format!("{base}/catalyst/content/entities"))
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(form.concat())
            .send()
            .await?;
        let status = deployed.status();
        ensure!(status == StatusCode::OK, "{}", deployed.text().await?);
        let started = Instant::now();
        let url = format!("{base}/profile-images/entities/{}/body.png", profile.id);
        loop {
            let answer = client.get(&url).send().await?;
            if answer.status() == StatusCode::OK {
                // One that lacks something is not kept for long.
                let kept = answer.headers().get("cache-control");
                let kept = kept.and_then(|kept| kept.to_str().ok()).unwrap_or_default();
                let is_whole = !kept.contains("max-age=300");
                ensure!(answer.bytes().await?.starts_with(b"\x89PNG"), "no picture");
                return Ok((started.elapsed(), is_whole));
            }
            ensure!(
                started.elapsed() < PATIENCE,
                "no picture within {PATIENCE:?}"
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What the platform says of a person's portraits.
    async fn told_of(&self, n: u64) -> Result<String> {
        let Inner { client, base, town } = &*self.0;
        let address = town.address(n)?;
        let url = format!("{base}/profile-images/users/{address}");
        Ok(client.get(url).send().await?.text().await?)
    }

    /// Portraits drawn so far.
    async fn drawn(&self) -> Result<u64> {
        let url = format!("{}/metrics", self.0.base);
        let text = self.0.client.get(url).send().await?.text().await?;
        let lines = text.lines().filter(|line| {
            line.starts_with("snapshot_generation_count{") && line.contains("\"success\"")
        });
        let counts = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
        Ok(counts.sum())
    }
}
