//! A point read through a gateway of the real binary, beside a bare axum route that returns the same bytes.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use futures::future::try_join_all;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

use crate::report;
use crate::startup::Running;

/// Requests of one turn.
const REQUESTS: usize = 1_600;
/// Turns of each side: many short ones, since the neighbours on a shared machine change by the second.
const TURNS: usize = 16;
/// Pairs of processes: where the system puts the threads of one is worth a tenth, for as long as it lives.
const STARTS: usize = 7;
const CONNECTIONS: usize = 16;
/// First argument of the process that serves the bare route.
pub(crate) const SERVE: &str = "serve-bare";

pub(crate) async fn run() -> Result<()> {
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    for _ in 0..STARTS {
        bytes = pair(&mut ours, &mut limit).await?;
    }
    report::rate(
        &format!("gateway point read, {bytes} bytes"),
        report::per_second(REQUESTS, median(ours)),
        report::per_second(REQUESTS, median(limit)),
    );
    Ok(())
}

/// Starts both sides and measures them in turns; the median turn of each side is what no neighbour made. Returns the
/// length of the answer.
async fn pair(ours: &mut Vec<Duration>, limit: &mut Vec<Duration>) -> Result<usize> {
    let running = Running::start(&["--demo"])?;
    // Both sides send the same bytes: compression would be a measurement of its own.
    let client = Client::builder().no_gzip().build()?;
    let base = running.url();
    let (kind, id) = first_entity(&client, &base).await?;
    // The demo's world is built first: that is another measurement, too.
    let settled = format!("{base}/operator/settled?timeout=60s");
    client.get(settled).send().await?.error_for_status()?;
    let route = format!("{base}/catalyst/content/audit/{kind}/{id}");
    let body = client
        .get(&route)
        .send()
        .await?
        .error_for_status()?
        .bytes()
        .await?;
    let bare = Bare::start(&body)?;
    let bare_route = bare.url.as_str();
    load(&client, &route, REQUESTS).await?;
    load(&client, bare_route, REQUESTS).await?;
    for _ in 0..TURNS {
        ours.push(load(&client, &route, REQUESTS).await?);
        limit.push(load(&client, bare_route, REQUESTS).await?);
    }
    Ok(body.len())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Type and id of an entity, as soon as the platform has one.
async fn first_entity(client: &Client, base: &str) -> Result<(String, String)> {
    let url = format!("{base}/catalyst/content/pointer-changes?limit=1");
    let begun = Instant::now();
    loop {
        let answer = client
            .get(&url)
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?;
        let changes: serde_json::Value = serde_json::from_slice(&answer)?;
        let delta = &changes["deltas"][0];
        if let (Some(kind), Some(id)) = (delta["entityType"].as_str(), delta["entityId"].as_str()) {
            return Ok((kind.to_owned(), id.to_owned()));
        }
        ensure!(
            begun.elapsed() < Duration::from_secs(30),
            "the demo world has no entity"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A bare route in a process of its own, as the gateway is: ended when dropped.
struct Bare {
    child: Child,
    url: String,
}

impl Bare {
    fn start(body: &[u8]) -> Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(body)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg(SERVE)
            .arg(file.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        Ok(Self {
            child,
            url: url.trim().to_owned(),
        })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves one file's bytes at `/entity` until killed, and says where on the first line.
pub(crate) async fn serve_bare(file: &str) -> Result<()> {
    let body = Bytes::from(std::fs::read(file)?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/entity", listener.local_addr()?);
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], body) };
    Ok(axum::serve(listener, Router::new().route("/entity", get(answer))).await?)
}

async fn load(client: &Client, url: &str, requests: usize) -> Result<Duration> {
    let started = Instant::now();
    let workers = (0..CONNECTIONS).map(|_| async {
        for _ in 0..requests / CONNECTIONS {
            client
                .get(url)
                .send()
                .await?
                .error_for_status()?
                .bytes()
                .await?;
        }
        anyhow::Ok(())
    });
    try_join_all(workers).await?;
    Ok(started.elapsed())
}
